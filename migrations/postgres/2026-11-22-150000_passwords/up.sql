-- The passwords of users: only their hashes are kept.
CREATE TABLE belgie_passwords (
    user_id UUID NOT NULL PRIMARY KEY REFERENCES belgie_users (id) ON DELETE CASCADE,
    hash TEXT NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL
);
