//! The limiter.

use crate::{CODES, HOUR, NOON, clock, code_of, passed, passes, store, stores};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use stockade_core::{ManualClock, StoreError, UnixMillis};
use stockade_ratelimit::{Charge, Key, Limiter, Quota, Verdict, laws};
use stockade_redis::{Redis, RedisLimiter};
use tokio::task::JoinSet;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn asvs_v15_4_2_the_limiter_keeps_every_law() {
    let Some(store) = store("laws").await else { return };
    let clock = clock();
    laws::all(Arc::new(store.limiter(clock.clone())), async |span| clock.advance(span)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_processes_keep_every_law_together() {
    let Some(stores) = stores("laws-of-two", 2).await else { return };
    let clock = clock();
    let limiters = stores.iter().map(|store| store.limiter(clock.clone())).collect();
    let both = Arc::new(InTurn { limiters, calls: 0.into() });
    laws::all(both, async |span| clock.advance(span)).await;
}

/// Asks one limiter and the other in turn, as a balancer before two processes does.
struct InTurn {
    limiters: Vec<RedisLimiter>,
    calls: AtomicUsize,
}

#[async_trait::async_trait]
impl Limiter for InTurn {
    async fn measure(&self, charges: &[Charge]) -> Result<Verdict, StoreError> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        self.limiters[call % self.limiters.len()].measure(charges).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn asvs_v6_6_3_race_of_64_guesses_over_two_processes_passes_exactly_the_quota() {
    let Some(stores) = stores("race", 2).await else { return };
    let clock = clock();
    let limiters: Vec<_> = stores.iter().map(|store| store.limiter(clock.clone())).collect();
    for round in 0..20 {
        let mut guesses = JoinSet::new();
        for guess in 0..64 {
            let limiter = limiters[guess % 2].clone();
            guesses.spawn(async move { passes(&limiter, &code_of(&round.to_string())).await });
        }
        let passed = guesses.join_all().await.into_iter().filter(|passed| *passed).count();
        assert_eq!(passed, CODES.burst_size() as usize, "round {round}");
    }
}

/// A process that starts, by a clock that may be wrong.
fn restarted(store: &Redis, wall: UnixMillis) -> (RedisLimiter, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::at(wall));
    (store.limiter(clock.clone()), clock)
}

#[tokio::test]
async fn asvs_v6_6_3_guessing_across_restarts_gains_nothing() {
    let Some(store) = store("restarts").await else { return };
    let mut guesses = 0;
    for minute in 0..50 {
        let (limiter, _) = restarted(&store, NOON.plus(Duration::from_secs(60 * minute)));
        guesses += passed(&limiter, &code_of("ada")).await;
    }
    assert_eq!(guesses, 5 + 4, "five at once, then one each twelve minutes of fifty");
}

#[tokio::test]
async fn clock_jump_while_running_neither_opens_nor_shuts_a_limit() {
    let Some(store) = store("jump").await else { return };
    let (limiter, clock) = restarted(&store, NOON);
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
    let Some(store) = store("back").await else { return };
    let ada = code_of("ada");
    assert_eq!(passed(&restarted(&store, NOON).0, &ada).await, 5);
    for _ in 0..10 {
        assert_eq!(passed(&restarted(&store, NOON.minus(9 * HOUR)).0, &ada).await, 0);
        assert_eq!(passed(&restarted(&store, NOON).0, &ada).await, 0);
    }
    let (behind, clock) = restarted(&store, NOON.minus(9 * HOUR));
    assert_eq!(passed(&behind, &ada).await, 0);
    clock.advance(CODES.interval());
    assert_eq!(passed(&behind, &ada).await, 1, "nor is anybody shut out for nine hours");
    let (right, _) = restarted(&store, NOON.plus(CODES.interval()));
    assert_eq!(passed(&right, &ada).await, 0, "that unit is spent");
}

#[tokio::test]
async fn clock_jump_to_the_end_of_time_and_back_leaves_a_limiter_that_works() {
    let Some(store) = store("end").await else { return };
    let ada = code_of("ada");
    assert_eq!(passed(&restarted(&store, NOON).0, &ada).await, 5);
    let end = UnixMillis::from_millis(u64::MAX);
    assert_eq!(passed(&restarted(&store, end).0, &ada).await, 5, "the debt is over by then");
    let (limiter, clock) = restarted(&store, NOON);
    assert_eq!(passed(&limiter, &ada).await, 0);
    clock.advance(CODES.interval());
    assert_eq!(passed(&limiter, &ada).await, 1);
}

#[tokio::test]
async fn flood_of_fresh_keys_stays_under_the_cap_and_does_not_wash_away_a_spent_key() {
    let Some(store) = store("flood").await else { return };
    let limiter = restarted(&store, NOON).0.with_capacity(NonZeroU32::new(100).unwrap());
    assert_eq!(passed(&limiter, &code_of("victim")).await, 5);
    for client in 0..1_000 {
        assert!(passes(&limiter, &code_of(&client.to_string())).await, "client {client}");
    }
    assert_eq!(passed(&limiter, &code_of("victim")).await, 0);
    assert_eq!(crate::keys::count(&store, "limits").await, 100);
}

#[tokio::test]
async fn keys_that_owe_nothing_are_cleared_away_by_those_that_do() {
    let Some(store) = store("sweep").await else { return };
    let (limiter, clock) = restarted(&store, NOON);
    let brief = |client: u32| {
        [Charge::one(Key::text("t", &client.to_string()), Quota::literal(1, Duration::from_secs(1)))]
    };
    for client in 0..200 {
        assert!(passes(&limiter, &brief(client)).await);
    }
    assert_eq!(crate::keys::count(&store, "limits").await, 200);
    clock.advance(Duration::from_secs(1));
    for client in 200..230 {
        assert!(passes(&limiter, &brief(client)).await);
    }
    assert_eq!(crate::keys::count(&store, "limits").await, 30);
}

#[tokio::test]
async fn nothing_stays_for_ever_and_no_address_lies_on_the_server() {
    let Some(store) = store("rest").await else { return };
    let (limiter, _) = restarted(&store, NOON);
    for account in ["ada@example.org", "' .. redis.call('FLUSHALL') .. '", &"é".repeat(10_000)] {
        assert_eq!(passed(&limiter, &code_of(account)).await, 5);
    }
    let found = crate::keys::all(&store).await;
    assert_eq!(found.len(), 2);
    for (key, life, text) in found {
        assert!((HOUR..=2 * HOUR + HOUR).contains(&life), "{key} for {life:?}");
        assert!(!text.contains("ada"), "{text}");
    }
}

#[tokio::test]
async fn what_makes_no_sense_is_corrupt_and_admits_nobody() {
    let Some(store) = store("nonsense").await else { return };
    let (limiter, _) = restarted(&store, NOON);
    assert!(passes(&limiter, &code_of("ada")).await);
    crate::keys::raw(&store, &["HSET", "limits-time", "elapsed", "soon"]).await;
    let error = limiter.measure(&code_of("ada")).await.unwrap_err();
    assert_eq!(error.kind(), stockade_core::StoreErrorKind::Corrupt, "{error:?}");
    crate::keys::raw(&store, &["DEL", "limits-time"]).await;
    crate::keys::raw(&store, &["SET", "limits", "text"]).await;
    let error = limiter.measure(&code_of("ada")).await.unwrap_err();
    assert_eq!(error.kind(), stockade_core::StoreErrorKind::Corrupt, "{error:?}");
}
