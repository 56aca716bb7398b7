//! Each way in which an upstream fails before its first byte: the client gets the answer of another one.

use crate::harness::gateway::Gateway;
use crate::harness::upstream::{Manner, Upstream};

const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n";
const TRUNCATED: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{\"choices\":[";
const MALFORMED: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 12\r\n\r\n{\"choices\":[";
const LOGIN_PAGE: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 15\r\n\r\n<h1>Sign in</h1>";
const EVENTS_CUT: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_faulty_upstream_is_noticed_by_nobody() {
    // One for each fault, of whom the balancer knows nothing when its turn comes.
    const FAULTS: [&str; 14] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13"];
    let mut bad = Vec::new();
    for name in FAULTS {
        bad.push(Upstream::start(name, Manner::Good).await);
    }
    let good = Upstream::start("good", Manner::Good).await;
    let gateway = Gateway::start(&bad.iter().chain([&good]).collect::<Vec<_>>());
    let admin = gateway.admin().await;
    let client = gateway.client();
    for name in FAULTS {
        client.order(&admin.access, name, "drain").await.expect(204);
    }
    let faults = [
        ("reset", Manner::Resets, true),
        ("black hole", Manner::Stalls(""), true),
        ("slow body", Manner::Stalls(HEAD), true),
        ("truncated", Manner::Writes(TRUNCATED), true),
        ("malformed", Manner::Writes(MALFORMED), true),
        ("foreign", Manner::Writes(LOGIN_PAGE), true),
        ("no HTTP", Manner::Writes("SSH-2.0-OpenSSH_9.9\r\n"), true),
        ("error", Manner::Says(500, ""), true),
        ("our key refused", Manner::Says(401, ""), true),
        ("throttled", Manner::Says(429, ""), false),
        ("throttled for seconds", Manner::Says(429, "retry-after: 1\r\n"), false),
        ("throttled to a date", Manner::Says(429, "retry-after: Fri, 31 Dec 2100 23:59:59 GMT\r\n"), false),
        ("throttled for nonsense", Manner::Says(429, "retry-after: soon\r\n"), false),
        ("stream cut before its first event", Manner::Writes(EVENTS_CUT), true),
    ];
    assert_eq!(faults.len(), FAULTS.len());
    for (bad, (fault, manner, held_against_it)) in bad.iter().zip(faults) {
        bad.now(manner);
        client.order(&admin.access, bad.name, "release").await.expect(204);
        for n in 0.. {
            let answer = if n % 2 == 0 {
                client.completion(&admin.access).await.expect(200)
            } else {
                client.streamed(&admin.access).await.expect(200)
            };
            assert_eq!(answer.header("x-provider"), "good", "{fault}");
            if bad.requests() > 0 {
                break;
            }
            assert!(n < 200, "{fault}: it was never asked");
        }
        let stats = client.provider(&admin.access, bad.name).await;
        let counted = if held_against_it { &stats["failures"] } else { &stats["throttled"] };
        assert!(counted.as_u64().unwrap() > 0, "{fault}: {stats}");
        let phase = if held_against_it { "degraded" } else { "healthy" };
        assert_eq!(stats["state"]["phase"], phase, "{fault}: {stats}");
        assert!(held_against_it || stats["available"] == false, "{fault}: it is left alone: {stats}");
        client.order(&admin.access, bad.name, "drain").await.expect(204);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn enumeration_nothing_of_an_upstreams_fault_reaches_a_client() {
    let only = Upstream::start("only", Manner::Good).await;
    let gateway = Gateway::start(&[&only]);
    let admin = gateway.admin().await;
    let client = gateway.client();
    for status in [301, 401, 402, 403, 429, 500, 503, 529] {
        client.order(&admin.access, "only", "reset").await.expect(204);
        only.now(Manner::Says(status, "retry-after: 7\r\nset-cookie: inside=1\r\n"));
        let answer = client.completion(&admin.access).await.expect_error(503, "unavailable");
        assert_eq!(answer.header("retry-after"), "7", "{status}");
        assert!(!format!("{answer:?}").contains("inside"), "{status}: {answer:?}");
    }
    // The model's own word on the request is for who made it, and is not held against the upstream.
    for status in [400, 404, 422] {
        only.now(Manner::Says(status, "set-cookie: inside=1\r\n"));
        client.order(&admin.access, "only", "reset").await.expect(204);
        for _ in 0..3 {
            let answer = client.completion(&admin.access).await.expect(status);
            assert!(answer.headers.get("set-cookie").is_none(), "{answer:?}");
            assert!(answer.json()["error"]["message"].is_string());
        }
        assert_eq!(client.provider(&admin.access, "only").await["state"]["phase"], "healthy");
    }
}
