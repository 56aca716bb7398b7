//! Papers, and what is beside the wall.

use super::operation::Operation;
use super::schemas::{array, named, object, text};
use serde_json::{Value, json};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/v1/exam/papers", "papers", "The papers that one may see").secured().answers(
            200,
            "the papers",
            "Papers",
        ),
        Operation::post("/v1/exam/reviews", "review", "Hand in a review")
            .secured()
            .body("Review")
            .done(201, "handed in")
            .refuses(&[404]),
        Operation::post(
            "/v1/exam/publish",
            "publish",
            "Publish a paper: two factors, shown within five minutes",
        )
        .secured()
        .body("Publication")
        .answers(200, "the paper", "Paper")
        .refuses(&[404, 409]),
        Operation::get("/health", "health", "Whether the process lives").open().shows("it does", "Status"),
        Operation::get("/ready", "ready", "Whether it can work")
            .open()
            .shows("it can", "Status")
            .refuses(&[503]),
        Operation::get("/openapi.json", "openapi", "This document").open().shows("it", "Document"),
    ]
}

pub(super) fn schemas() -> Vec<(String, Value)> {
    let paper = object(
        &[
            ("id", text(64)),
            ("title", text(256)),
            ("published", json!({"type": "boolean"})),
            ("reviews", json!({"type": "integer", "minimum": 0})),
        ],
        &[],
    );
    let id = |example: &str| json!({"type": "string", "maxLength": 64, "examples": [example]});
    let role = json!({"type": "string", "examples": ["STUDENT", "REVIEWER", "ADMIN"]});
    let points = json!({"type": "integer", "minimum": 0, "maximum": 100});
    vec![
        named("Papers", object(&[("roles", array(&role)), ("papers", array(&paper))], &[])),
        named("Paper", paper),
        named("Review", object(&[("paper", id("algebra-1")), ("points", points)], &[])),
        named("Publication", object(&[("paper", id("logic-1"))], &[])),
        named("Status", object(&[("status", json!({"enum": ["ok", "ready"]}))], &[])),
        named("Document", json!({"type": "object", "required": ["openapi", "info", "paths"]})),
    ]
}
