-- Verified identities whose address another user holds, waiting for the person's choice; one for each browser.
CREATE TABLE belgie_pending_sign_ins (
    binding_hash BYTEA NOT NULL PRIMARY KEY,
    provider TEXT NOT NULL,
    issuer TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    email TEXT COLLATE "C",
    email_verified BOOLEAN NOT NULL,
    email_proved BOOLEAN NOT NULL,
    name TEXT,
    picture TEXT,
    scope TEXT,
    holder_id UUID NOT NULL REFERENCES belgie_users (id) ON DELETE CASCADE,
    return_to TEXT NOT NULL,
    client_state TEXT,
    delivery TEXT NOT NULL,
    code_challenge TEXT,
    replaces BYTEA,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);

CREATE INDEX belgie_pending_sign_ins_of_holder ON belgie_pending_sign_ins (holder_id);
CREATE INDEX belgie_pending_sign_ins_by_end ON belgie_pending_sign_ins (expires_at);
