use super::{Envelope, Enveloped};
use tower_layer::Layer;

/// Sees to it that every error from inside leaves in one shape, with the request's name on it.
///
/// - A response with a [`Problem`](stockade_core::Problem) in its extensions is worded anew. So code that has no request at hand,
///   such as an error type that turns itself into a response, need not know the request's name. Headers that the wording does
///   not set are kept.
/// - A panic becomes a 500 that says nothing of the inside (ASVS 16.5.4); its message goes to the process log (`tracing`, level
///   error). With `panic = "abort"` nothing can be caught.
///
/// Both leave their code on the [`AuditNotes`](crate::AuditNotes). An error that the inner service *returns* passes through.
#[derive(Debug, Clone, Copy, Default)]
pub struct EnvelopeLayer<R = Envelope> {
    reject: R,
}

impl EnvelopeLayer {
    /// Words errors as [`envelope`](super::envelope) does.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl<R> EnvelopeLayer<R> {
    /// Words errors in `reject`'s way.
    pub fn reject_with(reject: R) -> Self {
        Self { reject }
    }
}

impl<S, R: Clone> Layer<S> for EnvelopeLayer<R> {
    type Service = Enveloped<S, R>;

    fn layer(&self, inner: S) -> Self::Service {
        Enveloped::new(inner, self.reject.clone())
    }
}
