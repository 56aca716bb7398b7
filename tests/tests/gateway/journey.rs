//! Upstreams die and come back while people work, and nobody notices.

use crate::harness::client::Client;
use crate::harness::gateway::{Gateway, events, is_whole, stream_error};
use crate::harness::upstream::{Manner, Upstream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

const WORKERS: u16 = 6;

/// What all workers together have had.
#[derive(Default)]
struct Tally {
    over: AtomicBool,
    answers: AtomicUsize,
    streams: AtomicUsize,
    /// Streams that broke off after their first event, and said so.
    broken: AtomicUsize,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_fails_while_one_upstream_lives() {
    let mut a = Upstream::start("a", Manner::Good).await;
    let mut b = Upstream::start("b", Manner::Good).await;
    let mut c = Upstream::start("c", Manner::Good).await;
    let gateway = Gateway::start(&[&a, &b, &c]);
    let admin = gateway.admin().await;
    let user = gateway.person(&admin, "user").await;

    let tally = Arc::new(Tally::default());
    let mut workers = tokio::task::JoinSet::new();
    for n in 0..WORKERS {
        // Each from an address of its own, so that no limit is met.
        workers.spawn(work(gateway.client_number(n + 1), user.access.clone(), tally.clone()));
    }
    until_more(&tally, 50).await;

    a.kill().await;
    until_more(&tally, 50).await;
    b.kill().await;
    until_more(&tally, 50).await;
    a.restore().await;
    until_asked_again(&a, &tally).await;
    c.kill().await;
    until_more(&tally, 50).await;
    b.restore().await;
    until_asked_again(&b, &tally).await;
    a.kill().await;
    until_more(&tally, 50).await;
    c.restore().await;
    until_asked_again(&c, &tally).await;
    a.restore().await;
    until_asked_again(&a, &tally).await;

    tally.over.store(true, Ordering::SeqCst);
    // A worker that had a failed request has panicked.
    workers.join_all().await;
    let (streams, broken) = (tally.streams.load(Ordering::SeqCst), tally.broken.load(Ordering::SeqCst));
    assert!(streams > 50, "{streams} streams");
    assert!(broken < streams / 2, "{broken} of {streams} streams were under way at a kill");

    // Nobody lives: that is said at once, with the time to come back; and when somebody does, the answers are there again.
    let client = gateway.client();
    for upstream in [&mut a, &mut b, &mut c] {
        upstream.kill().await;
    }
    let mut refused = client.completion(&user.access).await;
    for _ in 0..20 {
        assert_eq!(refused.status, 503, "{refused:?}");
        refused = client.completion(&user.access).await;
    }
    let refused = refused.expect_error(503, "unavailable");
    assert!(refused.header("retry-after").parse::<u32>().unwrap() <= 3);
    let health = client.get("/health/providers").send().await.expect(200).json();
    assert_eq!(health["available"], false);
    b.restore().await;
    for _ in 0..100 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        if client.completion(&user.access).await.status == 200 {
            return;
        }
    }
    panic!("nobody found the upstream that came back");
}

/// Asks, plainly and for a stream in turn, until all is over. Any answer but a good one is a failed request.
async fn work(client: Client, access: String, tally: Arc<Tally>) {
    for n in 0_u32.. {
        if tally.over.load(Ordering::SeqCst) {
            return;
        }
        if n.is_multiple_of(3) {
            let answer = client.streamed(&access).await.expect(200);
            let got = events(&answer);
            if got.last().unwrap().1 == "[DONE]" {
                assert!(is_whole(&answer), "{answer:?}");
            } else {
                assert!(["upstream_broken", "upstream_truncated"].contains(&stream_error(&answer).as_str()));
                tally.broken.fetch_add(1, Ordering::SeqCst);
            }
            tally.streams.fetch_add(1, Ordering::SeqCst);
        } else {
            let answer = client.completion(&access).await.expect(200);
            let content = &answer.json()["choices"][0]["message"]["content"];
            assert_eq!(content, answer.header("x-provider"), "{answer:?}");
        }
        tally.answers.fetch_add(1, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn until_more(tally: &Tally, more: usize) {
    let goal = tally.answers.load(Ordering::SeqCst) + more;
    for _ in 0..600 {
        if tally.answers.load(Ordering::SeqCst) >= goal {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the workers stand still: one of them had a failed request");
}

async fn until_asked_again(upstream: &Upstream, tally: &Tally) {
    let before = upstream.requests();
    for _ in 0..600 {
        if upstream.requests() > before + 5 {
            return until_more(tally, 20).await;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{} is not asked again", upstream.name);
}
