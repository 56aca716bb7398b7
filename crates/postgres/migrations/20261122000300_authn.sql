-- Accounts. Addresses are compared in the form that the domain makes of them, never by a collation of the store.
CREATE TABLE stockade.accounts (
    id                 TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    email              TEXT COLLATE "C" NOT NULL,
    email_canonical    TEXT COLLATE "C" NOT NULL UNIQUE,
    name               TEXT COLLATE "C" NOT NULL,
    password           TEXT COLLATE "C" NOT NULL,
    created_at         BIGINT NOT NULL,
    email_verified_at  BIGINT,
    status             TEXT COLLATE "C" NOT NULL CHECK (status IN ('pending', 'active', 'disabled')),
    credential_version BIGINT NOT NULL CHECK (credential_version >= 0)
);

CREATE INDEX accounts_pending ON stockade.accounts (created_at) WHERE status = 'pending';

-- Sessions. No token stands here, only digests that are worthless without the service's key.
CREATE TABLE stockade.sessions (
    id                 BYTEA NOT NULL PRIMARY KEY CHECK (octet_length(id) = 16),
    subject            TEXT COLLATE "C" NOT NULL,
    client             TEXT NOT NULL,
    created_at         BIGINT NOT NULL,
    methods            TEXT COLLATE "C" NOT NULL,
    credential_version BIGINT NOT NULL CHECK (credential_version >= 0),
    last_seen_at       BIGINT NOT NULL,
    idle_expires_at    BIGINT NOT NULL,
    expires_at         BIGINT NOT NULL,
    current            BYTEA NOT NULL CHECK (octet_length(current) = 32),
    spent              BYTEA CHECK (octet_length(spent) = 32),
    nonce              BYTEA CHECK (octet_length(nonce) = 32),
    rotated_at         BIGINT,
    ended_at           BIGINT,
    end_reason         TEXT COLLATE "C",
    CHECK ((spent IS NULL) = (nonce IS NULL) AND (spent IS NULL) = (rotated_at IS NULL)),
    CHECK ((ended_at IS NULL) = (end_reason IS NULL))
);

CREATE INDEX sessions_by_subject ON stockade.sessions (subject, expires_at) WHERE ended_at IS NULL;
CREATE INDEX sessions_by_end ON stockade.sessions (coalesce(ended_at, least(idle_expires_at, expires_at)));

-- A subject without a row has version 0.
CREATE TABLE stockade.security_versions (
    subject TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL CHECK (version > 0)
);
