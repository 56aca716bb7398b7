//! Hostile `X-Request-ID`: a name that somebody else chose, on its way into logs, headers and bodies.

use crate::harness::client::raw;
use crate::harness::hello::Hello;
use serde_json::json;

#[tokio::test]
async fn asvs_v16_4_1_a_hostile_request_id_is_replaced_and_never_echoed() {
    let hello = Hello::start();
    let client = hello.client();
    let admin = client.join("ada@example.org").await;
    let long = "a".repeat(129);
    let longer = "b".repeat(10_000);
    let hostile = [
        "",
        " ",
        "two words",
        "<script>alert(1)</script>",
        "$(reboot)",
        "../../etc/passwd",
        "a\tb",
        "id\"},{\"error\":\"forged",
        "überlang",
        "\u{202e}desrever",
        "%0d%0aset-cookie:x=1",
        &long,
        &longer,
    ];
    for id in hostile {
        for path in ["/v1/hello", "/nowhere"] {
            let answer = client.get(path).header("x-request-id", id).send().await.expect_envelope();
            let given = answer.header("x-request-id").to_owned();
            assert_eq!(given.len(), 36, "a name of ours: {answer:?}");
            if !id.trim().is_empty() {
                assert!(!answer.text().contains(id) && !format!("{:?}", answer.headers).contains(id), "{id}");
            }
        }
    }
    let served = 2 * hostile.len();
    let log =
        json!(client.audit_of_requests(&admin.access, "action=http.request&", served).await).to_string();
    for id in hostile.iter().filter(|id| id.len() > 1) {
        let as_json = json!(id).to_string();
        assert!(!log.contains(as_json.trim_matches('"')), "`{id}` is in the log");
    }
}

#[tokio::test]
async fn confusion_two_request_ids_are_as_good_as_none() {
    let hello = Hello::start();
    let client = hello.client();
    for (one, two) in [("first", "second"), ("same", "same"), ("good", "not good")] {
        let call = client.get("/nowhere").header("x-request-id", one).header("x-request-id", two);
        let given = call.send().await.expect_envelope().header("x-request-id").to_owned();
        assert!(given != one && given != two && given.len() == 36, "{given}");
    }
}

#[tokio::test]
async fn header_injection_by_request_id_is_no_header() {
    let hello = Hello::start();
    for value in [&b"a\nset-cookie: x=1"[..], b"a\x00b", b"a\x1b[31m", b"\xff\xfe"] {
        let head =
            [b"GET /nowhere HTTP/1.1\r\nhost: h\r\nconnection: close\r\nx-request-id: ", value, b"\r\n\r\n"]
                .concat();
        let answer = raw(&hello.service, &head).await.to_lowercase();
        assert!(answer.starts_with("http/1.1 40"), "{answer}");
        let (head, _) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        assert!(!head.contains("set-cookie") && !head.contains('\u{1b}'), "{answer}");
    }
}
