//! Sessions and one-time tokens.

use crate::{HOUR, NOON, keys, store, stores};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;
use stockade_authn::one_time::{
    self, Attempted, Bound, OneTimeDigest, OneTimeRecord, OneTimeTokenStore, Purpose,
};
use stockade_authn::refresh::{Nonce, TokenDigest};
use stockade_authn::session::{
    self, Concurrency, EndReason, Rotation, RotationAttempt, SessionRecord, SessionStore, Standing,
};
use stockade_core::{
    AuthMethod, AuthMethods, ClientInfo, SessionId, StoreErrorKind, SystemEntropy, UnixMillis,
};
use stockade_redis::Redis;
use tokio::task::JoinSet;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn asvs_v15_4_2_the_session_store_keeps_the_laws() {
    let Some(store) = store("sessions").await else { return };
    session::laws::all(Arc::new(store), 200).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn asvs_v15_4_2_the_one_time_token_store_keeps_the_laws() {
    let Some(store) = store("tokens").await else { return };
    one_time::laws::all(Arc::new(store)).await;
}

pub(crate) fn session(owner: &str, current: u8) -> SessionRecord {
    SessionRecord {
        id: SessionId::generate(NOON, &SystemEntropy).unwrap(),
        subject: owner.parse().unwrap(),
        client: ClientInfo::at([203, 0, 113, 7].into()).with_user_agent("test/1.0"),
        created_at: NOON,
        methods: AuthMethods::of(AuthMethod::Password),
        credential_version: 7,
        last_seen_at: NOON,
        idle_expires_at: NOON.plus(HOUR),
        expires_at: NOON.plus(3 * HOUR),
        current: TokenDigest::from_bytes([current; 32]),
        last_rotation: None,
        ended: None,
    }
}

pub(crate) fn attempt(presented: u8, next: u8, nonce: u8) -> RotationAttempt {
    RotationAttempt {
        presented: TokenDigest::from_bytes([presented; 32]),
        next: TokenDigest::from_bytes([next; 32]),
        nonce: Nonce::from_bytes([nonce; 32]),
        now: NOON,
        grace: Duration::from_secs(10),
        idle_timeout: HOUR,
    }
}

pub(crate) fn token(owner: &str, digest: u8) -> OneTimeRecord {
    OneTimeRecord {
        digest: OneTimeDigest::from_bytes([digest; 32]),
        purpose: Purpose::ResetPassword,
        subject: owner.parse().unwrap(),
        bound: Bound::new("v7").unwrap(),
        issued_at: NOON,
        expires_at: NOON.plus(HOUR),
        attempts_left: 5,
    }
}

pub(crate) const ONE: NonZeroU32 = NonZeroU32::MIN;

async fn is_live(store: &Redis, id: SessionId) -> bool {
    matches!(store.standing(id, NOON).await.unwrap(), Standing::Live { .. })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn race_of_two_processes_for_one_refresh_token_makes_one_child() {
    let Some(stores) = stores("two-refresh", 2).await else { return };
    let session = session("ada", 0);
    let _ = stores[0].open(session.clone(), Concurrency::Unlimited).await.unwrap();
    for round in 0..30_u8 {
        let mut racers = JoinSet::new();
        for racer in 0..16_u8 {
            let (store, id) = (stores[usize::from(racer % 2)].clone(), session.id);
            racers.spawn(async move { store.rotate(id, &attempt(round, round + 1, racer)).await.unwrap() });
        }
        let rotations = racers.join_all().await;
        let count = |wanted: fn(&Rotation) -> bool| rotations.iter().filter(|got| wanted(got)).count();
        assert_eq!(count(|got| matches!(got, Rotation::Rotated(_))), 1, "round {round}");
        assert_eq!(count(|got| matches!(got, Rotation::Repeated { .. })), 15, "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn race_of_64_over_two_processes_takes_a_reset_token_once() {
    let Some(stores) = stores("two-take", 2).await else { return };
    for round in 0..20 {
        let record = token("ada", round);
        stores[0].issue(record.clone(), ONE).await.unwrap();
        let mut racers = JoinSet::new();
        for racer in 0..64 {
            let (store, record) = (stores[racer % 2].clone(), record.clone());
            racers.spawn(async move { store.take(record.digest, record.purpose, NOON).await.unwrap() });
        }
        let taken = racers.join_all().await.into_iter().flatten().count();
        assert_eq!(taken, 1, "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn race_of_64_attempts_over_two_processes_counts_as_many_as_allowed() {
    let Some(stores) = stores("two-attempt", 2).await else { return };
    let record = token("ada", 0);
    stores[0].issue(record.clone(), ONE).await.unwrap();
    let mut racers = JoinSet::new();
    for racer in 0..64 {
        let (store, record) = (stores[racer % 2].clone(), record.clone());
        racers.spawn(async move { store.attempt(record.digest, record.purpose, NOON).await.unwrap() });
    }
    let counted = racers.join_all().await;
    assert_eq!(counted.iter().filter(|got| matches!(got, Attempted::Counted { .. })).count(), 5);
}

#[tokio::test]
async fn a_session_that_is_opened_twice_is_a_conflict_and_evicts_nobody() {
    let Some(store) = store("twice").await else { return };
    let (one, two) = (session("ada", 1), session("ada", 2));
    let single = Concurrency::Max(ONE);
    let _ = store.open(one.clone(), Concurrency::Unlimited).await.unwrap();
    let _ = store.open(two.clone(), Concurrency::Unlimited).await.unwrap();
    for again in [one.clone(), SessionRecord { subject: "eve".parse().unwrap(), ..one.clone() }] {
        let error = store.open(again, single).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Conflict);
    }
    assert!(is_live(&store, one.id).await && is_live(&store, two.id).await);
}

#[tokio::test]
async fn nothing_stays_for_ever() {
    let Some(store) = store("rest").await else { return };
    for n in 0..20 {
        let session = session("ada", 0xAB);
        let _ = store.open(session.clone(), Concurrency::Max(ONE)).await.unwrap();
        let _ = store.rotate(session.id, &attempt(0xAB, 0xCD, n)).await.unwrap();
        store.issue(token("ada", n), ONE).await.unwrap();
    }
    let _ = store.end_all(&"ada".parse().unwrap(), EndReason::LogoutAll, NOON).await.unwrap();
    let _ = store.raise_security_version(&"eve".parse().unwrap()).await.unwrap();
    let found = keys::all(&store).await;
    assert!(found.len() > 20);
    for (key, life, _) in found {
        assert!(life <= 31 * 24 * HOUR, "{key} for {life:?}");
        assert!(life >= HOUR, "{key} for {life:?}");
    }
}

#[tokio::test]
async fn flood_of_sign_ins_leaves_a_page_of_those_that_stand() {
    let Some(store) = store("page").await else { return };
    for n in 0..200_u64 {
        let mut session = session("ada", 1);
        session.created_at = NOON.plus(Duration::from_millis(n));
        session.last_seen_at = session.created_at;
        let _ = store.open(session, Concurrency::Max(NonZeroU32::new(3).unwrap())).await.unwrap();
    }
    let fields: i64 = redis::from_redis_value(keys::raw(&store, &["HLEN", "sessions-of:ada"]).await).unwrap();
    assert_eq!(fields, 3 + 2, "three sessions, the turn and the version");
    assert_eq!(SessionStore::purge(&store, NOON.plus(HOUR)).await.unwrap(), 197);
    assert_eq!(store.list(&"ada".parse().unwrap(), NOON).await.unwrap().len(), 3);
}

#[tokio::test]
async fn names_whose_pointers_expired_leave_the_index_without_a_purge() {
    let Some(store) = store("stale").await else { return };
    for n in 0..30 {
        let record = token(&format!("user-{n}"), n);
        store.issue(record.clone(), ONE).await.unwrap();
        let pointer = format!("one-time-token:{}:{}", record.purpose.name(), format!("{n:02x}").repeat(32));
        keys::raw(&store, &["PEXPIRE", &pointer, "0"]).await;
    }
    assert!(keys::count(&store, "one-time-tokens-by-end").await <= 1);
}

#[tokio::test]
async fn what_makes_no_sense_is_corrupt_and_opens_nothing() {
    let Some(store) = store("nonsense").await else { return };
    let session = session("ada", 1);
    let _ = store.open(session.clone(), Concurrency::Unlimited).await.unwrap();
    let name = session.id.to_string();
    let sound = keys::raw(&store, &["HGET", "sessions-of:ada", &name]).await;
    let sound: String = redis::from_redis_value(sound).unwrap();
    for nonsense in [
        String::new(),
        "{}".to_owned(),
        sound.replace("0101", "01"),
        sound.replace("0101", "0x01"),
        sound.replace("\"pwd\"", "\"telepathy\""),
        sound.replace("\"current\"", "\"recent\""),
    ] {
        assert_ne!(nonsense, sound);
        keys::raw(&store, &["HSET", "sessions-of:ada", &name, &nonsense]).await;
        let error = store.rotate(session.id, &attempt(1, 2, 0)).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Corrupt, "{nonsense}");
        let error = store.standing(session.id, NOON).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Corrupt, "{nonsense}");
    }
    keys::raw(&store, &["HSET", "sessions-of:ada", &name, &sound]).await;
    assert!(is_live(&store, session.id).await);
    keys::raw(&store, &["HSET", "sessions-of:ada", "version", "high"]).await;
    assert_eq!(store.standing(session.id, NOON).await.unwrap_err().kind(), StoreErrorKind::Corrupt);
}

#[tokio::test]
async fn times_at_the_end_of_time_are_kept() {
    let Some(store) = store("end").await else { return };
    let mut last = session("ada", 1);
    last.idle_expires_at = UnixMillis::from_millis(u64::MAX);
    last.expires_at = UnixMillis::from_millis(u64::MAX);
    let _ = store.open(last.clone(), Concurrency::Unlimited).await.unwrap();
    assert_eq!(store.list(&last.subject, NOON).await.unwrap(), [last]);
    assert_eq!(SessionStore::purge(&store, UnixMillis::from_millis(u64::MAX)).await.unwrap(), 0);
}
