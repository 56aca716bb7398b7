//! The security log on SQLite.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use stockade_audit::{
    Action, AuditLog, AuditQueue, AuditStore, Event, Outcome, Query, QueueConfig, Recorder, Resource,
    Sequence, StoreErrorKind, laws,
};
use stockade_core::{SystemEntropy, UnixMillis};
use stockade_sqlite::{Sqlite, SqliteConfig};

mod support;

use support::{Files, raw};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_store_keeps_the_laws() {
    let files = Files::new();
    laws::all(async || Arc::new(files.fresh().await) as _).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_processes_racing_on_one_file_leave_no_gap() {
    let files = Files::new();
    let (one, two) = (files.open("db").await, files.open("db").await);
    laws::concurrent_appends_are_gapless(&[Arc::new(one), Arc::new(two)]).await;
}

#[tokio::test]
async fn asvs_v1_2_4_sql_injection_finds_no_filter_that_is_carried_out() {
    let files = Files::new();
    let store = files.open("db").await;
    store.append(vec![event(), event().by("victim".parse().unwrap())]).await.unwrap();
    for attack in
        ["'OR'1'='1", "'--", "\");DROP/**/TABLE/**/audit_events;--", "x'UNION/**/SELECT/**/1,'{}", "\\'", "%"]
    {
        let queries = [
            Query::new().by(attack.parse().unwrap()),
            Query::new().on_kind(attack),
            Query::new().on(&Resource::new(attack, attack)),
            Query::new().on(&Resource::new("account", attack)),
        ];
        for query in queries {
            assert!(store.page(&query).await.unwrap().records.is_empty(), "{query:?}");
        }
        assert!(attack.parse::<Action>().is_err(), "an action's alphabet has no quotes");
        let stored = event().by(attack.parse().unwrap()).on(Resource::new(attack, attack)).because(attack);
        store.append(vec![stored.clone()]).await.unwrap();
        let found = store.page(&Query::new().by(attack.parse().unwrap())).await.unwrap().records;
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].event, stored);
    }
    assert_eq!(store.page(&Query::new()).await.unwrap().records.len(), 8);
}

#[tokio::test]
async fn asvs_v16_4_1_a_stored_body_is_one_line_whatever_was_in_the_event() {
    let files = Files::new();
    let store = files.open("db").await;
    store.append(vec![event().because("x\r\n{\"forged\":true}\u{2028}\0\u{1b}[2J")]).await.unwrap();
    let mut raw = raw(&files.path("db")).await;
    let body: String = sqlx::query_scalar("SELECT body FROM audit_events").fetch_one(&mut raw).await.unwrap();
    assert!(!body.chars().any(|c| c.is_control() || c == '\u{2028}'), "{body}");
}

#[tokio::test]
async fn asvs_v16_4_2_rows_cannot_be_changed_or_removed_by_a_plain_statement() {
    let files = Files::new();
    let store = files.open("db").await;
    store.append(vec![event()]).await.unwrap();
    let mut raw = raw(&files.path("db")).await;
    for tampering in ["DELETE FROM audit_events", "UPDATE audit_events SET body = '{}'"] {
        sqlx::query(tampering).execute(&mut raw).await.unwrap_err();
    }
    assert_eq!(store.page(&Query::new()).await.unwrap().records.len(), 1);
}

#[tokio::test]
async fn events_are_there_after_the_file_is_opened_again() {
    let files = Files::new();
    let store = files.open("db").await;
    let log = AuditLog::new(Arc::new(store.clone()));
    log.record(event()).await.unwrap();
    drop((log, store));
    let store = files.open("db").await;
    store.append(vec![event()]).await.unwrap();
    store.close().await;
    assert_eq!(store.append(vec![event()]).await.unwrap_err().kind(), StoreErrorKind::Unavailable);

    let records = files.open("db").await.page(&Query::new()).await.unwrap().records;
    let places: Vec<_> = records.iter().map(|record| record.sequence.as_u64()).collect();
    assert_eq!(places, [2, 1]);
}

#[tokio::test]
async fn a_queue_writes_through() {
    let files = Files::new();
    let store = files.open("db").await;
    let queue = AuditQueue::start(Arc::new(store.clone()), QueueConfig::default()).unwrap();
    (0..1_000).for_each(|_| queue.try_record(event()).unwrap());
    queue.shutdown().await.unwrap();
    let newest = store.page(&Query::new().with_limit(1).unwrap()).await.unwrap().records;
    assert_eq!(newest[0].sequence, Sequence::new(1_000).unwrap());
}

#[tokio::test]
async fn a_file_that_another_process_holds_is_unavailable_for_a_while() {
    let files = Files::new();
    let config = SqliteConfig { busy_timeout_ms: 50, ..SqliteConfig::default() };
    let store = Sqlite::open_with(files.path("db"), &config).await.unwrap();
    let mut holder = raw(&files.path("db")).await;
    sqlx::query("BEGIN IMMEDIATE").execute(&mut holder).await.unwrap();
    assert_eq!(store.append(vec![event()]).await.unwrap_err().kind(), StoreErrorKind::Unavailable);
    assert!(store.page(&Query::new()).await.unwrap().records.is_empty(), "readers do not wait for writers");
    sqlx::query("ROLLBACK").execute(&mut holder).await.unwrap();
    assert_eq!(store.append(vec![event()]).await.unwrap(), [Sequence::FIRST]);
}

#[tokio::test]
async fn a_bad_row_is_corrupt_and_hides_nothing() {
    let files = Files::new();
    let store = files.open("db").await;
    store.append(vec![event()]).await.unwrap();
    let planted =
        "INSERT INTO audit_events VALUES (2, 0, NULL, 'auth.login', 'success', NULL, NULL, '{\"id\":')";
    sqlx::query(planted).execute(&mut raw(&files.path("db")).await).await.unwrap();
    assert_eq!(store.page(&Query::new()).await.unwrap_err().kind(), StoreErrorKind::Corrupt);
}

fn event() -> Event {
    Event::new(UnixMillis::from_secs(1), &SystemEntropy, Action::LOGIN, Outcome::Success).unwrap()
}
