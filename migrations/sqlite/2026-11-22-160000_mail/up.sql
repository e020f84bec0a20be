-- One-time tokens that are mailed, at most one for each purpose of a user; only their hashes are kept.
CREATE TABLE belgie_mailed_tokens (
    id BLOB NOT NULL PRIMARY KEY,
    token_hash BLOB NOT NULL UNIQUE,
    purpose TEXT NOT NULL,
    user_id BLOB NOT NULL REFERENCES belgie_users (id) ON DELETE CASCADE,
    email TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    UNIQUE (user_id, purpose)
) STRICT, WITHOUT ROWID;

CREATE INDEX belgie_mailed_tokens_by_end ON belgie_mailed_tokens (expires_at);
