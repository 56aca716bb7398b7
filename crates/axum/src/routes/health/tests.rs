use super::*;
use crate::routes::tests::json;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::response::Response;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use stockade_core::{
    Event, ManualClock, Principal, Recorder, RequestId, StoreError, SystemEntropy, UnixMillis,
};
use stockade_provider_health::{
    Config, Member, Overlay, Phase, Pool, PoolConfig, Provider, ProviderName, Strategy,
};
use stockade_rbac::Policy;
use tower::ServiceExt;

/// Remembers, or refuses to.
#[derive(Default)]
struct Log {
    events: Mutex<Vec<Event>>,
    down: bool,
}

#[async_trait::async_trait]
impl Recorder for Log {
    async fn record(&self, event: Event) -> Result<(), StoreError> {
        if self.down {
            return Err(StoreError::unavailable("disk full"));
        }
        self.events.lock().unwrap().push(event);
        Ok(())
    }
}

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at(UnixMillis::from_secs(1_700_000_000)))
}

fn pool() -> Pool {
    let clock = clock();
    let member = |name: &str| {
        let name = ProviderName::new(name).unwrap();
        Member::new(Provider::new(name, Config::default(), clock.clone(), &SystemEntropy).unwrap())
    };
    let members = vec![member("east"), member("west")];
    Pool::new(PoolConfig::default(), Strategy::default(), members, clock.clone(), &SystemEntropy).unwrap()
}

async fn get(router: &Router, path: &str) -> Response {
    router.clone().oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap()
}

async fn text(response: Response) -> String {
    String::from_utf8(to_bytes(response.into_body(), 1_000_000).await.unwrap().to_vec()).unwrap()
}

#[tokio::test]
async fn the_public_snapshot_says_who_is_asked_and_nothing_of_the_traffic() {
    let pool = pool();
    let router: Router = health_router(pool.clone(), HealthDetail::Public);
    let east = pool.named("east").unwrap();
    let _ = east.record_success(Duration::from_millis(20));
    east.mark_unhealthy();

    let response = get(&router, "/health/providers").await;
    assert_eq!(
        (response.status().as_u16(), response.headers()["cache-control"].as_bytes()),
        (200, &b"no-store"[..])
    );
    let body = json(response).await;
    assert_eq!(body["available"], true);
    let [east, west] = body["providers"].as_array().unwrap().as_slice() else { panic!("{body}") };
    let keys: Vec<_> = east.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["available", "name", "open_for_ms", "state"]);
    assert_eq!(
        (&east["name"], &east["state"]["phase"], &east["available"]),
        (&"east".into(), &"unhealthy".into(), &false.into())
    );
    assert!(east["open_for_ms"].as_u64().unwrap() >= 300_000, "{east}");
    assert_eq!((&west["available"], &west["open_for_ms"]), (&true.into(), &serde_json::Value::Null));
}

#[tokio::test]
async fn the_full_snapshot_has_percentiles_and_reasons_and_is_200_also_while_all_are_down() {
    let pool = pool();
    let router: Router = health_router(pool.clone(), HealthDetail::Full);
    for provider in pool.providers() {
        let _ = provider.record_success(Duration::from_millis(20));
        provider.mark_unhealthy();
    }
    let response = get(&router, "/health/providers").await;
    assert_eq!(response.status(), 200);
    let body = json(response).await;
    assert_eq!(body["available"], false);
    let east = &body["providers"][0];
    assert_eq!((&east["calls"], &east["reason"]), (&1.into(), &"marked".into()));
    assert!(east["p99_ms"].as_f64().unwrap() >= 20.0, "{east}");
}

#[tokio::test]
async fn asvs_v3_4_3_the_live_page_runs_and_loads_nothing() {
    use base64ct::{Base64, Encoding};
    use sha2::{Digest, Sha256};

    let hash = Base64::encode_string(&Sha256::digest(page::STYLE));
    for detail in [HealthDetail::Public, HealthDetail::Full] {
        let pool = pool();
        pool.named("west").unwrap().drain();
        let router: Router = health_router(pool, detail);
        let response = get(&router, "/health/providers/live").await;
        let headers = response.headers().clone();
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; "), "{policy}");
        assert!(policy.contains(&format!("style-src 'sha256-{hash}'; ")), "should be {hash}");
        assert_eq!(
            (&headers["content-type"], &headers["cache-control"]),
            (&"text/html; charset=utf-8".parse().unwrap(), &"no-store".parse().unwrap())
        );
        let page = text(response).await;
        for forbidden in ["<script", "style=", "src=", "href=", "url(", " on"] {
            assert!(!page.contains(forbidden), "{forbidden} in {page}");
        }
        assert!(page.contains(&format!("<style>{}</style>", page::STYLE)));
        assert!(page.contains("http-equiv=\"refresh\"") && page.contains("healthy (draining)"), "{page}");
        assert_eq!(page.contains("p99"), detail == HealthDetail::Full);
    }
}

