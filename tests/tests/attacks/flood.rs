//! More logins at once than there is memory for.

use crate::harness::hello::{Hello, PASSWORD};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// The memory of one hash: OWASP's 19 MiB, the default of the service.
const ONE_HASH: u64 = 19 << 20;

/// What the process may use beside the hashes: the idle server (about 30 MiB in a debug build), 200 connections with their
/// buffers, the stacks of the worker threads, SQLite's page caches, and what the allocator keeps of freed memory.
const BESIDE_HASHES: u64 = 96 << 20;

/// Kubernetes' default: after three probes that take longer the service would be restarted.
const PROBE_TIMEOUT: Duration = Duration::from_secs(1);

/// How many logins at once; more on a machine whose queue would hold all of them (33 for each core).
fn flood_size(permits: usize) -> u16 {
    u16::try_from((2 * 33 * permits).max(200)).expect("an address for each")
}

#[tokio::test]
async fn asvs_v15_2_2_flood_of_two_hundred_logins_is_bounded_in_memory_and_leaves_health_alone() {
    let hello = Arc::new(Hello::start());
    let permits = std::thread::available_parallelism().unwrap().get();
    let accounts = 20;
    for n in 0..accounts {
        hello.client().sign_up(&format!("user{n}@example.org")).await.expect(201);
    }
    let stop = Arc::new(AtomicBool::new(false));
    let probe = tokio::spawn(probe_health(hello.clone(), stop.clone()));

    let mut flood = JoinSet::new();
    for n in 0..flood_size(permits) {
        let client = hello.client_number(n);
        flood.spawn(async move {
            // Half of them exist; a quarter even know the password.
            let email = if n % 2 == 0 {
                format!("user{}@example.org", n % accounts)
            } else {
                format!("nobody{n}@example.org")
            };
            let password = if n % 4 == 0 { PASSWORD } else { "a wrong password" };
            client.try_login(&email, password).await
        });
    }
    let answers = flood.join_all().await;
    stop.store(true, Ordering::Relaxed);
    let mut probes = probe.await.unwrap();

    let mut statuses = BTreeMap::new();
    for answer in answers {
        *statuses.entry(answer.status).or_insert(0_u32) += 1;
        if matches!(answer.status, 429 | 503) {
            let wait: u64 = answer.header("retry-after").parse().unwrap();
            assert!((1..=60).contains(&wait), "{answer:?}");
            answer.expect_envelope();
        }
    }
    assert!(statuses.keys().all(|status| matches!(status, 200 | 401 | 429 | 503)), "{statuses:?}");
    assert!(statuses.get(&503).is_some_and(|busy| *busy > 20), "the queue has an end: {statuses:?}");
    assert!(statuses.contains_key(&401), "and those in it are served: {statuses:?}");

    let (peak, bound) = (hello.service.memory().unwrap().peak, permits as u64 * ONE_HASH + BESIDE_HASHES);
    assert!(peak <= bound, "{} MiB, more than {} MiB", peak >> 20, bound >> 20);
    probes.sort_unstable();
    assert!(probes.len() > 3, "health was asked {} times", probes.len());
    let most = probes[probes.len() * 9 / 10];
    assert!(most < PROBE_TIMEOUT, "one probe in ten took {most:?} or longer");
    hello.client().login("user1@example.org").await;
}

/// Asks again and again, and gives how long each answer took.
async fn probe_health(hello: Arc<Hello>, stop: Arc<AtomicBool>) -> Vec<Duration> {
    let client = hello.client();
    let mut probes = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let start = Instant::now();
        client.get("/health").send().await.expect(200);
        probes.push(start.elapsed());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    probes
}
