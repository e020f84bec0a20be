-- A table with row ids keeps a row of up to 4,000 bytes on one page; without them, what exceeds 1,000 bytes goes to pages of
-- its own. ID tokens are that long, so every sign-in wrote four pages here instead of one.
CREATE TABLE belgie_provider_tokens_with_row_ids (
    account_id BLOB NOT NULL PRIMARY KEY REFERENCES belgie_accounts (id) ON DELETE CASCADE,
    revision INTEGER NOT NULL,
    access_token BLOB NOT NULL,
    refresh_token BLOB,
    id_token BLOB,
    scope TEXT,
    expires_at INTEGER,
    refreshing_until INTEGER,
    updated_at INTEGER NOT NULL
) STRICT;

INSERT INTO belgie_provider_tokens_with_row_ids (
    account_id, revision, access_token, refresh_token, id_token, scope, expires_at, refreshing_until, updated_at
)
SELECT account_id, revision, access_token, refresh_token, id_token, scope, expires_at, refreshing_until, updated_at
FROM belgie_provider_tokens;

DROP TABLE belgie_provider_tokens;
ALTER TABLE belgie_provider_tokens_with_row_ids RENAME TO belgie_provider_tokens;
