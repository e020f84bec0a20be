CREATE TABLE conversations (
    id UUID NOT NULL PRIMARY KEY,
    user_id UUID NOT NULL REFERENCES belgie_users (id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    used UUID NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);

CREATE INDEX conversations_by_use ON conversations (user_id, used);

CREATE TABLE messages (
    id UUID NOT NULL PRIMARY KEY,
    conversation_id UUID NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    author TEXT NOT NULL CHECK (author IN ('user', 'partner')),
    text TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('complete', 'pending', 'failed')),
    error TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    UNIQUE (conversation_id, position)
);
