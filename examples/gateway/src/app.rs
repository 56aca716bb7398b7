//! The routes, and what they share.

use crate::filter::Filter;
use crate::upstream::Upstream;
use crate::verdict::Verdict;
use crate::{chat, roles};
use axum::Router;
use axum::body::Bytes;
use axum::extract::FromRef;
use axum::routing::get;
use http_body_util::Full;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use stockade::audit::AuditLog;
use stockade::axum::{
    HealthDetail, Json, ProviderOrders, admin_router, audit_router, auth_router, harden_beside,
    health_router, jwks_router, provider_admin_router,
};
use stockade::core::{Clock, SystemEntropy};
use stockade::flows::{Auth, AuthStores};
use stockade::rbac::Policy;
use stockade::tower::{Failover, Wall};

/// Asks the upstreams, one after the other.
pub(crate) type Forwarder = Failover<Upstream, Verdict, Full<Bytes>>;

/// What handlers share. A clone is another handle.
#[derive(Clone)]
pub(crate) struct Gateway {
    pub(crate) policy: Arc<Policy>,
    pub(crate) stores: AuthStores,
    pub(crate) log: AuditLog,
    pub(crate) forwarder: Forwarder,
    /// What may pass to the upstreams and from them; everything where there is none.
    pub(crate) filter: Option<Filter>,
    pub(crate) clock: Arc<dyn Clock>,
    /// How long a client may leave an answer unread.
    pub(crate) patience: Duration,
}

impl FromRef<Gateway> for Arc<Policy> {
    fn from_ref(gateway: &Gateway) -> Self {
        gateway.policy.clone()
    }
}

impl Gateway {
    /// When an upstream is tried again, where none is well; `None` where one is, or nobody knows.
    pub(crate) fn opens_in(&self) -> Option<Duration> {
        let pool = self.forwarder.pool();
        if pool.is_available() { None } else { pool.acquire().err()?.retry_after }
    }

    /// The whole service.
    pub(crate) fn service(self, auth: Auth, wall: Wall) -> Router {
        let keys = auth.clone();
        // What cannot be written as JSON is a fault of ours, and an empty set trusts nobody.
        let jwks = move || {
            serde_json::to_vec(&keys.jwks())
                .map_or_else(|_| Bytes::from_static(b"{\"keys\":[]}"), Bytes::from)
        };
        let (pool, recorder) = (self.forwarder.pool().clone(), Arc::new(self.log.clone()));
        let orders = ProviderOrders::new(pool.clone(), recorder, self.clock.clone(), Arc::new(SystemEntropy));
        let routes = chat::routes()
            // Behind the wall, so that whoever floods it is turned away.
            .merge(health_router(pool, HealthDetail::Public))
            .merge(provider_admin_router(orders))
            .merge(roles::routes())
            .merge(auth_router(auth.clone()))
            .merge(admin_router(auth))
            .merge(audit_router(self.log.clone()))
            .merge(jwks_router(jwks));
        let health = Router::new().route("/health", get(async || Json(json!({"status": "ok"}))));
        harden_beside(routes, wall, health).with_state(self)
    }
}
