use super::{Classify, HealthError};
use pin_project_lite::pin_project;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use stockade_provider_health::{Permit, Refused};

pin_project! {
    /// The answer of a [`Health`](super::Health). Dropped before it is there, the call counts as cancelled.
    pub struct HealthFuture<F, C> {
        #[pin]
        state: State<F, C>,
    }
}

pin_project! {
    #[project = StateProj]
    enum State<F, C> {
        Calling { #[pin] answer: F, permit: Option<Permit>, classify: C },
        Refused { refused: Option<Refused> },
    }
}

impl<F, C> HealthFuture<F, C> {
    pub(super) fn calling(answer: F, permit: Permit, classify: C) -> Self {
        Self { state: State::Calling { answer, permit: Some(permit), classify } }
    }

    pub(super) fn refused(refused: Refused) -> Self {
        Self { state: State::Refused { refused: Some(refused) } }
    }
}

impl<F, C, T, E> Future for HealthFuture<F, C>
where
    F: Future<Output = Result<T, E>>,
    C: Classify<T, E>,
{
    type Output = Result<T, HealthError<E>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().state.project() {
            StateProj::Calling { answer, permit, classify } => {
                let result = ready!(answer.poll(cx));
                if let Some(permit) = permit.take() {
                    let _ = permit.record(classify.classify(result.as_ref()));
                }
                Poll::Ready(result.map_err(HealthError::Inner))
            }
            // Asked again after it was answered, which no executor does: pending forever beats a panic.
            StateProj::Refused { refused } => refused
                .take()
                .map_or(Poll::Pending, |refused| Poll::Ready(Err(HealthError::Refused(refused)))),
        }
    }
}
