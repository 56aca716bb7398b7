use super::*;
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body::{Body, Frame};
use http_body_util::{BodyExt, Full};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use stockade_guardrails::{Guard, Policy};
use tower::{Layer, ServiceExt, service_fn};

mod answers;
mod floods;
mod requests;
mod smuggling;
mod streams;

const HOUSE: &str = r#"
name = "house"
version = 1
description = "for tests"
direction = "both"
on_failure = "closed"
[answers]
rival = "We do not speak of that."
[terms]
rival = ["acme corp"]
pet = ["rex"]
war = ["war"]
[[rule]]
id = "rival"
reason = "rival"
action = "block"
answer = "rival"
all = ["rival"]
[[rule]]
id = "war"
reason = "war"
action = "block"
all = ["war"]
[[rule]]
id = "pet"
reason = "pet"
action = "redact"
all = ["pet"]
"#;

fn guard() -> Guard {
    Guard::builder().policy(Policy::parse(HOUSE).unwrap()).build().unwrap()
}

/// A body in pieces, which may break off.
#[derive(Default)]
pub(super) struct Pieces(VecDeque<Result<Bytes, io::ErrorKind>>);

impl Pieces {
    fn of(pieces: impl IntoIterator<Item = impl AsRef<[u8]>>) -> Self {
        Self(pieces.into_iter().map(|piece| Ok(Bytes::copy_from_slice(piece.as_ref()))).collect())
    }
}

impl From<Bytes> for Pieces {
    fn from(bytes: Bytes) -> Self {
        Self::of([bytes])
    }
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        Poll::Ready(self.0.pop_front().map(|piece| piece.map(Frame::data).map_err(io::Error::from)))
    }
}

fn chat(body: impl AsRef<[u8]>) -> Request<Full<Bytes>> {
    let body = Full::from(Bytes::copy_from_slice(body.as_ref()));
    Request::post("/v1/chat/completions").header("content-type", "application/json").body(body).unwrap()
}

fn saying(message: Value) -> Value {
    json!({"model": "m", "messages": [message], "x": [1, 2]})
}

/// What came of a request: the response, and the body that the model got, if it was asked.
struct Came {
    status: StatusCode,
    body: Vec<u8>,
    broken: bool,
    asked: Option<Bytes>,
}

impl Came {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    fn asked_json(&self) -> Value {
        serde_json::from_slice(self.asked.as_ref().unwrap()).unwrap()
    }
}

/// Sends `request` through `layer` to a model that answers with `answer` of the type `media`.
async fn send(layer: &GuardrailsLayer, request: Request<Full<Bytes>>, media: &str, answer: Pieces) -> Came {
    let asked = Arc::new(Mutex::new(None));
    let (seen, answer) = (Arc::clone(&asked), Mutex::new(Some(answer)));
    let (answer, media) = (Arc::new(answer), media.to_owned());
    let model = service_fn(move |request: Request<Full<Bytes>>| {
        let (seen, answer, media) = (Arc::clone(&seen), Arc::clone(&answer), media.clone());
        async move {
            let body = request.into_body().collect().await.unwrap().to_bytes();
            *seen.lock().unwrap() = Some(body);
            let answer = answer.lock().unwrap().take().unwrap();
            Ok::<_, io::Error>(Response::builder().header("content-type", media).body(answer).unwrap())
        }
    });
    let response = layer.layer(model).oneshot(request).await.unwrap();
    let (head, mut body) = response.into_parts();
    let (mut read, mut broken) = (Vec::new(), false);
    while let Some(frame) = body.frame().await {
        match frame {
            Ok(frame) => read.extend_from_slice(&frame.into_data().unwrap()),
            Err(_) => broken = true,
        }
    }
    let asked = asked.lock().unwrap().take();
    Came { status: head.status, body: read, broken, asked }
}

fn layer() -> GuardrailsLayer {
    GuardrailsLayer::new(guard())
}

/// As [`send`], with an answer that says no more than `fine`.
async fn ask(request: Request<Full<Bytes>>) -> Came {
    let answer = r#"{"choices":[{"index":0,"message":{"role":"assistant","content":"fine"}}]}"#;
    send(&layer(), request, "application/json", Pieces::of([answer])).await
}
