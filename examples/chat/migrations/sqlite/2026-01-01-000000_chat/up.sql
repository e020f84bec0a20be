CREATE TABLE conversations (
    id BLOB NOT NULL PRIMARY KEY,
    user_id BLOB NOT NULL REFERENCES belgie_users (id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    used BLOB NOT NULL
) STRICT;

CREATE INDEX conversations_by_use ON conversations (user_id, used);

CREATE TABLE messages (
    id BLOB NOT NULL PRIMARY KEY,
    conversation_id BLOB NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    is_answer INTEGER NOT NULL CHECK (is_answer IN (0, 1)),
    text TEXT NOT NULL,
    is_pending INTEGER NOT NULL CHECK (is_pending IN (0, 1)),
    error TEXT,
    UNIQUE (conversation_id, position)
) STRICT;
