-- Two trees instead of four: every sign-in writes and deletes an attempt in each of them. The key also finds the
-- attempts of a browser, and the index also counts those of each network.
CREATE TABLE belgie_attempts_by_browser (
    state_hash BLOB NOT NULL,
    binding_hash BLOB NOT NULL,
    provider TEXT NOT NULL,
    nonce TEXT NOT NULL,
    code_verifier TEXT NOT NULL,
    return_to TEXT NOT NULL,
    client_state TEXT,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    replaces BLOB,
    purpose TEXT NOT NULL DEFAULT 'sign_in',
    delivery TEXT NOT NULL DEFAULT 'cookie',
    network TEXT,
    PRIMARY KEY (binding_hash, state_hash)
) STRICT, WITHOUT ROWID;

INSERT INTO belgie_attempts_by_browser (
    state_hash, binding_hash, provider, nonce, code_verifier, return_to, client_state, created_at, expires_at,
    replaces, purpose, delivery, network
)
SELECT
    state_hash, binding_hash, provider, nonce, code_verifier, return_to, client_state, created_at, expires_at,
    replaces, purpose, delivery, network
FROM belgie_attempts;

DROP TABLE belgie_attempts;
ALTER TABLE belgie_attempts_by_browser RENAME TO belgie_attempts;

CREATE INDEX belgie_attempts_by_end ON belgie_attempts (expires_at, network);
