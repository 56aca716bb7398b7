-- One-time tokens. No token stands here, only digests that are worthless without the service's key.
CREATE TABLE stockade.one_time_tokens (
    digest        BYTEA NOT NULL PRIMARY KEY CHECK (octet_length(digest) = 32),
    purpose       TEXT COLLATE "C" NOT NULL,
    subject       TEXT COLLATE "C" NOT NULL,
    bound         TEXT COLLATE "C" NOT NULL,
    issued_at     BIGINT NOT NULL,
    expires_at    BIGINT NOT NULL,
    attempts_left BIGINT NOT NULL CHECK (attempts_left >= 0)
);

CREATE INDEX one_time_tokens_by_subject ON stockade.one_time_tokens (subject, purpose);
CREATE INDEX one_time_tokens_by_expiry ON stockade.one_time_tokens (expires_at);
