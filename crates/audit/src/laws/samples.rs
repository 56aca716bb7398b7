//! Events to test with, and a reader that walks a whole log.

use crate::{AuditStore, Page, Query, Record, Sequence};
use std::collections::HashSet;
use stockade_core::{Action, Detail, Event, Outcome, SystemEntropy, UnixMillis};

pub(super) fn event(at: u64, action: Action, outcome: Outcome) -> Event {
    Event::new(UnixMillis::from_millis(at), &SystemEntropy, action, outcome).expect("randomness for a test")
}

pub(super) fn plain() -> Event {
    event(1, Action::LOGIN, Outcome::Success)
}

/// `size` events that name their batch and their place in it.
pub(super) fn batch(name: u64, size: usize) -> Vec<Event> {
    (0..size).map(|place| plain().with("batch", name).with("place", place)).collect()
}

pub(super) fn number(event: &Event, key: &str) -> i64 {
    match event.details.get(key) {
        Some(Detail::Number(number)) => *number,
        other => unreachable!("`{key}` is {other:?}"),
    }
}

pub(super) async fn append(store: &dyn AuditStore, events: Vec<Event>) -> Vec<Sequence> {
    store.append(events).await.expect("an append within the capacity is stored")
}

pub(super) async fn page(store: &dyn AuditStore, query: &Query) -> Page {
    store.page(query).await.expect("a page can be read")
}

/// Follows the cursors from the first page to the last.
pub(super) async fn walk(store: &dyn AuditStore, query: &Query) -> Vec<Record> {
    let mut records = Vec::new();
    let mut query = query.clone();
    loop {
        let page = page(store, &query).await;
        assert!(page.records.len() <= query.limit(), "a page holds at most its limit");
        assert!(
            page.next.is_none() || page.records.len() == query.limit(),
            "only a full page has a next one"
        );
        records.extend(page.records);
        match page.next {
            Some(next) => query = query.after(next),
            None => return records,
        }
    }
}

/// The whole log, newest first, gapless down to the first event, each once.
pub(super) async fn whole(store: &dyn AuditStore, limit: usize) -> Vec<Record> {
    let records = walk(store, &Query::new().with_limit(limit).expect("a valid limit")).await;
    assert_gapless(&records);
    records
}

pub(super) fn assert_gapless(records: &[Record]) {
    let numbers: Vec<_> = records.iter().map(|record| record.sequence.as_u64()).collect();
    let expected: Vec<_> = (1..=records.len() as u64).rev().collect();
    assert_eq!(numbers, expected, "newest first, without gap or repetition, down to 1");
    let ids: HashSet<_> = records.iter().map(|record| record.event.id.to_string()).collect();
    assert_eq!(ids.len(), records.len(), "no event stands in the log twice");
}
