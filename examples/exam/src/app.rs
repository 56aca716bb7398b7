//! The routes, and what they share.

use crate::papers::Papers;
use crate::stores::Stores;
use crate::{health, openapi, papers, roles, signing};
use axum::Router;
use axum::body::Bytes;
use axum::extract::FromRef;
use std::sync::Arc;
use stockade::audit::AuditLog;
use stockade::authn::jose::rotation::SigningKeys;
use stockade::axum::{admin_router, audit_router, auth_router, harden_beside, jwks_router};
use stockade::core::Clock;
use stockade::flows::Auth;
use stockade::rbac::Policy;
use stockade::tower::Wall;

/// What handlers share. A clone is another handle.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) policy: Arc<Policy>,
    pub(crate) stores: Stores,
    pub(crate) log: AuditLog,
    pub(crate) papers: Papers,
    pub(crate) signing: SigningKeys,
    pub(crate) clock: Arc<dyn Clock>,
}

impl FromRef<App> for Arc<Policy> {
    fn from_ref(app: &App) -> Self {
        app.policy.clone()
    }
}

impl FromRef<App> for Arc<dyn Clock> {
    fn from_ref(app: &App) -> Self {
        app.clock.clone()
    }
}

impl App {
    pub(crate) fn new(
        stores: Stores,
        log: AuditLog,
        signing: SigningKeys,
    ) -> Result<Self, stockade::rbac::PolicyError> {
        let policy = Arc::new(Policy::from_toml(include_str!("../policy.toml"))?);
        Ok(Self { policy, log, papers: Papers::default(), signing, clock: stores.clock.clone(), stores })
    }

    /// Every route behind the wall.
    pub(crate) fn routes(&self, auth: Auth) -> Router<Self> {
        let keys = auth.clone();
        // What cannot be written as JSON is a fault of ours, and an empty set trusts nobody.
        let jwks = move || {
            serde_json::to_vec(&keys.jwks())
                .map_or_else(|_| Bytes::from_static(b"{\"keys\":[]}"), Bytes::from)
        };
        papers::routes()
            .merge(roles::routes())
            .merge(signing::routes())
            .merge(auth_router(auth.clone()))
            .merge(admin_router(auth))
            .merge(audit_router(self.log.clone()))
            .merge(jwks_router(jwks))
    }

    /// Every route beside it.
    pub(crate) fn open_routes(&self) -> Router<Self> {
        health::health(self.stores.clone()).merge(openapi::router())
    }

    /// The whole service.
    pub(crate) fn service(self, auth: Auth, wall: Wall) -> Router {
        harden_beside(self.routes(auth), wall, self.open_routes()).with_state(self)
    }
}
