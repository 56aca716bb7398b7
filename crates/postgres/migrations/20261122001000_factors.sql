-- Authenticators. The secret is sealed for its subject. One row is either an enrolment that waits for its first code until it
-- expires, or an authenticator in force, whose last accepted step only grows.
CREATE TABLE stockade.totp_factors (
    subject    TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    id         BYTEA NOT NULL CHECK (octet_length(id) = 16),
    sealed     BYTEA NOT NULL,
    expires_at BIGINT,
    last_step  BIGINT,
    CHECK ((expires_at IS NULL) <> (last_step IS NULL))
);

-- Backup codes: slow, salted hashes, one salt for a set. A set outlives its last code: without one, none would be asked for.
CREATE TABLE stockade.backup_sets (
    subject    TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    id         BYTEA NOT NULL CHECK (octet_length(id) = 16),
    salt       BYTEA NOT NULL CHECK (octet_length(salt) = 16),
    derivation TEXT COLLATE "C" NOT NULL
);

CREATE TABLE stockade.backup_codes (
    subject TEXT COLLATE "C" NOT NULL REFERENCES stockade.backup_sets (subject) ON DELETE CASCADE,
    digest  BYTEA NOT NULL CHECK (octet_length(digest) = 32),
    PRIMARY KEY (subject, digest)
);
