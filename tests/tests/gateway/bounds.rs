//! What goes in is bounded and checked; what goes on is the request and the upstream's own key, and nothing of the client's.

use crate::harness::gateway::Gateway;
use crate::harness::upstream::{Manner, Upstream};
use stockade_testkit::{Service, binary};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asvs_v13_3_1_confusion_each_upstream_sees_its_own_key_and_no_log_does() {
    let a = Upstream::start("a", Manner::Good).await;
    let b = Upstream::start("b", Manner::Good).await;
    let gateway = Gateway::start_with(&[&a, &b], |launch| {
        launch.env("GATEWAY_KEY_A", "sk-a-hunter2").env("RUST_LOG", "trace")
    });
    let admin = gateway.admin().await;
    let client = gateway.client();
    for upstream in ["b", "a"] {
        client.order(&admin.access, upstream, "force-down").await.expect(204);
        client.completion(&admin.access).await.expect(200);
        client.order(&admin.access, upstream, "reset").await.expect(204);
    }
    let (to_a, to_b) = (a.heads(), b.heads());
    assert_eq!((to_a.len(), to_b.len()), (1, 1));
    assert!(to_a[0].contains("authorization: Bearer sk-a-hunter2"), "{to_a:?}");
    assert!(!to_b[0].to_ascii_lowercase().contains("authorization"), "{to_b:?}");
    let signature = admin.access.rsplit('.').next().unwrap();
    for head in [&to_a[0], &to_b[0]] {
        assert!(!head.contains(signature), "the client's token stays here");
        assert!(head.contains("x-request-id: "), "{head}");
    }
    let log = gateway.stderr();
    assert!(!log.contains("hunter2") && !log.contains(signature));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn flood_what_makes_no_sense_reaches_no_upstream() {
    let upstream = Upstream::start("a", Manner::Good).await;
    let gateway = Gateway::start(&[&upstream]);
    let admin = gateway.admin().await;
    let client = gateway.client();
    let ask = || client.post("/v1/chat/completions").bearer(&admin.access);
    let good = r#"{"model":"m","messages":[{"role":"user","content":"hi"}]}"#;
    ask().body("text/plain", good).send().await.expect_error(415, "unsupported_media_type");
    // A body that is only announced: the answer comes before any of it is sent.
    let head = format!(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: g\r\nconnection: close\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        admin.access,
        1024 * 1024 + 1
    );
    let mut raw = TcpStream::connect(gateway.service.addr()).await.unwrap();
    raw.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    raw.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("body_too_large"), "{answer}");
    ask().body("application/json", "{").send().await.expect_error(400, "malformed_json");
    ask().body("application/json", "{}").send().await.expect_error(400, "invalid_input");
    let twice = r#"{"model":"m","messages":[{}],"model":"n"}"#;
    ask().body("application/json", twice).send().await.expect_error(400, "invalid_input");
    client
        .get("/v1/chat/completions")
        .bearer(&admin.access)
        .send()
        .await
        .expect_error(405, "method_not_allowed");
    assert_eq!(upstream.requests(), 0);
    ask().body("application/json", good).send().await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn downgrade_no_gateway_starts_over_a_network_in_the_clear() {
    let data = tempfile::tempdir().unwrap();
    for upstream in ["a=http://example.org", "a=ftp://127.0.0.1:1", "a b=http://127.0.0.1:1"] {
        let launch = Service::launch(binary("gateway").unwrap())
            .args(["--listen", "127.0.0.1:0", "--upstream", upstream, "--data"])
            .arg(data.path().join("data"));
        assert!(launch.start().is_err(), "{upstream}");
    }
}
