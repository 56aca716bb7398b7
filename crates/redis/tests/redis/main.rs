//! The stores on a real Redis.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod authn;
mod connecting;
mod faults;
mod health;
mod keys;
mod limits;
mod model;
mod outage;

use std::sync::Arc;
use std::time::Duration;
use stockade_core::{ManualClock, UnixMillis};
use stockade_ratelimit::{Charge, Key, Limiter, Quota, Verdict};
use stockade_redis::{Redis, RedisConfig, RedisLimiter};
use stockade_testkit::servers;

const HOUR: Duration = Duration::from_secs(3600);
const NOON: UnixMillis = UnixMillis::from_secs(1_700_000_000);

/// Six digits, five tries an hour.
const CODES: Quota = Quota::literal(5, HOUR);

/// A store of the test's own on the server that all share; `None` where there is no server and tests may do without.
async fn store(name: &str) -> Option<Redis> {
    let server = servers::redis()?;
    Some(Redis::connect(server.url(), RedisConfig::new(server.prefix(name))).await.unwrap())
}

/// `count` processes, each with a connection of its own to one store.
async fn stores(name: &str, count: usize) -> Option<Vec<Redis>> {
    let server = servers::redis()?;
    let prefix = server.prefix(name);
    let mut stores = Vec::new();
    for _ in 0..count {
        stores.push(Redis::connect(server.url(), RedisConfig::new(prefix.clone())).await.unwrap());
    }
    Some(stores)
}

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at(NOON))
}

fn code_of(account: &str) -> [Charge; 1] {
    [Charge::one(Key::text("mfa.account", account), CODES)]
}

async fn passes(limiter: &RedisLimiter, charges: &[Charge]) -> bool {
    matches!(limiter.measure(charges).await.unwrap(), Verdict::Allowed { .. })
}

/// How many of 20 tries pass.
async fn passed(limiter: &RedisLimiter, charges: &[Charge]) -> usize {
    let mut passed = 0;
    for _ in 0..20 {
        passed += usize::from(passes(limiter, charges).await);
    }
    passed
}
