use super::*;
use crate::testing::{Counting, body_json, get};
use http::Request;
use std::sync::Arc;
use std::time::Duration;
use stockade_core::{ClientInfo, ManualClock, StoreError, UnixMillis};
use stockade_ratelimit::{Charge, Key, Limiter, LocalLimiter, MemoryLimiter, Quota, Verdict};
use tower::{Layer, ServiceExt};

const TWO_A_MINUTE: Quota = Quota::literal(2, Duration::from_secs(60));

fn limiter() -> (LocalLimiter, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::at(UnixMillis::from_secs(1_700_000_000)));
    (LocalLimiter::new(Arc::new(MemoryLimiter::with_capacity(64)), clock.clone()), clock)
}

fn from(ip: [u8; 4]) -> Request<()> {
    let mut request = get("/");
    request.extensions_mut().insert(ClientInfo::at(ip.into()));
    request
}

#[tokio::test]
async fn asvs_v2_4_1_a_flood_gets_429_and_never_reaches_the_inner_service() {
    let (limiter, clock) = limiter();
    for limits in [Limits::from(limiter.clone()), Limits::from(Arc::new(limiter.clone()) as Arc<dyn Limiter>)]
    {
        clock.advance(Duration::from_secs(60));
        let inner = Counting::default();
        let service = RateLimitLayer::per_client(limits, "http.ip", TWO_A_MINUTE).layer(inner.clone());
        for expected in [200, 200, 429, 429] {
            let response = service.clone().oneshot(from([203, 0, 113, 9])).await.unwrap();
            assert_eq!(response.status(), expected);
            if expected == 429 {
                assert_eq!(response.headers()["retry-after"], "30");
                assert_eq!(body_json(&response)["error"]["code"], "rate_limited");
            }
        }
        assert_eq!(inner.calls(), 2);
        assert_eq!(
            service.clone().oneshot(from([203, 0, 113, 10])).await.unwrap().status(),
            200,
            "another client"
        );
        clock.advance(Duration::from_secs(30));
        assert_eq!(service.oneshot(from([203, 0, 113, 9])).await.unwrap().status(), 200, "as promised");
    }
}

#[tokio::test]
async fn clients_without_an_address_share_one_budget() {
    let service = RateLimitLayer::per_client(limiter().0, "http.ip", TWO_A_MINUTE).layer(Counting::default());
    for expected in [200, 200, 429] {
        assert_eq!(service.clone().oneshot(get("/")).await.unwrap().status(), expected);
    }
}

#[tokio::test]
async fn an_application_can_count_by_another_key_or_not_at_all() {
    let by_tenant = RateLimitLayer::keyed_by(limiter().0, TWO_A_MINUTE, |request| {
        Some(Key::text("http.tenant", request.headers.get("x-tenant")?.to_str().ok()?))
    });
    let service = by_tenant.layer(Counting::default());
    let tenant = |name: &str| Request::get("/").header("x-tenant", name).body(()).unwrap();
    for (name, expected) in [("a", 200), ("a", 200), ("a", 429), ("b", 200)] {
        assert_eq!(service.clone().oneshot(tenant(name)).await.unwrap().status(), expected);
    }
    for _ in 0..5 {
        assert_eq!(service.clone().oneshot(get("/health")).await.unwrap().status(), 200);
    }
}

#[tokio::test]
async fn asvs_v16_5_3_a_limiter_that_is_down_refuses_unless_told_otherwise() {
    struct Down;

    #[async_trait::async_trait]
    impl Limiter for Down {
        async fn measure(&self, _: &[Charge]) -> Result<Verdict, StoreError> {
            Err(StoreError::unavailable("connection refused"))
        }
    }

    let down = || Limits::from(Arc::new(Down) as Arc<dyn Limiter>);
    let inner = Counting::default();
    let strict = RateLimitLayer::per_client(down(), "http.ip", TWO_A_MINUTE).layer(inner.clone());
    assert_eq!(strict.oneshot(from([203, 0, 113, 9])).await.unwrap().status(), 503);
    assert_eq!(inner.calls(), 0);

    let lenient = RateLimitLayer::per_client(down(), "http.ip", TWO_A_MINUTE).on_error(OnLimiterError::Allow);
    assert_eq!(lenient.layer(inner.clone()).oneshot(from([203, 0, 113, 9])).await.unwrap().status(), 200);
}
