use super::*;
use crate::testing::body_json;
use crate::{OnAuditFull, PeerAddr, TrustedProxies};
use bytes::Bytes;
use http::{Request, Response};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use stockade_audit::{AuditLog, AuditQueue, MemoryAuditStore, Query, QueueConfig};
use stockade_authn::{Authenticate, AuthenticateError, Authentication};
use stockade_core::{Event, ManualClock, Outcome, Principal, SystemEntropy, UnixMillis};
use stockade_ratelimit::{LocalLimiter, MemoryLimiter, Quota};
use tower::{ServiceExt, service_fn};

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
    wall: Wall,
    queue: AuditQueue,
    log: AuditLog,
}

fn fixture() -> Fixture {
    let clock = Arc::new(ManualClock::at(UnixMillis::from_secs(1_700_000_000)));
    let entropy = Arc::new(SystemEntropy);
    let store = Arc::new(MemoryAuditStore::default());
    let queue = AuditQueue::start(store.clone(), QueueConfig::default()).unwrap();
    let limiter = LocalLimiter::new(Arc::new(MemoryLimiter::default()), clock.clone());
    let wall = Wall {
        request_id: RequestIdLayer::new(clock.clone(), entropy.clone()),
        client_info: ClientInfoLayer::behind(TrustedProxies::new(["10.0.0.0/8".parse().unwrap()])).unwrap(),
        rate_limit: RateLimitLayer::per_client(
            limiter,
            "http.ip",
            Quota::literal(3, Duration::from_secs(60)),
        ),
        audit: AuditLayer::new(Arc::new(queue.clone()), OnAuditFull::Refuse, clock, entropy),
        authenticate: AuthenticateLayer::new(Arc::new(OnlyAlice)),
    };
    Fixture { wall, queue, log: AuditLog::new(store) }
}

impl Fixture {
    async fn ask(&self, path: &str, token: &str) -> Response<Bytes> {
        let handler = service_fn(async |request: Request<()>| {
            assert!(request.uri().path() != "/panic", "told to");
            Ok::<_, Infallible>(Response::new(Bytes::new()))
        });
        let request = Request::get(path)
            .header("x-request-id", "req-1")
            .header("x-forwarded-for", "127.0.0.1, 203.0.113.9")
            .header("authorization", format!("Bearer {token}"))
            .extension(PeerAddr(([10, 0, 0, 1], 4711).into()))
            .body(())
            .unwrap();
        self.wall.layer(handler).oneshot(request).await.unwrap()
    }

    async fn events(&self) -> Vec<Event> {
        self.queue.flush().await.unwrap();
        let page = self.log.query(&Query::new()).await.unwrap();
        page.records.into_iter().rev().map(|record| record.event).collect()
    }
}

#[tokio::test]
async fn asvs_v16_3_1_what_is_served_and_what_is_refused_stands_in_the_log_with_its_actor() {
    let fixture = fixture();
    assert_eq!(fixture.ask("/v1/docs", "alice-token").await.status(), 200);
    assert_eq!(fixture.ask("/v1/docs", "stolen").await.status(), 401);
    assert_eq!(fixture.ask("/panic", "alice-token").await.status(), 500);
    let events = fixture.events().await;
    let told: Vec<_> = events
        .iter()
        .map(|event| (event.outcome, event.actor.as_ref().map(ToString::to_string), event.reason.as_deref()))
        .collect();
    let alice = || Some("alice".to_owned());
    assert_eq!(
        told,
        [
            (Outcome::Success, alice(), None),
            (Outcome::Failure, None, Some("session_over")),
            (Outcome::Error, alice(), Some("panic")),
        ]
    );
    for event in events {
        assert_eq!(event.request_id.unwrap().as_str(), "req-1");
        assert_eq!(event.client.ip.unwrap().to_string(), "203.0.113.9");
    }
}

#[tokio::test]
async fn every_answer_names_the_request() {
    let fixture = fixture();
    for (path, token) in
        [("/", "alice-token"), ("/", "stolen"), ("/panic", "alice-token"), ("/", "one too many")]
    {
        let response = fixture.ask(path, token).await;
        assert_eq!(response.headers()["x-request-id"], "req-1");
        if response.status() != 200 {
            assert_eq!(body_json(&response)["error"]["request_id"], "req-1");
        }
    }
}

#[tokio::test]
async fn a_flood_does_not_fill_the_log() {
    let fixture = fixture();
    for n in 0..100 {
        let expected = if n < 3 { 200 } else { 429 };
        assert_eq!(fixture.ask("/", "alice-token").await.status(), expected);
    }
    assert_eq!(fixture.events().await.len(), 3);
}
