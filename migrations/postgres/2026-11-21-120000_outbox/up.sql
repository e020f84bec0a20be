-- What is to be done after a transaction has committed.
CREATE TABLE belgie_outbox (
    id UUID NOT NULL PRIMARY KEY,
    topic TEXT COLLATE "C" NOT NULL,
    payload TEXT NOT NULL,
    due_at TIMESTAMPTZ NOT NULL,
    attempts BIGINT NOT NULL
);

-- Items are claimed in the order of their ids; those that another node has claimed are passed over in the index.
CREATE INDEX belgie_outbox_of_topic ON belgie_outbox (topic, id, due_at);
