use super::*;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::response::Response;
use tower::ServiceExt;

pub(super) async fn json(response: Response) -> serde_json::Value {
    serde_json::from_slice(&to_bytes(response.into_body(), 1_000_000).await.unwrap()).unwrap()
}

#[tokio::test]
async fn the_key_set_is_public_and_read_anew() {
    let router: Router = jwks_router(|| r#"{"keys":[]}"#.into());
    let request = Request::get("/.well-known/jwks.json").body(Body::empty()).unwrap();
    let response = router.oneshot(request).await.unwrap();
    assert_eq!(response.headers()["cache-control"], "public, max-age=300");
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(json(response).await, serde_json::json!({ "keys": [] }));
}

#[tokio::test]
async fn who_has_the_key_set_is_not_sent_it_again_until_a_rotation() {
    use std::sync::atomic::{AtomicU8, Ordering};
    let keys = std::sync::Arc::new(AtomicU8::new(1));
    let held = keys.clone();
    let router: Router =
        jwks_router(move || format!(r#"{{"keys":[{}]}}"#, held.load(Ordering::SeqCst)).into());
    let ask = async |known: &str| {
        let request = Request::get("/.well-known/jwks.json").header("if-none-match", known);
        let response = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.headers()["cache-control"], "public, max-age=300");
        let tag = response.headers()["etag"].to_str().unwrap().to_owned();
        let status = response.status().as_u16();
        (status, tag, to_bytes(response.into_body(), 100).await.unwrap().len())
    };
    let (status, first, length) = ask(r#""other""#).await;
    assert_eq!((status, length), (200, 12));
    for known in [first.clone(), format!("W/{first}"), format!(r#""other", {first}"#), "*".into()] {
        assert_eq!(ask(&known).await, (304, first.clone(), 0), "{known}");
    }
    for unknown in [first.trim_matches('"'), "", ",", "\"\""] {
        assert_eq!(ask(unknown).await.0, 200, "{unknown}");
    }
    keys.store(2, Ordering::SeqCst);
    let (status, second, _) = ask(&first).await;
    assert_eq!(status, 200);
    assert_ne!(first, second);
}

#[cfg(feature = "audit")]
mod audit {
    use super::*;
    use std::sync::Arc;
    use stockade_audit::{AuditLog, MemoryAuditStore};
    use stockade_core::{Action, Event, Outcome, Principal, Recorder, SystemEntropy, UnixMillis};
    use stockade_rbac::Policy;

    /// Ten logins, every other one by `bob`, and one that failed.
    async fn app() -> Router {
        let log = AuditLog::new(Arc::new(MemoryAuditStore::default()));
        for n in 1..=10_u64 {
            let outcome = if n == 7 { Outcome::Failure } else { Outcome::Success };
            let at = UnixMillis::from_secs(n);
            let event = Event::new(at, &SystemEntropy, Action::LOGIN, outcome).unwrap();
            let actor = if n % 2 == 0 { "bob" } else { "alice" };
            log.record(event.by(actor.parse().unwrap())).await.unwrap();
        }
        let policy = Policy::builder().role("auditor").grants(["audit:read"]).role("user").build().unwrap();
        audit_router(log).with_state(Arc::new(policy))
    }

    async fn ask(app: &Router, query: &str, role: Option<&str>) -> (u16, serde_json::Value) {
        let mut request = Request::get(format!("/v1/admin/audit{query}")).body(Body::empty()).unwrap();
        if let Some(role) = role {
            let caller = Principal::user("carol".parse().unwrap()).with_roles([role.parse().unwrap()]);
            request.extensions_mut().insert(caller);
        }
        let response = app.clone().oneshot(request).await.unwrap();
        (response.status().as_u16(), json(response).await)
    }

    async fn sequences(app: &Router, query: &str) -> Vec<u64> {
        let (status, page) = ask(app, query, Some("auditor")).await;
        assert_eq!(status, 200, "{query}: {page}");
        page["events"].as_array().unwrap().iter().map(|event| event["sequence"].as_u64().unwrap()).collect()
    }

    #[tokio::test]
    async fn asvs_v16_4_2_only_who_may_read_the_log_reads_it() {
        let app = app().await;
        assert_eq!(ask(&app, "", None).await.0, 401);
        assert_eq!(ask(&app, "", Some("user")).await.0, 403);
        assert_eq!(ask(&app, "?bogus=1", Some("user")).await.0, 403, "what it takes is not told either");
        let (status, page) = ask(&app, "?limit=1", Some("auditor")).await;
        assert_eq!(status, 200);
        let event = &page["events"][0];
        assert_eq!(
            (&event["sequence"], &event["action"], &event["actor"]),
            (&10.into(), &"auth.login".into(), &"bob".into())
        );
        assert_eq!(event["at"], 10_000);
    }

    #[tokio::test]
    async fn every_filter_narrows() {
        let app = app().await;
        assert_eq!(sequences(&app, "?actor=bob").await, [10, 8, 6, 4, 2]);
        assert_eq!(sequences(&app, "?outcome=failure").await, [7]);
        assert_eq!(sequences(&app, "?action=auth.logout").await, [0; 0]);
        assert_eq!(sequences(&app, "?from=3000&to=5000").await, [4, 3]);
        assert_eq!(sequences(&app, "?actor=alice&action=auth.login&from=9000").await, [9]);
    }

    #[tokio::test]
    async fn a_walk_sees_every_event_once() {
        let (app, mut seen, mut query) = (app().await, Vec::new(), "?limit=3".to_owned());
        loop {
            seen.extend(sequences(&app, &query).await);
            match ask(&app, &query, Some("auditor")).await.1["next_cursor"].as_str() {
                Some(cursor) => query = format!("?limit=3&cursor={cursor}"),
                None => break,
            }
        }
        assert_eq!(seen, (1..=10).rev().collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn asvs_v15_3_7_what_is_not_understood_is_refused_not_ignored() {
        let app = app().await;
        for (query, field) in [
            ("?cursor=%27%20OR%201=1%20--", "cursor"),
            ("?cursor=", "cursor"),
            ("?limit=0", "limit"),
            ("?limit=201", "limit"),
            ("?limit=-1", "limit"),
            ("?actor=", "actor"),
            ("?actor=a%0Ab", "actor"),
            ("?action=DROP%20TABLE", "action"),
            ("?outcome=fine", "outcome"),
            ("?from=yesterday", "from"),
            ("?limit=1&limit=2", "limit"),
            ("?actors=bob", "actors"),
        ] {
            let (status, body) = ask(&app, query, Some("auditor")).await;
            assert_eq!(status, 400, "{query}");
            assert_eq!(body["error"]["code"], "invalid_input", "{query}");
            assert_eq!(body["error"]["details"][0]["field"], field, "{query}: {body}");
        }
    }
}

#[cfg(all(feature = "auth", feature = "aws-lc-rs"))]
mod auth {
    use super::*;
    use serde_json::{Value, json};
    use std::sync::Arc;
    use stockade_audit::{AuditLog, MemoryAuditStore};
    use stockade_authn::access::TokenConfig;
    use stockade_authn::password::Argon2Params;
    use stockade_core::{SystemClock, SystemEntropy};
    use stockade_crypto_at_rest::field::Fields;
    use stockade_crypto_at_rest::ring::{KeyRing, Keys};
    use stockade_flows::{Auth, AuthSecrets, AuthStores};
    use stockade_tower::AuthenticateLayer;

    fn app() -> Router {
        let ring = KeyRing::generate(&SystemEntropy, &SystemClock::new());
        let fields = Fields::new(Keys::new(ring.unwrap()), Arc::new(SystemEntropy));
        let secrets = AuthSecrets::random(Arc::new(fields), &SystemEntropy).unwrap();
        let stores = AuthStores::in_memory();
        let tokens = TokenConfig::new("https://id.test", "https://api.test");
        let recorder = Arc::new(AuditLog::new(Arc::new(MemoryAuditStore::default())));
        let auth =
            Auth::builder(stores, secrets, tokens, recorder).argon2(Argon2Params::insecure_for_tests());
        let auth = auth.build().unwrap();
        let authenticate = AuthenticateLayer::new(Arc::new(auth.authenticator.clone()));
        auth_router(auth).layer(authenticate)
    }

    async fn send(
        app: &Router,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: Option<Value>,
    ) -> (u16, Value) {
        let mut request = Request::builder().method(method).uri(format!("/v1/auth/{path}"));
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let response = app.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let status = response.status().as_u16();
        let bytes = to_bytes(response.into_body(), 1_000_000).await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    fn credentials() -> Value {
        json!({"email": "ada@example.org", "password": "a long passphrase"})
    }

    async fn signed_in(app: &Router) -> (String, String) {
        let mut account = credentials();
        account["name"] = "Ada".into();
        let (status, created) = send(app, "POST", "signup", None, Some(account)).await;
        assert_eq!((status, created["id"].is_string()), (201, true));
        let (status, pair) = send(app, "POST", "login", None, Some(credentials())).await;
        assert_eq!((status, &pair["token_type"], &pair["expires_in"]), (200, &"bearer".into(), &900.into()));
        let text = |name: &str| pair[name].as_str().unwrap().to_owned();
        (text("access_token"), text("refresh_token"))
    }

    #[tokio::test]
    async fn asvs_v7_4_1_a_journey_ends_with_the_logout() {
        let app = app();
        let (access, refresh) = signed_in(&app).await;
        let (status, me) = send(&app, "GET", "me", Some(&access), None).await;
        assert_eq!((status, &me["email"], me.get("password")), (200, &"ada@example.org".into(), None));
        let (_, listed) = send(&app, "GET", "sessions", Some(&access), None).await;
        assert_eq!(listed["sessions"][0]["current"], true);

        let token = json!({ "refresh_token": refresh });
        let (status, pair) = send(&app, "POST", "refresh", None, Some(token)).await;
        assert_eq!(status, 200);
        let token = json!({ "refresh_token": pair["refresh_token"] });
        assert_eq!(send(&app, "POST", "logout", None, Some(token.clone())).await.0, 204);
        assert_eq!(send(&app, "GET", "me", Some(&access), None).await.0, 401);
        assert_eq!(send(&app, "POST", "refresh", None, Some(token)).await.0, 401);
    }

    #[tokio::test]
    async fn asvs_v7_5_2_a_session_is_ended_by_its_owner_and_unknown_to_others() {
        let app = app();
        let (access, _) = signed_in(&app).await;
        let (_, listed) = send(&app, "GET", "sessions", Some(&access), None).await;
        let path = format!("sessions/{}", listed["sessions"][0]["id"].as_str().unwrap());
        assert_eq!(send(&app, "DELETE", &path, None, None).await.0, 401);
        let unknown = "sessions/018f0000-0000-7000-8000-000000000000";
        assert_eq!(send(&app, "DELETE", unknown, Some(&access), None).await.0, 404);
        assert_eq!(send(&app, "DELETE", &path, Some(&access), None).await.0, 204);
        assert_eq!(send(&app, "GET", "me", Some(&access), None).await.0, 401);
    }

    #[tokio::test]
    async fn asvs_v15_3_3_fields_that_were_not_asked_for_are_refused() {
        let app = app();
        let mut account = credentials();
        account["name"] = "Eve".into();
        account["roles"] = json!(["admin"]);
        let (status, refused) = send(&app, "POST", "signup", None, Some(account)).await;
        assert_eq!((status, &refused["error"]["code"]), (400, &"invalid_input".into()));
    }

    #[tokio::test]
    async fn a_logout_with_garbage_tells_nothing() {
        let garbage = json!({"refresh_token": "rt1_garbage"});
        assert_eq!(send(&app(), "POST", "logout", None, Some(garbage)).await.0, 204);
    }
}
