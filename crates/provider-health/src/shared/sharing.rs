//! Between a pool and the others'.

use super::untold::Untold;
use super::{Finding, HealthRecord, Publication, SharedHealth, Update, Updates, Version};
use crate::machine::Credence;
use crate::{HealthEvent, Phase, Pool, Provider, ProviderName, Reason, Transition, Watch};
use std::convert::Infallible;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use stockade_core::{StoreError, StoreErrorKind};

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
    untold: Arc<Untold>,
}

/// What a record did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Taken {
    /// It was news, and was acted upon.
    Acted,
    /// It was no newer than what was seen before, and was not heard.
    Stale,
    /// It is about a provider that is not in the pool, of a version beyond [`Version::LAST`], or it has lapsed.
    Nothing,
}

impl Sharing {
    /// Nothing seen yet.
    #[must_use]
    pub fn new(pool: Pool, store: Arc<dyn SharedHealth>) -> Self {
        let seen = pool.providers().map(|_| AtomicU64::new(0)).collect();
        let untold = Arc::new(Untold::nothing(pool.len()));
        Self { pool, store, seen, ear: Arc::default(), untold }
    }

    /// Acts upon what another instance has found out. Down opens the circuit here too, for as long as is left, within
    /// [`Config::open_at_most`](crate::Config::open_at_most), and then a probe of this instance decides. It degrades at most where most calls
    /// of this instance's window succeed, where probes or checks of this instance have just closed the circuit or had to contradict such
    /// a word before, and where nobody else in the pool is well; and it never makes an open circuit open for longer. Up lets probes of
    /// this instance begin sooner. A version that is not newer than the newest seen does nothing, so that an old record never
    /// brings a provider back, nor takes it away.
    ///
    /// The record is taken for the store's: what comes from a channel that others may write to has to be
    /// [looked up](SharedHealth::latest) first, or one forged version would make the true ones old. [`run`](Self::run) and
    /// [`follow`](Self::follow) do.
    pub fn hear(&self, record: &HealthRecord) -> Taken {
        let Some((seen, provider)) = self.member(&record.provider) else { return Taken::Nothing };
        if record.version > Version::LAST {
            return Taken::Nothing;
        }
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

    /// Asks for the latest about every member, and acts upon it: at the beginning, and after losses. A record that cannot be read
    /// holds up no other.
    ///
    /// # Errors
    /// The store failed; or, after all the others were heard, one of its records is corrupt.
    pub async fn catch_up(&self) -> Result<(), StoreError> {
        let mut unreadable = Ok(());
        for provider in self.pool.providers() {
            match self.look_up(provider.name()).await {
                Ok(_) => {}
                Err(error) if error.kind() == StoreErrorKind::Corrupt => unreadable = Err(error),
                Err(error) => return Err(error),
            }
        }
        unreadable
    }

    pub(super) async fn look_up(&self, name: &ProviderName) -> Result<Taken, StoreError> {
        let latest = self.store.latest(name).await?;
        Ok(latest.map_or(Taken::Nothing, |record| self.hear(&record)))
    }

    /// Whether there is reason to look it up: it is about a member, and says to be newer than what was seen.
    pub(super) fn is_news(&self, record: &HealthRecord) -> bool {
        let seen = self.member(&record.provider).map(|(seen, _)| seen.load(Ordering::Acquire));
        record.version <= Version::LAST && seen.is_some_and(|seen| record.version.0 > seen)
    }

    /// Publishes the circuits that are open already, and then every change that `watch`, one of this pool, brings. What could not be
    /// told because the store failed is kept, the latest of each member, and told first when this is called again on any clone.
    ///
    /// # Errors
    /// The store failed.
    pub async fn publish_changes(&self, watch: &mut Watch) -> Result<Infallible, StoreError> {
        self.untold.note_standing(&self.pool);
        loop {
            while let Some(notice) = watch.try_next() {
                self.untold.note(&self.pool, &notice);
            }
            let mut failed = Ok(());
            for (index, member, news) in self.untold.of(self.members()) {
                match self.publish(member, news).await {
                    Ok(_) => self.untold.told(index, news),
                    Err(error) => failed = Err(error),
                }
            }
            failed?;
            let notice = watch.next().await;
            self.untold.note(&self.pool, &notice);
        }
    }

    /// Subscribes, catches up, and looks up whatever an update tells of. A record that cannot be read is passed over until the next
    /// update about its provider.
    ///
    /// # Errors
    /// The store failed.
    pub async fn follow(&self) -> Result<Infallible, StoreError> {
        // In this order: what is published in between is heard twice rather than never.
        let mut updates: Box<dyn Updates> = self.store.subscribe().await?;
        passing_over_corrupt(self.catch_up().await)?;
        loop {
            match updates.next().await? {
                Update::Record(record) if self.is_news(&record) => {
                    passing_over_corrupt(self.look_up(&record.provider).await.map(drop))?;
                }
                Update::Record(_) => {}
                Update::Missed => passing_over_corrupt(self.catch_up().await)?,
            }
        }
    }

    pub(super) fn untold(&self) -> &Untold {
        &self.untold
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

fn passing_over_corrupt(heard: Result<(), StoreError>) -> Result<(), StoreError> {
    heard.or_else(|error| if error.kind() == StoreErrorKind::Corrupt { Ok(()) } else { Err(error) })
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
