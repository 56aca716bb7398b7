-- What a patient is to the clinic lies in BLOBs that only the vault opens, each bound to its tenant, table, column and row.
-- In the clear are ids, times, who wrote, and the blind index.
CREATE TABLE IF NOT EXISTS patients (
    id           TEXT PRIMARY KEY,
    tenant       TEXT NOT NULL,
    record_index BLOB NOT NULL,
    record       BLOB NOT NULL,
    name         BLOB NOT NULL,
    notes        BLOB NOT NULL,
    born         BLOB,
    created_at   INTEGER NOT NULL
) STRICT;

CREATE INDEX IF NOT EXISTS patients_by_record ON patients (tenant, record_index);

-- An image without a row is not there: the row is what makes an upload count.
CREATE TABLE IF NOT EXISTS images (
    id         TEXT PRIMARY KEY,
    tenant     TEXT NOT NULL,
    patient    TEXT NOT NULL REFERENCES patients,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS analyses (
    id         TEXT PRIMARY KEY,
    tenant     TEXT NOT NULL,
    patient    TEXT NOT NULL REFERENCES patients,
    image      TEXT REFERENCES images,
    author     TEXT NOT NULL,
    finding    BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- What was asked of the assistant, and what it said; nothing was said yet, or ever, where that is null.
CREATE TABLE IF NOT EXISTS chats (
    id         TEXT PRIMARY KEY,
    tenant     TEXT NOT NULL,
    author     TEXT NOT NULL,
    asked      BLOB NOT NULL,
    said       BLOB,
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX IF NOT EXISTS chats_by_author ON chats (tenant, author, id);

CREATE INDEX IF NOT EXISTS analyses_by_patient ON analyses (tenant, patient, id);
