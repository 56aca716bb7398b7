//! Limits on SQLite.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod attacks;
mod bounds;
mod kill;
#[path = "../support/mod.rs"]
mod support;

use std::sync::Arc;
use std::time::Duration;
use stockade_core::{ManualClock, UnixMillis};
use stockade_ratelimit::{Charge, Key, Limiter, Quota, Verdict, laws};
use stockade_sqlite::SqliteLimiter;
use support::Files;

const HOUR: Duration = Duration::from_secs(3600);
const NOON: UnixMillis = UnixMillis::from_secs(1_700_000_000);

/// Six digits, five tries an hour.
const CODES: Quota = Quota::literal(5, HOUR);

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn asvs_v15_4_2_the_limiter_keeps_every_law() {
    let (files, clock) = (Files::new(), clock());
    let limiter = files.open("db").await.limiter(clock.clone());
    laws::all(Arc::new(limiter), async |span| clock.advance(span)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_processes_on_one_file_keep_every_law_together() {
    let (files, clock) = (Files::new(), clock());
    let limiters = [limiter(&files, &clock).await, limiter(&files, &clock).await];
    let both = Arc::new(InTurn { limiters, calls: 0.into() });
    laws::all(both, async |span| clock.advance(span)).await;
}

/// Asks one limiter and the other in turn, as a balancer before two processes does.
struct InTurn {
    limiters: [SqliteLimiter; 2],
    calls: std::sync::atomic::AtomicUsize,
}

#[async_trait::async_trait]
impl Limiter for InTurn {
    async fn measure(&self, charges: &[Charge]) -> Result<Verdict, stockade_core::StoreError> {
        let call = self.calls.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        self.limiters[call % 2].measure(charges).await
    }
}

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at(NOON))
}

/// As a process that starts opens it.
async fn limiter(files: &Files, clock: &Arc<ManualClock>) -> SqliteLimiter {
    files.open("db").await.limiter(clock.clone())
}

fn code_of(account: &str) -> [Charge; 1] {
    [Charge::one(Key::text("mfa.account", account), CODES)]
}

async fn passes(limiter: &SqliteLimiter, charges: &[Charge]) -> bool {
    matches!(limiter.measure(charges).await.unwrap(), Verdict::Allowed { .. })
}

/// How many of 20 tries pass.
async fn passed(limiter: &SqliteLimiter, charges: &[Charge]) -> usize {
    let mut passed = 0;
    for _ in 0..20 {
        passed += usize::from(passes(limiter, charges).await);
    }
    passed
}
