-- Accounts. Addresses are compared in the form that the domain makes of them, never by a collation of the store.
CREATE TABLE accounts (
    id              TEXT NOT NULL PRIMARY KEY,
    email           TEXT NOT NULL,
    email_canonical TEXT NOT NULL UNIQUE,
    name            TEXT NOT NULL,
    password        TEXT NOT NULL,
    created_at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Sessions. No token stands here, only digests that are worthless without the service's key.
CREATE TABLE sessions (
    id              BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    subject         TEXT NOT NULL,
    client          TEXT NOT NULL,
    created_at      INTEGER NOT NULL,
    last_seen_at    INTEGER NOT NULL,
    idle_expires_at INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    current         BLOB NOT NULL CHECK (length(current) = 32),
    spent           BLOB CHECK (length(spent) = 32),
    nonce           BLOB CHECK (length(nonce) = 32),
    rotated_at      INTEGER,
    ended_at        INTEGER,
    end_reason      TEXT,
    CHECK ((spent IS NULL) = (nonce IS NULL) AND (spent IS NULL) = (rotated_at IS NULL)),
    CHECK ((ended_at IS NULL) = (end_reason IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_subject ON sessions (subject, expires_at) WHERE ended_at IS NULL;
CREATE INDEX sessions_by_end ON sessions (coalesce(ended_at, min(idle_expires_at, expires_at)));

-- A subject without a row has version 0.
CREATE TABLE security_versions (
    subject TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL CHECK (version > 0)
) STRICT, WITHOUT ROWID;
