//! A log that lives as long as the process.

use crate::{AuditStore, Entry, Page, Query, Record, Sequence};
use std::sync::{PoisonError, RwLock};
use stockade_core::{Event, StoreError};

/// A bounded log in memory, for tests and for services whose evidence may end with the process.
///
/// At its capacity it refuses new events with [`Unavailable`](stockade_core::StoreErrorKind::Unavailable) and keeps the old ones:
/// a log that forgets when it is flooded is one that an attacker can wipe. An event takes about half a kilobyte, at most
/// [`Entry::MAX_BODY`]. A page reads events from the newest on until it is full, so a filter that matches little reads all.
#[derive(Debug)]
pub struct MemoryAuditStore {
    log: RwLock<Vec<Record>>,
    capacity: usize,
}

impl MemoryAuditStore {
    /// The capacity of [`MemoryAuditStore::default`]: about 50 MB of everyday events, a choice of this crate.
    pub const DEFAULT_CAPACITY: usize = 100_000;

    /// An empty log that takes at most `capacity` events.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Self { log: RwLock::default(), capacity }
    }
}

impl Default for MemoryAuditStore {
    fn default() -> Self {
        Self::with_capacity(Self::DEFAULT_CAPACITY)
    }
}

#[async_trait::async_trait]
impl AuditStore for MemoryAuditStore {
    async fn append(&self, events: Vec<Event>) -> Result<Vec<Sequence>, StoreError> {
        let entries = events.into_iter().map(Entry::new).collect::<Result<Vec<_>, _>>()?;
        let mut log = self.log.write().unwrap_or_else(PoisonError::into_inner);
        if entries.len() > self.capacity.saturating_sub(log.len()) {
            return Err(StoreError::unavailable("the audit log in memory is full"));
        }
        let last = log.last().map(|record| record.sequence);
        let places = Sequence::following(last, entries.len())?;
        log.extend(
            places
                .iter()
                .zip(entries)
                .map(|(&sequence, entry)| Record { sequence, event: entry.into_event() }),
        );
        Ok(places)
    }

    async fn page(&self, query: &Query) -> Result<Page, StoreError> {
        let log = self.log.read().unwrap_or_else(PoisonError::into_inner);
        let end =
            query.before().map_or(log.len(), |before| log.partition_point(|record| record.sequence < before));
        let found = log[..end]
            .iter()
            .rev()
            .filter(|record| query.matches(&record.event))
            .take(query.limit() + 1)
            .cloned()
            .collect();
        Ok(Page::of(found, query.limit()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stockade_core::{Action, Outcome, StoreErrorKind, SystemEntropy, UnixMillis};

    fn events(count: usize) -> Vec<Event> {
        let event = || Event::new(UnixMillis::default(), &SystemEntropy, Action::LOGIN, Outcome::Success);
        (0..count).map(|_| event().unwrap()).collect()
    }

    #[tokio::test]
    async fn a_flood_is_refused_and_the_old_events_stay() {
        let store = MemoryAuditStore::with_capacity(3);
        store.append(events(2)).await.unwrap();
        let refused = store.append(events(2)).await.unwrap_err();
        assert_eq!(refused.kind(), StoreErrorKind::Unavailable);
        assert_eq!(store.page(&Query::new()).await.unwrap().records.len(), 2, "all or none");
        assert_eq!(store.append(events(1)).await.unwrap(), [Sequence::new(3).unwrap()]);
    }

    #[cfg(feature = "laws")]
    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn the_memory_store_keeps_the_laws() {
        crate::laws::all(async || std::sync::Arc::new(MemoryAuditStore::default()) as _).await;
    }
}
