-- One-time tokens that are mailed, at most one for each purpose of a user; only their hashes are kept.
CREATE TABLE belgie_mailed_tokens (
    id UUID NOT NULL PRIMARY KEY,
    token_hash BYTEA NOT NULL UNIQUE,
    purpose TEXT NOT NULL,
    user_id UUID NOT NULL REFERENCES belgie_users (id) ON DELETE CASCADE,
    email TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    UNIQUE (user_id, purpose)
);

CREATE INDEX belgie_mailed_tokens_by_end ON belgie_mailed_tokens (expires_at);
