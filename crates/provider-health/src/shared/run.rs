//! Sharing that goes on by itself, whatever becomes of the store.

use super::supervision::Waits;
use super::{Sharing, SharingConfig, SharingError, Update};
use crate::check::within;
use crate::{ProviderName, Timer, Watch};
use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;
use stockade_core::{Entropy, StoreError, StoreErrorKind};

/// Both directions of a [`Sharing`], as one future that never ends: poll it on any runtime, or `spawn` it with feature `tokio`.
/// Dropping it ends the sharing; the pool goes on alone, with what it has heard so far.
///
/// A store that fails, or takes longer than [`SharingConfig::call_at_most`], is tried again after a while that grows. What was found
/// out meanwhile is told then as it stands then, the latest of each provider only, so that an outage of any length costs
/// constant memory. No decision of the pool waits for any of this.
#[must_use = "nothing is shared until it is polled"]
pub struct SharingRun {
    inner: Arc<Inner>,
    directions: [Direction; 2],
}

type Direction = Pin<Box<dyn Future<Output = Infallible> + Send>>;
type Reporter = Box<dyn Fn(SharingNotice<'_>) + Send + Sync>;

/// What operators may want to know of a [`SharingRun`].
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum SharingNotice<'a> {
    /// What others find out is heard, from now on.
    Following,
    /// It is not, until another try.
    Interrupted {
        /// Why.
        error: &'a StoreError,
        /// After how long that try comes.
        retry_in: Duration,
    },
    /// Something that was found out here could not be told to the others, until another try.
    Untold {
        /// Why.
        error: &'a StoreError,
        /// After how long that try comes.
        retry_in: Duration,
    },
    /// What the store holds about a provider is no record. It is passed over until something is published about that provider or
    /// everything is looked up again; somebody has to remove it.
    Unreadable {
        /// About whom.
        provider: &'a ProviderName,
        /// What is wrong with it.
        error: &'a StoreError,
    },
}

struct Inner {
    sharing: Sharing,
    timer: Box<dyn Timer>,
    config: SharingConfig,
    reporter: OnceLock<Reporter>,
}

/// A call of the store that took too long.
#[derive(Debug, thiserror::Error)]
#[error("no answer within {0:?}")]
struct Late(Duration);

impl Sharing {
    /// Keeps telling and hearing for as long as the returned future is polled. It follows the pool's changes from this call on, and
    /// begins with the circuits that are open already. `entropy` seeds the jitter, once.
    ///
    /// # Errors
    /// `config` does not [validate](SharingConfig::validate), the system gives no randomness, or as many as are allowed watch one of
    /// the pool's members already.
    pub fn run(
        &self,
        timer: impl Timer + 'static,
        config: SharingConfig,
        entropy: &dyn Entropy,
    ) -> Result<SharingRun, SharingError> {
        config.validate()?;
        let (telling, hearing) = (Waits::new(config, entropy)?, Waits::new(config, entropy)?);
        let watch = self.pool().watch()?;
        let inner =
            Inner { sharing: self.clone(), timer: Box::new(timer), config, reporter: OnceLock::new() };
        let inner = Arc::new(inner);
        let directions: [Direction; 2] =
            [Box::pin(tell(inner.clone(), watch, telling)), Box::pin(hear(inner.clone(), hearing))];
        Ok(SharingRun { inner, directions })
    }
}

impl SharingRun {
    /// Reports to `reporter`, which is called in the middle of the work and should not take long. The first one stays.
    pub fn report_to(self, reporter: impl Fn(SharingNotice<'_>) + Send + Sync + 'static) -> Self {
        self.inner.reporter.get_or_init(|| Box::new(reporter));
        self
    }

    /// As a task of the current tokio runtime, which ends when the returned handle is dropped.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    #[cfg(feature = "tokio")]
    pub fn spawn(self) -> crate::Background {
        crate::Background::spawn(async move {
            let _never = self.await;
        })
    }
}

impl Future for SharingRun {
    type Output = Infallible;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Infallible> {
        for direction in &mut self.directions {
            if let Poll::Ready(never) = direction.as_mut().poll(context) {
                return Poll::Ready(never);
            }
        }
        Poll::Pending
    }
}

/// Tells what is found out here.
async fn tell(inner: Arc<Inner>, mut watch: Watch, mut waits: Waits) -> Infallible {
    let (sharing, untold) = (&inner.sharing, inner.sharing.untold());
    untold.note_standing(sharing.pool());
    loop {
        if untold.is_nothing() {
            let notice = watch.next().await;
            untold.note(sharing.pool(), &notice);
        }
        while let Some(notice) = watch.try_next() {
            untold.note(sharing.pool(), &notice);
        }
        let mut failed = None;
        // All of them, so that a record that the store refuses holds up no other.
        for (index, member, news) in untold.of(sharing.members()) {
            match inner.bounded(sharing.publish(member, news)).await {
                Ok(_) => untold.told(index, news),
                Err(error) => failed = Some(error),
            }
        }
        match failed {
            None => waits.forget(),
            Some(error) => {
                let retry_in = waits.retry();
                inner.report(SharingNotice::Untold { error: &error, retry_in });
                inner.timer.sleep(retry_in).await;
            }
        }
    }
}

/// Hears what others have found out.
async fn hear(inner: Arc<Inner>, mut waits: Waits) -> Infallible {
    loop {
        let Err(error) = inner.follow(&mut waits).await;
        let retry_in = waits.retry();
        inner.report(SharingNotice::Interrupted { error: &error, retry_in });
        inner.timer.sleep(retry_in).await;
    }
}

impl Inner {
    /// As [`Sharing::follow`], but each call has its time, and silence is not believed for ever.
    async fn follow(&self, waits: &mut Waits) -> Result<Infallible, StoreError> {
        let mut updates = self.bounded(self.sharing.store().subscribe()).await?;
        self.catch_up().await?;
        self.report(SharingNotice::Following);
        loop {
            match within(&*self.timer, waits.silence(), updates.next()).await.transpose()? {
                // Whoever may write to the channel may have written it: the record is what counts.
                Some(Update::Record(record)) if self.sharing.is_news(&record) => {
                    self.look_up(&record.provider).await?;
                }
                Some(Update::Record(_)) => {}
                Some(Update::Missed) | None => self.catch_up().await?,
            }
            // Not before: a store that takes subscriptions and breaks them has to be tried less and less.
            waits.forget();
        }
    }

    async fn catch_up(&self) -> Result<(), StoreError> {
        for (_, provider) in self.sharing.members() {
            self.look_up(provider.name()).await?;
        }
        Ok(())
    }

    /// A record that cannot be read is reported, and holds up no other.
    async fn look_up(&self, provider: &ProviderName) -> Result<(), StoreError> {
        match self.bounded(self.sharing.look_up(provider)).await {
            Err(error) if error.kind() == StoreErrorKind::Corrupt => {
                self.report(SharingNotice::Unreadable { provider, error: &error });
                Ok(())
            }
            looked_up => looked_up.map(drop),
        }
    }

    async fn bounded<T>(&self, call: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
        let most = self.config.call_at_most;
        within(&*self.timer, most, call).await.unwrap_or_else(|| Err(StoreError::unavailable(Late(most))))
    }

    fn report(&self, notice: SharingNotice<'_>) {
        if let Some(reporter) = self.reporter.get() {
            reporter(notice);
        }
    }
}

impl fmt::Debug for SharingRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &self.inner;
        f.debug_struct("SharingRun")
            .field("sharing", &inner.sharing)
            .field("config", &inner.config)
            .finish_non_exhaustive()
    }
}
