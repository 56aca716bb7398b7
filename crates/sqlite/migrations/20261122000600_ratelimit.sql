-- Budgets that are not whole. A key is the first half of the SHA-256 of its name: no address lies here, and none makes a row
-- long. Times are nanoseconds of the store's own time, which only grows.
CREATE TABLE limits (
    key        BLOB NOT NULL PRIMARY KEY CHECK (length(key) = 16),
    paid_up_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX limits_by_paid_up_at ON limits (paid_up_at);

-- The store's time, what the wall clock said at it (nanoseconds since the epoch), when every budget is whole; and how many rows
-- `limits` has, which its triggers count.
CREATE TABLE limits_time (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    elapsed INTEGER NOT NULL,
    wall    INTEGER NOT NULL,
    horizon INTEGER NOT NULL,
    keys    INTEGER NOT NULL
) STRICT;

INSERT INTO limits_time VALUES (1, 0, 0, 0, 0);

CREATE TRIGGER limits_counted AFTER INSERT ON limits BEGIN
    UPDATE limits_time SET keys = keys + 1;
END;

CREATE TRIGGER limits_discounted AFTER DELETE ON limits BEGIN
    UPDATE limits_time SET keys = keys - 1;
END;
