-- All signing keys of a service in one row, sealed: the store cannot read them, and replaces them whole.
CREATE TABLE signing_keys (
    id      INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    version INTEGER NOT NULL CHECK (version > 0),
    sealed  BLOB NOT NULL
) STRICT;
