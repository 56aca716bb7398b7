use super::future::{EnvelopedFuture, Wording};
use super::{Envelope, Reject};
use http::{Request, Response};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::{Context, Poll};
use tower_service::Service;

/// A service whose problems and panics are put into words; see [`EnvelopeLayer`](super::EnvelopeLayer).
#[derive(Debug, Clone)]
pub struct Enveloped<S, R = Envelope> {
    inner: S,
    reject: R,
}

impl<S, R> Enveloped<S, R> {
    /// `inner`, with its problems and panics worded by `reject`.
    pub fn new(inner: S, reject: R) -> Self {
        Self { inner, reject }
    }
}

impl<S, R, B, C> Service<Request<B>> for Enveloped<S, R>
where
    S: Service<Request<B>, Response = Response<C>>,
    R: Reject<C> + Clone,
{
    type Response = Response<C>;
    type Error = S::Error;
    type Future = EnvelopedFuture<S::Future, R>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let wording = Wording::new(self.reject.clone(), request.extensions());
        match catch_unwind(AssertUnwindSafe(|| self.inner.call(request))) {
            Ok(response) => EnvelopedFuture::running(response, wording),
            Err(panic) => EnvelopedFuture::panicked(panic, wording),
        }
    }
}
