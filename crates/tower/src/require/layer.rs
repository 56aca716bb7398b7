use crate::{Envelope, Gate};
use std::sync::Arc;
use stockade_rbac::{Permission, Policy};
use tower_layer::Layer;

/// Lets a request through if its principal may: 401 without a principal, 403 where the policy denies.
///
/// It reads the principal that the authentication layer has put into the extensions, so it stands further in. What the
/// policy's reason was goes to the [`AuditNotes`](crate::AuditNotes); the world gets one answer.
#[derive(Debug, Clone)]
pub struct RequireLayer(pub(super) Demand);

#[derive(Debug, Clone)]
pub(super) enum Demand {
    Authenticated,
    Permitted { policy: Arc<Policy>, permission: Permission },
}

impl RequireLayer {
    /// Demands that `policy` grants `permission`.
    #[must_use]
    pub fn new(policy: Arc<Policy>, permission: Permission) -> Self {
        Self(Demand::Permitted { policy, permission })
    }

    /// Demands a principal, whoever it is.
    #[must_use]
    pub fn authenticated() -> Self {
        Self(Demand::Authenticated)
    }
}

impl<S> Layer<S> for RequireLayer {
    type Service = Gate<S, Self>;

    fn layer(&self, inner: S) -> Self::Service {
        Gate::new(inner, self.clone(), Envelope)
    }
}
