-- The security log. `body` is the evidence, byte for byte as it was written; the other columns repeat of it what queries ask for.
CREATE TABLE audit_events (
    sequence      INTEGER NOT NULL PRIMARY KEY CHECK (sequence > 0),
    at            INTEGER NOT NULL CHECK (at >= 0),
    actor         TEXT,
    action        TEXT NOT NULL,
    outcome       TEXT NOT NULL,
    resource_kind TEXT,
    resource_id   TEXT,
    body          TEXT NOT NULL
) STRICT;

-- Each index ends in the row's sequence, so a page is read in order and never sorted. For the same reason there is none on
-- `at`, over which a range would have to be sorted, and the resource's id stands before its kind.
CREATE INDEX audit_events_by_actor ON audit_events (actor) WHERE actor IS NOT NULL;
CREATE INDEX audit_events_by_action ON audit_events (action);
CREATE INDEX audit_events_by_outcome ON audit_events (outcome);
CREATE INDEX audit_events_by_resource ON audit_events (resource_id, resource_kind) WHERE resource_id IS NOT NULL;

CREATE TRIGGER audit_events_are_not_changed BEFORE UPDATE ON audit_events
BEGIN
    SELECT RAISE(ABORT, 'audit events are not changed');
END;

CREATE TRIGGER audit_events_are_not_removed BEFORE DELETE ON audit_events
BEGIN
    SELECT RAISE(ABORT, 'audit events are not removed');
END;
