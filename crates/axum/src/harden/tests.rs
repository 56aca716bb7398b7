use super::*;
use crate::{Caller, peer_address};
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request};
use axum::response::Response;
use axum::routing::{get, post};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use stockade_audit::{AuditLog, AuditQueue, MemoryAuditStore, QueueConfig};
use stockade_authn::{Authenticate, AuthenticateError, Authentication};
use stockade_core::{Detail, Event, ManualClock, Outcome, Principal, StoreError, SystemEntropy, UnixMillis};
use stockade_ratelimit::{LocalLimiter, MemoryLimiter, Quota};
use stockade_tower::{
    AuditLayer, AuthenticateLayer, ClientInfoLayer, OnAuditFull, RateLimitLayer, RequestIdLayer,
};
use tower::ServiceExt;

struct OnlyAlice;

impl Authenticate for OnlyAlice {
    fn authenticate(&self, bearer: &str) -> Authentication {
        Authentication::Ready(match bearer {
            "alice-token" => Ok(Principal::user("alice".parse().unwrap())),
            _ => Err(AuthenticateError::SessionOver),
        })
    }
}

struct Fixture {
    app: Router,
    queue: AuditQueue,
    log: AuditLog,
}

fn fixture() -> Fixture {
    let clock = Arc::new(ManualClock::at(UnixMillis::from_secs(1_700_000_000)));
    let entropy = Arc::new(SystemEntropy);
    let store = Arc::new(MemoryAuditStore::default());
    let queue = AuditQueue::start(store.clone(), QueueConfig::default()).unwrap();
    let limiter = LocalLimiter::new(Arc::new(MemoryLimiter::default()), clock.clone());
    let quota = Quota::literal(10, Duration::from_secs(60));
    let wall = Wall {
        request_id: RequestIdLayer::new(clock.clone(), entropy.clone()),
        client_info: ClientInfoLayer::direct().peer_from(peer_address),
        rate_limit: RateLimitLayer::per_client(limiter, "http.ip", quota),
        audit: AuditLayer::new(Arc::new(queue.clone()), OnAuditFull::Refuse, clock, entropy),
        authenticate: AuthenticateLayer::new(Arc::new(OnlyAlice)),
    };
    let router = Router::new()
        .route("/me", get(async |Caller(principal): Caller| principal.subject().to_string()))
        .route("/only-post", post(async || ()))
        .route("/cached", get(async || ([(CACHE_CONTROL, "public, max-age=60")], "")))
        .route("/panic", get(async || assert!(std::hint::black_box(false), "password was hunter2")))
        .route("/broken", get(async || Rejection::of(&StoreError::corrupt("row 17 of accounts"))));
    Fixture { app: harden(router, wall), queue, log: AuditLog::new(store) }
}

impl Fixture {
    async fn ask(&self, request: http::request::Builder) -> Response {
        let peer = ConnectInfo(SocketAddr::from(([203, 0, 113, 9], 4711)));
        let request: Request = request.extension(peer).body(Body::empty()).unwrap();
        self.app.clone().oneshot(request).await.unwrap()
    }

    async fn last_event(&self) -> Event {
        self.queue.flush().await.unwrap();
        self.log.query(&stockade_audit::Query::new()).await.unwrap().records.remove(0).event
    }
}

/// The code, once everything that an error has to have is there.
async fn envelope_code(response: Response) -> String {
    let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    let body = to_bytes(response.into_body(), 10_000).await.unwrap();
    assert!(!String::from_utf8_lossy(&body).contains("hunter2"));
    let json: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(json["error"]["request_id"], id, "the envelope names the request");
    assert!(json["error"]["details"].is_array() && json["error"]["message"].is_string());
    json["error"]["code"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn asvs_v16_5_1_every_error_leaves_in_the_envelope() {
    let fixture = fixture();
    for (request, status, code) in [
        (Request::get("/nothing-here"), 404, "not_found"),
        (Request::get("/only-post"), 405, "method_not_allowed"),
        (Request::get("/me"), 401, "unauthenticated"),
        (Request::get("/me").header("authorization", "Bearer stolen"), 401, "invalid_token"),
        (Request::get("/panic"), 500, "internal"),
        (Request::get("/broken"), 500, "internal"),
    ] {
        let response = fixture.ask(request).await;
        assert_eq!(response.status(), status);
        assert_eq!(envelope_code(response).await, code);
    }
}

#[tokio::test]
async fn asvs_v16_5_4_a_panicking_handler_is_a_500_and_stands_in_the_log() {
    let fixture = fixture();
    let request = Request::get("/panic").header("authorization", "Bearer alice-token");
    assert_eq!(fixture.ask(request).await.status(), 500);
    let event = fixture.last_event().await;
    assert_eq!((event.outcome, event.reason.as_deref()), (Outcome::Error, Some("panic")));
    assert_eq!(event.details["status"], Detail::from(500_u64));
    assert_eq!(event.actor.unwrap().as_str(), "alice");
    assert_eq!(event.client.ip.unwrap().to_string(), "203.0.113.9");
}

#[tokio::test]
async fn asvs_v4_1_4_a_wrong_method_is_told_the_right_one() {
    let response = fixture().ask(Request::delete("/only-post")).await;
    assert_eq!(response.headers()["allow"], "POST");
}

#[tokio::test]
async fn an_error_to_a_head_request_has_no_body() {
    let response = fixture().ask(Request::head("/me")).await;
    assert_eq!(response.status(), 401);
    assert!(to_bytes(response.into_body(), 10_000).await.unwrap().is_empty());
}

#[tokio::test]
async fn asvs_v4_2_2_the_length_that_is_stated_is_that_of_the_envelope() {
    let response = fixture().ask(Request::get("/broken")).await;
    let stated = response.headers()["content-length"].to_str().unwrap().to_owned();
    assert_eq!(to_bytes(response.into_body(), 10_000).await.unwrap().len().to_string(), stated);
}

#[tokio::test]
async fn asvs_v3_4_4_every_response_has_nosniff_and_is_not_cached_unless_it_says_so() {
    let fixture = fixture();
    let served = fixture.ask(Request::get("/me").header("authorization", "Bearer alice-token")).await;
    assert_eq!(served.status(), 200);
    assert_eq!(served.headers()["x-content-type-options"], "nosniff");
    assert_eq!(served.headers()["cache-control"], "no-store");
    let cached = fixture.ask(Request::get("/cached")).await;
    assert_eq!(cached.headers()["cache-control"], "public, max-age=60");
}

#[tokio::test]
async fn asvs_v2_4_1_scanning_for_paths_is_limited_and_recorded() {
    let fixture = fixture();
    for n in 0..20 {
        let response = fixture.ask(Request::get(format!("/backup-{n}.zip"))).await;
        assert_eq!(response.status(), if n < 10 { 404 } else { 429 });
    }
    let event = fixture.last_event().await;
    assert_eq!(event.resource.unwrap().id, "/backup-9.zip");
    assert_eq!(event.reason.as_deref(), Some("not_found"));
}
