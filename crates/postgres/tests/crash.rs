//! The database is killed amid its work, again and again: what was acknowledged is there, nothing is half, nobody is locked out,
//! nothing is usable twice.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use stockade_audit::{Action, AuditStore, Event, Outcome, Query};
use stockade_authn::refresh::{Nonce, TokenDigest};
use stockade_authn::session::{
    Concurrency, Rotation, RotationAttempt, SessionRecord, SessionStore, Standing,
};
use stockade_core::{
    AuthMethod, AuthMethods, ClientInfo, Entropy, SessionId, SubjectId, SystemEntropy, UnixMillis,
};
use stockade_postgres::{Postgres, PostgresConfig};
use stockade_rbac::{FirstGrant, RoleAssignments};
use stockade_testkit::servers::{Database, Durability, OwnPostgres};

mod support;

const KILLS: u32 = 3;
const HOUR: Duration = Duration::from_secs(3600);

struct Crash {
    database: Database,
    server: OwnPostgres,
}

impl Crash {
    async fn new() -> Option<Self> {
        let server = stockade_testkit::servers::Postgres::own(Durability::Durable)?;
        Some(Self { database: support::copy(&server).await, server })
    }

    async fn store(&self) -> Postgres {
        let config = PostgresConfig { connections: 4, ..PostgresConfig::default() };
        Postgres::connect_with(&self.database.url(), &config).await.unwrap()
    }

