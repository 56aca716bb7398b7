//! Sessions and one-time tokens on a server that dies between the steps.

use crate::NOON;
use crate::authn::{ONE, attempt, session, token};
use std::time::{Duration, Instant};
use stockade_authn::one_time::OneTimeTokenStore;
use stockade_authn::session::{Concurrency, EndReason, Rotation, SessionStore, Standing};
use stockade_core::{StoreError, StoreErrorKind};
use stockade_redis::{Redis, RedisConfig};
use stockade_testkit::servers::{self, Durability, OwnRedis};

const PATIENCE: Duration = Duration::from_millis(300);

async fn connect(server: &OwnRedis) -> Redis {
    Redis::connect(server.url(), RedisConfig::new("t:outage:").with_timeout(PATIENCE)).await.unwrap()
}

async fn back(server: &OwnRedis, store: &Redis) {
    server.restart().unwrap();
    let started = Instant::now();
    while let Err(error) = store.list(&"nobody".parse().unwrap(), NOON).await {
        assert!(started.elapsed() < Duration::from_secs(20), "{error:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn unavailable<T: std::fmt::Debug>(answer: Result<T, StoreError>) {
    assert_eq!(answer.expect_err("the server is away").kind(), StoreErrorKind::Unavailable);
}

#[tokio::test]
async fn kill_of_the_server_between_two_rotations_signs_nobody_out_and_revives_nothing() {
    let Some(server) = servers::Redis::own(Durability::Durable) else { return };
    let store = connect(&server).await;
    let (kept, ended) = (session("ada", 0), session("ada", 0));
    for session in [&kept, &ended] {
        let _ = store.open(session.clone(), Concurrency::Unlimited).await.unwrap();
    }
    for step in 0..5 {
        assert!(matches!(
            store.rotate(kept.id, &attempt(step, step + 1, step)).await,
            Ok(Rotation::Rotated(_))
        ));
        let _ = store.end(ended.id, None, EndReason::Logout, NOON).await.unwrap();
        server.kill().unwrap();
        unavailable(store.standing(kept.id, NOON).await);
        unavailable(store.rotate(kept.id, &attempt(step + 1, step + 2, 9)).await);
        back(&server, &store).await;
        assert!(matches!(store.standing(kept.id, NOON).await, Ok(Standing::Live { .. })), "step {step}");
        assert_eq!(store.standing(ended.id, NOON).await.unwrap(), Standing::Over, "step {step}");
        assert!(matches!(
            store.rotate(kept.id, &attempt(step, step + 1, 9)).await,
            Ok(Rotation::Repeated { nonce, .. }) if nonce.to_bytes() == [step; 32]
        ));
    }
}

#[tokio::test]
async fn kill_of_the_server_between_issue_and_use_leaves_a_token_good_once() {
    let Some(server) = servers::Redis::own(Durability::Durable) else { return };
    let store = connect(&server).await;
    for round in 0..5 {
        let record = token("ada", round);
        store.issue(record.clone(), ONE).await.unwrap();
        server.kill().unwrap();
        unavailable(store.take(record.digest, record.purpose, NOON).await);
        back(&server, &store).await;
        let taken = store.take(record.digest, record.purpose, NOON).await.unwrap();
        assert_eq!(taken.as_ref(), Some(&record), "round {round}");
        server.kill().unwrap();
        back(&server, &store).await;
        assert_eq!(store.take(record.digest, record.purpose, NOON).await.unwrap(), None, "round {round}");
    }
}

#[tokio::test]
async fn kill_of_the_server_amid_decisions_leaves_no_half_state() {
    let Some(server) = servers::Redis::own(Durability::Durable) else { return };
    let store = connect(&server).await;
    let ada = "ada".parse().unwrap();
    let _ = store.open(session("ada", 1), Concurrency::Max(ONE)).await.unwrap();
    for round in 0..6_u64 {
        let worker = store.clone();
        let writing = tokio::spawn(async move {
            while worker.open(session("ada", 1), Concurrency::Max(ONE)).await.is_ok() {}
        });
        tokio::time::sleep(Duration::from_millis(5 + 7 * round)).await;
        server.kill().unwrap();
        writing.await.unwrap();
        back(&server, &store).await;
        let live = store.list(&ada, NOON).await.unwrap();
        assert_eq!(live.len(), 1, "whoever was evicted was evicted for somebody, round {round}");
        assert!(matches!(store.standing(live[0].id, NOON).await, Ok(Standing::Live { .. })));
    }
}

#[tokio::test]
async fn a_server_that_kept_nothing_signs_everybody_out_and_spends_every_token() {
    let Some(server) = servers::Redis::own(Durability::Fast) else { return };
    let store = connect(&server).await;
    let (session, record) = (session("ada", 0), token("ada", 0));
    let _ = store.open(session.clone(), Concurrency::Unlimited).await.unwrap();
    store.issue(record.clone(), ONE).await.unwrap();
    server.kill().unwrap();
    back(&server, &store).await;
    assert_eq!(store.standing(session.id, NOON).await.unwrap(), Standing::Over);
    assert_eq!(store.rotate(session.id, &attempt(0, 1, 0)).await.unwrap(), Rotation::Over);
    assert_eq!(store.take(record.digest, record.purpose, NOON).await.unwrap(), None);
}

#[tokio::test]
async fn a_frozen_server_says_of_nobody_that_they_are_signed_in() {
    let Some(server) = servers::Redis::own(Durability::Fast) else { return };
    let store = connect(&server).await;
    let session = session("ada", 0);
    let _ = store.open(session.clone(), Concurrency::Unlimited).await.unwrap();
    server.freeze().unwrap();
    let started = Instant::now();
    unavailable(store.standing(session.id, NOON).await);
    unavailable(store.rotate(session.id, &attempt(0, 1, 0)).await);
    assert!(started.elapsed() < Duration::from_secs(20));
    server.thaw().unwrap();
}
