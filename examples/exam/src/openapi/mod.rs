//! What the API is, in the words of OpenAPI 3.1, for programs to read.
//!
//! Written by hand, in the order of the routes: a test holds it against the router, path by path and method by method, and
//! `tests/schemathesis` holds a running server against it.

mod admin;
mod auth;
mod exam;
mod keys;
mod mfa;
mod operation;
mod responses;
mod schemas;

use axum::Router;
use axum::body::Bytes;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::routing::get;
use operation::Operation;
use serde_json::{Map, Value, json};

/// `GET /openapi.json`
pub(crate) fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let document = Bytes::from(document().to_string());
    let headers = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "public, max-age=300")];
    Router::new().route("/openapi.json", get(async move || (headers, document)))
}

/// The whole document.
pub(crate) fn document() -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Exam",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Accounts of an exam platform. Every refusal is the error envelope; its `code` is stable.",
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "paths": paths(),
        "components": {
            "schemas": schemas::all(),
            "responses": responses::all(),
            "headers": responses::headers(),
            "securitySchemes": {"bearer": {
                "type": "http",
                "scheme": "bearer",
                "description": "an access token, or an API key where the route is not for its owner in person",
            }},
        },
    })
}

fn paths() -> Map<String, Value> {
    let mut paths = Map::new();
    let topics =
        [auth::operations(), mfa::operations(), keys::operations(), admin::operations(), exam::operations()];
    for Operation { path, method, value } in topics.into_iter().flatten() {
        let item = paths.entry(path).or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(item) = item {
            item.insert(method.to_owned(), Value::Object(value));
        }
    }
    paths
}
