-- Authenticators. The secret is sealed for its subject. One row is either an enrolment that waits for its first code until it
-- expires, or an authenticator in force, whose last accepted step only grows.
CREATE TABLE totp_factors (
    subject    TEXT NOT NULL PRIMARY KEY,
    id         BLOB NOT NULL CHECK (length(id) = 16),
    sealed     BLOB NOT NULL,
    expires_at INTEGER,
    last_step  INTEGER,
    CHECK ((expires_at IS NULL) <> (last_step IS NULL))
) STRICT, WITHOUT ROWID;

-- Backup codes: slow, salted hashes, one salt for a set. A set outlives its last code: without one, none would be asked for.
CREATE TABLE backup_sets (
    subject    TEXT NOT NULL PRIMARY KEY,
    id         BLOB NOT NULL CHECK (length(id) = 16),
    salt       BLOB NOT NULL CHECK (length(salt) = 16),
    derivation TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE backup_codes (
    subject TEXT NOT NULL REFERENCES backup_sets (subject) ON DELETE CASCADE,
    digest  BLOB NOT NULL CHECK (length(digest) = 32),
    PRIMARY KEY (subject, digest)
) STRICT, WITHOUT ROWID;
