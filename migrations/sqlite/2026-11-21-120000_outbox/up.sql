-- What is to be done after a transaction has committed.
CREATE TABLE belgie_outbox (
    id BLOB NOT NULL PRIMARY KEY,
    topic TEXT NOT NULL,
    payload TEXT NOT NULL,
    due_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Items are claimed in the order of their ids; those that another node has claimed are passed over in the index.
CREATE INDEX belgie_outbox_of_topic ON belgie_outbox (topic, id, due_at);
