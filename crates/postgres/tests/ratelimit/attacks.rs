use crate::support::database;
use crate::{CODES, HOUR, NOON, code_of, database_and_clock, limiter, passed, passes};
use std::sync::Arc;
use std::time::Duration;
use stockade_core::{ManualClock, UnixMillis};
use stockade_ratelimit::{Limiter, Verdict};
use tokio::task::JoinSet;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn asvs_v6_6_3_race_of_64_guesses_over_two_handles_passes_exactly_the_quota() {
    let Some((database, clock)) = database_and_clock().await else { return };
    let handles = [limiter(&database, &clock).await, limiter(&database, &clock).await];
    for round in 0..5 {
        let mut guesses = JoinSet::new();
        for guess in 0..64 {
            let handle = handles[guess % 2].clone();
            guesses.spawn(async move { passes(&handle, &code_of(&round.to_string())).await });
        }
        let passed = guesses.join_all().await.into_iter().filter(|passed| *passed).count();
        assert_eq!(passed, CODES.burst_size() as usize, "round {round}");
    }
}

#[tokio::test]
async fn asvs_v6_6_3_guessing_across_restarts_gains_nothing() {
    let Some((database, clock)) = database_and_clock().await else { return };
    let mut guesses = 0;
    for _ in 0..50 {
        guesses += passed(&limiter(&database, &clock).await, &code_of("ada")).await;
        clock.advance(Duration::from_secs(60));
    }
    assert_eq!(guesses, 5 + 4, "five at once, then one each twelve minutes of fifty");
}

/// The process ends; another starts later by its own clock, which may be wrong.
fn restarted(wall: UnixMillis) -> Arc<ManualClock> {
    Arc::new(ManualClock::at(wall))
}

#[tokio::test]
async fn clock_jump_while_running_neither_opens_nor_shuts_a_limit() {
    let Some((database, clock)) = database_and_clock().await else { return };
    let limiter = limiter(&database, &clock).await;
    assert_eq!(passed(&limiter, &code_of("ada")).await, 5);
    for wall in
        [NOON.plus(9 * HOUR), NOON.minus(9 * HOUR), UnixMillis::default(), UnixMillis::from_millis(u64::MAX)]
    {
        clock.jump_to(wall);
        assert!(!passes(&limiter, &code_of("ada")).await, "at {wall:?}");
        assert!(passes(&limiter, &code_of(&format!("{wall:?}"))).await, "others are not shut out");
    }
    clock.advance(CODES.interval());
    assert_eq!(passed(&limiter, &code_of("ada")).await, 1);
}

#[tokio::test]
async fn clock_jump_back_over_a_restart_reopens_nothing_and_the_way_back_gives_nothing_twice() {
    let Some(database) = database().await else { return };
    assert_eq!(passed(&limiter(&database, &restarted(NOON)).await, &code_of("ada")).await, 5);
    for _ in 0..10 {
        let back = restarted(NOON.minus(9 * HOUR));
        let behind = limiter(&database, &back).await;
        assert_eq!(passed(&behind, &code_of("ada")).await, 0);
        assert_eq!(passed(&limiter(&database, &restarted(NOON)).await, &code_of("ada")).await, 0);
    }
    let back = restarted(NOON.minus(9 * HOUR));
    let behind = limiter(&database, &back).await;
    assert_eq!(passed(&behind, &code_of("ada")).await, 0);
    back.advance(CODES.interval());
    assert_eq!(passed(&behind, &code_of("ada")).await, 1, "nor is anybody shut out for nine hours");
    let right = restarted(NOON.plus(CODES.interval()));
    assert_eq!(passed(&limiter(&database, &right).await, &code_of("ada")).await, 0, "that unit is spent");
}

#[tokio::test]
async fn clock_jump_to_the_end_of_time_and_back_leaves_a_limiter_that_works() {
    let Some(database) = database().await else { return };
    let ada = code_of("ada");
    assert_eq!(passed(&limiter(&database, &restarted(NOON)).await, &ada).await, 5);
    let end = UnixMillis::from_millis(u64::MAX);
    assert_eq!(passed(&limiter(&database, &restarted(end)).await, &ada).await, 5, "the debt is over by then");
    let clock = restarted(NOON);
    let limiter = limiter(&database, &clock).await;
    assert_eq!(passed(&limiter, &ada).await, 0);
    clock.advance(CODES.interval());
    assert_eq!(passed(&limiter, &ada).await, 1);
}

#[tokio::test]
async fn whoever_waits_over_a_restart_gets_through() {
    let Some(database) = database().await else { return };
    let ada = code_of("ada");
    let limiter_at = async |wall| limiter(&database, &restarted(wall)).await;
    let first = limiter_at(NOON).await;
    assert_eq!(passed(&first, &ada).await, 5);
    let Verdict::Denied { retry_after, limit: "mfa.account" } = first.measure(&ada).await.unwrap() else {
        panic!("the quota is spent")
    };
    assert_eq!(passed(&limiter_at(NOON.plus(retry_after)).await, &ada).await, 1);
}

#[tokio::test]
async fn partial_write_a_caller_that_goes_away_charges_all_or_nothing() {
    let Some((database, clock)) = database_and_clock().await else { return };
    let limiter = limiter(&database, &clock).await;
    let both = [code_of("ada"), code_of("bob")].concat();
    for micros in 0..300 {
        let call = limiter.measure(&both);
        let _ = tokio::time::timeout(Duration::from_micros(micros * 5), call).await;
    }
    let ada = passed(&limiter, &code_of("ada")).await;
    let bob = passed(&limiter, &code_of("bob")).await;
    assert_eq!(ada, bob);
}
