use crate::{Envelope, Gate};
use std::sync::Arc;
use stockade_core::{Clock, Entropy};
use tower_layer::Layer;

/// Gives every request a [`RequestId`](stockade_core::RequestId): in the request's extensions, in its `x-request-id` header
/// (where it replaces whatever was sent) and in that of the response.
///
/// A name that the client sent is kept if there is exactly one and it is a valid `RequestId`: 1 to 128 bytes of `A–Z a–z 0–9 . _ -`.
/// Anything else is replaced by a fresh one, without an error: a bad name is no reason not to serve. A kept name is still
/// the client's word: two requests may bear the same one, and it proves nothing.
///
/// If the system gives no randomness the request is refused with 503: without it no other layer could work safely either.
#[derive(Debug, Clone)]
pub struct RequestIdLayer {
    pub(super) clock: Arc<dyn Clock>,
    pub(super) entropy: Arc<dyn Entropy>,
    pub(super) inbound: Inbound,
}

/// What becomes of a name that the client sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Inbound {
    /// A valid one is kept, so that one name follows a request through several services.
    #[default]
    Keep,
    /// It is replaced, for a service at the edge that wants to vouch for uniqueness.
    Replace,
}

impl RequestIdLayer {
    /// A layer that keeps valid names and draws fresh ones from `clock` and `entropy`.
    pub fn new(clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self { clock, entropy, inbound: Inbound::default() }
    }

    /// Says what becomes of a name that the client sent.
    #[must_use]
    pub fn inbound(mut self, inbound: Inbound) -> Self {
        self.inbound = inbound;
        self
    }
}

impl<S> Layer<S> for RequestIdLayer {
    type Service = Gate<S, Self>;

    fn layer(&self, inner: S) -> Self::Service {
        Gate::new(inner, self.clone(), Envelope)
    }
}
