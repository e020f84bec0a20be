-- Text is compared byte for byte: collation "C".

CREATE TABLE belgie_users (
    id UUID NOT NULL PRIMARY KEY,
    email TEXT COLLATE "C" UNIQUE,
    email_verified BOOLEAN NOT NULL,
    email_proved BOOLEAN NOT NULL,
    name TEXT,
    name_edited BOOLEAN NOT NULL,
    image TEXT,
    image_edited BOOLEAN NOT NULL,
    role TEXT NOT NULL,
    is_active BOOLEAN NOT NULL,
    last_login_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    CONSTRAINT belgie_users_proved_is_verified CHECK (email_verified OR NOT email_proved)
);

-- The provider's tokens are ciphertext.
CREATE TABLE belgie_accounts (
    id UUID NOT NULL PRIMARY KEY,
    user_id UUID NOT NULL REFERENCES belgie_users (id) ON DELETE CASCADE,
    provider TEXT NOT NULL,
    issuer TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    email TEXT COLLATE "C",
    scope TEXT,
    access_token BYTEA,
    access_token_expires_at TIMESTAMPTZ,
    refresh_token BYTEA,
    id_token BYTEA,
    created_at TIMESTAMPTZ NOT NULL,
    last_used_at TIMESTAMPTZ NOT NULL,
    UNIQUE (issuer, subject)
);

CREATE INDEX belgie_accounts_of_user ON belgie_accounts (user_id, id);

CREATE TABLE belgie_sessions (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    id UUID NOT NULL UNIQUE,
    user_id UUID NOT NULL REFERENCES belgie_users (id) ON DELETE CASCADE,
    provider TEXT,
    ip_address TEXT,
    user_agent TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    authenticated_at TIMESTAMPTZ NOT NULL,
    last_used_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);

CREATE INDEX belgie_sessions_of_user ON belgie_sessions (user_id, created_at, id);
CREATE INDEX belgie_sessions_by_end ON belgie_sessions (expires_at);
CREATE INDEX belgie_sessions_by_beginning ON belgie_sessions (created_at);

CREATE TABLE belgie_attempts (
    state_hash BYTEA NOT NULL PRIMARY KEY,
    binding_hash BYTEA NOT NULL,
    provider TEXT NOT NULL,
    nonce TEXT NOT NULL,
    code_verifier TEXT NOT NULL,
    return_to TEXT NOT NULL,
    client_state TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);

CREATE INDEX belgie_attempts_of_browser ON belgie_attempts (binding_hash, created_at, state_hash);
CREATE INDEX belgie_attempts_by_end ON belgie_attempts (expires_at);

-- No foreign keys: events outlive those whom they tell of.
CREATE TABLE belgie_events (
    id UUID NOT NULL PRIMARY KEY,
    occurred_at TIMESTAMPTZ NOT NULL,
    kind TEXT NOT NULL,
    user_id UUID,
    actor_id UUID,
    provider TEXT,
    outcome TEXT NOT NULL,
    ip_address TEXT,
    user_agent TEXT,
    request_id TEXT
);

CREATE INDEX belgie_events_of_user ON belgie_events (user_id, id);
