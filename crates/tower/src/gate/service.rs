use super::future::GateFuture;
use super::{Guard, Judgement, Refusal};
use crate::{AuditNotes, Envelope, Reject};
use http::{Request, Response, request};
use std::mem;
use std::task::{Context, Poll};
use stockade_core::RequestId;
use tower_service::Service;

/// A service behind a [`Guard`].
///
/// A refused request leaves the inner service ready and uncalled, which tower allows; a permit that it took in `poll_ready`
/// is used by the next request or freed when the service is dropped.
#[derive(Debug, Clone)]
pub struct Gate<S, G, R = Envelope> {
    inner: S,
    guard: G,
    reject: R,
}

impl<S, G, R> Gate<S, G, R> {
    /// `inner` behind `guard`.
    pub fn new(inner: S, guard: G, reject: R) -> Self {
        Self { inner, guard, reject }
    }
}

impl<S, G, R, B, C> Service<Request<B>> for Gate<S, G, R>
where
    S: Service<Request<B>, Response = Response<C>> + Clone,
    G: Guard,
    R: Reject<C> + Clone,
{
    type Response = Response<C>;
    type Error = S::Error;
    type Future = GateFuture<S, G, R, B, C>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let (mut head, body) = request.into_parts();
        match self.guard.judge(&mut head) {
            Judgement::Admit(pass) => {
                let memo = self.guard.admit(pass, &mut head);
                GateFuture::serving(self.inner.call(Request::from_parts(head, body)), memo)
            }
            Judgement::Refuse(refusal) => GateFuture::refused(refuse(&self.reject, &refusal, &head)),
            Judgement::Pending(pending) => {
                let unready = self.inner.clone();
                let ready = mem::replace(&mut self.inner, unready);
                let gate = Gate::new(ready, self.guard.clone(), self.reject.clone());
                GateFuture::deciding(pending, gate, Request::from_parts(head, body))
            }
        }
    }
}

impl<S, G: Guard, R> Gate<S, G, R> {
    /// What follows from a decision that took time. The inner service is ready: it was polled before the decision began.
    pub(super) fn conclude<B, C>(
        mut self,
        decision: Result<G::Pass, Refusal>,
        request: Request<B>,
    ) -> Result<(S::Future, G::Memo), Response<C>>
    where
        S: Service<Request<B>, Response = Response<C>>,
        R: Reject<C>,
    {
        let (mut head, body) = request.into_parts();
        match decision {
            Ok(pass) => {
                let memo = self.guard.admit(pass, &mut head);
                Ok((self.inner.call(Request::from_parts(head, body)), memo))
            }
            Err(refusal) => Err(refuse(&self.reject, &refusal, &head)),
        }
    }
}

fn refuse<C>(reject: &impl Reject<C>, refusal: &Refusal, request: &request::Parts) -> Response<C> {
    if let Some(notes) = request.extensions.get::<AuditNotes>() {
        notes.note_reason(refusal.reason());
    }
    reject.reject(refusal.problem(), request.extensions.get::<RequestId>())
}