fn admin(pool: &Pool, log: &Arc<Log>, on_unrecorded: OnUnrecorded) -> Router {
    let policy = Policy::builder()
        .role("operator")
        .grants(["provider:operate", "provider:read"])
        .role("viewer")
        .grants(["provider:read"])
        .build()
        .unwrap();
    let orders = ProviderOrders::new(pool.clone(), log.clone(), clock(), Arc::new(SystemEntropy))
        .on_unrecorded(on_unrecorded);
    provider_admin_router(orders).with_state(Arc::new(policy))
}

async fn order(router: &Router, path: &str, role: Option<&str>) -> u16 {
    let mut request = Request::post(format!("/v1/admin/providers/{path}")).body(Body::empty()).unwrap();
    request.extensions_mut().insert("req-1".parse::<RequestId>().unwrap());
    if let Some(role) = role {
        let caller = Principal::user("olga".parse().unwrap()).with_roles([role.parse().unwrap()]);
        request.extensions_mut().insert(caller);
    }
    router.clone().oneshot(request).await.unwrap().status().as_u16()
}

#[tokio::test]
async fn asvs_v16_3_3_orders_are_carried_out_and_recorded() {
    let (pool, log) = (pool(), Arc::new(Log::default()));
    let router = admin(&pool, &log, OnUnrecorded::Refuse);
    let east = pool.named("east").unwrap();
    for (path, overlay) in [
        ("force-up", Some(Overlay::ForcedUp)),
        ("force-down", Some(Overlay::ForcedDown)),
        ("drain", Some(Overlay::Draining)),
        ("release", None),
    ] {
        assert_eq!(order(&router, &format!("east/{path}"), Some("operator")).await, 204);
        assert_eq!(east.status().state.overlay, overlay, "{path}");
    }
    east.mark_unhealthy();
    east.drain();
    assert_eq!(order(&router, "east/reset", Some("operator")).await, 204);
    let state = east.status().state;
    assert_eq!((state.phase, state.overlay), (Phase::Healthy, None));

    let events = log.events.lock().unwrap();
    let actions: Vec<_> = events.iter().map(|event| event.action.as_str().to_owned()).collect();
    let recorded =
        ["force_up", "force_down", "drain", "release", "reset"].map(|order| format!("provider.{order}"));
    assert_eq!(actions, recorded);
    let last = serde_json::to_value(events.last().unwrap()).unwrap().to_string();
    for fact in ["olga", "req-1", "east", "unhealthy (draining)"] {
        assert!(last.contains(fact), "{fact} in {last}");
    }
}

#[tokio::test]
async fn asvs_v8_2_1_only_an_operator_gives_orders() {
    let (pool, log) = (pool(), Arc::new(Log::default()));
    let router = admin(&pool, &log, OnUnrecorded::Refuse);
    for path in ["force-up", "force-down", "drain", "release", "reset"] {
        assert_eq!(order(&router, &format!("east/{path}"), None).await, 401, "{path}");
        assert_eq!(order(&router, &format!("east/{path}"), Some("viewer")).await, 403, "{path}");
        assert_eq!(
            order(&router, &format!("nobody/{path}"), Some("viewer")).await,
            403,
            "{path}: learns no names"
        );
    }
    assert_eq!(order(&router, "north/drain", Some("operator")).await, 404);
    assert_eq!(get(&router, "/v1/admin/providers").await.status(), 401);
    assert!(log.events.lock().unwrap().is_empty());
    assert!(pool.providers().all(Provider::is_healthy));
}

#[tokio::test]
async fn a_viewer_sees_the_full_numbers() {
    let router = admin(&pool(), &Arc::new(Log::default()), OnUnrecorded::Refuse);
    let mut request = Request::get("/v1/admin/providers").body(Body::empty()).unwrap();
    let caller = Principal::user("vera".parse().unwrap()).with_roles(["viewer".parse().unwrap()]);
    request.extensions_mut().insert(caller);
    let body = json(router.oneshot(request).await.unwrap()).await;
    assert_eq!(body["providers"][0]["failure_rate"], 0.0);
}

#[tokio::test]
async fn asvs_v16_5_3_an_order_that_cannot_be_recorded_is_refused_unless_told_otherwise() {
    let log = Arc::new(Log { down: true, ..Log::default() });
    for (policy, status, overlay) in
        [(OnUnrecorded::Refuse, 503, None), (OnUnrecorded::CarryOut, 204, Some(Overlay::ForcedDown))]
    {
        let pool = pool();
        let router = admin(&pool, &log, policy);
        assert_eq!(order(&router, "east/force-down", Some("operator")).await, status);
        assert_eq!(pool.named("east").unwrap().status().state.overlay, overlay);
    }
}
