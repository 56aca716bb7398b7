use super::AuditSink;
use crate::{Envelope, Gate};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use stockade_core::{Clock, Entropy};
use tower_layer::Layer;

/// Hands one [`Event`](stockade_core::Event) for every request to a sink: `http.request`, with
///
/// - `at`: when the request arrived; `duration_ms`: how long until the head of the response was known;
/// - `resource`: the path, cut to 256 characters. **Never the query string**, which may hold what must not be logged; a service that
///   puts secrets into paths puts them into its log;
/// - `method`, `status`; `outcome` by status: 2xx and 3xx success, 403, 409 and 429 denied, 5xx error, other 4xx failure;
/// - the client and the request's id, if the layers that know them stand outside this one;
/// - actor, tenant, session and the reason of a refusal, which layers further in leave on the [`AuditNotes`](crate::AuditNotes).
///
/// A request that ends without a response, because the client hung up, the service failed or a handler panicked, is recorded
/// too: outcome error, reason `no_response`. Closing the connection early hides nothing.
#[derive(Clone)]
pub struct AuditLayer {
    pub(super) sink: Arc<dyn AuditSink>,
    pub(super) on_full: OnAuditFull,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) entropy: Arc<dyn Entropy>,
    pub(super) unrecorded: Arc<AtomicU64>,
}

/// What becomes of a request for whose event there is no room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnAuditFull {
    /// No audit, no action: it is refused with 503 before anything inside runs.
    Refuse,
    /// It is served. Its event is written to the process log (`tracing`, level error, with the whole event) and counted.
    Serve,
}

impl AuditLayer {
    /// A layer that hands events to `sink` and, where it has no room, follows `on_full`: a choice that each service has to make.
    pub fn new(
        sink: Arc<dyn AuditSink>,
        on_full: OnAuditFull,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        Self { sink, on_full, clock, entropy, unrecorded: Arc::default() }
    }

    /// How many requests found no room, whether they were refused or served.
    #[must_use]
    pub fn unrecorded(&self) -> u64 {
        self.unrecorded.load(Ordering::Relaxed)
    }
}

impl<S> Layer<S> for AuditLayer {
    type Service = Gate<S, Self>;

    fn layer(&self, inner: S) -> Self::Service {
        Gate::new(inner, self.clone(), Envelope)
    }
}

impl fmt::Debug for AuditLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuditLayer")
            .field("on_full", &self.on_full)
            .field("unrecorded", &self.unrecorded())
            .finish_non_exhaustive()
    }
}
