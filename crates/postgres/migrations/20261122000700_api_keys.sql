-- API keys. No secret stands here, only its SHA-256, of 190 random bits. Scopes have no blanks and stand with one between them.
CREATE TABLE stockade.api_keys (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    owner        TEXT COLLATE "C" NOT NULL,
    name         TEXT COLLATE "C" NOT NULL,
    scopes       TEXT COLLATE "C" NOT NULL,
    digest       BYTEA NOT NULL CHECK (octet_length(digest) = 32),
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT,
    last_used_at BIGINT,
    revoked_at   BIGINT,
    successor    TEXT COLLATE "C"
);

CREATE INDEX api_keys_by_owner ON stockade.api_keys (owner, created_at) WHERE revoked_at IS NULL;
CREATE INDEX api_keys_by_successor ON stockade.api_keys (successor) WHERE successor IS NOT NULL;
CREATE INDEX api_keys_by_revocation ON stockade.api_keys (revoked_at) WHERE revoked_at IS NOT NULL;
CREATE INDEX api_keys_by_end ON stockade.api_keys (expires_at) WHERE expires_at IS NOT NULL;
