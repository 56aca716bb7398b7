use super::*;
use crate::testing::{Counting, body_json, get};
use crate::{Guard, Judgement, Refusal};
use http::{HeaderValue, Request, Response};
use proptest::prelude::*;
use std::sync::Arc;
use stockade_core::{Entropy, EntropyError, ManualClock, Problem, RequestId, SystemEntropy, UnixMillis};
use tower::{Layer, ServiceExt};

fn layer() -> RequestIdLayer {
    let clock = ManualClock::at(UnixMillis::from_secs(1_700_000_000));
    RequestIdLayer::new(Arc::new(clock), Arc::new(SystemEntropy))
}

/// What the inner service and the client see as the request's name.
async fn names(layer: RequestIdLayer, request: Request<()>) -> (String, String) {
    let inner = Counting::default();
    let response: Response<_> = layer.layer(inner.clone()).oneshot(request).await.unwrap();
    let inside = inner.last(|head| {
        let id = head.extensions.get::<RequestId>().unwrap().to_string();
        let headers: Vec<_> = head.headers.get_all(X_REQUEST_ID).iter().collect();
        assert_eq!(headers, [id.as_str()]);
        id
    });
    (inside, response.headers()[X_REQUEST_ID].to_str().unwrap().to_owned())
}

fn sending(values: &[&[u8]]) -> Request<()> {
    let mut request = get("/");
    for value in values {
        request.headers_mut().append(X_REQUEST_ID, HeaderValue::from_bytes(value).unwrap());
    }
    request
}

#[tokio::test]
async fn a_valid_name_is_kept_unless_told_otherwise() {
    let (inside, outside) = names(layer(), sending(&[b"trace-1.a_B"])).await;
    assert_eq!((inside.as_str(), outside.as_str()), ("trace-1.a_B", "trace-1.a_B"));

    let (inside, outside) = names(layer().inbound(Inbound::Replace), sending(&[b"trace-1"])).await;
    assert_eq!(inside, outside);
    assert_ne!(inside, "trace-1");
}

#[tokio::test]
async fn asvs_v16_4_1_a_hostile_request_id_is_replaced() {
    let long = [b'a'; RequestId::MAX_LEN + 1];
    let hostile: [&[u8]; 7] = [b"", b" ", b"a b", b"\"};DROP", "größe".as_bytes(), b"\xff\xfe", &long];
    for value in hostile {
        let (inside, outside) = names(layer(), sending(&[value])).await;
        assert_eq!(inside, outside);
        assert_eq!(inside.len(), 36, "a fresh UUID instead of {value:?}");
    }
}

#[tokio::test]
async fn asvs_v15_3_7_of_two_request_ids_none_is_believed() {
    let (inside, _) = names(layer(), sending(&[b"mine", b"yours"])).await;
    assert!(inside != "mine" && inside != "yours");
}

#[tokio::test]
async fn an_error_from_an_inner_layer_bears_the_name_in_header_and_body() {
    #[derive(Clone)]
    struct Never;

    impl Guard for Never {
        type Pass = ();
        type Memo = ();
        type Pending = std::future::Ready<Result<(), Refusal>>;

        fn judge(&self, _: &mut http::request::Parts) -> Judgement<(), Self::Pending> {
            Judgement::Refuse(Refusal::new(Problem::forbidden(), "never"))
        }
        fn admit(&self, (): (), _: &mut http::request::Parts) {}
        fn respond((): (), _: &mut http::response::Parts) {}
    }

    let service = layer().layer(Never.reject_with(crate::Envelope).layer(Counting::default()));
    let response = service.oneshot(sending(&[b"req-1"])).await.unwrap();
    assert_eq!(response.headers()[X_REQUEST_ID], "req-1");
    assert_eq!(body_json(&response)["error"]["request_id"], "req-1");
}

#[tokio::test]
async fn asvs_v16_5_3_without_randomness_the_request_is_refused() {
    #[derive(Debug)]
    struct Dry;

    impl Entropy for Dry {
        fn fill(&self, _: &mut [u8]) -> Result<(), EntropyError> {
            Err(EntropyError)
        }
    }

    let inner = Counting::default();
    let clock = Arc::new(ManualClock::at(UnixMillis::from_secs(1)));
    let service = RequestIdLayer::new(clock, Arc::new(Dry)).layer(inner.clone());
    assert_eq!(service.oneshot(get("/")).await.unwrap().status(), 503);
    assert_eq!(inner.calls(), 0);
}

proptest! {
    #[test]
    fn no_header_bytes_panic_or_pass_unchecked(values in prop::collection::vec(prop::collection::vec(0x20u8..=0xff, 0..200), 0..4)) {
        let mut request = get("/");
        for value in &values {
            if let Ok(value) = HeaderValue::from_bytes(value) {
                request.headers_mut().append(X_REQUEST_ID, value);
            }
        }
        let mut head = request.into_parts().0;
        let Judgement::Admit(id) = layer().judge(&mut head) else { panic!("always named") };
        prop_assert!(id.as_str().parse::<RequestId>().is_ok());
    }
}
