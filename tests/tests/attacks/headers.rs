//! What every answer says, and what none may say.

use crate::harness::client::{Answer, raw};
use crate::harness::hello::Hello;
use http::Method;

/// One answer of each kind: success, every class of error, with and without a body, inside and outside the wall.
async fn answers(hello: &Hello) -> Vec<(&'static str, Answer)> {
    let client = hello.client();
    let ada = client.join("ada@example.org").await;
    let bob = client.join("bob@example.org").await;
    vec![
        ("health", client.get("/health").send().await.expect(200)),
        ("health, wrong method", client.post("/health").send().await.expect(405)),
        ("jwks", client.get("/.well-known/jwks.json").send().await.expect(200)),
        ("hello", client.get("/v1/hello").bearer(&ada.access).send().await.expect(200)),
        ("me", client.me(&ada.access).await.expect(200)),
        ("sessions", client.get("/v1/auth/sessions").bearer(&ada.access).send().await.expect(200)),
        ("audit", client.get("/v1/admin/audit").bearer(&ada.access).send().await.expect(200)),
        ("refresh", client.refresh(&ada.refresh).await.expect(200)),
        ("sign-up", client.sign_up("eve@example.org").await.expect(201)),
        ("bad request", client.sign_up("nobody").await.expect(400)),
        ("no token", client.get("/v1/hello").send().await.expect(401)),
        ("forbidden", client.get("/v1/admin/audit").bearer(&bob.access).send().await.expect(403)),
        ("not found", client.get("/nowhere").send().await.expect(404)),
        ("wrong method", client.get("/v1/auth/login").send().await.expect(405)),
        ("conflict", client.sign_up("ada@example.org").await.expect(409)),
        ("wrong type", client.post("/v1/auth/login").body("text/plain", "x").send().await.expect(415)),
        ("head", client.call(Method::HEAD, "/v1/auth/me").bearer(&bob.access).send().await.expect(200)),
        ("logout", client.logout(&bob.refresh).await.expect(204)),
        (
            "logout everywhere",
            client.post("/v1/auth/logout-all").bearer(&ada.access).send().await.expect(204),
        ),
    ]
}

#[tokio::test]
async fn asvs_v3_4_4_nosniff_stands_on_every_answer() {
    for (what, answer) in answers(&Hello::start()).await {
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{what}");
    }
}

#[tokio::test]
async fn asvs_v14_3_2_no_answer_but_the_public_keys_may_be_kept() {
    for (what, answer) in answers(&Hello::start()).await {
        let expected = if what == "jwks" { "public, max-age=300" } else { "no-store" };
        assert_eq!(answer.header("cache-control"), expected, "{what}");
    }
}

#[tokio::test]
async fn asvs_v13_4_6_no_answer_tells_what_the_server_is_made_of() {
    let hello = Hello::start();
    for (what, answer) in answers(&hello).await {
        for name in ["server", "x-powered-by", "via", "x-runtime"] {
            assert!(!answer.headers.contains_key(name), "{what} has `{name}`");
        }
        let text = answer.text().to_lowercase();
        for word in ["axum", "hyper", "serde", "sqlite", "panicked", ".rs:"] {
            assert!(!text.contains(word), "{what} says `{word}`: {text}");
        }
    }
    let broken = raw(&hello.service, b"nonsense\r\n\r\n").await.to_lowercase();
    assert!(!broken.contains("server:"), "{broken}");
}

#[tokio::test]
async fn asvs_v14_3_1_signing_out_clears_what_a_browser_kept() {
    for (what, answer) in answers(&Hello::start()).await {
        let cleared = answer.headers.get("clear-site-data").map(|value| value.to_str().unwrap());
        let expected = what.starts_with("logout").then_some(r#""cache", "cookies", "storage""#);
        assert_eq!(cleared, expected, "{what}");
    }
}

#[tokio::test]
async fn asvs_v14_2_1_a_token_in_the_query_string_is_no_credential() {
    let hello = Hello::start();
    let client = hello.client();
    let token = client.join("ada@example.org").await.access;
    for name in ["access_token", "token", "bearer", "authorization"] {
        let answer = client.get(&format!("/v1/auth/me?{name}={token}")).send().await;
        answer.expect_error(401, "unauthenticated");
    }
    let fresh = client.login("ada@example.org").await.access;
    let events = client.audit(&fresh, "").await;
    let log = serde_json::to_string(&events).unwrap();
    assert!(!log.contains(&token) && !hello.service.stderr().contains(&token), "nor is it written down");
}

#[tokio::test]
async fn asvs_v13_4_4_trace_is_refused() {
    let hello = Hello::start();
    let client = hello.client();
    for path in ["/", "/health", "/v1/auth/me", "/v1/auth/login", "/.well-known/jwks.json"] {
        let answer = client.call(Method::TRACE, path).header("x-secret", "hunter2").send().await;
        assert!(matches!(answer.status, 404 | 405), "{path}: {answer:?}");
        assert!(!answer.text().contains("hunter2"), "{path}: {answer:?}");
    }
}
