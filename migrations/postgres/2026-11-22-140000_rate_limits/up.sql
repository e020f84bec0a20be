-- Buckets of permits, by the hash of what is limited and for whom: when each is full again. They are not worth waiting
-- for the disk: a crash of the database server empties the table.
CREATE UNLOGGED TABLE belgie_rate_limits (
    key BYTEA NOT NULL PRIMARY KEY,
    full_at TIMESTAMPTZ NOT NULL
);

CREATE INDEX belgie_rate_limits_by_end ON belgie_rate_limits (full_at);
