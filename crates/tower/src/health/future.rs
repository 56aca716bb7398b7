use super::{Classify, HealthError};
use pin_project_lite::pin_project;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use stockade_provider_health::{Permit, Refused};

pin_project! {
    /// The answer of a [`Health`](super::Health). Dropped before it is there, the call counts as cancelled.
    pub struct HealthFuture<F, C> {
        // Nothing, if the provider was not asked.
        #[pin]
        answer: Option<F>,
        permit: Option<Permit>,
        classify: C,
        refused: Option<Refused>,
    }
}

impl<F, C> HealthFuture<F, C> {
    #[inline(always)]
    pub(super) fn calling(answer: F, permit: Permit, classify: C) -> Self {
        Self { answer: Some(answer), permit: Some(permit), classify, refused: None }
    }

    #[inline(always)]
    pub(super) fn refused(refused: Refused, classify: C) -> Self {
        Self { answer: None, permit: None, classify, refused: Some(refused) }
    }
}

impl<F, C, T, E> Future for HealthFuture<F, C>
where
    F: Future<Output = Result<T, E>>,
    C: Classify<T, E>,
{
    type Output = Result<T, HealthError<E>>;

    // Inlined, an answer need not go through memory on its way.
    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let Some(answer) = this.answer.as_pin_mut() else {
            // Asked again after it was answered, which no executor does: pending forever beats a panic.
            let refused = this.refused.take();
            return refused.map_or(Poll::Pending, |refused| Poll::Ready(Err(HealthError::Refused(refused))));
        };
        let result = ready!(answer.poll(cx));
        let outcome = this.classify.classify(result.as_ref());
        let _ = Permit::record_in(this.permit, outcome);
        Poll::Ready(result.map_err(HealthError::Inner))
    }
}
