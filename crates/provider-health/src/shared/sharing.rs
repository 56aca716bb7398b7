//! Between a pool and the others'.

use super::{Finding, HealthRecord, Publication, SharedHealth, Update, Updates, Version};
use crate::machine::Credence;
use crate::{HealthEvent, Notice, Phase, Pool, Provider, ProviderName, Reason, Transition, Watch};
use std::convert::Infallible;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use stockade_core::StoreError;

/// Tells others what this pool finds out, and the pool what others have.
///
/// [`run`](Self::run) keeps both directions going, whatever becomes of the store. They are also there one by one, for whoever
/// has a supervisor: [`publish_changes`](Self::publish_changes) and [`follow`](Self::follow) end when the store fails. Meanwhile the
/// pool goes by its own calls.
#[derive(Clone)]
pub struct Sharing {
    pool: Pool,
    store: Arc<dyn SharedHealth>,
    /// The newest version of each member's record that was seen, by the member's index.
    seen: Arc<[AtomicU64]>,
    /// Held while a word that may open a circuit is weighed, so that two of them at once do not take the last provider.
    ear: Arc<Mutex<()>>,
}

/// What a record did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Taken {
    /// It was news, and was acted upon.
    Acted,
    /// It was no newer than what was seen before, and was not heard.
    Stale,
    /// It is about a provider that is not in the pool, or it has lapsed.
    Nothing,
}

impl Sharing {
    /// Nothing seen yet.
    #[must_use]
    pub fn new(pool: Pool, store: Arc<dyn SharedHealth>) -> Self {
        let seen = pool.providers().map(|_| AtomicU64::new(0)).collect();
        Self { pool, store, seen, ear: Arc::default() }
    }

    /// Acts upon what another instance has found out. Down opens the circuit here too, for as long as is left, within
    /// [`Config::open_at_most`](crate::Config::open_at_most), and then a probe of this instance decides. It degrades at most where most calls
    /// of this instance's window succeed, where probes or checks of this instance have just closed the circuit or had to contradict such
    /// a word before, and where nobody else in the pool is well; and it never makes an open circuit open for longer. Up lets probes of
    /// this instance begin sooner. A version that is not newer than the newest seen does nothing, so that an old record never
    /// brings a provider back, nor takes it away.
    pub fn hear(&self, record: &HealthRecord) -> Taken {
        let Some((seen, provider)) = self.member(&record.provider) else { return Taken::Nothing };
        if seen.fetch_max(record.version.0, Ordering::AcqRel) >= record.version.0 {
            return Taken::Stale;
        }
        match record.finding {
            Finding::Down(left) if left.is_zero() => return Taken::Nothing,
            Finding::Down(left) => self.eject(provider, left),
            Finding::Up => provider.probe_sooner(),
        }
        Taken::Acted
    }

    fn eject(&self, provider: &Provider, left: Duration) {
        let _ear = self.ear.lock().unwrap_or_else(PoisonError::into_inner);
        let others = self.pool.providers().filter(|other| other.name() != provider.name());
        let left_over = others.filter(|other| other.is_open_to_all()).count();
        provider.eject(left, if left_over > 0 { Credence::Opens } else { Credence::Degrades });
    }

    /// Publishes a change if it is one that this instance has found out: that a circuit opened, or that probes closed it. What
    /// peers said, what an operator ordered, and degrees of health are not passed on.
    ///
    /// # Errors
    /// The store failed. The change stands here.
    pub async fn tell(&self, event: &HealthEvent) -> Result<Option<Publication>, StoreError> {
        match (self.member(&event.provider), News::of(&event.transition)) {
            (Some(member), Some(news)) => self.publish(member, news).await,
            _ => Ok(None),
        }
    }

    pub(super) async fn publish(
        &self,
        (seen, provider): Member<'_>,
        news: News,
    ) -> Result<Option<Publication>, StoreError> {
        let status = provider.status();
        let finding = match news {
            News::Opened => status.open_for.filter(|left| !left.is_zero()).map(Finding::Down),
            News::Closed => {
                matches!(status.state.phase, Phase::Healthy | Phase::Degraded).then_some(Finding::Up)
            }
        };
        let Some(finding) = finding else { return Ok(None) };
        let known = Version(seen.load(Ordering::Acquire));
        let publication = self.store.publish(provider.name(), finding, known).await?;
        match &publication {
            Publication::Published(version) => {
                seen.fetch_max(version.0, Ordering::AcqRel);
            }
            Publication::Overtaken(record) => _ = self.hear(record),
        }
        Ok(Some(publication))
    }

    /// Asks for the latest about every member, and acts upon it: at the beginning, and after losses.
    ///
    /// # Errors
    /// The store failed.
    pub async fn catch_up(&self) -> Result<(), StoreError> {
        for provider in self.pool.providers() {
            if let Some(record) = self.store.latest(provider.name()).await? {
                let _ = self.hear(&record);
            }
        }
        Ok(())
    }

    /// Publishes every change that `watch`, one of this pool, brings.
    ///
    /// # Errors
    /// The store failed.
    pub async fn publish_changes(&self, watch: &mut Watch) -> Result<Infallible, StoreError> {
        loop {
            if let Notice::Changed(event) = watch.next().await {
                self.tell(&event).await?;
            }
        }
    }

    /// Subscribes, catches up, and acts upon every update.
    ///
    /// # Errors
    /// The store failed.
    pub async fn follow(&self) -> Result<Infallible, StoreError> {
        // In this order: what is published in between is heard twice rather than never.
        let mut updates: Box<dyn Updates> = self.store.subscribe().await?;
        self.catch_up().await?;
        loop {
            match updates.next().await? {
                Update::Record(record) => _ = self.hear(&record),
                Update::Missed => self.catch_up().await?,
            }
        }
    }

    pub(super) fn store(&self) -> &dyn SharedHealth {
        &*self.store
    }

    pub(super) fn pool(&self) -> &Pool {
        &self.pool
    }

    pub(super) fn members(&self) -> impl Iterator<Item = Member<'_>> {
        self.seen.iter().zip(self.pool.providers())
    }

    fn member(&self, name: &ProviderName) -> Option<Member<'_>> {
        self.members().find(|(_, provider)| provider.name() == name)
    }
}

/// The newest version that was seen of one in the pool, and itself.
pub(super) type Member<'a> = (&'a AtomicU64, &'a Provider);

/// What an instance has found out by itself. How long it still holds is looked at when it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum News {
    Opened,
    Closed,
}

impl News {
    pub(super) fn of(transition: &Transition) -> Option<Self> {
        match transition.new.phase {
            Phase::Unhealthy if is_own(transition.reason) => Some(Self::Opened),
            Phase::Healthy if is_own(transition.reason) && transition.old.phase == Phase::Probing => {
                Some(Self::Closed)
            }
            _ => None,
        }
    }

    /// Where the transitions were missed.
    pub(super) fn of_standing(provider: &Provider) -> Option<Self> {
        let status = provider.status();
        (status.state.phase == Phase::Unhealthy && is_own(status.reason)).then_some(Self::Opened)
    }
}

fn is_own(reason: Reason) -> bool {
    !matches!(reason, Reason::Peer | Reason::Overlay | Reason::Marked)
}

impl std::fmt::Debug for Sharing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sharing").field("pool", &self.pool).field("seen", &self.seen).finish_non_exhaustive()
    }
}
