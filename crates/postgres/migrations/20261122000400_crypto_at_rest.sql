-- How far each walk over a table has come. The cursor is a key of that table, of its own kind, and nothing before the first row.
CREATE TABLE stockade.walks (
    name          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    after_number  BIGINT,
    after_text    TEXT,
    after_bytes   BYTEA,
    finished      BOOLEAN NOT NULL,
    row_count     BIGINT NOT NULL CHECK (row_count >= 0),
    replace_count BIGINT NOT NULL CHECK (replace_count >= 0),
    fail_count    BIGINT NOT NULL CHECK (fail_count >= 0),
    CHECK (num_nonnulls(after_number, after_text, after_bytes) <= 1)
);
