use super::*;
use crate::testing::{Counting, body_json, get};
use crate::{AuditNotes, Guard};
use http::{HeaderValue, Request};
use proptest::prelude::*;
use std::sync::{Arc, Mutex};
use stockade_authn::{Authenticate, AuthenticateError, Authentication};
use stockade_core::{Principal, StoreError};
use tower::{Layer, ServiceExt};

/// Knows one token, and writes down which it was asked about.
#[derive(Default)]
struct Doorman {
    waits: bool,
    asked: Mutex<Vec<String>>,
}

impl Authenticate for Doorman {
    fn authenticate(&self, bearer: &str) -> Authentication {
        self.asked.lock().unwrap().push(bearer.to_owned());
        let result = match bearer {
            "alice-token" => Ok(Principal::user("alice".parse().unwrap())),
            "store-down" => Err(AuthenticateError::Store(StoreError::unavailable("db-7 refused"))),
            _ => Err(AuthenticateError::SessionOver),
        };
        match self.waits {
            false => Authentication::Ready(result),
            true => Authentication::Pending(Box::pin(async {
                tokio::task::yield_now().await;
                result
            })),
        }
    }
}

impl Doorman {
    fn asked(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

fn with_authorization(values: &[&[u8]]) -> Request<()> {
    let mut request = get("/");
    for value in values {
        request.headers_mut().append("authorization", HeaderValue::from_bytes(value).unwrap());
    }
    request
}

/// The status, the number of inner calls, and the number of tokens judged.
async fn outcome(request: Request<()>) -> (u16, usize, usize) {
    let (doorman, inner) = (Arc::new(Doorman::default()), Counting::default());
    let service = AuthenticateLayer::new(doorman.clone()).layer(inner.clone());
    let response = service.oneshot(request).await.unwrap();
    (response.status().as_u16(), inner.calls(), doorman.asked())
}

#[tokio::test]
async fn a_good_token_becomes_a_principal_for_the_service_and_the_audit_log() {
    for waits in [false, true] {
        for scheme in ["Bearer", "bearer", "BEARER"] {
            let inner = Counting::default();
            let doorman = Doorman { waits, ..Doorman::default() };
            let notes = AuditNotes::new();
            let mut request = with_authorization(&[format!("{scheme} alice-token").as_bytes()]);
            request.extensions_mut().insert(notes.clone());
            let service = AuthenticateLayer::new(Arc::new(doorman)).layer(inner.clone());
            assert_eq!(service.oneshot(request).await.unwrap().status(), 200);
            inner.last(|head| {
                assert_eq!(head.extensions.get::<Principal>().unwrap().subject().as_str(), "alice");
                assert!(!format!("{:?}", head.headers).contains("alice-token"), "the header is sensitive");
            });
            assert_eq!(notes.principal().unwrap().subject().as_str(), "alice");
        }
    }
}

#[tokio::test]
async fn without_a_credential_the_request_is_nobodys_unless_one_is_required() {
    assert_eq!(outcome(get("/")).await, (200, 1, 0));
    let inner = Counting::default();
    let service = AuthenticateLayer::new(Arc::new(Doorman::default())).required().layer(inner.clone());
    let response = service.oneshot(get("/")).await.unwrap();
    assert_eq!((response.status().as_u16(), inner.calls()), (401, 0));
    assert_eq!(response.headers()["www-authenticate"], "Bearer");
}

#[tokio::test]
async fn a_principal_planted_in_the_extensions_is_removed() {
    let inner = Counting::default();
    let mut request = get("/");
    request.extensions_mut().insert(Principal::user("mallory".parse().unwrap()));
    AuthenticateLayer::new(Arc::new(Doorman::default())).layer(inner.clone()).oneshot(request).await.unwrap();
    assert!(inner.last(|head| head.extensions.get::<Principal>().is_none()));
}

#[tokio::test]
async fn a_bad_token_is_refused_before_the_inner_service_even_where_none_is_required() {
    assert_eq!(outcome(with_authorization(&[b"Bearer stolen"])).await, (401, 0, 1));
}

#[tokio::test]
async fn asvs_v15_3_7_two_authorization_headers_are_refused_unread() {
    let both_good: &[&[u8]] = &[b"Bearer alice-token", b"Bearer alice-token"];
    assert_eq!(outcome(with_authorization(both_good)).await, (401, 0, 0));
    assert_eq!(outcome(with_authorization(&[b"Bearer alice-token", b"Basic eDp5"])).await, (401, 0, 0));
    assert_eq!(outcome(with_authorization(&[b"Bearer alice-token, Bearer x"])).await, (401, 0, 0));
}

#[tokio::test]
async fn asvs_v14_2_1_a_token_in_the_query_string_is_not_read() {
    assert_eq!(outcome(get("/?access_token=alice-token")).await, (200, 1, 0));
    let required = AuthenticateLayer::new(Arc::new(Doorman::default())).required();
    let response = required.layer(Counting::default()).oneshot(get("/?access_token=alice-token")).await;
    assert_eq!(response.unwrap().status(), 401);
}

#[tokio::test]
async fn an_oversized_token_is_refused_before_it_is_judged() {
    let sized = |n| [b"Bearer ".as_slice(), &vec![b'a'; n]].concat();
    assert_eq!(outcome(with_authorization(&[&sized(MAX_BEARER)])).await, (401, 0, 1));
    assert_eq!(outcome(with_authorization(&[&sized(MAX_BEARER + 1)])).await, (401, 0, 0));
    assert_eq!(outcome(with_authorization(&[&sized(8 * 1024 * 1024)])).await, (401, 0, 0));
}

#[tokio::test]
async fn what_is_no_bearer_token_is_refused_unread() {
    let values: [&[u8]; 12] = [
        b"",
        b"Bearer",
        b"Bearer ",
        b"Bearer  alice-token",
        b"Bearer alice token",
        b"Bearer =",
        b"Bearer a=b",
        b"Bearer \xff\xfe",
        b"Bearer\talice-token",
        b"Basic YWxpY2U6cHc=",
        b"alice-token",
        b"BearerX alice-token",
    ];
    for value in values {
        assert_eq!(outcome(with_authorization(&[value])).await, (401, 0, 0), "{value:?}");
    }
}

#[tokio::test]
async fn asvs_v16_5_1_every_refused_token_gets_the_same_answer() {
    let mut answers = Vec::new();
    let refused: [&[u8]; 4] = [b"Bearer stolen", b"Bearer a b", b"Basic eDp5", &[b'x'; 10_000]];
    for value in refused {
        let service = AuthenticateLayer::new(Arc::new(Doorman::default())).layer(Counting::default());
        let response = service.oneshot(with_authorization(&[value])).await.unwrap();
        assert_eq!(response.headers()["www-authenticate"], r#"Bearer error="invalid_token""#);
        answers.push((response.headers().clone(), response.body().clone()));
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
}

#[tokio::test]
async fn asvs_v16_5_3_a_store_that_is_down_refuses_and_the_log_learns_why() {
    for waits in [false, true] {
        let (inner, notes) = (Counting::default(), AuditNotes::new());
        let mut request = with_authorization(&[b"Bearer store-down"]);
        request.extensions_mut().insert(notes.clone());
        let doorman = Doorman { waits, ..Doorman::default() };
        let response =
            AuthenticateLayer::new(Arc::new(doorman)).layer(inner.clone()).oneshot(request).await.unwrap();
        assert_eq!((response.status().as_u16(), inner.calls()), (503, 0));
        assert!(!body_json(&response).to_string().contains("db-7"));
        assert_eq!(notes.reason().as_deref(), Some("store_unavailable"));
    }
}

proptest! {
    #[test]
    fn no_header_value_panics_or_smuggles_in_a_principal(value in prop::collection::vec(any::<u8>(), 0..100), bearer in any::<bool>()) {
        let value = if bearer { [b"Bearer ".as_slice(), &value].concat() } else { value };
        prop_assume!(value != b"Bearer alice-token");
        if let Ok(value) = HeaderValue::from_bytes(&value) {
            let mut head = with_authorization(&[value.as_bytes()]).into_parts().0;
            let judgement = AuthenticateLayer::new(Arc::new(Doorman::default())).judge(&mut head);
            prop_assert!(matches!(judgement, crate::Judgement::Refuse(_)));
        }
    }
}
