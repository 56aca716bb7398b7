//! The server ends in the middle of its work, and starts again on the same folder: what it has acknowledged is there.

mod traffic;

use crate::harness::client::Client;
use crate::harness::hello::Hello;
use serde_json::Value;
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use traffic::{Acknowledged, Ledger};

const WORKERS: u16 = 6;

/// Clients that sign up, in, on and out until the server is gone.
struct Traffic {
    workers: JoinSet<Ledger>,
    progress: Arc<AtomicUsize>,
}

impl Traffic {
    fn start(hello: &Hello, round: u16) -> Self {
        let progress = Arc::new(AtomicUsize::new(0));
        let mut workers = JoinSet::new();
        for n in 0..WORKERS {
            let client = hello.client_number(round * WORKERS + n);
            workers.spawn(traffic::work(client, format!("r{round}w{n}"), progress.clone()));
        }
        Self { workers, progress }
    }

    /// Waits until the clients have had so many answers: what a slow machine needs longer for is no other test there.
    async fn reach(&self, answers: usize) {
        let deadline = Instant::now() + Duration::from_secs(60);
        while self.progress.load(Ordering::Relaxed) < answers {
            assert!(Instant::now() < deadline, "the clients have hardly been answered in a minute");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    async fn collect(self) -> Ledger {
        self.workers.join_all().await.into_iter().fold(Ledger::default(), Ledger::merge)
    }
}

/// What was acknowledged stands: people, sessions, and ends of sessions.
async fn assert_state(hello: &Hello, ledger: &Ledger) {
    let client = hello.client();
    // First of all, and within the grace: a refresh whose answer was lost gives the same child when it is asked again.
    for (n, token) in (0..).zip(&ledger.open) {
        hello.client_number(n).refresh(token).await.expect(200);
    }
    for token in &ledger.ended {
        client.refresh(token).await.expect_error(401, "invalid_refresh_token");
    }
    for (n, email) in (0..).zip(&ledger.people) {
        hello.client_number(n).login(email).await;
    }
}

/// The numbers of the log are 1, 2, 3 …, and every acknowledged answer has its event.
async fn assert_trail(client: &Client, admin: &str, ledger: &Ledger) -> Vec<Value> {
    let events = client.audit(admin, "").await;
    let numbers: Vec<_> = events.iter().rev().map(|event| event["sequence"].as_u64().unwrap()).collect();
    assert!(numbers.iter().copied().eq(1..=numbers.len() as u64), "the log has gaps: {numbers:?}");
    let recorded: HashSet<_> =
        events.iter().map(|event| (name(event, "action"), name(event, "request_id"))).collect();
    for Acknowledged { action, request_id } in &ledger.acknowledged {
        assert!(
            recorded.contains(&(*action, request_id)),
            "{action} in request {request_id} is not recorded"
        );
    }
    events
}

fn name<'a>(event: &'a Value, member: &str) -> &'a str {
    event[member].as_str().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn crash_by_sigkill_loses_nothing_that_was_acknowledged() {
    let mut hello = Hello::start();
    hello.client().sign_up("admin@example.org").await.expect(201);
    let mut all = Ledger::default();
    // In the middle of the first sign-ups, and later ever deeper in the mix.
    for (round, answers) in (0..).zip([3, 25, 50, 75]) {
        let traffic = Traffic::start(&hello, round);
        traffic.reach(answers).await;
        tokio::task::block_in_place(|| hello.service.kill9().unwrap());
        let ledger = traffic.collect().await;
        tokio::task::block_in_place(|| hello.restart());

        let client = hello.client();
        assert_state(&hello, &ledger).await;
        all = all.merge(ledger);
        let admin = client.login("admin@example.org").await;
        assert_trail(&client, &admin.access, &all).await;
    }
    let counts = (all.people.len(), all.open.len(), all.ended.len());
    assert!(counts.0 > 10 && counts.1 > 5 && counts.2 > 5, "people, open and ended sessions: {counts:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sigterm_in_the_middle_of_work_loses_nothing_at_all() {
    let mut hello = Hello::start();
    hello.client().sign_up("admin@example.org").await.expect(201);
    let traffic = Traffic::start(&hello, 0);
    traffic.reach(40).await;
    assert!(tokio::task::block_in_place(|| hello.service.terminate().unwrap()).success());
    let ledger = traffic.collect().await;
    tokio::task::block_in_place(|| hello.restart());

    let client = hello.client();
    assert_state(&hello, &ledger).await;
    let admin = client.login("admin@example.org").await;
    let events = assert_trail(&client, &admin.access, &ledger).await;
    let requests = events.iter().filter(|event| name(event, "action") == "http.request");
    let recorded: HashSet<_> = requests.map(|event| name(event, "request_id")).collect();
    for Acknowledged { action, request_id } in &ledger.acknowledged {
        assert!(recorded.contains(request_id.as_str()), "the request of {action} is not recorded");
    }
}

#[tokio::test]
async fn asvs_v7_4_1_a_restart_revives_no_ended_session() {
    let mut hello = Hello::start();
    let client = hello.client();
    let ended = client.join("ada@example.org").await;
    let kept = client.login("ada@example.org").await;
    client.logout(&ended.refresh).await.expect(204);
    hello.service.kill9().unwrap();
    hello.restart();
    let client = hello.client();
    client.me(&ended.access).await.expect_error(401, "invalid_token");
    client.refresh(&ended.refresh).await.expect_error(401, "invalid_refresh_token");
    client.me(&kept.access).await.expect(200);
    client.refresh(&kept.refresh).await.expect(200);
}
