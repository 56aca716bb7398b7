//! The document against the router.

use crate::app::App;
use crate::openapi;
use crate::stores::Stores;
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use stockade::audit::{AuditLog, MemoryAuditStore};
use stockade::authn::access::TokenConfig;
use stockade::authn::jose::rotation::{MemorySigningKeys, RotationSchedule, SigningKeys};
use stockade::core::{SystemClock, SystemEntropy};
use stockade::crypto_at_rest::{field::Fields, ring::KeyRing, ring::Keys};
use stockade::flows::{Auth, AuthSecrets, AuthStores};
use stockade::ratelimit::{LocalLimiter, MemoryLimiter};
use tower::ServiceExt;

async fn routers() -> Router {
    let clock = Arc::new(SystemClock::new());
    let audit = Arc::new(MemoryAuditStore::default());
    let attempts = Arc::new(LocalLimiter::new(Arc::new(MemoryLimiter::default()), clock.clone()));
    let auth_stores = AuthStores::in_memory();
    let signing = Arc::new(MemorySigningKeys::new());
    let stores = Stores {
        auth: auth_stores.clone(),
        audit: audit.clone(),
        signing: signing.clone(),
        attempts,
        clock: clock.clone(),
    };
    let keys = Keys::new(KeyRing::generate(&SystemEntropy, &*clock).unwrap());
    let seal = Arc::new(Fields::new(keys, Arc::new(SystemEntropy)));
    let secrets = AuthSecrets::random(seal.clone(), &SystemEntropy).unwrap();
    let (tokens, log) = (TokenConfig::new("https://a", "https://a"), AuditLog::new(audit));
    let auth = Auth::builder(auth_stores, secrets, tokens, Arc::new(log.clone())).build().unwrap();
    let keys = SigningKeys::open(signing, seal, RotationSchedule::default(), clock, Arc::new(SystemEntropy));
    let app = App::new(stores, log, keys.await.unwrap()).unwrap();
    app.routes(auth).merge(app.open_routes()).with_state(app)
}

/// The paths that stand in the router, as its `Debug` shows them; those for whatever fits nothing are no routes.
fn paths(router: &Router) -> BTreeSet<String> {
    let shown = format!("{router:?}");
    let quoted = shown.split('"').skip(1).step_by(2).filter(|text| text.starts_with('/'));
    quoted.filter(|path| *path != "/" && !path.contains("fallback")).map(str::to_owned).collect()
}

fn documented() -> BTreeMap<String, BTreeSet<String>> {
    let Value::Object(paths) = openapi::document()["paths"].take() else { panic!("no paths") };
    let methods =
        |item: &Value| item.as_object().unwrap().keys().map(|method| method.to_uppercase()).collect();
    paths.iter().map(|(path, item)| (path.clone(), methods(item))).collect()
}

#[tokio::test]
async fn every_route_is_documented_and_every_documented_route_is_there() {
    let (router, documented) = (routers().await, documented());
    let served: BTreeSet<_> = paths(&router);
    assert_eq!(served, documented.keys().cloned().collect());
    for (path, methods) in documented {
        let concrete = path.replace(['{', '}'], "");
        let request = Request::builder().method("PATCH").uri(&concrete).body(Body::empty()).unwrap();
        let response = router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), 405, "{path}");
        let allow = response.headers()["allow"].to_str().unwrap();
        let mut allowed: BTreeSet<_> = allow.split(',').map(|method| method.trim().to_owned()).collect();
        if methods.contains("GET") {
            assert!(allowed.remove("HEAD"), "{path}");
        }
        assert_eq!(allowed, methods, "{path}");
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_part_is_used() {
    let document = openapi::document();
    let text = document.to_string();
    let mut used = BTreeSet::new();
    for reference in text.split("\"$ref\":\"#").skip(1) {
        let pointer = reference.split('"').next().unwrap();
        assert!(document.pointer(pointer).is_some(), "{pointer}");
        used.insert(pointer.to_owned());
    }
    for kind in ["schemas", "responses", "headers"] {
        for name in document["components"][kind].as_object().unwrap().keys() {
            assert!(used.contains(&format!("/components/{kind}/{name}")), "{kind} {name}");
        }
    }
}

#[test]
fn operations_have_names_of_their_own() {
    let document = openapi::document();
    let paths = document["paths"].as_object().unwrap();
    let items = paths.values().flat_map(|item| item.as_object().unwrap().values());
    let ids: Vec<_> = items.map(|operation| operation["operationId"].as_str().unwrap()).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
}
