-- The S256 code challenge of a front end that exchanges a one-time code for the session.
ALTER TABLE belgie_attempts ADD COLUMN code_challenge TEXT;

-- One-time codes that are exchanged for a session; only their hashes are kept.
CREATE TABLE belgie_codes (
    code_hash BYTEA NOT NULL PRIMARY KEY,
    code_challenge TEXT NOT NULL,
    user_id UUID NOT NULL REFERENCES belgie_users (id) ON DELETE CASCADE,
    provider TEXT NOT NULL,
    replaces BYTEA,
    ip_address TEXT,
    user_agent TEXT,
    authenticated_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);

CREATE INDEX belgie_codes_of_user ON belgie_codes (user_id);
CREATE INDEX belgie_codes_by_end ON belgie_codes (expires_at);

-- The hashes of ID tokens that were used to sign in, until they expire.
CREATE TABLE belgie_used_id_tokens (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    expires_at TIMESTAMPTZ NOT NULL
);

CREATE INDEX belgie_used_id_tokens_by_end ON belgie_used_id_tokens (expires_at);
