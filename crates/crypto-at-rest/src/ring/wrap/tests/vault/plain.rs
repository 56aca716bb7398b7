use super::service::{Service, answer, json};
use super::{over, token};
use crate::ring::wrap::tests::key;
use crate::ring::wrap::{KeyWrapper, VaultTransit, WrapError};
use serde_json::json;
use std::net::TcpListener;
use std::time::{Duration, Instant};

#[test]
fn what_the_service_wrapped_it_unwraps() {
    let service = Service::transit();
    let vault = over(&service);
    let wrapped = vault.wrap(&key()).unwrap();
    assert!(wrapped.starts_with(b"vault:v1:"));
    assert_eq!(vault.unwrap(&wrapped).unwrap(), key());
    assert_eq!(vault.name(), "vault-transit:ring");

    let requests = service.requests();
    assert_eq!(requests[0].line, "POST /v1/transit/encrypt/ring HTTP/1.1");
    assert_eq!(requests[1].line, "POST /v1/transit/decrypt/ring HTTP/1.1");
    for request in requests {
        for header in ["x-vault-token: hvs.hunter2", "content-type: application/json"] {
            assert!(request.headers.iter().any(|found| found == header), "{header}: {request:?}");
        }
    }
}

#[test]
fn what_was_altered_is_refused() {
    let vault = over(&Service::transit());
    assert!(matches!(vault.unwrap(b"vault:v2:AAAA"), Err(WrapError::Refused)));
    assert!(matches!(vault.unwrap(b"\"},{\""), Err(WrapError::Refused)));
    assert!(matches!(vault.unwrap(&[0xff; 32]), Err(WrapError::Refused)));
    assert!(matches!(vault.unwrap(&[b'a'; 5000]), Err(WrapError::Refused)));
    // It opens, and is no key.
    assert!(matches!(vault.unwrap(b"vault:v1:AAAA"), Err(WrapError::Form)));
}

#[test]
fn a_redirect_is_not_followed_and_the_token_goes_nowhere() {
    let elsewhere = Service::transit();
    let location = format!("location: {}/v1/transit/encrypt/ring\r\n", elsewhere.base("http"));
    for status in [301, 302, 303, 307, 308] {
        let location = location.clone();
        let service = Service::new(move |_| answer(&format!("{status} Elsewhere"), &location, ""));
        let wrapped = over(&service).wrap(&key());
        assert!(matches!(wrapped, Err(WrapError::Answer(found)) if found == status), "{wrapped:?}");
    }
    assert_eq!(elsewhere.requests(), []);
}

#[test]
fn an_answer_that_is_no_key_is_an_error() {
    let refused = Service::new(|_| answer("403 Forbidden", "", "{\"errors\":[\"permission denied\"]}"));
    assert!(matches!(over(&refused).wrap(&key()), Err(WrapError::Answer(403))));
    assert!(matches!(over(&refused).unwrap(b"vault:v1:AAAA"), Err(WrapError::Answer(403))));
    for body in [json!({}), json!({ "data": {} }), json!([]), json!({ "data": { "ciphertext": 1 } })] {
        let service = Service::new(move |_| json(&body));
        assert!(matches!(over(&service).wrap(&key()), Err(WrapError::Form)));
        assert!(matches!(over(&service).unwrap(b"x"), Err(WrapError::Form)));
    }
    let garbage = Service::new(|_| b"SSH-2.0-OpenSSH_9.9\r\n".to_vec());
    assert!(matches!(over(&garbage).wrap(&key()), Err(WrapError::Unreachable(_))));
    let gone = VaultTransit::over_loopback("http://127.0.0.1:1", "ring", token()).unwrap();
    assert!(matches!(gone.wrap(&key()), Err(WrapError::Unreachable(_))));
}

#[test]
fn flood_of_an_answer_is_cut_off() {
    let body = Service::new(|_| answer("200 OK", "", &"x".repeat(1 << 20)));
    assert!(matches!(over(&body).wrap(&key()), Err(WrapError::Size { .. })));
    let head = Service::new(|_| answer("200 OK", &"x-flood: y\r\n".repeat(1 << 17), ""));
    assert!(matches!(over(&head).wrap(&key()), Err(WrapError::Unreachable(_))));
}

#[test]
fn a_service_that_is_silent_is_left() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let vault = VaultTransit::over_loopback(&base, "ring", token()).unwrap();
    let start = Instant::now();
    let wrapped = vault.with_timeout(Duration::from_millis(200)).wrap(&key());
    assert!(matches!(wrapped, Err(WrapError::Timeout)), "{wrapped:?}");
    assert!(start.elapsed() < Duration::from_secs(3));
}

#[test]
fn downgrade_to_plain_http_is_refused_but_on_this_machine() {
    let refused = |base: &str| {
        let loopback = VaultTransit::over_loopback(base, "ring", token());
        let tls = VaultTransit::new(base, "ring", token(), b"");
        matches!(loopback, Err(WrapError::Address(_))) && matches!(tls, Err(WrapError::Address(_)))
    };
    for base in [
        "http://vault.internal:8200",
        "http://10.0.0.1",
        "http://127.0.0.1.evil.example",
        "http://127.0.0.1@evil.example",
        "http://user:pass@127.0.0.1",
        "http://127.0.0.1/path",
        "http://127.0.0.1?query",
        "http://[::2]",
        "http://localhost.evil.example",
        "ftp://127.0.0.1",
        "127.0.0.1:8200",
        "",
    ] {
        assert!(refused(base), "{base}");
    }
    for base in ["http://127.0.0.1:8200", "http://127.8.9.1", "http://[::1]:8200/", "http://localhost"] {
        assert!(VaultTransit::over_loopback(base, "ring", token()).is_ok(), "{base}");
    }
    assert!(VaultTransit::danger_over_plain_http("http://vault.internal:8200", "ring", token()).is_ok());
}

#[test]
fn injection_by_the_name_of_the_key_or_the_token_is_refused() {
    let long = "x".repeat(65);
    for key in ["", "a/b", "..", "a?b", "a%2fb", "a b", "a\r\n", &long] {
        assert!(
            matches!(VaultTransit::over_loopback("http://[::1]", key, token()), Err(WrapError::Name)),
            "{key}"
        );
    }
    for token in ["", "a\r\nx: y", "a\0"] {
        let token = stockade_core::Secret::new(token.to_owned());
        assert!(VaultTransit::over_loopback("http://[::1]", "ring", token).is_err());
    }
}

#[test]
fn asvs_v16_2_5_debug_and_errors_show_neither_token_nor_key() {
    let refused = Service::new(|_| answer("500 No", "", "hvs.hunter2"));
    let vault = over(&refused);
    let shown = format!("{vault:?} {:?}", vault.wrap(&key()));
    assert!(!shown.contains("hunter2"), "{shown}");
}
