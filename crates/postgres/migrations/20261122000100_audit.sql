-- The security log. `body` is the evidence, byte for byte as it was written; the other columns repeat of it what queries ask for.
CREATE TABLE stockade.audit_events (
    sequence      BIGINT NOT NULL PRIMARY KEY CHECK (sequence > 0),
    at            BIGINT NOT NULL CHECK (at >= 0),
    actor         TEXT COLLATE "C",
    action        TEXT COLLATE "C" NOT NULL,
    outcome       TEXT COLLATE "C" NOT NULL,
    resource_kind TEXT COLLATE "C",
    resource_id   TEXT COLLATE "C",
    body          TEXT NOT NULL
);

-- Each index ends in the row's sequence, so a page is read in order and never sorted. For the same reason there is none on
-- `at`, over which a range would have to be sorted, and the resource's id stands before its kind.
CREATE INDEX audit_events_by_actor ON stockade.audit_events (actor, sequence) WHERE actor IS NOT NULL;
CREATE INDEX audit_events_by_action ON stockade.audit_events (action, sequence);
CREATE INDEX audit_events_by_outcome ON stockade.audit_events (outcome, sequence);
CREATE INDEX audit_events_by_resource ON stockade.audit_events (resource_id, sequence) WHERE resource_id IS NOT NULL;

-- The place of the last event. Whoever appends holds this row until the append is committed: so places have no gaps, and a
-- reader who sees an event sees all before it. A sequence of PostgreSQL promises neither.
CREATE TABLE stockade.audit_head (
    one  BOOLEAN NOT NULL PRIMARY KEY DEFAULT TRUE CHECK (one),
    last BIGINT NOT NULL CHECK (last >= 0)
) WITH (fillfactor = 10);

INSERT INTO stockade.audit_head (last) VALUES (0);

CREATE FUNCTION stockade.audit_events_stay() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'audit events are not changed or removed';
END $$;

CREATE TRIGGER audit_events_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON stockade.audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION stockade.audit_events_stay();

CREATE FUNCTION stockade.audit_head_goes_on() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.last > OLD.last THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'places of audit events only go on';
END $$;

CREATE TRIGGER audit_head_goes_on BEFORE UPDATE OR DELETE ON stockade.audit_head
    FOR EACH ROW EXECUTE FUNCTION stockade.audit_head_goes_on();
