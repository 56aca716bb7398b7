-- All signing keys of a service in one row, sealed: the store cannot read them, and replaces them whole.
CREATE TABLE stockade.signing_keys (
    one     BOOLEAN NOT NULL PRIMARY KEY DEFAULT TRUE CHECK (one),
    version BIGINT NOT NULL CHECK (version > 0),
    sealed  BYTEA NOT NULL
);
