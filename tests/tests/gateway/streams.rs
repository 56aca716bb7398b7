//! Streams: taken elsewhere before the first byte, ended with a word after it.

use crate::harness::gateway::{Gateway, is_whole, said, stream_error};
use crate::harness::upstream::{Manner, Upstream};

const HALF: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n\
    37\r\ndata: {\"choices\":[{\"delta\":{\"content\":\"well then\"}}]}\n\n\r\n8\r\ndata: {\"\r\n";
const NO_DONE: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n\
    37\r\ndata: {\"choices\":[{\"delta\":{\"content\":\"well then\"}}]}\n\n\r\n0\r\n\r\n";
const NO_EVENT: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn truncation_a_stream_that_breaks_off_ends_in_a_typed_error() {
    let only = Upstream::start("only", Manner::Good).await;
    let gateway = Gateway::start(&[&only]);
    let admin = gateway.admin().await;
    let client = gateway.client();
    let good = client.streamed(&admin.access).await;
    assert!(is_whole(&good) && good.header("cache-control") == "no-store", "{good:?}");

    for (manner, code) in [
        (Manner::Writes(HALF), "upstream_broken"),
        (Manner::Stalls(HALF), "upstream_stalled"),
        (Manner::Writes(NO_DONE), "upstream_truncated"),
    ] {
        client.order(&admin.access, "only", "reset").await.expect(204);
        only.now(manner);
        let answer = client.streamed(&admin.access).await;
        assert_eq!(stream_error(&answer), code);
        assert_eq!(said(&answer), "well then", "all that came whole, before the error: {answer:?}");
    }
    assert!(gateway.stderr().contains("a stream ended before its time"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_goes_elsewhere_before_its_first_byte_and_not_after() {
    let bad = Upstream::start("bad", Manner::Stalls(NO_EVENT)).await;
    let good = Upstream::start("good", Manner::Good).await;
    let gateway = Gateway::start(&[&bad, &good]);
    let admin = gateway.admin().await;
    let client = gateway.client();
    for _ in 0..200 {
        let answer = client.streamed(&admin.access).await.expect(200);
        assert_eq!((answer.header("x-provider"), is_whole(&answer)), ("good", true));
        if bad.requests() > 0 {
            break;
        }
    }
    assert!(bad.requests() > 0, "it was asked");

    // Once a byte was given on, nobody else says anything into it.
    client.order(&admin.access, "bad", "reset").await.expect(204);
    client.order(&admin.access, "good", "drain").await.expect(204);
    client.order(&admin.access, "good", "release").await.expect(204);
    bad.now(Manner::Writes(HALF));
    for _ in 0..500 {
        let answer = client.streamed(&admin.access).await.expect(200);
        if answer.header("x-provider") == "bad" {
            assert_eq!(stream_error(&answer), "upstream_broken");
            assert!(!String::from_utf8_lossy(&answer.body).contains("good"));
            return;
        }
    }
    panic!("the other upstream never answered");
}
