-- Keys of objects, for crypto-erasure. A row stays for ever: an object whose key was erased never gets another. Ids and names are
-- compared by their bytes, as the domain compares them.
CREATE TABLE stockade.object_keys (
    object      TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    fingerprint BYTEA NOT NULL CHECK (length(fingerprint) = 16),
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT,
    wrap        BYTEA CHECK (length(wrap) BETWEEN 1 AND 512),
    erased_at   BIGINT,
    cause       TEXT,
    CHECK ((erased_at IS NULL) = (cause IS NULL) AND (erased_at IS NULL) = (wrap IS NOT NULL))
);

CREATE INDEX object_keys_by_expiry ON stockade.object_keys (expires_at, object)
    WHERE expires_at IS NOT NULL AND erased_at IS NULL;

CREATE TABLE stockade.object_holds (
    object TEXT COLLATE "C" NOT NULL REFERENCES stockade.object_keys,
    name   TEXT COLLATE "C" NOT NULL,
    reason TEXT NOT NULL,
    since  BIGINT NOT NULL,
    PRIMARY KEY (object, name)
);
