-- The keys that sign access tokens. The private key is ciphertext; `sealed_with` names the key it is encrypted with.
CREATE TABLE belgie_signing_keys (
    id UUID NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL UNIQUE,
    algorithm TEXT NOT NULL,
    public_key BYTEA NOT NULL,
    private_key BYTEA NOT NULL,
    sealed_with BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    signs_from TIMESTAMPTZ NOT NULL
);
