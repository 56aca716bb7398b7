-- Keys of objects, for crypto-erasure. A row stays for ever: an object whose key was erased never gets another.
CREATE TABLE object_keys (
    id          INTEGER PRIMARY KEY,
    object      TEXT NOT NULL UNIQUE,
    fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 16),
    created_at  INTEGER NOT NULL,
    expires_at  INTEGER,
    erased_at   INTEGER,
    cause       TEXT,
    CHECK ((erased_at IS NULL) = (cause IS NULL))
) STRICT;

CREATE INDEX object_keys_by_expiry ON object_keys (expires_at, object)
    WHERE expires_at IS NOT NULL AND erased_at IS NULL;

-- The wrapped keys, and nothing else: rows are added at the end and never leave, and an erased wrap is overwritten by as many
-- zeros. So no row moves to another page, which would leave a copy in the free space of the page before.
CREATE TABLE object_wraps (
    id   INTEGER PRIMARY KEY REFERENCES object_keys,
    wrap BLOB NOT NULL CHECK (length(wrap) BETWEEN 1 AND 512)
) STRICT;

CREATE TABLE object_holds (
    object_key INTEGER NOT NULL REFERENCES object_keys,
    name       TEXT NOT NULL,
    reason     TEXT NOT NULL,
    since      INTEGER NOT NULL,
    PRIMARY KEY (object_key, name)
) STRICT, WITHOUT ROWID;
