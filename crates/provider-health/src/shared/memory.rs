//! The reference implementation: instances within one process, and tests.

use super::{Finding, HealthRecord, Publication, SharedHealth, Update, Updates, Version};
use crate::ProviderName;
use crate::inbox::{Inbox, Letter, Outlets};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use stockade_core::{Clock, StoreError};

/// Word left in memory. Bounded: [`MAX_PROVIDERS`](Self::MAX_PROVIDERS) names, [`MAX_SUBSCRIBERS`](Self::MAX_SUBSCRIBERS)
/// queues of 256 updates.
#[derive(Debug)]
pub struct MemorySharedHealth {
    clock: Arc<dyn Clock>,
    records: Mutex<HashMap<ProviderName, Kept>>,
    outlets: Outlets<HealthRecord>,
}

#[derive(Debug, Clone, Copy)]
struct Kept {
    version: Version,
    /// Down until then; up where there is none.
    down_until: Option<Duration>,
}

impl MemorySharedHealth {
    /// How many providers are remembered; a publication about one more is refused.
    pub const MAX_PROVIDERS: usize = 1024;
    /// How many may be subscribed at once.
    pub const MAX_SUBSCRIBERS: usize = 1024;

    /// Nothing known. Times are taken from the monotonic side of `clock`.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, records: Mutex::default(), outlets: Outlets::default() }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ProviderName, Kept>> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn told(self, provider: &ProviderName, now: Duration) -> HealthRecord {
        let finding = self.down_until.map_or(Finding::Up, |until| Finding::Down(until.saturating_sub(now)));
        HealthRecord { provider: provider.clone(), version: self.version, finding }
    }
}

#[async_trait::async_trait]
impl SharedHealth for MemorySharedHealth {
    async fn publish(
        &self,
        provider: &ProviderName,
        finding: Finding,
        seen: Version,
    ) -> Result<Publication, StoreError> {
        if seen >= Version::LAST {
            return Err(StoreError::corrupt("a version that no instance counts up to"));
        }
        let now = self.clock.monotonic();
        let mut records = self.lock();
        let before = records.get(provider).copied();
        if before.is_none() && records.len() >= Self::MAX_PROVIDERS {
            return Err(StoreError::unavailable("as many providers as fit are known"));
        }
        let Some(version) = before.map(|kept| kept.version).unwrap_or_default().succeeded_by(seen) else {
            return Ok(before.map_or(Publication::Published(seen), |kept| {
                Publication::Overtaken(kept.told(provider, now))
            }));
        };
        let down_until = match finding {
            Finding::Down(span) => Some(now.saturating_add(span)),
            Finding::Up => None,
        };
        let kept = Kept { version, down_until };
        records.insert(provider.clone(), kept);
        // Under the lock, so that subscribers hear in the order of versions.
        let wakers = self.outlets.send(&[kept.told(provider, now)]);
        drop(records);
        wakers.into_iter().for_each(std::task::Waker::wake);
        Ok(Publication::Published(version))
    }

    async fn latest(&self, provider: &ProviderName) -> Result<Option<HealthRecord>, StoreError> {
        let now = self.clock.monotonic();
        Ok(self.lock().get(provider).map(|kept| kept.told(provider, now)))
    }

    async fn subscribe(&self) -> Result<Box<dyn Updates>, StoreError> {
        let inbox = Inbox::new(256);
        let joined = self.outlets.join(&inbox, Self::MAX_SUBSCRIBERS);
        joined.map_err(|_| StoreError::unavailable("as many as may are subscribed"))?;
        Ok(Box::new(Subscription(inbox)))
    }
}

struct Subscription(Arc<Inbox<HealthRecord>>);

#[async_trait::async_trait]
impl Updates for Subscription {
    async fn next(&mut self) -> Result<Update, StoreError> {
        Ok(match self.0.next().await {
            Letter::New(record) => Update::Record(record),
            Letter::Missed(_) => Update::Missed,
        })
    }
}
