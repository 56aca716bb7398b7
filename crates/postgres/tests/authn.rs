//! Accounts and sessions on PostgreSQL.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::time::Duration;
use stockade_authn::EmailAddress;
use stockade_authn::account::{Account, AccountStore, Creation, DisplayName};
use stockade_authn::password::PasswordHash;
use stockade_authn::refresh::{Nonce, TokenDigest};
use stockade_authn::session::{
    Concurrency, EndReason, Ending, Rotation, RotationAttempt, SessionRecord, SessionStore, Standing,
};
use stockade_core::{
    AuthMethod, AuthMethods, ClientInfo, SessionId, StoreErrorKind, SystemEntropy, UnixMillis,
};
use stockade_postgres::Postgres;

mod support;

use support::{database, open, raw};

const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn asvs_v15_4_2_the_account_store_keeps_the_laws() {
    let Some(database) = database().await else { return };
    stockade_authn::account::laws::all(Arc::new(open(&database).await)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn asvs_v15_4_2_the_session_store_keeps_the_laws() {
    let Some(database) = database().await else { return };
    stockade_authn::session::laws::all(Arc::new(open(&database).await), 200).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn asvs_v15_4_2_the_one_time_token_store_keeps_the_laws() {
    let Some(database) = database().await else { return };
    stockade_authn::one_time::laws::all(Arc::new(open(&database).await)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn asvs_v15_4_2_the_factor_store_keeps_the_laws() {
    let Some(database) = database().await else { return };
    stockade_authn::factor::laws::all(Arc::new(open(&database).await)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn asvs_v15_4_2_the_api_key_store_keeps_the_laws() {
    let Some(database) = database().await else { return };
    stockade_authn::api_key::laws::all(Arc::new(open(&database).await)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn asvs_v15_4_2_the_signing_key_store_keeps_the_laws() {
    let Some(database) = database().await else { return };
    stockade_authn::jose::rotation::laws::all(Arc::new(open(&database).await)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn race_of_two_processes_for_one_refresh_token_make_one_child() {
    let Some(database) = database().await else { return };
    let stores = [open(&database).await, open(&database).await];
    let session = session("ada", 0);
    let _ = stores[0].open(session.clone(), Concurrency::Unlimited).await.unwrap();
    for round in 0..30_u8 {
        let racers = (0..16_u8).map(|racer| {
            let (store, id) = (stores[usize::from(racer % 2)].clone(), session.id);
            // The winner of a round is known by its nonce; the successor is the same for all.
            let attempt = attempt(round, round + 1, racer);
            tokio::spawn(async move { store.rotate(id, &attempt).await.unwrap() })
        });
        let mut rotated = 0;
        for racer in racers.collect::<Vec<_>>() {
            match racer.await.unwrap() {
                Rotation::Rotated(_) => rotated += 1,
                Rotation::Repeated { .. } => {}
                other => panic!("round {round}: signed out by {other:?}"),
            }
        }
        assert_eq!(rotated, 1, "round {round}");
    }
}

#[tokio::test]
async fn asvs_v7_4_1_a_logout_is_there_after_the_database_is_opened_again() {
    let Some(database) = database().await else { return };
    let store = open(&database).await;
    let (ended, live) = (session("ada", 0), session("ada", 1));
    let account = account("ada", "ada@example.org");
    assert_eq!(store.create(account.clone()).await.unwrap(), Creation::Created);
    for session in [&ended, &live] {
        let _ = store.open(session.clone(), Concurrency::Unlimited).await.unwrap();
    }
    let _ = store.rotate(live.id, &attempt(0, 1, 1)).await.unwrap();
    let ending = store.end(ended.id, None, EndReason::Logout, start()).await.unwrap();
    assert!(matches!(ending, Ending::Ended { .. }));
    assert_eq!(store.raise_security_version(&ended.subject).await.unwrap(), 1);
    let before = store.list(&ended.subject, start()).await.unwrap();
    drop(store);

    let store = open(&database).await;
    assert_eq!(store.by_id(&account.id).await.unwrap(), Some(account));
    assert_eq!(store.standing(ended.id, start()).await.unwrap(), Standing::Over);
    let standing = store.standing(live.id, start()).await.unwrap();
    assert!(matches!(standing, Standing::Live { security_version: 1, .. }));
    assert_eq!(store.list(&ended.subject, start()).await.unwrap(), before);
    assert!(before[0].last_rotation.is_some());
}

#[tokio::test]
async fn asvs_v1_2_4_sql_injection_in_names_and_addresses_is_kept_as_text() {
    let Some(database) = database().await else { return };
    let store = open(&database).await;
    assert_eq!(store.create(account("ada", "ada@example.org")).await.unwrap(), Creation::Created);
    for (n, attack) in
        ["'OR'1'='1", "x');DROP/**/TABLE/**/stockade.accounts--", "%", "_da", "$1"].iter().enumerate()
    {
        let email = format!("{}@example.org", attack.replace(['(', ')', ';', '"'], ""));
        assert!(store.by_email(&EmailAddress::parse(&email).unwrap()).await.unwrap().is_none());
        assert!(store.by_id(&attack.parse().unwrap()).await.unwrap().is_none());
        let mut stored = account(&format!("{attack}{n}"), &email);
        stored.name = DisplayName::parse(&format!("Robert'); {attack}")).unwrap();
        assert_eq!(store.create(stored.clone()).await.unwrap(), Creation::Created);
        assert_eq!(store.by_email(&stored.email).await.unwrap(), Some(stored));
        let session = session(attack, 0);
        let _ = store.open(session.clone(), Concurrency::Single).await.unwrap();
        assert_eq!(store.list(&session.subject, start()).await.unwrap(), [session]);
    }
}

#[tokio::test]
async fn a_session_that_is_opened_twice_is_a_conflict() {
    let Some(database) = database().await else { return };
    let store = open(&database).await;
    let session = session("ada", 0);
    let _ = store.open(session.clone(), Concurrency::Single).await.unwrap();
    let error = store.open(session.clone(), Concurrency::Single).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Conflict);
    assert_eq!(
        store.list(&session.subject, start()).await.unwrap(),
        [session],
        "nobody was signed out by it"
    );
}

#[tokio::test]
async fn bad_rows_are_corrupt_and_open_no_door() {
    let Some(database) = database().await else { return };
    let store = open(&database).await;
    let session = session("ada", 0);
    let account = account("ada", "ada@example.org");
    let _ = store.open(session.clone(), Concurrency::Single).await.unwrap();
    assert_eq!(store.create(account.clone()).await.unwrap(), Creation::Created);
    let mut raw = raw(&database).await;
    for damage in [
        "UPDATE stockade.sessions SET client = '{'",
        "UPDATE stockade.sessions SET client = '{}', subject = 'a b'",
        "UPDATE stockade.sessions SET subject = 'ada', ended_at = 1, end_reason = 'boredom'",
        "UPDATE stockade.sessions SET ended_at = NULL, end_reason = NULL, expires_at = -1",
    ] {
        sqlx::query(damage).execute(&mut raw).await.unwrap();
        let standing = store.standing(session.id, start()).await.unwrap_err();
        assert_eq!(standing.kind(), StoreErrorKind::Corrupt, "{damage}");
        let rotation = store.rotate(session.id, &attempt(0, 1, 1)).await.unwrap_err();
        assert_eq!(rotation.kind(), StoreErrorKind::Corrupt, "{damage}");
    }
    for damage in [
        "UPDATE stockade.accounts SET email = 'nobody'",
        "UPDATE stockade.accounts SET email = 'a@b', password = ''",
    ] {
        sqlx::query(damage).execute(&mut raw).await.unwrap();
        assert_eq!(store.by_id(&account.id).await.unwrap_err().kind(), StoreErrorKind::Corrupt, "{damage}");
    }
}

#[tokio::test]
async fn a_long_neglected_purge_removes_all_that_is_over() {
    let Some(database) = database().await else { return };
    let store = open(&database).await;
    let mut raw = raw(&database).await;
    let many = "INSERT INTO stockade.sessions (id, subject, client, created_at, methods, credential_version, last_seen_at,
             idle_expires_at, expires_at, current)
        SELECT decode(md5(n::text), 'hex'), 'ada', '{}', 0, 'pwd', 0, 0, n, n, sha256(n::text::bytea)
        FROM generate_series(1, 2500) AS n";
    sqlx::query(many).execute(&mut raw).await.unwrap();
    assert_eq!(store.purge(UnixMillis::from_millis(2_401)).await.unwrap(), 2_400);
    assert_eq!(store.purge(UnixMillis::from_millis(2_401)).await.unwrap(), 0);
    assert_eq!(left(&store).await, 100);
}

async fn left(store: &Postgres) -> usize {
    store.list(&"ada".parse().unwrap(), UnixMillis::from_millis(0)).await.unwrap().len()
}

fn start() -> UnixMillis {
    UnixMillis::from_secs(1_700_000_000)
}

fn session(owner: &str, second: u64) -> SessionRecord {
    let at = start().plus(Duration::from_secs(second));
    SessionRecord {
        id: SessionId::generate(at, &SystemEntropy).unwrap(),
        subject: owner.parse().unwrap(),
        client: ClientInfo::at([203, 0, 113, 7].into()).with_user_agent("agent '); --"),
        created_at: at,
        methods: AuthMethods::of(AuthMethod::Password),
        credential_version: 0,
        last_seen_at: at,
        idle_expires_at: at.plus(HOUR),
        expires_at: at.plus(3 * HOUR),
        current: TokenDigest::from_bytes([0; 32]),
        last_rotation: None,
        ended: None,
    }
}

fn attempt(presented: u8, next: u8, nonce: u8) -> RotationAttempt {
    RotationAttempt {
        presented: TokenDigest::from_bytes([presented; 32]),
        next: TokenDigest::from_bytes([next; 32]),
        nonce: Nonce::from_bytes([nonce; 32]),
        now: start(),
        grace: Duration::from_secs(10),
        idle_timeout: HOUR,
    }
}

fn account(id: &str, email: &str) -> Account {
    Account::new(
        id.parse().unwrap(),
        EmailAddress::parse(email).unwrap(),
        DisplayName::parse("Somebody").unwrap(),
        PasswordHash::from_phc("$argon2id$…".to_owned()).unwrap(),
        start(),
    )
}
