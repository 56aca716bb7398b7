use super::*;
use crate::AuditNotes;
use http::Request;
use http_body_util::Full;
use std::convert::Infallible;
use tower::{Layer, ServiceExt, service_fn};

fn json(response: &Response<Bytes>) -> serde_json::Value {
    serde_json::from_slice(response.body()).unwrap()
}

#[test]
fn the_envelope_has_the_four_members_and_names_the_request() {
    let id: RequestId = "req-7".parse().unwrap();
    let problem = Problem::invalid_field("email", "malformed", "this is not an e-mail address");
    let response = envelope(&problem, Some(&id));
    assert_eq!(response.status(), 400);
    assert_eq!(response.headers()[CONTENT_TYPE], "application/json");
    assert_eq!(response.headers()[CACHE_CONTROL], "no-store");
    assert_eq!(
        json(&response),
        serde_json::json!({ "error": {
            "code": "invalid_input",
            "message": "the request is not valid",
            "details": [{ "field": "email", "code": "malformed", "message": "this is not an e-mail address" }],
            "request_id": "req-7",
        } })
    );
}

#[test]
fn asvs_v7_5_3_the_envelope_says_how_fresh_a_sign_in_has_to_be() {
    let problem = Problem::reauthenticate(Duration::from_secs(300), stockade_core::Assurance::Aal2);
    let response = envelope(&problem, None);
    assert_eq!(response.status(), 401);
    assert_eq!(json(&response)["error"]["code"], "reauthentication_required");
    assert_eq!(
        response.headers()[WWW_AUTHENTICATE],
        r#"Bearer error="insufficient_user_authentication", acr_values="aal2", max_age="300""#
    );
}

#[test]
fn asvs_v16_5_1_an_internal_fault_says_nothing_of_the_inside() {
    let failure = stockade_core::StoreError::corrupt("row 17 of /var/db/accounts: bad checksum");
    let response = envelope(&Problem::from(&failure), None);
    assert_eq!(response.status(), 500);
    assert_eq!(
        json(&response),
        serde_json::json!({ "error": {
            "code": "internal",
            "message": "something went wrong on our side",
            "details": [],
            "request_id": null,
        } })
    );
}

#[test]
fn asvs_v1_2_3_hostile_text_is_encoded_by_a_serialiser() {
    let hostile = "\"},\"admin\":true,\"x\":{\"\u{2028}\r\n";
    let problem = Problem::invalid_field(hostile.to_owned(), "malformed", hostile.to_owned());
    let parsed = json(&envelope(&problem, None));
    assert_eq!(parsed["error"]["details"][0]["field"], hostile);
    assert_eq!(parsed.as_object().unwrap().len(), 1);
}

#[test]
fn retry_after_is_rounded_up() {
    let wait = |millis| {
        let problem = Problem::too_many_requests(Duration::from_millis(millis));
        envelope(&problem, None).headers()[RETRY_AFTER].to_str().unwrap().to_owned()
    };
    assert_eq!((wait(1), wait(1000), wait(1001)), ("1".into(), "1".into(), "2".into()));
    let forever = Problem::unavailable().with_retry_after(Duration::MAX);
    assert_eq!(envelope(&forever, None).headers()[RETRY_AFTER], u64::MAX.to_string());
}

#[test]
fn a_challenge_blames_the_token_only_if_there_was_one() {
    let none = envelope(&Problem::unauthenticated(), None);
    assert_eq!(none.headers()[WWW_AUTHENTICATE], "Bearer");
    let bad = Problem::new(ProblemKind::Unauthenticated, INVALID_TOKEN, "the access token is not valid");
    let bad = envelope(&bad, None);
    assert_eq!(bad.headers()[WWW_AUTHENTICATE], r#"Bearer error="invalid_token""#);
    assert!(!envelope(&Problem::forbidden(), None).headers().contains_key(WWW_AUTHENTICATE));
}

#[test]
fn any_body_made_from_bytes_can_carry_it() {
    let response: Response<Full<Bytes>> = Envelope.reject(&Problem::not_found(), None);
    assert_eq!(response.status(), 404);
}

fn request() -> (Request<()>, AuditNotes) {
    let (mut request, notes) = (Request::new(()), AuditNotes::new());
    request.extensions_mut().insert("req-7".parse::<RequestId>().unwrap());
    request.extensions_mut().insert(notes.clone());
    (request, notes)
}

#[tokio::test]
async fn asvs_v16_5_4_a_panic_becomes_a_generic_500_that_names_the_request() {
    let later = service_fn(|_: Request<()>| async {
        tokio::task::yield_now().await;
        panic!("password was hunter2") as Result<Response<Bytes>, Infallible>
    });
    let at_once = service_fn(|_: Request<()>| -> std::future::Ready<Result<Response<Bytes>, Infallible>> {
        panic!("password was hunter2")
    });
    let (request, notes) = request();
    let answers = [
        EnvelopeLayer::new().layer(later).oneshot(request.clone()).await.unwrap(),
        EnvelopeLayer::new().layer(at_once).oneshot(request).await.unwrap(),
    ];
    for response in answers {
        assert_eq!(response.status(), 500);
        assert_eq!(json(&response)["error"]["request_id"], "req-7");
        assert_eq!(json(&response)["error"]["code"], "internal");
        assert!(!json(&response).to_string().contains("hunter2"));
    }
    assert_eq!(notes.reason().as_deref(), Some("panic"));
}

#[tokio::test]
async fn a_problem_in_the_extensions_is_worded_with_the_name_of_the_request() {
    let handler = service_fn(|_: Request<()>| async {
        let problem =
            Problem::new(ProblemKind::Conflict, "email_taken", "an account with this e-mail exists");
        let mut response = Response::new(Bytes::from_static(b"unfinished"));
        response.headers_mut().insert("allow", HeaderValue::from_static("GET"));
        response.extensions_mut().insert(problem);
        Ok::<_, Infallible>(response)
    });
    let (request, notes) = request();
    let response = EnvelopeLayer::new().layer(handler).oneshot(request).await.unwrap();
    assert_eq!(response.status(), 409);
    assert_eq!(response.headers()["allow"], "GET", "what the handler said besides is kept");
    assert_eq!(response.headers()[CONTENT_TYPE], "application/json");
    assert_eq!(json(&response)["error"]["request_id"], "req-7");
    assert_eq!(notes.reason().as_deref(), Some("email_taken"));
}

#[tokio::test]
async fn other_responses_pass_untouched() {
    let handler = service_fn(|_: Request<()>| async {
        Ok::<_, Infallible>(Response::builder().status(418).body(Bytes::from_static(b"teapot")).unwrap())
    });
    let response = EnvelopeLayer::new().layer(handler).oneshot(request().0).await.unwrap();
    assert_eq!((response.status().as_u16(), response.body().as_ref()), (418, b"teapot".as_slice()));
}
