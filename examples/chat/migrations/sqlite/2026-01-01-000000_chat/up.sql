CREATE TABLE conversations (
    id BLOB NOT NULL PRIMARY KEY,
    user_id BLOB NOT NULL REFERENCES belgie_users (id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    used BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX conversations_by_use ON conversations (user_id, used);

CREATE TABLE messages (
    id BLOB NOT NULL PRIMARY KEY,
    conversation_id BLOB NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    author TEXT NOT NULL CHECK (author IN ('user', 'partner')),
    text TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('complete', 'pending', 'failed')),
    error TEXT,
    created_at INTEGER NOT NULL,
    UNIQUE (conversation_id, position)
) STRICT;
