use crate::{Crash, KILLS};
use std::time::{Duration, Instant};
use stockade_audit::{Action, AuditStore, Event, Outcome, Query, Sequence};
use stockade_core::{EventId, SystemEntropy, UnixMillis};
use stockade_postgres::{Postgres, PostgresConfig};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sigkill_of_the_database_loses_no_event_and_leaves_no_gap() {
    let Some(crash) = Crash::new().await else { return };
    let mut known = 0;
    for round in 0..KILLS {
        let acknowledged = crash
            .kill_amid(|store, watch| async move {
                let mut tasks = tokio::task::JoinSet::new();
                for _ in 0..4 {
                    let (store, watch) = (store.clone(), watch.clone());
                    tasks.spawn(async move {
                        let mut events = Vec::new();
                        while !watch.is_over() {
                            let batch = vec![event(), event(), event()];
                            let ids: Vec<_> = batch.iter().map(|event| event.id).collect();
                            match store.append(batch).await {
                                Ok(places) => {
                                    events.extend(places.into_iter().zip(ids));
                                    watch.done();
                                }
                                Err(_) => break,
                            }
                        }
                        events
                    });
                }
                tasks.join_all().await.concat()
            })
            .await;
        let records = whole(&crash.store().await).await;
        let numbers: Vec<_> = records.iter().map(|(place, _)| place.as_u64()).collect();
        assert_eq!(numbers, (1..=records.len() as u64).rev().collect::<Vec<_>>(), "round {round}: a gap");
        assert_eq!(records.len() % 3, 0, "round {round}: half an append");
        for event in &acknowledged {
            assert!(records.contains(event), "round {round}: lost {event:?}");
        }
        known += acknowledged.len();
        assert!(records.len() >= known, "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_frozen_database_is_unavailable_in_time_and_goes_on_when_it_thaws() {
    let Some(crash) = Crash::new().await else { return };
    let config = PostgresConfig { call_timeout_ms: 500, connections: 2, ..PostgresConfig::default() };
    let store = Postgres::connect_with(&crash.database.url(), &config).await.unwrap();
    store.append(vec![event()]).await.unwrap();
    crash.server.freeze().unwrap();
    for _ in 0..4 {
        store.append(vec![event()]).await.unwrap_err();
    }
    crash.server.thaw().unwrap();
    let deadline = Instant::now() + Duration::from_secs(20);
    while store.append(vec![event()]).await.is_err() {
        assert!(Instant::now() < deadline, "it never comes back");
    }
    let places: Vec<_> = whole(&store).await.iter().map(|(place, _)| place.as_u64()).collect();
    assert_eq!(places, (1..=places.len() as u64).rev().collect::<Vec<_>>());
}

async fn whole(store: &Postgres) -> Vec<(Sequence, EventId)> {
    let (mut records, mut query) = (Vec::new(), Query::new().with_limit(Query::MAX_LIMIT).unwrap());
    loop {
        let page = store.page(&query).await.unwrap();
        records.extend(page.records.iter().map(|record| (record.sequence, record.event.id)));
        match page.next {
            Some(next) => query = query.after(next),
            None => return records,
        }
    }
}

fn event() -> Event {
    Event::new(UnixMillis::from_secs(1), &SystemEntropy, Action::LOGIN, Outcome::Success).unwrap()
}
