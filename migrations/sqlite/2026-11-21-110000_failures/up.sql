-- Failures of clients that are no known user, counted by minute. The provider is '' where there is none.
CREATE TABLE belgie_failures (
    minute INTEGER NOT NULL,
    kind TEXT NOT NULL,
    provider TEXT NOT NULL,
    code TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (minute, kind, provider, code)
) STRICT, WITHOUT ROWID;
