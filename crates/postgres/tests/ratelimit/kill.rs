//! A database that is killed while its limits are guessed at, again and again.

use crate::support::{copy, open};
use crate::{CODES, code_of};
use std::sync::Arc;
use std::time::Duration;
use stockade_core::SystemClock;
use stockade_postgres::PostgresConfig;
use stockade_ratelimit::{Limiter, Verdict};
use stockade_testkit::servers::{Durability, Postgres};

const KILLS: u32 = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn asvs_v6_6_3_sigkill_of_the_database_between_guesses_gives_none_back() {
    let Some(server) = Postgres::own(Durability::Durable) else { return };
    let database = copy(&server).await;
    let mut seen = 0;
    for round in 0..KILLS {
        let hasty = PostgresConfig { connect_timeout_ms: 1_000, ..PostgresConfig::default() };
        let store = stockade_postgres::Postgres::connect_with(&database.url(), &hasty).await.unwrap();
        let limiter = store.limiter(Arc::new(SystemClock::new()));
        let guesses = tokio::spawn(async move {
            let mut seen = 0;
            while let Ok(verdict) = limiter.measure(&code_of("ada")).await {
                seen += usize::from(matches!(verdict, Verdict::Allowed { .. }));
            }
            seen
        });
        // Killed amid the first guess, and then amid more and more.
        tokio::time::sleep(Duration::from_millis(4 + 3 * u64::from(round))).await;
        server.kill().unwrap();
        seen += guesses.await.unwrap();
        server.restart().unwrap();
    }
    assert!(seen <= CODES.burst_size() as usize, "{seen} guesses were answered");
    let limiter = open(&database).await.limiter(Arc::new(SystemClock::new()));
    for _ in seen..CODES.burst_size() as usize {
        let _ = limiter.measure(&code_of("ada")).await.unwrap();
    }
    let verdict = limiter.measure(&code_of("ada")).await.unwrap();
    assert!(matches!(verdict, Verdict::Denied { .. }), "what was answered is charged: {verdict:?}");
}
