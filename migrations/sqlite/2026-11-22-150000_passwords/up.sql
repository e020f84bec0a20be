-- The passwords of users: only their hashes are kept.
CREATE TABLE belgie_passwords (
    user_id BLOB NOT NULL PRIMARY KEY REFERENCES belgie_users (id) ON DELETE CASCADE,
    hash TEXT NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