    /// Lets `work` run, which gives up what it acknowledged when it is told to stop or fails, and kills the server meanwhile.
    async fn kill_amid<T: Send + 'static, F>(&self, work: impl FnOnce(Postgres, Arc<AtomicBool>) -> F) -> T
    where
        F: Future<Output = T> + Send + 'static,
    {
        let stop = Arc::new(AtomicBool::new(false));
        let work = tokio::spawn(work(self.store().await, stop.clone()));
        let mut byte = [0];
        SystemEntropy.fill(&mut byte).unwrap();
        tokio::time::sleep(Duration::from_millis(150 + u64::from(byte[0]))).await;
        self.server.kill().unwrap();
        stop.store(true, Ordering::Relaxed);
        let acknowledged = work.await.unwrap();
        self.server.restart().unwrap();
        acknowledged
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sigkill_of_the_database_loses_no_event_and_leaves_no_gap() {
    let Some(crash) = Crash::new().await else { return };
    let mut known = 0;
    for round in 0..KILLS {
        let acknowledged = crash
            .kill_amid(|store, stop| async move {
                let mut tasks = tokio::task::JoinSet::new();
                for _ in 0..4 {
                    let (store, stop) = (store.clone(), stop.clone());
                    tasks.spawn(async move {
                        let mut events = Vec::new();
                        while !stop.load(Ordering::Relaxed) {
                            let batch = vec![event(), event(), event()];
                            let ids: Vec<_> = batch.iter().map(|event| event.id).collect();
                            match store.append(batch).await {
                                Ok(places) => events.extend(places.into_iter().zip(ids)),
                                Err(_) => break,
                            }
                        }
                        events
                    });
                }
                tasks.join_all().await.concat()
            })
            .await;
        assert!(!acknowledged.is_empty(), "round {round}: killed before anything was done");
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
async fn sigkill_amid_rotation_locks_nobody_out_and_lets_no_token_be_used_twice() {
    let Some(crash) = Crash::new().await else { return };
    let session = session("ada", 0);
    let _ = crash.store().await.open(session.clone(), Concurrency::Single).await.unwrap();
    let id = session.id;
    let mut step = 0_u32;
    for round in 0..KILLS {
        let before = step;
        step = crash
            .kill_amid(|store, stop| async move {
                let mut step = before;
                while !stop.load(Ordering::Relaxed) {
                    match store.rotate(id, &attempt(step)).await {
                        Ok(Rotation::Rotated(_) | Rotation::Repeated { .. }) => step += 1,
                        Ok(other) => panic!("step {step}: {other:?}"),
                        Err(_) => break,
                    }
                }
                step
            })
            .await;
        assert!(step > before, "round {round}: killed before anything was done");
        // Whether the last attempt was carried out or not, the same token gets the same successor.
        let store = crash.store().await;
        match store.rotate(id, &attempt(step)).await.unwrap() {
            Rotation::Rotated(_) | Rotation::Repeated { .. } => step += 1,
            other => panic!("round {round}: locked out by {other:?}"),
        }
    }
    let store = crash.store().await;
    let replayed = store.rotate(id, &attempt(step - 2)).await.unwrap();
    assert!(matches!(replayed, Rotation::Reused { .. }), "{replayed:?}");
    assert_eq!(store.standing(id, start()).await.unwrap(), Standing::Over, "a replay ends the session");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sigkill_amid_sign_in_leaves_one_session_on_one_device() {
    let Some(crash) = Crash::new().await else { return };
    let ada: SubjectId = "ada".parse().unwrap();
    let mut second = 0;
    for round in 0..KILLS {
        let before = second;
        let (opened, last) = crash
            .kill_amid(|store, stop| async move {
                let (mut second, mut last) = (before, None);
                while !stop.load(Ordering::Relaxed) {
                    second += 1;
                    let session = session("ada", second);
                    let id = session.id;
                    match store.open(session, Concurrency::Single).await {
                        Ok(_) => last = Some(id),
                        Err(_) => return (second, [last, Some(id)]),
                    }
                }
                (second, [last, last])
            })
            .await;
        second = opened;
        assert!(last[0].is_some(), "round {round}: killed before anything was done");
        let live = crash.store().await.list(&ada, start()).await.unwrap();
        assert_eq!(live.len(), 1, "round {round}: {live:?}");
        assert!(last.contains(&Some(live[0].id)), "round {round}: neither the last nor the one under way");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sigkill_amid_a_first_grant_makes_one_administrator_at_most() {
    let Some(crash) = Crash::new().await else { return };
    for round in 0..KILLS {
        let claimed = crash
            .kill_amid(move |store, stop| async move {
                let mut claimed = Vec::new();
                for n in 0.. {
                    let role = format!("admin-{round}-{n}").parse().unwrap();
                    match store.grant_first(&"ada".parse().unwrap(), &role).await {
                        Ok(FirstGrant::Granted) if !stop.load(Ordering::Relaxed) => {
                            claimed.push((role, true))
                        }
                        Ok(_) => {
                            claimed.push((role, true));
                            break;
                        }
                        Err(_) => {
                            claimed.push((role, false));
                            break;
                        }
                    }
                }
                claimed
            })
            .await;
        let store = crash.store().await;
        let held = store.roles_of(&"ada".parse().unwrap()).await.unwrap();
        for (role, acknowledged) in claimed.iter().rev().take(50) {
            let again = store.grant_first(&"eve".parse().unwrap(), role).await.unwrap();
            // Either ada has it and nobody else gets it, or it was never given.
            let expected = if held.contains(role) { FirstGrant::HeldBefore } else { FirstGrant::Granted };
            assert_eq!(again, expected, "round {round}: {role:?}");
            assert!(held.contains(role) || !acknowledged, "round {round}: lost {role:?}");
        }
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
    let deadline = std::time::Instant::now() + Duration::from_secs(20);
    while store.append(vec![event()]).await.is_err() {
        assert!(std::time::Instant::now() < deadline, "it never comes back");
    }
    let places: Vec<_> = whole(&store).await.iter().map(|(place, _)| place.as_u64()).collect();
    assert_eq!(places, (1..=places.len() as u64).rev().collect::<Vec<_>>());
}

async fn whole(store: &Postgres) -> Vec<(stockade_audit::Sequence, stockade_core::EventId)> {
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

fn start() -> UnixMillis {
    UnixMillis::from_secs(1_700_000_000)
}

fn session(owner: &str, second: u64) -> SessionRecord {
    let at = start().plus(Duration::from_millis(second));
    SessionRecord {
        id: SessionId::generate(at, &SystemEntropy).unwrap(),
        subject: owner.parse().unwrap(),
        client: ClientInfo::at([203, 0, 113, 7].into()),
        created_at: at,
        methods: AuthMethods::of(AuthMethod::Password),
        credential_version: 0,
        last_seen_at: at,
        idle_expires_at: at.plus(HOUR),
        expires_at: at.plus(3 * HOUR),
        current: digest(0),
        last_rotation: None,
        ended: None,
    }
}

fn digest(step: u32) -> TokenDigest {
    let mut bytes = [0; 32];
    bytes[..4].copy_from_slice(&step.to_be_bytes());
    TokenDigest::from_bytes(bytes)
}

fn attempt(step: u32) -> RotationAttempt {
    RotationAttempt {
        presented: digest(step),
        next: digest(step + 1),
        nonce: Nonce::from_bytes(digest(step).to_bytes()),
        now: start(),
        grace: Duration::from_secs(10),
        idle_timeout: HOUR,
    }
}
