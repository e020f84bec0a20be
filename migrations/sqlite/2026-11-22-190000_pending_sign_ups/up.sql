-- Mailed tokens of people who become users by using them: an issuer and a subject, and what the provider said, in place of
-- a user. SQLite cannot drop NOT NULL, so the table is made anew.
CREATE TABLE belgie_mailed_tokens_new (
    id BLOB NOT NULL PRIMARY KEY,
    token_hash BLOB NOT NULL UNIQUE,
    purpose TEXT NOT NULL,
    user_id BLOB REFERENCES belgie_users (id) ON DELETE CASCADE,
    email TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    provider TEXT,
    issuer TEXT,
    subject TEXT,
    name TEXT,
    picture TEXT,
    scope TEXT,
    UNIQUE (user_id, purpose),
    UNIQUE (issuer, subject, purpose)
) STRICT, WITHOUT ROWID;

INSERT INTO belgie_mailed_tokens_new (id, token_hash, purpose, user_id, email, created_at, expires_at)
SELECT id, token_hash, purpose, user_id, email, created_at, expires_at FROM belgie_mailed_tokens;
DROP TABLE belgie_mailed_tokens;
ALTER TABLE belgie_mailed_tokens_new RENAME TO belgie_mailed_tokens;

CREATE INDEX belgie_mailed_tokens_by_end ON belgie_mailed_tokens (expires_at);
