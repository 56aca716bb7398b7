-- What becomes of an account. Those that are there already are in use, and nobody has verified their addresses.
ALTER TABLE accounts ADD COLUMN email_verified_at INTEGER;
ALTER TABLE accounts ADD COLUMN status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('pending', 'active', 'disabled'));
ALTER TABLE accounts ADD COLUMN credential_version INTEGER NOT NULL DEFAULT 0 CHECK (credential_version >= 0);

CREATE INDEX accounts_pending ON accounts (created_at) WHERE status = 'pending';

-- How a session was opened, and under which version of the account's credentials. Sessions that stand already were opened with a
-- password, under the first.
ALTER TABLE sessions ADD COLUMN methods TEXT NOT NULL DEFAULT 'pwd';
ALTER TABLE sessions ADD COLUMN credential_version INTEGER NOT NULL DEFAULT 0 CHECK (credential_version >= 0);
