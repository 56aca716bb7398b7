//! API keys, and the keys that verify access tokens.

use super::operation::Operation;
use super::schemas::{array, millis, named, nullable, object, password, text};
use serde_json::{Value, json};

pub(super) fn operations() -> Vec<Operation> {
    let id = json!({"type": "string", "minLength": 1, "maxLength": 16, "pattern": "^[A-Za-z0-9]+$"});
    vec![
        Operation::get("/v1/auth/api-keys", "apiKeys", "One's own API keys").secured().answers(
            200,
            "those that stand, newest first",
            "ApiKeys",
        ),
        Operation::post("/v1/auth/api-keys", "createApiKey", "Make an API key")
            .secured()
            .body("NewApiKey")
            .answers(201, "the key, shown once", "IssuedApiKey")
            .refuses(&[404, 409]),
        Operation::delete("/v1/auth/api-keys/{id}", "revokeApiKey", "Revoke one")
            .secured()
            .path_parameter("id", &id)
            .done(204, "over")
            .refuses(&[404]),
        Operation::post(
            "/v1/auth/api-keys/{id}/rotate",
            "rotateApiKey",
            "Give one a successor; both are good for a while",
        )
        .secured()
        .path_parameter("id", &id)
        .body("ApiKeyRotation")
        .answers(201, "the successor, shown once", "IssuedApiKey")
        .refuses(&[404, 409]),
        Operation::get("/.well-known/jwks.json", "jwks", "The public keys that verify access tokens")
            .answers(200, "a JSON Web Key Set (RFC 7517)", "Jwks")
            .done(304, "the same as the client has"),
    ]
}

pub(super) fn schemas() -> Vec<(String, Value)> {
    let scope = json!({"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[a-z0-9:._*-]+$"});
    let summary = || {
        vec![
            ("id", text(16)),
            ("name", text(400)),
            ("scopes", array(&scope)),
            ("created_at", millis()),
            ("expires_at", nullable(&millis())),
            ("last_used_at", nullable(&millis())),
            ("successor", nullable(&text(16))),
        ]
    };
    let issued: Vec<_> = std::iter::once(("key", json!({"type": "string"}))).chain(summary()).collect();
    let optional_password = ("current_password", nullable(&password()));
    let wanted = object(
        &[
            ("name", json!({"type": "string", "minLength": 1, "maxLength": 100})),
            ("scopes", json!({"type": "array", "items": scope, "minItems": 1, "maxItems": 32})),
        ],
        &[
            ("expires_in_days", nullable(&json!({"type": "integer", "minimum": 1, "maximum": 3653}))),
            optional_password.clone(),
        ],
    );
    let overlap = nullable(&json!({"type": "integer", "minimum": 0, "maximum": 2_592_000}));
    let rotation = object(&[], &[("overlap_seconds", overlap), optional_password]);
    // Which members a key has depends on its kind; none is private.
    let public = json!({
        "type": "object",
        "required": ["kty", "kid", "use", "alg"],
        "properties": {"kty": {"type": "string"}, "kid": {"type": "string"}, "use": {"const": "sig"}, "alg": {"type": "string"}},
        "not": {"anyOf": [{"required": ["d"]}, {"required": ["k"]}, {"required": ["p"]}, {"required": ["q"]}]},
    });
    vec![
        named("ApiKeys", object(&[("api_keys", array(&object(&summary(), &[])))], &[])),
        named("NewApiKey", wanted),
        named("IssuedApiKey", object(&issued, &[])),
        named("ApiKeyRotation", rotation),
        named("Jwks", object(&[("keys", array(&public))], &[])),
    ]
}
