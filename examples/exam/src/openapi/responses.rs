//! Refusals, and the headers that answers have.

use serde_json::{Map, Value, json};

/// Status, name, and what it means.
const REFUSALS: [(u16, &str, &str); 9] = [
    (400, "BadRequest", "the request does not fit; `details` names the fields"),
    (401, "Unauthenticated", "no valid token, or a sign-in that is too old or too weak for this"),
    (403, "Forbidden", "this caller may not do this, or the password or code is wrong"),
    (404, "NotFound", "there is no such thing, or none that the caller may know of"),
    (409, "Conflict", "the current state forbids it"),
    (413, "TooLarge", "the body is larger than 64 KiB"),
    (415, "UnsupportedMedia", "the body is not `application/json`"),
    (429, "TooMany", "too often"),
    (503, "Unavailable", "a store does not answer, or too much is going on"),
];

/// `#/components/responses`
pub(super) fn all() -> Map<String, Value> {
    let response = |(status, name, what): (u16, &str, &str)| {
        let content = json!({"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}});
        let mut headers = common();
        match status {
            401 => _ = headers.insert("www-authenticate".into(), header("WwwAuthenticate")),
            429 | 503 => _ = headers.insert("retry-after".into(), header("RetryAfter")),
            _ => {}
        }
        (name.to_owned(), json!({"description": what, "headers": headers, "content": content}))
    };
    REFUSALS.into_iter().map(response).collect()
}

/// The refusal with this status.
pub(super) fn reference(status: u16) -> Value {
    let name = REFUSALS.iter().find(|(known, ..)| *known == status).map_or("Unknown", |(_, name, _)| name);
    json!({"$ref": format!("#/components/responses/{name}")})
}

/// `#/components/headers`
pub(super) fn headers() -> Value {
    let text = |what: &str, required: bool, schema: Value| json!({"description": what, "required": required, "schema": schema});
    json!({
        "RequestId": text("the request's name, in logs too", true, json!({"type": "string", "pattern": "^[A-Za-z0-9._-]{1,128}$"})),
        "CacheControl": text("how long it may be kept", true, json!({"type": "string"})),
        "ContentTypeOptions": text("it is what it says it is", true, json!({"type": "string", "const": "nosniff"})),
        "WwwAuthenticate": text("what is asked for", true, json!({"type": "string", "pattern": "^Bearer"})),
        "RetryAfter": text("seconds to wait", false, json!({"type": "integer", "minimum": 0})),
    })
}

/// Those that every answer from behind the wall has.
pub(super) fn common() -> Map<String, Value> {
    [
        ("x-request-id", "RequestId"),
        ("cache-control", "CacheControl"),
        ("x-content-type-options", "ContentTypeOptions"),
    ]
    .into_iter()
    .map(|(name, component)| (name.to_owned(), header(component)))
    .collect()
}

fn header(component: &str) -> Value {
    json!({"$ref": format!("#/components/headers/{component}")})
}
