-- The encrypted tokens that a provider issued for an account: the id of the key, then the ciphertext.
CREATE TABLE belgie_provider_tokens (
    account_id BLOB NOT NULL PRIMARY KEY REFERENCES belgie_accounts (id) ON DELETE CASCADE,
    revision INTEGER NOT NULL,
    access_token BLOB NOT NULL,
    refresh_token BLOB,
    id_token BLOB,
    scope TEXT,
    expires_at INTEGER,
    refreshing_until INTEGER,
    updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- They have never been used.
ALTER TABLE belgie_accounts DROP COLUMN access_token;
ALTER TABLE belgie_accounts DROP COLUMN access_token_expires_at;
ALTER TABLE belgie_accounts DROP COLUMN refresh_token;
ALTER TABLE belgie_accounts DROP COLUMN id_token;
