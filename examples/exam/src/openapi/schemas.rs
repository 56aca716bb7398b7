//! Shapes. An object has the members that stand here and no others: the server refuses what it does not know, and clients may, too.

use serde_json::{Map, Value, json};

/// `#/components/schemas`
pub(super) fn all() -> Map<String, Value> {
    let mut all = Map::new();
    for topic in [error(), super::auth::schemas(), super::mfa::schemas(), super::keys::schemas()] {
        all.extend(topic);
    }
    for topic in [super::admin::schemas(), super::exam::schemas()] {
        all.extend(topic);
    }
    all
}

fn error() -> Vec<(String, Value)> {
    let field = object(&[("field", text(256)), ("code", code()), ("message", text(512))], &[]);
    let inner = object(
        &[
            ("code", code()),
            ("message", text(512)),
            ("details", json!({"type": "array", "items": field})),
            ("request_id", nullable(&json!({"type": "string", "maxLength": 128}))),
        ],
        &[],
    );
    vec![named("Error", object(&[("error", inner)], &[]))]
}

/// An object with the required and the optional members, and no others.
pub(super) fn object(required: &[(&str, Value)], optional: &[(&str, Value)]) -> Value {
    let members = required.iter().chain(optional);
    let properties: Map<_, _> = members.map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
    let names: Vec<_> = required.iter().map(|(name, _)| *name).collect();
    json!({"type": "object", "additionalProperties": false, "required": names, "properties": properties})
}

pub(super) fn named(name: &str, schema: Value) -> (String, Value) {
    (name.to_owned(), schema)
}

pub(super) fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// A member that may also be null.
pub(super) fn nullable(schema: &Value) -> Value {
    json!({"anyOf": [schema, {"type": "null"}]})
}

pub(super) fn text(max: u32) -> Value {
    json!({"type": "string", "maxLength": max})
}

/// A code for programs.
pub(super) fn code() -> Value {
    json!({"type": "string", "pattern": "^[a-z0-9_]+$"})
}

pub(super) fn email() -> Value {
    json!({"type": "string", "minLength": 3, "maxLength": 254, "examples": ["ada@example.org"]})
}

/// A password to be compared.
pub(super) fn password() -> Value {
    json!({"type": "string", "format": "password", "maxLength": 1024})
}

/// A password to be set.
pub(super) fn new_password() -> Value {
    json!({
        "type": "string", "format": "password", "minLength": 15, "maxLength": 1024,
        "description": "15 characters or more, not a common one, not made of the name or the address",
    })
}

/// Six digits of an authenticator app.
pub(super) fn totp() -> Value {
    json!({"type": "string", "examples": ["123456"]})
}

pub(super) fn subject_id() -> Value {
    json!({"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"})
}

pub(super) fn uuid() -> Value {
    json!({"type": "string", "format": "uuid"})
}

pub(super) fn role() -> Value {
    json!({"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[a-z0-9._-]+$"})
}

pub(super) fn millis() -> Value {
    json!({"type": "integer", "minimum": 0, "description": "milliseconds since 1970, in UTC"})
}

pub(super) fn array(items: &Value) -> Value {
    json!({"type": "array", "items": items})
}

/// What is known of the other end of a connection.
pub(super) fn client() -> Value {
    object(&[("ip", nullable(&json!({"type": "string"}))), ("user_agent", nullable(&text(256)))], &[])
}
