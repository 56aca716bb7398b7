-- Who holds which role. Each decision is one statement on this table.
CREATE TABLE role_assignments (
    subject TEXT NOT NULL,
    role    TEXT NOT NULL,
    PRIMARY KEY (subject, role)
) STRICT, WITHOUT ROWID;

CREATE INDEX role_assignments_by_role ON role_assignments (role);
