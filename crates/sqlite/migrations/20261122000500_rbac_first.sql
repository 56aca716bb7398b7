-- Every role that was ever held, so that a first grant is made once. Kept by the table itself: whoever writes an assignment,
-- by whatever means, notes it in the same step.
CREATE TABLE roles_held (
    role TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

INSERT INTO roles_held SELECT DISTINCT role FROM role_assignments;

CREATE TRIGGER roles_held_note AFTER INSERT ON role_assignments BEGIN
    INSERT INTO roles_held (role) VALUES (new.role) ON CONFLICT DO NOTHING;
END;

-- Served the question whether a role is vacant.
DROP INDEX role_assignments_by_role;
