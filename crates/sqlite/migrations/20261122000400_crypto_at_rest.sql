-- How far each walk over a table has come. The cursor is a key of that table, of its own type, and NULL before the first row.
CREATE TABLE stockade_walks (
    name          TEXT NOT NULL PRIMARY KEY,
    after         ANY,
    finished      INTEGER NOT NULL CHECK (finished IN (0, 1)),
    row_count     INTEGER NOT NULL CHECK (row_count >= 0),
    replace_count INTEGER NOT NULL CHECK (replace_count >= 0),
    fail_count    INTEGER NOT NULL CHECK (fail_count >= 0)
) STRICT, WITHOUT ROWID;
