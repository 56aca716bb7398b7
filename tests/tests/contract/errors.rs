//! Every way to be wrong gets one shape of answer.

use crate::harness::hello::Hello;
use http::Method;

#[tokio::test]
async fn unknown_routes_and_methods_are_answered_in_the_envelope() {
    let hello = Hello::start();
    let client = hello.client();
    for path in
        ["/", "/v1", "/v1/auth", "/v1/auth/login/", "/v1/auth/../admin/audit", "/.env", "/v1/auth/%2e%2e/me"]
    {
        client.get(path).send().await.expect_error(404, "not_found");
    }
    for (method, path) in [
        (Method::GET, "/v1/auth/login"),
        (Method::PUT, "/v1/auth/signup"),
        (Method::DELETE, "/v1/auth/me"),
        (Method::POST, "/v1/admin/audit"),
        (Method::POST, "/.well-known/jwks.json"),
    ] {
        let answer = client.call(method, path).send().await.expect_error(405, "method_not_allowed");
        assert!(!answer.header("allow").is_empty());
    }
}

#[tokio::test]
async fn a_well_formed_request_id_goes_through_and_none_is_made_up() {
    let hello = Hello::start();
    let client = hello.client();
    let sent =
        client.get("/nowhere").header("x-request-id", "trace-42").send().await.expect_error(404, "not_found");
    assert_eq!(sent.header("x-request-id"), "trace-42");
    let (one, two) = (client.get("/nowhere").send().await, client.get("/nowhere").send().await);
    assert_ne!(one.header("x-request-id"), two.header("x-request-id"));
}

#[tokio::test]
async fn health_answers_outside_the_wall() {
    let hello = Hello::start();
    let client = hello.client();
    let answer = client.get("/health").send().await.expect(200);
    assert_eq!(answer.json(), serde_json::json!({"status": "ok"}));
    assert_eq!(answer.header("cache-control"), "no-store");
    let wrong = client.post("/health").send().await.expect(405);
    assert_eq!(wrong.error_code(), "method_not_allowed");
    let ada = client.join("ada@example.org").await;
    let served = client.audit_of_requests(&ada.access, "action=http.request&", 1).await;
    assert!(served.iter().all(|event| event["resource"]["id"] != "/health"), "probes do not fill the log");
}
