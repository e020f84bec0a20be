-- Verified identities whose address another user holds, waiting for the person's choice; one for each browser.
CREATE TABLE belgie_pending_sign_ins (
    binding_hash BLOB NOT NULL PRIMARY KEY,
    provider TEXT NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    email TEXT,
    email_verified INTEGER NOT NULL,
    email_proved INTEGER NOT NULL,
    name TEXT,
    picture TEXT,
    scope TEXT,
    holder_id BLOB NOT NULL REFERENCES belgie_users (id) ON DELETE CASCADE,
    return_to TEXT NOT NULL,
    client_state TEXT,
    delivery TEXT NOT NULL,
    code_challenge TEXT,
    replaces BLOB,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX belgie_pending_sign_ins_of_holder ON belgie_pending_sign_ins (holder_id);
CREATE INDEX belgie_pending_sign_ins_by_end ON belgie_pending_sign_ins (expires_at);
