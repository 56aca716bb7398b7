//! What appending means.

use super::samples::{append, batch, number, page, plain, whole};
use crate::{AuditStore, Query, Record, Sequence};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::task::JoinSet;

const TASKS: u64 = 64;
const ROUNDS: u64 = 6;

/// An append of nothing takes no place.
///
/// # Panics
/// The store breaks the law.
pub async fn an_empty_append_changes_nothing(store: Arc<dyn AuditStore>) {
    assert!(append(&*store, Vec::new()).await.is_empty());
    assert!(page(&*store, &Query::new()).await.records.is_empty());
    assert_eq!(append(&*store, vec![plain()]).await, [Sequence::FIRST]);
}

/// Events take ascending places from 1 on, in the order given.
///
/// # Panics
/// The store breaks the law.
pub async fn appends_are_ordered_and_gapless(store: Arc<dyn AuditStore>) {
    let mut events = Vec::new();
    let mut places = Vec::new();
    for size in [1, 3, 2, 700, 1] {
        let batch = batch(size as u64, size);
        events.extend(batch.iter().map(|event| event.id));
        places.extend(append(&*store, batch).await.iter().map(|place| place.as_u64()));
    }
    assert_eq!(places, (1..=707).collect::<Vec<_>>(), "the places that an append returns");
    let mut records = whole(&*store, Query::MAX_LIMIT).await;
    records.reverse();
    assert_eq!(records.iter().map(|record| record.event.id).collect::<Vec<_>>(), events, "the order given");
}

/// 64 tasks append at once, through all of `handles` on one log: no place is given twice or left out, each batch stands together
/// in its order, at the places that its append returned; and a reader amid the race never sees part of a batch.
///
/// # Panics
/// The store breaks the law, or `handles` is empty.
pub async fn concurrent_appends_are_gapless(handles: &[Arc<dyn AuditStore>]) {
    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        let store = Arc::clone(&handles[task as usize % handles.len()]);
        tasks.spawn(async move {
            let mut places = Vec::new();
            for round in 0..ROUNDS {
                let name = task * ROUNDS + round;
                places.push((name, append(&*store, batch(name, 1 + (name % 3) as usize)).await));
                assert_newest_batch_is_whole(&*store).await;
            }
            places
        });
    }
    let mut returned = BTreeMap::new();
    while let Some(places) = tasks.join_next().await {
        returned.extend(places.expect("no task fails"));
    }
    for store in handles {
        let records = whole(&**store, Query::MAX_LIMIT).await;
        assert_eq!(records.len() as u64, (0..TASKS * ROUNDS).map(|name| 1 + name % 3).sum::<u64>());
        assert_eq!(places_by_batch(&records), returned, "each event stands where its append said");
    }
}

/// An append whose caller goes away is stored whole or not at all, and leaves no gap.
///
/// # Panics
/// The store breaks the law.
pub async fn a_cancelled_append_is_whole_or_nothing(store: Arc<dyn AuditStore>) {
    for name in 0..60 {
        let writer = Arc::clone(&store);
        let task = tokio::spawn(async move { append(&*writer, batch(name, 3)).await });
        for _ in 0..name % 12 {
            tokio::task::yield_now().await;
        }
        task.abort();
        // The outcome does not matter: cancelled before, amid or after.
        let _ = task.await;
    }
    append(&*store, batch(60, 3)).await;
    let records = whole(&*store, 7).await;
    for (name, places) in places_by_batch(&records) {
        assert_eq!(places.len(), 3, "batch {name} is whole");
    }
    assert!(records.len() >= 3, "the append that nobody cancelled is there");
}

async fn assert_newest_batch_is_whole(store: &dyn AuditStore) {
    let newest = page(store, &Query::new()).await.records;
    let name = number(&newest[0].event, "batch");
    let seen = newest.iter().take_while(|record| number(&record.event, "batch") == name).count();
    assert_eq!(seen as i64, 1 + name % 3, "a reader never sees part of a batch");
}

fn places_by_batch(records: &[Record]) -> BTreeMap<u64, Vec<Sequence>> {
    let mut batches: BTreeMap<u64, Vec<Sequence>> = BTreeMap::new();
    for record in records.iter().rev() {
        let places = batches.entry(number(&record.event, "batch").unsigned_abs()).or_default();
        assert_eq!(number(&record.event, "place"), places.len() as i64, "a batch keeps its order");
        if let Some(last) = places.last() {
            assert_eq!(last.as_u64() + 1, record.sequence.as_u64(), "a batch stands together");
        }
        places.push(record.sequence);
    }
    batches
}
