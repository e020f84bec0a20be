-- Failures of clients that are no known user, counted by minute. The provider is '' where there is none.
CREATE TABLE belgie_failures (
    minute TIMESTAMPTZ NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    provider TEXT COLLATE "C" NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (minute, kind, provider, code)
);
