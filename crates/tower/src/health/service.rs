use super::{Classify, HealthError, HealthFuture};
use std::task::{Context, Poll};
use std::time::Duration;
use stockade_provider_health::{Provider, Refused};
use tower_service::Service;

/// An upstream behind its health; see [`HealthLayer`](super::HealthLayer).
///
/// Whether it is asked is decided twice: before the inner service is asked whether it is ready, by a look, and at the call, when
/// a permit is taken. In between no place of a probe is held, however long a ready service is left unused.
///
/// It judges the answer when the inner service gives it, which for HTTP is the head: a body that breaks off later is not
/// heard. [`Failover`](crate::Failover) hears it.
#[derive(Debug, Clone)]
pub struct Health<S, C> {
    inner: S,
    provider: Provider,
    classify: C,
    /// The inner service was not asked whether it is ready, and must not be called.
    refused: Option<Refused>,
}

impl<S, C> Health<S, C> {
    /// `inner` behind the health of `provider`.
    pub fn new(inner: S, provider: Provider, classify: C) -> Self {
        Self { inner, provider, classify, refused: None }
    }

    /// Whose health it is.
    pub fn provider(&self) -> &Provider {
        &self.provider
    }
}

impl<S, C, Request> Service<Request> for Health<S, C>
where
    S: Service<Request>,
    C: Classify<S::Response, S::Error> + Clone,
{
    type Response = S::Response;
    type Error = HealthError<S::Error>;
    type Future = HealthFuture<S::Future, C>;

    /// Ready at once while the provider is not asked. An inner service that fails here is reported as its error is classified.
    #[inline]
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        if !self.provider.is_available() {
            // Only a look: a permit that is taken and dropped in the same breath changes nothing.
            self.refused = self.provider.acquire().err();
            if self.refused.is_some() {
                return Poll::Ready(Ok(()));
            }
        } else if self.refused.is_some() {
            self.refused = None;
        }
        self.inner.poll_ready(cx).map_err(|error| {
            let _ = self.provider.record(self.classify.classify(Err(&error)), Duration::ZERO);
            HealthError::Inner(error)
        })
    }

    #[inline(always)]
    fn call(&mut self, request: Request) -> Self::Future {
        if let Some(refused) = self.refused.take() {
            return HealthFuture::refused(refused, self.classify.clone());
        }
        match self.provider.acquire_owned() {
            Ok(permit) => HealthFuture::calling(self.inner.call(request), permit, self.classify.clone()),
            Err(refused) => HealthFuture::refused(refused, self.classify.clone()),
        }
    }
}
