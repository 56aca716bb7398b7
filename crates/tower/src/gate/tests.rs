use super::*;
use crate::testing::{Counting, body_json, get};
use crate::{AuditNotes, Envelope, Reject};
use bytes::Bytes;
use http::{Request, Response};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use tower::{Layer, Service, ServiceExt};

/// Decides as it is told, at once or after a while.
#[derive(Clone)]
struct Told {
    admit: bool,
    at_once: bool,
}

impl Guard for Told {
    type Pass = &'static str;
    type Memo = &'static str;
    type Pending = Pin<Box<dyn Future<Output = Result<&'static str, Refusal>> + Send>>;

    fn judge(&self, _: &mut request::Parts) -> Judgement<Self::Pass, Self::Pending> {
        let refusal = || Refusal::new(Problem::forbidden(), "told_so");
        match (self.admit, self.at_once) {
            (true, true) => Judgement::Admit("pass"),
            (false, true) => Judgement::Refuse(refusal()),
            (admit, false) => Judgement::Pending(Box::pin(async move {
                tokio::task::yield_now().await;
                if admit { Ok("pass") } else { Err(refusal()) }
            })),
        }
    }

    fn admit(&self, pass: Self::Pass, request: &mut request::Parts) -> Self::Memo {
        request.extensions.insert(pass);
        pass
    }

    fn respond(memo: Self::Memo, response: &mut response::Parts) {
        response.headers.insert("x-memo", memo.parse().unwrap());
    }
}

#[tokio::test]
async fn asvs_v8_3_1_a_refused_request_never_reaches_the_inner_service() {
    for at_once in [true, false] {
        let inner = Counting::default();
        let gate = Told { admit: false, at_once }.reject_with(Envelope).layer(inner.clone());
        let notes = AuditNotes::new();
        let mut request = get("/");
        request.extensions_mut().insert(notes.clone());
        let response = gate.oneshot(request).await.unwrap();
        assert_eq!(response.status(), 403);
        assert_eq!(inner.calls(), 0);
        assert_eq!(notes.reason().as_deref(), Some("told_so"));
        assert_eq!(body_json(&response)["error"]["code"], "forbidden");
    }
}

#[tokio::test]
async fn an_admitted_request_carries_its_pass_in_and_its_memo_out() {
    for at_once in [true, false] {
        let inner = Counting::default();
        let gate = Told { admit: true, at_once }.reject_with(Envelope).layer(inner.clone());
        let response = gate.oneshot(get("/")).await.unwrap();
        assert_eq!(response.headers()["x-memo"], "pass");
        assert_eq!(inner.calls(), 1);
        assert_eq!(inner.last(|request| request.extensions.get::<&str>().copied()), Some("pass"));
    }
}

/// Panics if it is called without having been asked whether it is ready: each clone starts unready.
#[derive(Default)]
struct Strict {
    ready: bool,
    calls: Arc<AtomicUsize>,
}

impl Clone for Strict {
    fn clone(&self) -> Self {
        Self { ready: false, calls: Arc::clone(&self.calls) }
    }
}

impl Service<Request<()>> for Strict {
    type Response = Response<Bytes>;
    type Error = std::convert::Infallible;
    type Future = std::future::Ready<Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.ready = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<()>) -> Self::Future {
        assert!(std::mem::take(&mut self.ready), "called without being ready");
        self.calls.fetch_add(1, Ordering::Relaxed);
        std::future::ready(Ok(Response::new(Bytes::new())))
    }
}

#[tokio::test]
async fn the_service_that_was_ready_is_the_one_that_is_called() {
    for at_once in [true, false] {
        let strict = Strict::default();
        let mut gate = Told { admit: true, at_once }.reject_with(Envelope).layer(strict.clone());
        for _ in 0..3 {
            gate.ready().await.unwrap().call(Request::new(())).await.unwrap();
        }
        assert_eq!(strict.calls.load(Ordering::Relaxed), 3);
    }
}

#[tokio::test]
async fn a_service_of_another_protocol_words_its_own_refusals() {
    #[derive(Clone)]
    struct GrpcStatus;

    impl Reject<Bytes> for GrpcStatus {
        fn reject(&self, _: &Problem, _: Option<&stockade_core::RequestId>) -> Response<Bytes> {
            let mut response = Response::new(Bytes::new());
            response.headers_mut().insert("grpc-status", "7".parse().unwrap());
            response
        }
    }

    let gate = Told { admit: false, at_once: true }.reject_with(GrpcStatus).layer(Counting::default());
    assert_eq!(gate.oneshot(get("/")).await.unwrap().headers()["grpc-status"], "7");
}
