//! What one user can do to the others, and what an upstream that helps nobody can draw to itself: by the gateway's defaults.

use crate::harness::gateway::{Gateway, is_whole};
use crate::harness::upstream::{Manner, Upstream};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

const POISON: &str = "drop-table";
const DECLINED: &str =
    "HTTP/1.1 403 Flagged\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";
const CRASHED: &str = "HTTP/1.1 500 Oh\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";
const TOO_MANY: &str =
    "HTTP/1.1 429 TPM\r\ncontent-type: application/json\r\nretry-after: 300\r\ncontent-length: 2\r\n\r\n{}";

const NO_ROUTE: &str =
    "HTTP/1.1 404 Not Found\r\ncontent-type: text/plain\r\ncontent-length: 18\r\n\r\n404 page not found";
const NO_METHOD: &str =
    "HTTP/1.1 405 Not Allowed\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";
const EMPTY: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: 0\r\n\r\n";
const PING_ONLY: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n\
    8\r\n: ping\n\n\r\n";
const OVERLOADED: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: 22\r\n\r\n\
    data: {\"error\":\"no\"}\n\n";

async fn three(manner: &Manner) -> [Upstream; 3] {
    [
        Upstream::start("a", manner.clone()).await,
        Upstream::start("b", manner.clone()).await,
        Upstream::start("c", manner.clone()).await,
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn poison_no_user_shuts_the_upstreams_for_others() {
    for answer in [DECLINED, CRASHED, TOO_MANY] {
        let [a, b, c] = three(&Manner::GoodBut(POISON, answer)).await;
        let gateway = Gateway::start_by_default(&[&a, &b, &c]);
        let admin = gateway.admin().await;
        let mallory = gateway.person(&admin, "user").await;
        let client = gateway.client();
        for _ in 0..15 {
            client.say(&mallory.access, POISON, false).await.expect_error(503, "unavailable");
        }
        let mut well = 0;
        for name in ["a", "b", "c"] {
            let stats = client.provider(&admin.access, name).await;
            assert_eq!(stats["state"]["phase"], "healthy", "{answer}: {stats}");
            well += u32::from(stats["available"] == true);
        }
        // A throttle is heeded, but not at all of them for minutes.
        assert!(well == 3 || answer == TOO_MANY, "{answer}: {well}");
        for _ in 0..20 {
            client.completion(&admin.access).await.expect(200);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn attraction_who_helps_nobody_gets_nothing_and_no_client_sees_it() {
    for (bad, stream) in
        [(NO_ROUTE, false), (NO_METHOD, false), (EMPTY, true), (PING_ONLY, true), (OVERLOADED, true)]
    {
        let [a, b, c] = three(&Manner::Good).await;
        a.now(Manner::Writes(bad));
        let gateway = Gateway::start_by_default(&[&a, &b, &c]);
        let admin = gateway.admin().await;
        let client = gateway.client();
        for _ in 0..60 {
            let answer = client.say(&admin.access, "hello", stream).await.expect(200);
            assert_ne!(answer.header("x-provider"), "a", "{bad}");
            assert!(!stream || is_whole(&answer), "{bad}: {answer:?}");
        }
        assert!(a.requests() <= 10, "{bad}: {} of 60", a.requests());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_of_hundreds_under_way_fails_when_their_upstream_is_killed() {
    let [mut a, b, c] = three(&Manner::Late(Duration::from_secs(3))).await;
    let gateway = Gateway::start_by_default(&[&a, &b, &c]);
    let admin = gateway.admin().await;
    let mut people = JoinSet::new();
    for n in 0..390 {
        let (client, access) = (gateway.client_number(1 + n % 30), admin.access.clone());
        people.spawn(async move { client.completion(&access).await.expect(200) });
    }
    for _ in 0..600 {
        if a.requests() >= 110 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(a.requests() >= 110, "more are under way than the budget has saved up: {}", a.requests());
    a.kill().await;
    assert_eq!(people.join_all().await.len(), 390);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_moment_in_which_all_were_down_costs_no_minutes() {
    let [mut a, mut b, mut c] = three(&Manner::Good).await;
    let gateway = Gateway::start_by_default(&[&a, &b, &c]);
    let admin = gateway.admin().await;
    let client = gateway.client();
    for upstream in [&mut a, &mut b, &mut c] {
        upstream.kill().await;
    }
    for _ in 0..20 {
        client.completion(&admin.access).await.expect_error(503, "unavailable");
    }
    assert_eq!(client.get("/health/providers").send().await.expect(200).json()["available"], false);
    for upstream in [&mut a, &mut b, &mut c] {
        upstream.restore().await;
    }
    for _ in 0..10 {
        client.completion(&admin.access).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_read_who_reads_nothing_neither_holds_an_upstream_nor_shuts_it() {
    // It gives up before the gateway does, and after.
    for patience in [Duration::from_millis(700), Duration::from_secs(600)] {
        let only = Upstream::start("only", Manner::Pours(patience)).await;
        // A guard would end an answer of a megabyte by itself.
        let gateway = Gateway::start_with(&[&only], |launch| launch.args(["--guard", "none"]));
        let admin = gateway.admin().await;
        let client = gateway.client();
        let body = r#"{"model":"m","messages":[{"role":"user","content":"hi"}],"stream":true}"#;
        let head = format!(
            "POST /v1/chat/completions HTTP/1.1\r\nhost: g\r\nauthorization: Bearer {}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            admin.access,
            body.len()
        );
        let mut unread = Vec::new();
        for _ in 0..4 {
            let mut raw = TcpStream::connect(gateway.service.addr()).await.unwrap();
            raw.write_all(head.as_bytes()).await.unwrap();
            let mut status = [0; 12];
            raw.read_exact(&mut status).await.unwrap();
            assert_eq!(&status, b"HTTP/1.1 200");
            unread.push(raw);
        }
        let mut held = true;
        for _ in 0..400 {
            held = client.provider(&admin.access, "only").await["in_flight"] != 0;
            if !held {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert!(!held, "{patience:?}: an upstream writes to who does not read");
        // Late, and only to see that it is over.
        for mut raw in unread {
            let mut sink = vec![0; 1 << 16];
            while raw.read(&mut sink).await.is_ok_and(|read| read > 0) {}
        }
        let stats = client.provider(&admin.access, "only").await;
        assert_eq!(
            (&stats["in_flight"], &stats["failures"]),
            (&0.into(), &0.into()),
            "{patience:?}: {stats}"
        );
        assert_eq!((stats["state"]["phase"].as_str(), &stats["cancelled"]), (Some("healthy"), &4.into()));
        only.now(Manner::Good);
        client.completion(&admin.access).await.expect(200);
    }
}
