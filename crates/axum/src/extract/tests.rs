use super::*;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::routing::{delete, get, post};
use axum::{Extension, Router};
use bytes::Bytes;
use http::StatusCode;
use http_body::Frame;
use proptest::prelude::*;
use serde::Deserialize;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use stockade_core::{Principal, RequestId};
use stockade_tower::AuditNotes;
use tower::ServiceExt;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SignUp {
    email: String,
    #[serde(default)]
    age: Option<u8>,
    #[serde(default)]
    address: Option<Address>,
}

#[derive(Debug, Deserialize)]
struct Address {
    city: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    limit: Option<u8>,
}

fn app() -> Router {
    Router::new()
        .route(
            "/signup",
            post(async |Json(body): Json<SignUp>| {
                format!("{} {:?} {:?}", body.email, body.age, body.address.map(|address| address.city))
            }),
        )
        .route("/small", post(async |JsonUpTo(_): JsonUpTo<serde_json::Value, 10>| ()))
        .route("/raw", post(async |Json(value): Json<serde_json::Value>| Json(value)))
        .route("/list", get(async |Query(filter): Query<Filter>| format!("{:?}", filter.limit)))
        .route("/items/{id}", delete(async |Path(id): Path<u32>| id.to_string()))
        .route("/me", get(async |Caller(principal): Caller| principal.subject().to_string()))
        .route("/maybe", get(async |caller: Option<Caller>| caller.is_some().to_string()))
        .layer(Extension("req-9".parse::<RequestId>().unwrap()))
}

async fn answer(request: Request) -> (StatusCode, Bytes) {
    let response = app().oneshot(request).await.unwrap();
    let status = response.status();
    (status, to_bytes(response.into_body(), 1_000_000).await.unwrap())
}

async fn post_json(path: &str, body: impl Into<Body>) -> (StatusCode, Bytes) {
    answer(Request::post(path).header("content-type", "application/json").body(body.into()).unwrap()).await
}

/// The status, the code, and the first blamed field with its code.
fn told((status, body): (StatusCode, Bytes)) -> (u16, String, Option<(String, String)>) {
    let json: serde_json::Value = serde_json::from_slice(&body).unwrap();
    let error = &json["error"];
    assert_eq!(error["request_id"], "req-9");
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let blamed = error["details"].get(0).map(|detail| (text(&detail["field"]), text(&detail["code"])));
    (status.as_u16(), text(&error["code"]), blamed)
}

fn plain(status: u16, code: &str) -> (u16, String, Option<(String, String)>) {
    (status, code.into(), None)
}

fn blaming(field: &str, code: &str) -> (u16, String, Option<(String, String)>) {
    (400, "invalid_input".into(), Some((field.into(), code.into())))
}

