//! The database is killed amid its work, again and again: what was acknowledged is there, nothing is half, nobody is locked out,
//! nothing is usable twice.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod accounts;
mod events;
mod factors;
mod roles;
mod sessions;
#[path = "../support/mod.rs"]
mod support;
mod tokens;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};
use stockade_core::{Entropy, SystemEntropy, UnixMillis};
use stockade_postgres::{Postgres, PostgresConfig};
use stockade_testkit::servers::{Database, Durability, OwnPostgres};

const KILLS: u32 = 3;
const HOUR: Duration = Duration::from_secs(3600);

fn start() -> UnixMillis {
    UnixMillis::from_secs(1_700_000_000)
}

struct Crash {
    database: Database,
    server: OwnPostgres,
}

impl Crash {
    async fn new() -> Option<Self> {
        let server = stockade_testkit::servers::Postgres::own(Durability::Durable)?;
        Some(Self { database: support::copy(&server).await, server })
    }

    async fn store(&self) -> Postgres {
        let config =
            PostgresConfig { connections: 4, connect_timeout_ms: 1_000, ..PostgresConfig::default() };
        Postgres::connect_with(&self.database.url(), &config).await.unwrap()
    }

    /// Lets `work` run, which gives up what it acknowledged when it is told to stop or fails, and kills the server amid it.
    async fn kill_amid<T: Send + 'static, F>(&self, work: impl FnOnce(Postgres, Arc<Watch>) -> F) -> T
    where
        F: Future<Output = T> + Send + 'static,
    {
        let watch = Arc::new(Watch::default());
        let work = tokio::spawn(work(self.store().await, watch.clone()));
        let mut byte = [0];
        SystemEntropy.fill(&mut byte).unwrap();
        let started = Instant::now();
        // By its progress, so that a busy machine does not kill before anything was done.
        while watch.done.load(Ordering::Relaxed) < 1 + u32::from(byte[0] % 16) {
            assert!(started.elapsed() < Duration::from_secs(60) && !work.is_finished(), "nothing is done");
            tokio::time::sleep(Duration::from_micros(500)).await;
        }
        tokio::time::sleep(Duration::from_micros(40 * u64::from(byte[0]))).await;
        self.server.kill().unwrap();
        watch.over.store(true, Ordering::Relaxed);
        let acknowledged = work.await.unwrap();
        self.server.restart().unwrap();
        acknowledged
    }
}

/// What the work and its killer know of each other.
#[derive(Default)]
struct Watch {
    done: AtomicU32,
    over: AtomicBool,
}

impl Watch {
    /// Something was acknowledged.
    fn done(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }

    fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }
}
