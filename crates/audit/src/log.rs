//! The handle that services hold.

use crate::{AuditStore, Page, Query};
use std::fmt;
use std::sync::Arc;
use stockade_core::{Event, Recorder, StoreError};

/// The security log: a [`Recorder`] that stores each event before it answers, and the way to read events back.
///
/// A clone is a handle on the same log. `Ok` from [`record`](Recorder::record) means stored, as durable as the store behind it;
/// an error means not stored. It costs one append per event: with an embedded store, one disk flush.
#[derive(Clone)]
pub struct AuditLog {
    store: Arc<dyn AuditStore>,
}

impl AuditLog {
    /// A log kept in `store`.
    #[must_use]
    pub fn new(store: Arc<dyn AuditStore>) -> Self {
        Self { store }
    }

    /// The newest records that `query` asks for; see [`AuditStore::page`].
    ///
    /// Who may read the log is the caller's to decide before this call: events name people and addresses.
    ///
    /// # Errors
    /// The store is out of reach, or a stored record makes no sense.
    pub async fn query(&self, query: &Query) -> Result<Page, StoreError> {
        self.store.page(query).await
    }

    /// The store behind the log, such as for a queue in front of it.
    #[must_use]
    pub fn store(&self) -> Arc<dyn AuditStore> {
        Arc::clone(&self.store)
    }
}

#[async_trait::async_trait]
impl Recorder for AuditLog {
    async fn record(&self, event: Event) -> Result<(), StoreError> {
        self.store.append(vec![event]).await.map(drop)
    }
}

impl fmt::Debug for AuditLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuditLog").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Entry, MemoryAuditStore};
    use stockade_core::{
        Action, ClientInfo, Clock, ManualClock, Outcome, Resource, SystemEntropy, UnixMillis,
    };

    fn log() -> AuditLog {
        AuditLog::new(Arc::new(MemoryAuditStore::default()))
    }

    fn event(clock: &dyn Clock) -> Event {
        Event::new(clock.now(), &SystemEntropy, Action::ROLE_GRANT, Outcome::Denied).unwrap()
    }

    #[tokio::test]
    async fn asvs_v16_2_1_a_record_says_when_who_where_and_what() {
        let clock = ManualClock::at(UnixMillis::from_secs(1_700_000_000));
        let log = log();
        let granted = event(&clock)
            .by("admin-1".parse().unwrap())
            .from(ClientInfo::at([203, 0, 113, 9].into()))
            .on(Resource::new("account", "user-2"))
            .in_request(Some("req-1".parse().unwrap()));
        log.record(granted).await.unwrap();
        let record = log.query(&Query::new()).await.unwrap().records.remove(0);
        let json = serde_json::to_value(&record).unwrap();
        assert_eq!(json["sequence"], 1);
        let event = &json["event"];
        assert_eq!(event["at"], 1_700_000_000_000_u64);
        assert_eq!(event["actor"], "admin-1");
        assert_eq!(event["client"]["ip"], "203.0.113.9");
        assert_eq!(event["request_id"], "req-1");
        assert_eq!((&event["action"], &event["outcome"]), (&"rbac.role_grant".into(), &"denied".into()));
        assert_eq!(event["resource"], serde_json::json!({"kind": "account", "id": "user-2"}));
    }

    #[tokio::test]
    async fn asvs_v16_2_2_a_clock_jump_changes_times_and_not_the_order() {
        let clock = ManualClock::at(UnixMillis::from_secs(2_000));
        let log = log();
        log.record(event(&clock)).await.unwrap();
        clock.jump_to(UnixMillis::from_secs(1_000));
        log.record(event(&clock)).await.unwrap();
        let records = log.query(&Query::new()).await.unwrap().records;
        let seen: Vec<_> = records.iter().map(|r| (r.sequence.as_u64(), r.event.at.as_secs())).collect();
        assert_eq!(seen, [(2, 1_000), (1, 2_000)], "UTC as the service's clock gave it, in order of arrival");
        let body = Entry::new(records[0].event.clone()).unwrap();
        assert!(body.body().contains("\"at\":1000000,"), "a number since the epoch has no zone to get wrong");
    }
}
