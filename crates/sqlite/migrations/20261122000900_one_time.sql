-- One-time tokens. No token stands here, only digests that are worthless without the service's key.
CREATE TABLE one_time_tokens (
    digest        BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
    purpose       TEXT NOT NULL,
    subject       TEXT NOT NULL,
    bound         TEXT NOT NULL,
    issued_at     INTEGER NOT NULL,
    expires_at    INTEGER NOT NULL,
    attempts_left INTEGER NOT NULL CHECK (attempts_left >= 0)
) STRICT, WITHOUT ROWID;

CREATE INDEX one_time_tokens_by_subject ON one_time_tokens (subject, purpose);
CREATE INDEX one_time_tokens_by_expiry ON one_time_tokens (expires_at);
