-- The encrypted tokens that a provider issued for an account: the id of the key, then the ciphertext.
CREATE TABLE belgie_provider_tokens (
    account_id UUID NOT NULL PRIMARY KEY REFERENCES belgie_accounts (id) ON DELETE CASCADE,
    revision BIGINT NOT NULL,
    access_token BYTEA NOT NULL,
    refresh_token BYTEA,
    id_token BYTEA,
    scope TEXT,
    expires_at TIMESTAMPTZ,
    refreshing_until TIMESTAMPTZ,
    updated_at TIMESTAMPTZ NOT NULL
);

-- They have never been used.
ALTER TABLE belgie_accounts
    DROP COLUMN access_token,
    DROP COLUMN access_token_expires_at,
    DROP COLUMN refresh_token,
    DROP COLUMN id_token;
