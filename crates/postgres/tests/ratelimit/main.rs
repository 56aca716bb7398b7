//! Limits on PostgreSQL.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod attacks;
mod bounds;
mod kill;
#[path = "../support/mod.rs"]
mod support;

use std::sync::Arc;
use std::time::Duration;
use stockade_core::{ManualClock, UnixMillis};
use stockade_postgres::PostgresLimiter;
use stockade_ratelimit::{Charge, Key, Limiter, Quota, Verdict, laws};
use stockade_testkit::servers::Database;
use support::{database, open};

const HOUR: Duration = Duration::from_secs(3600);
const NOON: UnixMillis = UnixMillis::from_secs(1_700_000_000);

/// Six digits, five tries an hour.
const CODES: Quota = Quota::literal(5, HOUR);

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn asvs_v15_4_2_the_limiter_keeps_every_law() {
    let Some((database, clock)) = database_and_clock().await else { return };
    let limiter = open(&database).await.limiter(clock.clone());
    laws::all(Arc::new(limiter), async |span| clock.advance(span)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_processes_on_one_database_keep_every_law_together() {
    let Some((database, clock)) = database_and_clock().await else { return };
    let limiters = [limiter(&database, &clock).await, limiter(&database, &clock).await];
    let both = Arc::new(InTurn { limiters, calls: 0.into() });
    laws::all(both, async |span| clock.advance(span)).await;
}

/// Asks one limiter and the other in turn, as a balancer before two processes does.
struct InTurn {
    limiters: [PostgresLimiter; 2],
    calls: std::sync::atomic::AtomicUsize,
}

#[async_trait::async_trait]
impl Limiter for InTurn {
    async fn measure(&self, charges: &[Charge]) -> Result<Verdict, stockade_core::StoreError> {
        let call = self.calls.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        self.limiters[call % 2].measure(charges).await
    }
}

async fn database_and_clock() -> Option<(Database, Arc<ManualClock>)> {
    Some((database().await?, Arc::new(ManualClock::at(NOON))))
}

/// As a process that starts opens it.
async fn limiter(database: &Database, clock: &Arc<ManualClock>) -> PostgresLimiter {
    open(database).await.limiter(clock.clone())
}

fn code_of(account: &str) -> [Charge; 1] {
    [Charge::one(Key::text("mfa.account", account), CODES)]
}

async fn passes(limiter: &PostgresLimiter, charges: &[Charge]) -> bool {
    matches!(limiter.measure(charges).await.unwrap(), Verdict::Allowed { .. })
}

/// How many of 20 tries pass.
async fn passed(limiter: &PostgresLimiter, charges: &[Charge]) -> usize {
    let mut passed = 0;
    for _ in 0..20 {
        passed += usize::from(passes(limiter, charges).await);
    }
    passed
}