#[tokio::test]
async fn a_fitting_body_arrives() {
    let (status, body) = post_json("/signup", r#"{"email":"a@b.c","address":{"city":"Bonn"}}"#).await;
    assert_eq!((status.as_u16(), body.as_ref()), (200, b"a@b.c None Some(\"Bonn\")".as_slice()));
}

#[tokio::test]
async fn malformed_json_is_400_in_the_envelope() {
    let malformed: [&[u8]; 8] = [
        b"",
        b"{",
        b"nonsense",
        b"{\"email\":\"\xff\"}",
        b"{} {}",
        b"\xef\xbb\xbf{}",
        b"\0",
        b"{\"email\":\"a\",}",
    ];
    for body in malformed {
        assert_eq!(told(post_json("/raw", body).await), plain(400, "malformed_json"), "{body:?}");
    }
}

#[tokio::test]
async fn deep_nesting_is_refused_and_overflows_no_stack() {
    for body in ["[".repeat(10_000), "{\"a\":".repeat(10_000), format!("{{\"email\":{}", "[".repeat(10_000))]
    {
        assert_eq!(told(post_json("/raw", body.clone()).await), plain(400, "malformed_json"));
        assert_eq!(told(post_json("/signup", body).await).0, 400);
    }
}

#[tokio::test]
async fn asvs_v2_2_1_a_wrong_shape_is_blamed_on_its_field() {
    for (body, expected) in [
        ("{}", blaming("email", "missing")),
        (r#"{"email":7}"#, blaming("email", "invalid")),
        (r#"{"email":"a","age":300}"#, blaming("age", "invalid")),
        (r#"{"email":"a","address":{}}"#, blaming("address.city", "missing")),
        (r#"{"email":"a","address":{"city":[]}}"#, blaming("address.city", "invalid")),
        ("[]", plain(400, "invalid_input")),
        (r#"["a",7,{"city":"Bonn"}]"#, plain(400, "invalid_input")),
        (r#"{"email":"a","address":["Bonn"]}"#, blaming("address", "invalid")),
        ("\"text\"", plain(400, "invalid_input")),
    ] {
        assert_eq!(told(post_json("/signup", body).await), expected, "{body}");
    }
}

#[tokio::test]
async fn asvs_v15_3_3_an_unknown_field_is_refused() {
    let told_of = told(post_json("/signup", r#"{"email":"a","is_admin":true}"#).await);
    assert_eq!(told_of, blaming("is_admin", "unknown"));
}

#[tokio::test]
async fn asvs_v1_5_3_duplicate_keys_are_refused() {
    let told_of = told(post_json("/signup", r#"{"email":"a","email":"b"}"#).await);
    assert_eq!(told_of, blaming("email", "duplicate"));
}

#[tokio::test]
async fn asvs_v16_5_1_an_answer_never_repeats_the_input() {
    for body in [
        r#"{"email":"a","<script>hunter2</script>":1}"#,
        r#"{"email":{"hunter2 ":1}}"#,
        r#"{"email":"a","age":"hunter2"}"#,
        "hunter2",
        r#"{"email":"a","hunter2 `":1}"#,
    ] {
        let (status, body) = post_json("/signup", body).await;
        assert_eq!(status, 400);
        assert!(!String::from_utf8_lossy(&body).contains("hunter2"), "{body:?}");
    }
    let (_, body) = answer(Request::get("/list?limit=hunter2").body(Body::empty()).unwrap()).await;
    assert!(!String::from_utf8_lossy(&body).contains("hunter2"));
}

#[tokio::test]
async fn an_oversized_body_is_413_whether_announced_or_streamed() {
    let full = format!("\"{}\"", "a".repeat(64 * 1024 - 2));
    assert_eq!(post_json("/raw", full.clone()).await.0, 200, "exactly the bound");
    assert_eq!(told(post_json("/raw", full + " ").await), plain(413, "body_too_large"));
    assert_eq!(told(post_json("/small", "[1,2,3,4,5,6]").await), plain(413, "body_too_large"));
}

/// Eight gigabytes, of which none ever comes.
struct Announced;

impl http_body::Body for Announced {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Pending
    }

    fn size_hint(&self) -> http_body::SizeHint {
        http_body::SizeHint::with_exact(8 << 30)
    }
}

#[tokio::test]
async fn flood_an_oversized_body_that_is_announced_is_not_waited_for() {
    let refused = post_json("/raw", Body::new(Announced));
    let refused = tokio::time::timeout(std::time::Duration::from_secs(5), refused).await;
    assert_eq!(told(refused.expect("an answer at once")), plain(413, "body_too_large"));
}

/// A kilobyte of open brackets, again and again, and how many were asked for.
struct Endless(Arc<AtomicUsize>);

impl http_body::Body for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&[b'['; 1024])))))
    }
}

#[tokio::test]
async fn a_body_without_end_is_read_no_further_than_the_bound() {
    let pulled = Arc::new(AtomicUsize::new(0));
    let endless = Body::new(Endless(Arc::clone(&pulled)));
    assert_eq!(told(post_json("/raw", endless).await), plain(413, "body_too_large"));
    assert_eq!(pulled.load(Ordering::Relaxed), 65, "one more than the bound holds");
}

#[tokio::test]
async fn a_body_that_breaks_off_is_400() {
    struct Broken;

    impl http_body::Body for Broken {
        type Data = Bytes;
        type Error = std::io::Error;

        fn poll_frame(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<std::io::Result<Frame<Bytes>>>> {
            Poll::Ready(Some(Err(std::io::Error::other("peer 10.1.2.3 reset"))))
        }
    }

    assert_eq!(told(post_json("/raw", Body::new(Broken)).await), plain(400, "body_unreadable"));
}

#[tokio::test]
async fn a_wrong_content_type_is_415() {
    let sending = |types: &[&str]| {
        let mut request = Request::post("/raw").body(Body::from("{}")).unwrap();
        for content_type in types {
            request.headers_mut().append("content-type", content_type.parse().unwrap());
        }
        request
    };
    for good in ["application/json", "Application/JSON; charset=utf-8", "application/merge-patch+json"] {
        assert_eq!(answer(sending(&[good])).await.0, 200, "{good}");
    }
    let bad: [&[&str]; 8] = [
        &[],
        &[""],
        &["text/plain"],
        &["application/x-www-form-urlencoded"],
        &["application/jsonp"],
        &["application/+json"],
        &["text/plain, application/json"],
        &["application/json", "text/plain"],
    ];
    for types in bad {
        assert_eq!(told(answer(sending(types)).await), plain(415, "unsupported_media_type"), "{types:?}");
    }
}

#[tokio::test]
async fn asvs_v14_3_2_a_json_answer_is_not_cached() {
    let request = Request::post("/raw").header("content-type", "application/json").body(Body::from("{}"));
    let response = app().oneshot(request.unwrap()).await.unwrap();
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert_eq!(response.headers()["content-type"], "application/json");
}

#[tokio::test]
async fn asvs_v15_3_7_parameters_that_are_unknown_double_or_malformed_are_refused() {
    let asking = async |uri: String| answer(Request::get(uri).body(Body::empty()).unwrap()).await;
    assert_eq!(asking("/list?limit=5".into()).await.1, "Some(5)");
    assert_eq!(asking("/list".into()).await.1, "None");
    assert_eq!(told(asking("/list?limit=5&limit=6".into()).await), blaming("limit", "duplicate"));
    assert_eq!(told(asking("/list?limt=5".into()).await), blaming("limt", "unknown"));
    assert_eq!(told(asking("/list?limit=300".into()).await), blaming("limit", "invalid"));
    assert_eq!(told(asking("/list?limit=".into()).await), blaming("limit", "invalid"));
    let long = format!("/list?limit={}", "1".repeat(5_000));
    assert_eq!(told(asking(long).await), plain(400, "query_too_long"));
}

#[tokio::test]
async fn a_path_of_another_kind_is_400() {
    let deleting = async |uri: &str| answer(Request::delete(uri).body(Body::empty()).unwrap()).await;
    assert_eq!(deleting("/items/7").await.1, "7");
    for uri in ["/items/seven", "/items/99999999999", "/items/%ff"] {
        let (status, code, _) = told(deleting(uri).await);
        assert_eq!((status, code.as_str()), (400, "invalid_input"), "{uri}");
    }
}

#[tokio::test]
async fn a_caller_needs_a_principal() {
    let asking = |path: &str, principal: Option<&str>| {
        let mut request = Request::get(path).body(Body::empty()).unwrap();
        if let Some(name) = principal {
            request.extensions_mut().insert(Principal::user(name.parse().unwrap()));
        }
        request
    };
    assert_eq!(answer(asking("/me", Some("alice"))).await.1, "alice");
    let (mut nobody, notes) = (asking("/me", None), AuditNotes::new());
    nobody.extensions_mut().insert(notes.clone());
    assert_eq!(told(answer(nobody).await), plain(401, "unauthenticated"));
    assert_eq!(notes.reason().as_deref(), Some("no_principal"));
    assert_eq!(answer(asking("/maybe", None)).await.1, "false");
    assert_eq!(answer(asking("/maybe", Some("alice"))).await.1, "true");
}

#[cfg(feature = "require")]
mod permission {
    use super::*;
    use stockade_rbac::{NamedPermission, Permission, Policy};

    struct ReadDocs;

    impl NamedPermission for ReadDocs {
        const PERMISSION: Permission = Permission::literal("doc:read");
    }

    async fn status(roles: Option<&[&str]>) -> (u16, Option<String>) {
        let policy = Policy::builder().role("viewer").grants(["doc:read"]).role("guest").build().unwrap();
        let app = Router::new()
            .route("/", get(async |reader: Require<ReadDocs>| reader.into_principal().subject().to_string()))
            .with_state(Arc::new(policy));
        let (mut request, notes) = (Request::get("/").body(Body::empty()).unwrap(), AuditNotes::new());
        request.extensions_mut().insert(notes.clone());
        if let Some(roles) = roles {
            let roles = roles.iter().map(|role| role.parse().unwrap());
            request.extensions_mut().insert(Principal::user("alice".parse().unwrap()).with_roles(roles));
        }
        let response = app.oneshot(request).await.unwrap();
        (response.status().as_u16(), notes.reason().map(Into::into))
    }

    #[tokio::test]
    async fn asvs_v8_2_1_a_handler_that_demands_a_permission_does_not_run_without() {
        assert_eq!(status(Some(&["viewer"])).await, (200, None));
        assert_eq!(status(Some(&["guest"])).await, (403, Some("not_granted".into())));
        assert_eq!(status(Some(&[])).await, (403, Some("no_roles".into())));
        assert_eq!(status(None).await, (401, Some("no_principal".into())));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_body_is_answered_with_5xx(body in prop_oneof![
        prop::collection::vec(any::<u8>(), 0..200),
        "[\\[\\]{}\":,a-z0-9 .eE+\\\\-]{0,200}".prop_map(String::into_bytes),
    ]) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (status, _) = runtime.block_on(post_json("/signup", body));
        prop_assert!(status == 200 || status == 400, "{}", status);
    }
}
