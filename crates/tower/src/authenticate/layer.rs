use crate::{Envelope, Gate};
use std::fmt;
use std::sync::Arc;
use stockade_authn::Authenticate;
use tower_layer::Layer;

/// Turns the bearer token of a request into a [`Principal`](stockade_core::Principal) in its extensions.
///
/// 1. A principal that is in the extensions already is removed: this layer alone says who asks.
/// 2. No `authorization` header: the request goes on as nobody's, and what is inside decides whether that will do; after
///    [`required`](Self::required) it is refused with 401.
/// 3. Anything else than exactly one bearer token of at most [`MAX_BEARER`](crate::MAX_BEARER) bytes: 401. Another scheme is
///    refused too, for who presents a credential must not be served as nobody.
/// 4. The token is judged by [`Authenticate`]. A bad one is refused with 401 whether or not one was required, and every
///    refusal reads the same; where a store has to be asked and cannot be, with 503.
///
/// The header is marked as sensitive, so that `Debug` of the request does not show the token. The reason for a refusal goes to the
/// [`AuditNotes`](crate::AuditNotes), and so does the principal.
#[derive(Clone)]
pub struct AuthenticateLayer {
    pub(super) authenticate: Arc<dyn Authenticate>,
    pub(super) credential: Credential,
}

/// Whether a request needs a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Credential {
    /// Without one it goes on as nobody's.
    #[default]
    Optional,
    /// Without one it is refused.
    Required,
}

impl AuthenticateLayer {
    /// A layer that takes `authenticate`'s word for who asks.
    pub fn new(authenticate: Arc<dyn Authenticate>) -> Self {
        Self { authenticate, credential: Credential::default() }
    }

    /// Refuses requests without a credential.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.credential = Credential::Required;
        self
    }
}

impl<S> Layer<S> for AuthenticateLayer {
    type Service = Gate<S, Self>;

    fn layer(&self, inner: S) -> Self::Service {
        Gate::new(inner, self.clone(), Envelope)
    }
}

impl fmt::Debug for AuthenticateLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthenticateLayer").field("credential", &self.credential).finish_non_exhaustive()
    }
}
