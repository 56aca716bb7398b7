//! A server that dies, freezes, forgets its scripts, runs out of memory, or says what was not asked.

use crate::{clock, code_of, passes};
use std::time::{Duration, Instant};
use stockade_core::{StoreError, StoreErrorKind};
use stockade_ratelimit::{Limiter, Verdict};
use stockade_redis::{Redis, RedisConfig, RedisLimiter};
use stockade_testkit::servers::{self, Durability, Fault, Proxy};
use tokio::task::JoinSet;

const PATIENCE: Duration = Duration::from_millis(300);

/// What no call may take: far above the patience, far below a hang.
const A_HANG: Duration = Duration::from_secs(20);

async fn limiter(url: &str) -> RedisLimiter {
    let config = RedisConfig::new("t:faults:").with_timeout(PATIENCE);
    Redis::connect(url, config).await.unwrap().limiter(clock())
}

fn refused(answer: Result<Verdict, StoreError>) {
    let error = answer.expect_err("nobody is admitted");
    assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{error:?}");
}

/// Calls until the server answers, as callers do that were told to come back.
async fn eventually(limiter: &RedisLimiter, account: &str) -> Verdict {
    let started = Instant::now();
    loop {
        match limiter.measure(&code_of(account)).await {
            Ok(verdict) => return verdict,
            Err(error) => assert!(started.elapsed() < A_HANG, "{error:?}"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn downgrade_a_killed_server_admits_nobody_and_one_that_kept_all_forgives_nothing() {
    let Some(server) = servers::Redis::own(Durability::Durable) else { return };
    let limiter = limiter(server.url()).await;
    for _ in 0..5 {
        assert!(passes(&limiter, &code_of("ada")).await);
    }
    server.kill().unwrap();
    for _ in 0..10 {
        refused(limiter.measure(&code_of("bob")).await);
    }
    server.restart().unwrap();
    assert!(matches!(eventually(&limiter, "bob").await, Verdict::Allowed { .. }));
    assert!(matches!(eventually(&limiter, "ada").await, Verdict::Denied { .. }));
}

#[tokio::test]
async fn a_server_that_kept_nothing_forgives_and_the_limiter_goes_on() {
    let Some(server) = servers::Redis::own(Durability::Fast) else { return };
    let limiter = limiter(server.url()).await;
    while passes(&limiter, &code_of("ada")).await {}
    server.restart().unwrap();
    assert!(matches!(eventually(&limiter, "ada").await, Verdict::Allowed { .. }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_frozen_server_refuses_64_callers_in_time_and_goes_on_when_it_thaws() {
    let Some(server) = servers::Redis::own(Durability::Fast) else { return };
    let limiter = limiter(server.url()).await;
    assert!(passes(&limiter, &code_of("ada")).await);
    server.freeze().unwrap();
    let started = Instant::now();
    let mut callers = JoinSet::new();
    for caller in 0..64 {
        let limiter = limiter.clone();
        callers.spawn(async move { limiter.measure(&code_of(&caller.to_string())).await });
    }
    for answer in callers.join_all().await {
        refused(answer);
    }
    refused(limiter.measure(&code_of("ada")).await);
    assert!(started.elapsed() < A_HANG, "{:?}", started.elapsed());
    server.thaw().unwrap();
    assert!(matches!(eventually(&limiter, "ada").await, Verdict::Allowed { .. }));
}

#[tokio::test]
async fn a_server_that_forgot_its_scripts_is_told_them_again() {
    let Some(server) = servers::Redis::own(Durability::Fast) else { return };
    let limiter = limiter(server.url()).await;
    let client = redis::Client::open(server.url()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    for _ in 0..5 {
        assert!(passes(&limiter, &code_of("ada")).await);
        redis::cmd("SCRIPT").arg("FLUSH").exec_async(&mut connection).await.unwrap();
    }
    assert!(!passes(&limiter, &code_of("ada")).await, "each try was counted once");
}

#[tokio::test]
async fn flood_a_server_without_memory_refuses() {
    let Some(server) = servers::Redis::own(Durability::Fast) else { return };
    let limiter = limiter(server.url()).await;
    let client = redis::Client::open(server.url()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let full = |bytes: &'static str| redis::cmd("CONFIG").arg("SET").arg("maxmemory").arg(bytes).to_owned();
    full("1").exec_async(&mut connection).await.unwrap();
    refused(limiter.measure(&code_of("ada")).await);
    full("0").exec_async(&mut connection).await.unwrap();
    assert!(passes(&limiter, &code_of("ada")).await);
}

#[tokio::test]
async fn truncation_of_an_answer_is_no_answer() {
    let Some(server) = servers::Redis::own(Durability::Fast) else { return };
    let proxy = Proxy::before(server.addr()).unwrap();
    let limiter = limiter(&proxy.url(server.url())).await;
    for bytes in 0..40 {
        assert!(matches!(eventually(&limiter, &bytes.to_string()).await, Verdict::Allowed { .. }));
        proxy.set(Fault::Truncate(bytes));
        refused(limiter.measure(&code_of("ada")).await);
        proxy.set(Fault::None);
    }
}

#[tokio::test]
async fn confusion_of_answers_after_silence_gives_nobody_what_another_asked() {
    let Some(server) = servers::Redis::own(Durability::Fast) else { return };
    let proxy = Proxy::before(server.addr()).unwrap();
    let limiter = limiter(&proxy.url(server.url())).await;
    while passes(&limiter, &code_of("spent")).await {}
    for round in 0..5 {
        proxy.set(Fault::Silence);
        // What is asked now never arrives: on the same connection, every later answer would be one question too early.
        refused(limiter.measure(&code_of(&format!("fresh-{round}"))).await);
        proxy.set(Fault::None);
        assert!(matches!(eventually(&limiter, "spent").await, Verdict::Denied { .. }));
        assert!(matches!(eventually(&limiter, &format!("fresh-{round}")).await, Verdict::Allowed { .. }));
    }
}

#[tokio::test]
async fn partial_write_a_caller_that_goes_away_charges_all_or_nothing() {
    let Some(server) = servers::Redis::own(Durability::Fast) else { return };
    let limiter = limiter(server.url()).await;
    let both = [code_of("ada"), code_of("bob")].concat();
    for micros in 0..200 {
        let _ = tokio::time::timeout(Duration::from_micros(micros), limiter.measure(&both)).await;
    }
    let left = |account: &'static str| {
        let limiter = limiter.clone();
        async move {
            let mut left = 0;
            while passes(&limiter, &code_of(account)).await {
                left += 1;
            }
            left
        }
    };
    assert_eq!(left("ada").await, left("bob").await);
}
