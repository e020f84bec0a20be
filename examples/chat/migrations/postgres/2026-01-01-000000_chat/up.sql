CREATE TABLE conversations (
    id UUID NOT NULL PRIMARY KEY,
    user_id UUID NOT NULL REFERENCES belgie_users (id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    used UUID NOT NULL
);

CREATE INDEX conversations_by_use ON conversations (user_id, used);

CREATE TABLE messages (
    id UUID NOT NULL PRIMARY KEY,
    conversation_id UUID NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    is_answer BOOLEAN NOT NULL,
    text TEXT NOT NULL,
    is_pending BOOLEAN NOT NULL,
    error TEXT,
    UNIQUE (conversation_id, position)
);
