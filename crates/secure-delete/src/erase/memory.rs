//! Object keys in memory: the reference for the laws.

use super::{
    Cause, Due, Erasing, Finding, Hold, HoldName, Holding, Keeping, KeptKey, KeyRecord, MAX_PAGE,
    MediumCaveat, ObjectId, ObjectKeys, Releasing, Rewrapping, Scheduling, Wrap,
};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::num::NonZeroU32;
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard, PoisonError};
use stockade_core::{StoreError, UnixMillis};

/// Object keys in a map, for tests and trials: nothing survives a restart, neither keys nor that they were erased, and what is
/// due is found by reading them all.
///
/// Bounded: past [`MAX_OBJECTS`](Self::MAX_OBJECTS), erased ones included, a further one is refused as unavailable.
#[derive(Debug, Default)]
pub struct MemoryObjectKeys {
    records: Mutex<BTreeMap<ObjectId, KeyRecord>>,
}

/// Why no further key is taken.
#[derive(Debug, thiserror::Error)]
#[error("the store holds its most of {} object keys", MemoryObjectKeys::MAX_OBJECTS)]
struct Full;

impl MemoryObjectKeys {
    /// The most objects: some fifty megabytes.
    pub const MAX_OBJECTS: usize = 100_000;

    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<ObjectId, KeyRecord>> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with<T>(&self, object: &ObjectId, unknown: T, decide: impl FnOnce(&mut KeyRecord) -> T) -> T {
        self.lock().get_mut(object).map_or(unknown, decide)
    }
}

fn page(limit: NonZeroU32) -> usize {
    limit.get().min(MAX_PAGE) as usize
}

#[async_trait::async_trait]
impl ObjectKeys for MemoryObjectKeys {
    fn engine(&self) -> &'static str {
        "memory"
    }

    async fn keep(&self, key: KeptKey) -> Result<Keeping, StoreError> {
        let mut records = self.lock();
        let full = records.len() >= Self::MAX_OBJECTS;
        match records.entry(key.object.clone()) {
            Entry::Occupied(taken) => Ok(taken.get().taken()),
            Entry::Vacant(_) if full => Err(StoreError::unavailable(Full)),
            Entry::Vacant(free) => {
                free.insert(key.into());
                Ok(Keeping::Kept)
            }
        }
    }

    async fn find(&self, object: &ObjectId) -> Result<Finding, StoreError> {
        Ok(self.with(object, Finding::Unknown, |record| record.find()))
    }

    async fn rewrap(&self, object: &ObjectId, old: &Wrap, new: Wrap) -> Result<Rewrapping, StoreError> {
        Ok(self.with(object, Rewrapping::Unknown, |record| record.rewrap(old, new)))
    }

    async fn erase(&self, object: &ObjectId, cause: Cause, at: UnixMillis) -> Result<Erasing, StoreError> {
        Ok(self.with(object, Erasing::Unknown, |record| record.erase(cause, at)))
    }

    async fn scrub(&self) -> Result<MediumCaveat, StoreError> {
        Ok(MediumCaveat::ProcessMemory)
    }

    async fn hold(&self, object: &ObjectId, hold: Hold) -> Result<Holding, StoreError> {
        Ok(self.with(object, Holding::Unknown, |record| record.hold(hold)))
    }

    async fn release(&self, object: &ObjectId, name: &HoldName) -> Result<Releasing, StoreError> {
        Ok(self.with(object, Releasing::NotHeld, |record| record.release(name)))
    }

    async fn holds(&self, object: &ObjectId) -> Result<Vec<Hold>, StoreError> {
        Ok(self.with(object, Vec::new(), |record| record.holds.clone()))
    }

    async fn schedule(
        &self,
        object: &ObjectId,
        expires_at: Option<UnixMillis>,
    ) -> Result<Scheduling, StoreError> {
        Ok(self.with(object, Scheduling::Unknown, |record| record.schedule(expires_at)))
    }

    async fn due(
        &self,
        now: UnixMillis,
        after: Option<&Due>,
        limit: NonZeroU32,
    ) -> Result<Vec<Due>, StoreError> {
        let mut due: Vec<_> = self.lock().values().filter_map(|record| record.due(now)).collect();
        due.retain(|one| after.is_none_or(|after| one > after));
        due.sort_unstable();
        due.truncate(page(limit));
        Ok(due)
    }

    async fn live(&self, after: Option<&ObjectId>, limit: NonZeroU32) -> Result<Vec<KeptKey>, StoreError> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let records = self.lock();
        let live = records.range::<ObjectId, _>((from, Bound::Unbounded)).filter_map(|(_, record)| {
            match record.find() {
                Finding::Live(key) => Some(key),
                Finding::Erased(_) | Finding::Unknown => None,
            }
        });
        Ok(live.take(page(limit)).collect())
    }
}
