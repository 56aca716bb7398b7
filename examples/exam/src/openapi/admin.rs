//! What administrators may.

use super::operation::Operation;
use super::schemas::{array, client, code, millis, named, nullable, object, role, subject_id, text, uuid};
use serde_json::{Value, json};

pub(super) fn operations() -> Vec<Operation> {
    let on_account = |path, id, summary| {
        Operation::post(path, id, summary).secured().path_parameter("id", &subject_id()).refuses(&[404])
    };
    let role_of = |operation: Operation| {
        let operation =
            operation.secured().path_parameter("id", &subject_id()).path_parameter("role", &role());
        operation.refuses(&[404])
    };
    const ROLES: &str = "/v1/admin/accounts/{id}/roles/{role}";
    vec![
        on_account("/v1/admin/accounts/{id}/disable", "disableAccount", "Close an account")
            .done(204, "closed"),
        on_account("/v1/admin/accounts/{id}/enable", "enableAccount", "Open it again").done(204, "open"),
        on_account("/v1/admin/accounts/{id}/end-sessions", "endSessions", "End its sessions")
            .done(204, "over"),
        on_account(
            "/v1/admin/accounts/{id}/password-reset",
            "startReset",
            "Have a reset mailed to its owner",
        )
        .done(202, "on its way"),
        on_account("/v1/admin/accounts/{id}/mfa/remove", "removeFactor", "Take a lost second factor off it")
            .done(204, "gone"),
        on_account("/v1/admin/accounts/{id}/remove", "removeAccountOf", "Remove it and all that hangs on it")
            .done(204, "gone"),
        role_of(Operation::put(ROLES, "grantRole", "Give it a role")).done(204, "it has the role"),
        role_of(Operation::delete(ROLES, "revokeRole", "Take a role off it")).done(204, "it has not"),
        Operation::post(
            "/v1/admin/impersonate",
            "impersonate",
            "Act in somebody's name for a while, on record",
        )
        .secured()
        .body("Impersonation")
        .answers(200, "an access token that opens nothing that touches credentials", "Borrowed")
        .refuses(&[404]),
        Operation::get("/v1/admin/signing-keys", "signingKeys", "The keys that sign access tokens")
            .secured()
            .answers(200, "in the order in which they sign", "SigningKeys"),
        Operation::post(
            "/v1/admin/signing-keys/rotate",
            "rotateSigningKey",
            "Announce a successor ahead of the schedule",
        )
        .secured()
        .answers(202, "announced", "SigningKeys")
        .refuses(&[409]),
        Operation::post(
            "/v1/admin/signing-keys/emergency",
            "replaceSigningKeys",
            "Trust nothing that was signed so far",
        )
        .secured()
        .answers(200, "one new key", "SigningKeys"),
        audit(),
    ]
}

fn audit() -> Operation {
    let time = || json!({"type": "integer", "minimum": 0, "maximum": u64::MAX});
    Operation::get("/v1/admin/audit", "audit", "The security log, newest first")
        .secured()
        .query_parameter("actor", &subject_id())
        .query_parameter(
            "action",
            &json!({"type": "string", "pattern": "^[a-z0-9_]+(\\.[a-z0-9_]+)*$", "maxLength": 64}),
        )
        .query_parameter("outcome", &outcome())
        .query_parameter("from", &time())
        .query_parameter("to", &time())
        .query_parameter("limit", &json!({"type": "integer", "minimum": 1, "maximum": 200}))
        .query_parameter("cursor", &text(128))
        .answers(200, "a page", "AuditPage")
}

fn outcome() -> Value {
    json!({"enum": ["success", "failure", "denied", "error"]})
}

pub(super) fn schemas() -> Vec<(String, Value)> {
    let impersonation = object(
        &[("subject", subject_id()), ("reason", json!({"type": "string", "minLength": 1, "maxLength": 256}))],
        &[("seconds", nullable(&json!({"type": "integer", "minimum": 1, "maximum": 1800})))],
    );
    let borrowed = object(
        &[
            ("access_token", json!({"type": "string"})),
            ("token_type", json!({"const": "bearer"})),
            ("expires_in", json!({"type": "integer", "minimum": 1, "maximum": 1800})),
        ],
        &[],
    );
    let event = object(
        &[
            ("sequence", json!({"type": "integer", "minimum": 1})),
            ("id", uuid()),
            ("at", millis()),
            ("action", text(64)),
            ("outcome", outcome()),
            ("client", client()),
        ],
        &[
            ("reason", code_like()),
            ("actor", subject_id()),
            ("tenant", text(128)),
            ("session", uuid()),
            ("resource", object(&[("kind", text(256)), ("id", text(256))], &[])),
            ("request_id", text(128)),
            (
                "details",
                json!({"type": "object", "additionalProperties": {"type": ["boolean", "integer", "string"]}}),
            ),
        ],
    );
    let key = object(
        &[
            ("kid", text(128)),
            ("phase", json!({"enum": ["announced", "active", "retired"]})),
            ("announced_at", millis()),
            ("activates_at", millis()),
            ("drops_at", nullable(&millis())),
        ],
        &[],
    );
    let page = object(&[("events", array(&event)), ("next_cursor", nullable(&text(128)))], &[]);
    vec![
        named("Impersonation", impersonation),
        named("Borrowed", borrowed),
        named("AuditPage", page),
        named("SigningKeys", object(&[("signing_keys", array(&key))], &[])),
    ]
}

/// Reasons are codes, and those of attempts are purposes, which have dots.
fn code_like() -> Value {
    let Value::Object(mut schema) = code() else { return code() };
    schema.insert("pattern".into(), json!("^[a-z0-9_.-]+$"));
    Value::Object(schema)
}
