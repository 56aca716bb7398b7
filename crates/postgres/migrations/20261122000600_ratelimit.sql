-- Budgets that are not whole. A key is the first half of the SHA-256 of its name: no address lies here, and none makes a row
-- long. Times are nanoseconds of the store's own time, which only grows.
CREATE TABLE stockade.limits (
    key        BYTEA NOT NULL PRIMARY KEY CHECK (octet_length(key) = 16),
    paid_up_at BIGINT NOT NULL
);

CREATE INDEX limits_by_paid_up_at ON stockade.limits (paid_up_at);

-- The store's time, and what the wall clock said at it (nanoseconds since the epoch); at most a second behind.
CREATE TABLE stockade.limits_time (
    one     BOOLEAN NOT NULL PRIMARY KEY DEFAULT TRUE CHECK (one),
    elapsed BIGINT NOT NULL,
    wall    BIGINT NOT NULL
);
