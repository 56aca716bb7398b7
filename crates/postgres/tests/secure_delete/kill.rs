//! A database that is killed while keys are kept and erased, again and again.

use super::{key, object, start};
use crate::support::{copy, open};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use stockade_core::{Entropy, SystemEntropy};
use stockade_postgres::PostgresConfig;
use stockade_secure_delete::erase::{Cause, Erasing, Finding, Keeping, ObjectKeys};
use stockade_testkit::servers::{Durability, Postgres};

const KILLS: u32 = 3;
const ROUND: u32 = 100_000;

/// How far an object came, as far as anybody was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    Kept,
    Asked,
    Erased,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sigkill_of_the_database_brings_no_erased_key_back_and_loses_none() {
    let Some(server) = Postgres::own(Durability::Durable) else { return };
    let database = copy(&server).await;
    for round in 0..KILLS {
        let hasty = PostgresConfig { connect_timeout_ms: 1_000, ..PostgresConfig::default() };
        let store = stockade_postgres::Postgres::connect_with(&database.url(), &hasty).await.unwrap();
        let erased = Arc::new(AtomicU32::new(0));
        let work = tokio::spawn({
            let erased = erased.clone();
            async move {
                let mut told = Vec::new();
                for n in round * ROUND.. {
                    match store.keep(key(n)).await {
                        Ok(kept) => assert_eq!(kept, Keeping::Kept),
                        Err(_) => break,
                    }
                    if n % 2 == 0 {
                        told.push((n, Told::Kept));
                        continue;
                    }
                    match store.erase(&object(n), Cause::Requested, start()).await {
                        Ok(erasing) => assert!(matches!(erasing, Erasing::Erased(_))),
                        Err(_) => {
                            told.push((n, Told::Asked));
                            break;
                        }
                    }
                    told.push((n, Told::Erased));
                    erased.fetch_add(1, Ordering::Relaxed);
                }
                told
            }
        });
        let mut byte = [0];
        SystemEntropy.fill(&mut byte).unwrap();
        let started = Instant::now();
        // By its progress, so that a busy machine does not kill before anything was done.
        while erased.load(Ordering::Relaxed) < 1 + u32::from(byte[0] % 16) {
            assert!(started.elapsed() < Duration::from_secs(60) && !work.is_finished(), "nothing is done");
            tokio::time::sleep(Duration::from_micros(500)).await;
        }
        tokio::time::sleep(Duration::from_micros(40 * u64::from(byte[0]))).await;
        server.kill().unwrap();
        let told = work.await.unwrap();
        server.restart().unwrap();
        let store = open(&database).await;
        for (n, told) in told {
            let found = store.find(&object(n)).await.unwrap();
            match told {
                Told::Kept => assert!(matches!(found, Finding::Live(_)), "{n}: lost"),
                Told::Erased => assert!(matches!(found, Finding::Erased(_)), "{n}: back"),
                Told::Asked => assert!(!matches!(found, Finding::Unknown), "{n}: lost"),
            }
        }
    }
}
