-- Who holds which role. Each decision is one statement on this table.
CREATE TABLE stockade.role_assignments (
    subject TEXT COLLATE "C" NOT NULL,
    role    TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (subject, role)
);

-- Every role that was ever held, so that a first grant is made once. Kept by the table itself: whoever writes an assignment,
-- by whatever means, notes it in the same step.
CREATE TABLE stockade.roles_held (
    role TEXT COLLATE "C" NOT NULL PRIMARY KEY
);

CREATE FUNCTION stockade.roles_held_note() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    INSERT INTO stockade.roles_held (role) VALUES (NEW.role) ON CONFLICT DO NOTHING;
    RETURN NEW;
END $$;

-- Before the row is written: an ordinary grant and a first one then lock the role and the assignment in the same order.
CREATE TRIGGER roles_held_note BEFORE INSERT OR UPDATE ON stockade.role_assignments
    FOR EACH ROW EXECUTE FUNCTION stockade.roles_held_note();
