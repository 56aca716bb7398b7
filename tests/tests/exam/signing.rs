//! Signing keys that change while people are signed in.

use crate::harness::exam::{Backend, Exam, on_each_backend};
use crate::harness::hello::Tokens;
use http::Method;
use serde_json::Value;
use std::collections::HashSet;

on_each_backend!(crash_after_a_rotation_forgets_no_key, asvs_v9_1_1_after_an_emergency_no_older_token_counts);

const KEYS: &str = "/v1/admin/signing-keys";

async fn published(exam: &Exam) -> HashSet<String> {
    let jwks = exam.client().get("/.well-known/jwks.json").send().await.expect(200).json();
    jwks["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

fn phases(listing: &Value) -> Vec<&str> {
    listing["signing_keys"].as_array().unwrap().iter().map(|key| key["phase"].as_str().unwrap()).collect()
}

async fn crash_after_a_rotation_forgets_no_key(backend: Backend) {
    let mut exam = Exam::start(backend);
    let admin = exam.join("admin@example.org").await;
    let client = exam.client();
    let before = client.get(KEYS).bearer(&admin.access).send().await.expect(200).json();
    assert_eq!(phases(&before), ["active"]);
    let rotate = || client.call(Method::POST, "/v1/admin/signing-keys/rotate").bearer(&admin.access);
    assert_eq!(phases(&rotate().send().await.expect(202).json()), ["active", "announced"]);
    rotate().send().await.expect_error(409, "already_announced");
    let keys = published(&exam).await;
    assert_eq!(keys.len(), 2);
    exam.crash();
    assert_eq!(published(&exam).await, keys);
    exam.client().me(&admin.access).await.expect(200);
}

async fn asvs_v9_1_1_after_an_emergency_no_older_token_counts(backend: Backend) {
    let exam = Exam::start(backend);
    let admin = exam.join("admin@example.org").await;
    let client = exam.client();
    let keys = published(&exam).await;
    let emergency = client.post("/v1/admin/signing-keys/emergency").bearer(&admin.access);
    assert_eq!(phases(&emergency.send().await.expect(200).json()), ["active"]);
    assert!(published(&exam).await.is_disjoint(&keys));
    client.me(&admin.access).await.expect_error(401, "invalid_token");
    // Sessions are not what was stolen.
    let fresh = Tokens::from(&client.refresh(&admin.refresh).await.expect(200));
    client.me(&fresh.access).await.expect(200);
    let rotations = client.audit(&fresh.access, "action=auth.signing_key_rotate&").await;
    assert_eq!(rotations[0]["reason"], "emergency");
}
