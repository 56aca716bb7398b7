use super::{Gate, Guard};
use crate::Reject;
use http::{Request, Response};
use pin_project_lite::pin_project;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tower_service::Service;

pin_project! {
    /// The response of a [`Gate`]: the inner service's, or the refusal.
    pub struct GateFuture<S, G, R, B, C>
    where
        S: Service<Request<B>>,
        G: Guard,
    {
        #[pin]
        state: State<S::Future, G::Pending, Held<S, G, R, B>, G::Memo, C>,
    }
}

pin_project! {
    #[project = StateProj]
    enum State<F, P, H, M, C> {
        Deciding { #[pin] pending: P, held: Option<H> },
        Serving { #[pin] response: F, memo: Option<M> },
        Refused { response: Option<Response<C>> },
    }
}

/// Boxed, so that the common path does not carry room for a request and a service that it has already let go.
type Held<S, G, R, B> = Box<(Gate<S, G, R>, Request<B>)>;

impl<S, G, R, B, C> GateFuture<S, G, R, B, C>
where
    S: Service<Request<B>>,
    G: Guard,
{
    pub(super) fn serving(response: S::Future, memo: G::Memo) -> Self {
        Self { state: State::Serving { response, memo: Some(memo) } }
    }

    pub(super) fn refused(response: Response<C>) -> Self {
        Self { state: State::Refused { response: Some(response) } }
    }

    pub(super) fn deciding(pending: G::Pending, gate: Gate<S, G, R>, request: Request<B>) -> Self {
        Self { state: State::Deciding { pending, held: Some(Box::new((gate, request))) } }
    }
}

impl<S, G, R, B, C> Future for GateFuture<S, G, R, B, C>
where
    S: Service<Request<B>, Response = Response<C>>,
    G: Guard,
    R: Reject<C>,
{
    type Output = Result<Response<C>, S::Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.project().state;
        loop {
            let next = match state.as_mut().project() {
                StateProj::Deciding { pending, held } => {
                    let decision = ready!(pending.poll(cx));
                    let Some(held) = held.take() else { return Poll::Pending };
                    let (gate, request) = *held;
                    match gate.conclude(decision, request) {
                        Ok((response, memo)) => State::Serving { response, memo: Some(memo) },
                        Err(response) => State::Refused { response: Some(response) },
                    }
                }
                StateProj::Serving { response, memo } => {
                    let response = ready!(response.poll(cx))?;
                    let (mut head, body) = response.into_parts();
                    if let Some(memo) = memo.take() {
                        G::respond(memo, &mut head);
                    }
                    return Poll::Ready(Ok(Response::from_parts(head, body)));
                }
                // Asked again after it was answered, which no executor does: pending forever beats a panic.
                StateProj::Refused { response } => {
                    return response.take().map_or(Poll::Pending, |response| Poll::Ready(Ok(response)));
                }
            };
            state.set(next);
        }
    }
}
