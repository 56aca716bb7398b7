//! Input that no honest client sends: 4xx in the envelope, never 5xx, and the server lives on.

use crate::harness::client::{Answer, Client, raw};
use crate::harness::hello::Hello;
use serde_json::{Value, json};

const ROUTES: [&str; 4] = ["/v1/auth/signup", "/v1/auth/login", "/v1/auth/refresh", "/v1/auth/logout"];

/// The body that the route is made for, with one member replaced.
fn body_of(route: &str, field: &str, value: &Value) -> Option<Value> {
    let mut body = match route {
        "/v1/auth/signup" => {
            json!({"name": "Eve", "email": "eve@example.org", "password": "a fine password"})
        }
        "/v1/auth/login" => json!({"email": "eve@example.org", "password": "a fine password"}),
        _ => json!({"refresh_token": "rt1_nonsense"}),
    };
    body.get(field)?;
    body[field] = value.clone();
    Some(body)
}

#[track_caller]
fn assert_client_error(what: &str, answer: Answer) {
    assert!((400..500).contains(&answer.status), "{what}: {answer:?}");
    answer.expect_envelope();
}

async fn assert_alive(client: &Client) {
    client.get("/health").send().await.expect(200);
}

#[tokio::test]
async fn asvs_v1_5_2_malformed_bodies_are_refused_in_the_envelope() {
    let hello = Hello::start();
    let client = hello.client();
    let deep = format!("{}{}", "[".repeat(30_000), "]".repeat(30_000));
    let deep_object = format!("{}1{}", r#"{"a":"#.repeat(5_000), "}".repeat(5_000));
    let bodies: [(&str, &[u8]); 16] = [
        ("nothing", b""),
        ("a word", b"hello"),
        ("half an object", br#"{"email":"#),
        ("a list", b"[]"),
        ("null", b"null"),
        ("a number", b"1e999999"),
        ("a form", b"email=eve%40example.org"),
        ("XML", b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"),
        ("deep lists", deep.as_bytes()),
        ("deep objects", deep_object.as_bytes()),
        ("trailing bytes", br#"{"refresh_token":"a"}{}"#),
        ("invalid UTF-8", b"{\"refresh_token\":\"\xff\xfe\"}"),
        ("half a surrogate pair", br#"{"refresh_token":"\ud800"}"#),
        ("a byte order mark", b"\xef\xbb\xbf{}"),
        ("zero bytes", &[0; 64]),
        ("a comment", b"{} // hello"),
    ];
    for route in ROUTES {
        for (what, body) in bodies {
            let answer = client.post(route).body("application/json", body.to_vec()).send().await;
            assert_client_error(&format!("{what} to {route}"), answer);
        }
    }
    assert_alive(&client).await;
}

#[tokio::test]
async fn asvs_v2_2_1_values_of_the_wrong_kind_are_refused_in_the_envelope() {
    let hello = Hello::start();
    let client = hello.client();
    let values = [
        json!(null),
        json!(true),
        json!(1),
        json!(-1),
        json!(1e300),
        json!(u64::MAX),
        json!([]),
        json!(["eve@example.org"]),
        json!({}),
        json!({"$gt": ""}),
    ];
    for route in ROUTES {
        for field in ["name", "email", "password", "refresh_token"] {
            for value in &values {
                let Some(body) = body_of(route, field, value) else { continue };
                let answer = client.post(route).json(&body).send().await;
                assert_eq!(answer.status, 400, "{body} to {route}: {answer:?}");
                assert_client_error(&format!("{body} to {route}"), answer);
            }
        }
    }
    assert_alive(&client).await;
}

#[tokio::test]
async fn asvs_v15_3_3_unknown_and_repeated_members_are_refused() {
    let hello = Hello::start();
    let client = hello.client();
    for (what, body) in [
        (
            "mass assignment",
            r#"{"name":"Eve","email":"eve@example.org","password":"a fine password","role":"admin"}"#,
        ),
        (
            "mass assignment",
            r#"{"name":"Eve","email":"eve@example.org","password":"a fine password","id":"1"}"#,
        ),
        (
            "a duplicate",
            r#"{"name":"Eve","email":"a@example.org","email":"b@example.org","password":"a fine password"}"#,
        ),
        (
            "prototype pollution",
            r#"{"__proto__":{"admin":true},"name":"Eve","email":"eve@example.org","password":"a fine password"}"#,
        ),
    ] {
        let answer = client.post("/v1/auth/signup").body("application/json", body).send().await;
        assert_eq!(answer.status, 400, "{what}: {answer:?}");
        assert_client_error(what, answer);
    }
    client.sign_up("eve@example.org").await.expect(201);
}

#[tokio::test]
async fn confusion_of_content_types_is_refused() {
    let hello = Hello::start();
    let client = hello.client();
    let body = json!({"refresh_token": "x"}).to_string();
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/json",
        "json",
        "",
    ] {
        let answer = client.post("/v1/auth/refresh").body(content_type, body.clone()).send().await;
        answer.expect_error(415, "unsupported_media_type");
    }
    let twice = client.post("/v1/auth/refresh").header("content-type", "text/plain").json(&json!({}));
    twice.send().await.expect_error(415, "unsupported_media_type");
}

#[tokio::test]
async fn flood_a_body_past_the_bound_is_refused_announced_or_not() {
    let hello = Hello::start();
    let client = hello.client();
    let large = json!({"refresh_token": "x".repeat(70_000)});
    client.post("/v1/auth/refresh").json(&large).send().await.expect_error(413, "body_too_large");

    let head = "POST /v1/auth/refresh HTTP/1.1\r\nhost: h\r\nconnection: close\r\ncontent-type: application/json\r\n";
    let announced = format!("{head}content-length: 8589934592\r\n\r\n{{");
    let answer = raw(&hello.service, announced.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "before the body has come: {answer}");
    assert!(answer.contains(r#""code":"body_too_large""#), "{answer}");

    let before = hello.service.memory().unwrap().peak;
    let chunk = format!("4000\r\n{}\r\n", "x".repeat(0x4000));
    let chunked = format!("{head}transfer-encoding: chunked\r\n\r\n{}0\r\n\r\n", chunk.repeat(4_000));
    let answer = raw(&hello.service, chunked.as_bytes()).await;
    // A client that is still writing when the connection is closed may not see the answer.
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 413"), "{answer}");
    let short = format!("{head}transfer-encoding: chunked\r\n\r\n{}", chunk.repeat(5));
    let answer = raw(&hello.service, short.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("body_too_large"), "{answer}");
    let grown = hello.service.memory().unwrap().peak - before;
    assert!(grown < 16 << 20, "64 MiB were sent, {grown} bytes were kept");
    assert_alive(&client).await;
}

#[tokio::test]
async fn flood_of_headers_and_long_paths_is_refused() {
    let hello = Hello::start();
    let many: String = (0..1_000).map(|n| format!("x-{n}: y\r\n")).collect();
    let large = format!("x-large: {}\r\n", "y".repeat(1 << 20));
    for headers in [many, large] {
        let answer =
            raw(&hello.service, format!("GET /health HTTP/1.1\r\nhost: h\r\n{headers}\r\n").as_bytes()).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
    }
    let client = hello.client();
    let answer = client.get(&format!("/v1/{}", "a".repeat(20_000))).send().await;
    answer.expect_error(404, "not_found");
    assert_alive(&client).await;
}

#[tokio::test]
async fn asvs_v4_2_1_smuggling_by_two_lengths_is_refused() {
    let hello = Hello::start();
    let head = "POST /v1/auth/refresh HTTP/1.1\r\nhost: h\r\ncontent-type: application/json\r\n";
    for lengths in [
        "content-length: 2\r\ncontent-length: 40\r\n",
        "content-length: 2, 40\r\n",
        "content-length: +2\r\n",
        "content-length: 2\r\ntransfer-encoding: xchunked\r\n",
        "transfer-encoding: chunked, identity\r\n",
    ] {
        let attack =
            format!("{head}{lengths}\r\n{{}}GET /v1/hello HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n");
        let answer = raw(&hello.service, attack.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{lengths}: {answer}");
        assert_eq!(answer.matches("HTTP/1.1").count(), 1, "nothing was smuggled in: {lengths}: {answer}");
    }
}

#[tokio::test]
async fn asvs_v1_2_4_sql_in_every_field_is_text_and_nothing_else() {
    let hello = Hello::start();
    let client = hello.client();
    let admin = client.join("ada@example.org").await;
    let injections = [
        "' OR '1'='1",
        "'; DROP TABLE accounts; --",
        "\" OR \"\"=\"",
        "a'||(SELECT 1)||'",
        "%' --",
        "\\'; --",
    ];
    for (n, sql) in (0_u16..).zip(injections) {
        let client = hello.client_number(n);
        let password = format!("correct {sql} staple battery");
        let name_only = json!({"name": sql, "email": format!("user{n}@example.org"), "password": password});
        client.post("/v1/auth/signup").json(&name_only).send().await.expect(201);
        let login = json!({"email": format!("user{n}@example.org"), "password": password});
        let tokens = client.post("/v1/auth/login").json(&login).send().await.expect(200).json();
        let me = client.me(tokens["access_token"].as_str().unwrap()).await.expect(200).json();
        assert_eq!(me["name"], sql.trim(), "kept as it was typed");

        let email = format!("{sql}@example.org").replace(' ', "/**/");
        let answer = client.try_login(&email, sql).await;
        assert!(matches!(answer.status, 400 | 401), "{answer:?}");
        answer.expect_envelope();
        client.refresh(sql).await.expect_error(401, "invalid_refresh_token");
        client.logout(sql).await.expect(204);
        let query: String = form_urlencoded::byte_serialize(sql.as_bytes()).collect();
        let answer =
            client.get(&format!("/v1/admin/audit?action={query}&cursor={query}")).bearer(&admin.access);
        answer.send().await.expect(400).expect_envelope();
    }
    assert_eq!(client.audit(&admin.access, "action=auth.sign_up&").await.len(), 1 + injections.len());
}

#[tokio::test]
async fn asvs_v1_3_11_line_breaks_in_addresses_and_names_are_refused() {
    let hello = Hello::start();
    let client = hello.client();
    for bad in ["ada\r\nbcc: all@example.org", "ada\n", "a\u{0}b", "a\u{7f}b", "a\u{85}b", "a\u{1b}[2J"] {
        for field in ["name", "email"] {
            let value = if field == "email" {
                json!(format!("{bad}x@example.org"))
            } else {
                json!(format!("{bad}x"))
            };
            let body = body_of("/v1/auth/signup", field, &value).unwrap();
            let answer = client.post("/v1/auth/signup").json(&body).send().await;
            let answer = answer.expect_error(400, "invalid_input");
            assert_eq!(answer.json()["error"]["details"][0]["field"], field, "{bad:?}");
            assert!(!answer.text().contains("all@"), "input is not echoed: {answer:?}");
        }
    }
}
