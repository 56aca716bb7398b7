use crate::{Envelope, Gate};
use std::sync::Arc;
use stockade_authn::step_up::StepUp;
use stockade_core::Clock;
use tower_layer::Layer;

/// Lets a request through if its principal has just proved who they are, or at least asks in person.
///
/// It reads the principal that the authentication layer has put into the extensions, so it stands further in. 401 without a
/// principal, and where a fresh sign-in would do: that answer says how fresh, and by what
/// (`www-authenticate: Bearer error="insufficient_user_authentication"`, RFC 9470). 403 where none would: for API keys, other
/// programs, and whoever acts in another's name.
#[derive(Debug, Clone)]
pub struct StepUpLayer(pub(super) Demand);

#[derive(Debug, Clone)]
pub(super) enum Demand {
    Recent { rule: StepUp, clock: Arc<dyn Clock> },
    OwnHands,
}

impl StepUpLayer {
    /// Demands what `rule` says, by the time of `clock`.
    #[must_use]
    pub fn require_recent(rule: StepUp, clock: Arc<dyn Clock>) -> Self {
        Self(Demand::Recent { rule, clock })
    }

    /// Demands that a person asks, for themselves: for whatever touches credentials.
    #[must_use]
    pub fn require_own_hands() -> Self {
        Self(Demand::OwnHands)
    }
}

impl<S> Layer<S> for StepUpLayer {
    type Service = Gate<S, Self>;

    fn layer(&self, inner: S) -> Self::Service {
        Gate::new(inner, self.clone(), Envelope)
    }
}
