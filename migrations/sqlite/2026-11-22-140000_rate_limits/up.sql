-- Buckets of permits, by the hash of what is limited and for whom: when each is full again.
CREATE TABLE belgie_rate_limits (
    key BLOB NOT NULL PRIMARY KEY,
    full_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX belgie_rate_limits_by_end ON belgie_rate_limits (full_at);
