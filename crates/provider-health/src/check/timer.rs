//! Waiting, by whatever runtime there is.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

/// How to wait: two lines on any runtime. With feature `tokio`, `TokioTimer`.
#[async_trait::async_trait]
pub trait Timer: Send + Sync {
    /// Ends after `span`.
    async fn sleep(&self, span: Duration);
}

#[async_trait::async_trait]
impl<T: Timer + ?Sized> Timer for std::sync::Arc<T> {
    async fn sleep(&self, span: Duration) {
        (**self).sleep(span).await;
    }
}

/// What `work` gives, if it does so within `span`.
pub(crate) async fn within<T>(timer: &dyn Timer, span: Duration, work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    let mut alarm: Pin<Box<dyn Future<Output = ()> + Send + '_>> = timer.sleep(span);
    poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(result) => Poll::Ready(Some(result)),
        Poll::Pending => alarm.as_mut().poll(context).map(|()| None),
    })
    .await
}

/// tokio's timer.
#[cfg(feature = "tokio")]
#[derive(Debug, Clone, Copy, Default)]
pub struct TokioTimer;

#[cfg(feature = "tokio")]
#[async_trait::async_trait]
impl Timer for TokioTimer {
    async fn sleep(&self, span: Duration) {
        tokio::time::sleep(span).await;
    }
}

/// A task that ends when this is dropped.
#[cfg(feature = "tokio")]
#[derive(Debug)]
#[must_use = "dropping it ends the task"]
pub struct Background(tokio::task::JoinHandle<()>);

#[cfg(feature = "tokio")]
impl Background {
    /// Spawns `work` on the current tokio runtime.
    ///
    /// # Panics
    /// Outside of a tokio runtime, as [`tokio::spawn`] does.
    pub fn spawn(work: impl Future<Output = ()> + Send + 'static) -> Self {
        Self(tokio::spawn(work))
    }
}

#[cfg(feature = "tokio")]
impl Drop for Background {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[cfg(feature = "tokio")]
impl super::Checker {
    /// [`schedule_checks`](super::Checker::schedule_checks) as a task of the current tokio runtime.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub fn spawn(&self) -> Background {
        let checker = self.clone();
        Background::spawn(async move {
            let _never = checker.schedule_checks().await;
        })
    }
}

#[cfg(feature = "tokio")]
impl crate::CoarseClock {
    /// Ticks this clock every `period` in a task of the current tokio runtime.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub fn spawn_ticks(self: std::sync::Arc<Self>, period: Duration) -> Background {
        Background::spawn(async move {
            loop {
                tokio::time::sleep(period).await;
                self.tick();
            }
        })
    }
}
