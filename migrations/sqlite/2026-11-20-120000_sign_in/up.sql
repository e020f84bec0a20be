-- Ids are UUIDs of 16 bytes, times are microseconds since 1970 in UTC, hashes are SHA-256 of 32 bytes.
-- Tables that are read by their key alone have no rowid: one search finds the whole row.

CREATE TABLE belgie_users (
    id BLOB NOT NULL PRIMARY KEY,
    email TEXT UNIQUE,
    email_verified INTEGER NOT NULL,
    email_proved INTEGER NOT NULL,
    name TEXT,
    name_edited INTEGER NOT NULL,
    image TEXT,
    image_edited INTEGER NOT NULL,
    role TEXT NOT NULL,
    is_active INTEGER NOT NULL,
    last_login_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT belgie_users_proved_is_verified CHECK (email_verified OR NOT email_proved)
) STRICT, WITHOUT ROWID;

-- The provider's tokens are ciphertext.
CREATE TABLE belgie_accounts (
    id BLOB NOT NULL PRIMARY KEY,
    user_id BLOB NOT NULL REFERENCES belgie_users (id) ON DELETE CASCADE,
    provider TEXT NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    email TEXT,
    scope TEXT,
    access_token BLOB,
    access_token_expires_at INTEGER,
    refresh_token BLOB,
    id_token BLOB,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    UNIQUE (issuer, subject)
) STRICT, WITHOUT ROWID;

CREATE INDEX belgie_accounts_of_user ON belgie_accounts (user_id, id);

CREATE TABLE belgie_sessions (
    token_hash BLOB NOT NULL PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    user_id BLOB NOT NULL REFERENCES belgie_users (id) ON DELETE CASCADE,
    provider TEXT,
    ip_address TEXT,
    user_agent TEXT,
    created_at INTEGER NOT NULL,
    authenticated_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX belgie_sessions_of_user ON belgie_sessions (user_id, created_at, id);
CREATE INDEX belgie_sessions_by_end ON belgie_sessions (expires_at);
CREATE INDEX belgie_sessions_by_beginning ON belgie_sessions (created_at);

CREATE TABLE belgie_attempts (
    state_hash BLOB NOT NULL PRIMARY KEY,
    binding_hash BLOB NOT NULL,
    provider TEXT NOT NULL,
    nonce TEXT NOT NULL,
    code_verifier TEXT NOT NULL,
    return_to TEXT NOT NULL,
    client_state TEXT,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX belgie_attempts_of_browser ON belgie_attempts (binding_hash, created_at, state_hash);
CREATE INDEX belgie_attempts_by_end ON belgie_attempts (expires_at);

-- No foreign keys: events outlive those whom they tell of.
CREATE TABLE belgie_events (
    id BLOB NOT NULL PRIMARY KEY,
    occurred_at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    user_id BLOB,
    actor_id BLOB,
    provider TEXT,
    outcome TEXT NOT NULL,
    ip_address TEXT,
    user_agent TEXT,
    request_id TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX belgie_events_of_user ON belgie_events (user_id, id);
