//! The security log on PostgreSQL.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use sqlx::Connection;
use std::sync::Arc;
use stockade_audit::{
    Action, AuditLog, AuditQueue, AuditStore, Event, Outcome, Query, QueueConfig, Recorder, Resource,
    Sequence, StoreErrorKind, laws,
};
use stockade_core::{SystemEntropy, UnixMillis};
use stockade_postgres::{Postgres, PostgresConfig};

mod support;

use support::{copy, database, open, raw};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_store_keeps_the_laws() {
    let Some(server) = stockade_testkit::servers::postgres() else { return };
    let databases = std::sync::Mutex::new(Vec::new());
    laws::all(async || {
        let database = copy(server).await;
        let store = open(&database).await;
        databases.lock().unwrap().push(database);
        Arc::new(store) as _
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_processes_racing_on_one_database_leave_no_gap() {
    let Some(database) = database().await else { return };
    let (one, two) = (open(&database).await, open(&database).await);
    laws::concurrent_appends_are_gapless(&[Arc::new(one), Arc::new(two)]).await;
}

#[tokio::test]
async fn asvs_v1_2_4_sql_injection_finds_no_filter_that_is_carried_out() {
    let Some(database) = database().await else { return };
    let store = open(&database).await;
    store.append(vec![event(), event().by("victim".parse().unwrap())]).await.unwrap();
    for attack in [
        "'OR'1'='1",
        "'--",
        "\");DROP/**/TABLE/**/stockade.audit_events;--",
        "x'UNION/**/SELECT/**/1,'{}",
        "\\'",
        "%",
        "$1",
    ] {
        let queries = [
            Query::new().by(attack.parse().unwrap()),
            Query::new().on_kind(attack),
            Query::new().on(&Resource::new(attack, attack)),
            Query::new().on(&Resource::new("account", attack)),
        ];
        for query in queries {
            assert!(store.page(&query).await.unwrap().records.is_empty(), "{query:?}");
        }
        let stored = event().by(attack.parse().unwrap()).on(Resource::new(attack, attack)).because(attack);
        store.append(vec![stored.clone()]).await.unwrap();
        let found = store.page(&Query::new().by(attack.parse().unwrap())).await.unwrap().records;
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].event, stored);
    }
    assert_eq!(store.page(&Query::new()).await.unwrap().records.len(), 9);
}

#[tokio::test]
async fn asvs_v16_4_1_a_stored_body_is_one_line_whatever_was_in_the_event() {
    let Some(database) = database().await else { return };
    let store = open(&database).await;
    let hostile = "x\r\n{\"forged\":true}\u{2028}\0\u{1b}[2J";
    let event = event().because(hostile).on(Resource::new(hostile, hostile)).with("key", hostile);
    store.append(vec![event]).await.unwrap();
    let _ = store.page(&Query::new().on(&Resource::new(hostile, hostile))).await.unwrap();
    let body: String = sqlx::query_scalar("SELECT body FROM stockade.audit_events")
        .fetch_one(&mut raw(&database).await)
        .await
        .unwrap();
    assert!(!body.chars().any(|c| c.is_control() || c == '\u{2028}'), "{body}");
}

#[tokio::test]
async fn asvs_v16_4_2_rows_cannot_be_changed_or_removed_by_a_plain_statement() {
    let Some(database) = database().await else { return };
    let store = open(&database).await;
    store.append(vec![event()]).await.unwrap();
    let mut raw = raw(&database).await;
    for tampering in [
        "DELETE FROM stockade.audit_events",
        "UPDATE stockade.audit_events SET body = '{}'",
        "TRUNCATE stockade.audit_events",
        "UPDATE stockade.audit_head SET last = 0",
        "DELETE FROM stockade.audit_head",
        "INSERT INTO stockade.audit_head (last) VALUES (0)",
    ] {
        sqlx::query(tampering).execute(&mut raw).await.unwrap_err();
    }
    assert_eq!(store.page(&Query::new()).await.unwrap().records.len(), 1);
}

#[tokio::test]
async fn events_are_there_after_the_database_is_opened_again() {
    let Some(database) = database().await else { return };
    let store = open(&database).await;
    AuditLog::new(Arc::new(store.clone())).record(event()).await.unwrap();
    let store = open(&database).await;
    store.append(vec![event()]).await.unwrap();
    store.close().await;
    assert_eq!(store.append(vec![event()]).await.unwrap_err().kind(), StoreErrorKind::Unavailable);

    let records = open(&database).await.page(&Query::new()).await.unwrap().records;
    let places: Vec<_> = records.iter().map(|record| record.sequence.as_u64()).collect();
    assert_eq!(places, [2, 1]);
}

#[tokio::test]
async fn a_queue_writes_through() {
    let Some(database) = database().await else { return };
    let store = open(&database).await;
    let queue = AuditQueue::start(Arc::new(store.clone()), QueueConfig::default()).unwrap();
    (0..1_000).for_each(|_| queue.try_record(event()).unwrap());
    queue.shutdown().await.unwrap();
    let newest = store.page(&Query::new().with_limit(1).unwrap()).await.unwrap().records;
    assert_eq!(newest[0].sequence, Sequence::new(1_000).unwrap());
}

#[tokio::test]
async fn a_log_that_another_process_holds_is_unavailable_for_a_while() {
    let Some(database) = database().await else { return };
    let config = PostgresConfig { lock_timeout_ms: 50, ..PostgresConfig::default() };
    let store = Postgres::connect_with(&database.url(), &config).await.unwrap();
    let mut holder = raw(&database).await;
    let mut held = holder.begin().await.unwrap();
    sqlx::query("SELECT * FROM stockade.audit_head FOR UPDATE").execute(&mut *held).await.unwrap();
    assert_eq!(store.append(vec![event()]).await.unwrap_err().kind(), StoreErrorKind::Unavailable);
    assert!(store.page(&Query::new()).await.unwrap().records.is_empty(), "readers do not wait for writers");
    held.rollback().await.unwrap();
    assert_eq!(store.append(vec![event()]).await.unwrap(), [Sequence::FIRST]);
}

#[tokio::test]
async fn partial_write_of_an_append_takes_no_place() {
    let Some(database) = database().await else { return };
    let store = open(&database).await;
    let mut raw = raw(&database).await;
    // The place that comes next is taken, so that the append fails half way.
    let planted =
        "INSERT INTO stockade.audit_events VALUES (2, 0, NULL, 'auth.login', 'success', NULL, NULL, '{}')";
    sqlx::query(planted).execute(&mut raw).await.unwrap();
    assert_eq!(store.append(vec![event(), event()]).await.unwrap_err().kind(), StoreErrorKind::Conflict);
    assert_eq!(store.append(vec![event()]).await.unwrap(), [Sequence::FIRST]);
    assert_eq!(
        store.page(&Query::new()).await.unwrap_err().kind(),
        StoreErrorKind::Corrupt,
        "and hides nothing"
    );
}

fn event() -> Event {
    Event::new(UnixMillis::from_secs(1), &SystemEntropy, Action::LOGIN, Outcome::Success).unwrap()
}
