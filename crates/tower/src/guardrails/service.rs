use super::asked;
use super::body::GuardedBody;
use super::collect::{Collect, Unread};
use super::future::{GuardrailsFuture, Waiting};
use super::settings::{Job, Settings};
use crate::{Envelope, Reject};
use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, Method, Request, Response};
use http_body::Body;
use std::sync::Arc;
use std::task::{Context, Poll};
use stockade_core::{Problem, ProblemKind, RequestId};
use tower_service::Service;

/// A guarded service; see [`GuardrailsLayer`](super::GuardrailsLayer).
#[derive(Debug, Clone)]
pub struct Guardrails<S, R = Envelope> {
    inner: S,
    settings: Arc<Settings>,
    reject: R,
}

impl<S, R> Guardrails<S, R> {
    pub(super) fn new(inner: S, settings: Arc<Settings>, reject: R) -> Self {
        Self { inner, settings, reject }
    }
}

impl<S, R, B, C> Service<Request<B>> for Guardrails<S, R>
where
    S: Service<Request<B>, Response = Response<C>> + Clone,
    R: Reject<GuardedBody<C>> + Clone,
    B: Body + From<Bytes>,
    C: Body<Data = Bytes>,
{
    type Response = Response<GuardedBody<C>>;
    type Error = S::Error;
    type Future = GuardrailsFuture<S, R, B, C>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        if request.method() != Method::POST || !is_chat(request.uri().path()) {
            return GuardrailsFuture::passing(self.inner.call(request), self.reject.clone());
        }
        let (head, body) = request.into_parts();
        let request_id = head.extensions.get::<RequestId>().cloned();
        let read = expect_json(&head.headers).and_then(|()| {
            Collect::new(body, self.settings.max_request).map_err(|unread| match unread {
                Unread::TooLarge => asked::too_large(),
                Unread::Broken => Problem::internal(),
            })
        });
        let body = match read {
            Ok(body) => body,
            Err(problem) => {
                let response = self.reject.reject(&problem, request_id.as_ref());
                return GuardrailsFuture::refused(response, self.reject.clone());
            }
        };
        let job = Job {
            guard: self.settings.guards.current(),
            asker: self.settings.who.as_ref().map(|who| who(&head)).unwrap_or_default(),
            settings: Arc::clone(&self.settings),
            request_id,
            choices: 1,
        };
        // The service that was ready is the one that is called.
        let clone = self.inner.clone();
        let inner = std::mem::replace(&mut self.inner, clone);
        GuardrailsFuture::reading(body, Waiting { inner, head, job }, self.reject.clone())
    }
}

/// Whether a path ends in `chat/completions`, as any server may read it: escaped, in capitals, with slashes that mean nothing.
fn is_chat(path: &str) -> bool {
    let mut read = Vec::with_capacity(path.len());
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        let mut ahead = bytes.clone();
        let escaped = (byte == b'%')
            .then(|| {
                let mut digit = || char::from(ahead.next()?).to_digit(16);
                u8::try_from(digit()? * 16 + digit()?).ok()
            })
            .flatten();
        if escaped.is_some() {
            bytes = ahead;
        }
        read.push(escaped.unwrap_or(byte).to_ascii_lowercase());
    }
    let mut parts = read.split(|byte| *byte == b'/').rev().filter(|part| !matches!(*part, b"" | b"."));
    parts.next() == Some(b"completions") && parts.next() == Some(b"chat")
}

/// JSON that is not encoded once more.
fn expect_json(headers: &HeaderMap) -> Result<(), Problem> {
    if is_encoded(headers) {
        return Err(unsupported("content_encoding", "the body may not be encoded"));
    }
    if media_type(headers).is_none_or(|media| media != "application/json") {
        return Err(unsupported("content_type", "the body is application/json"));
    }
    Ok(())
}

fn unsupported(code: &'static str, message: &'static str) -> Problem {
    Problem::new(ProblemKind::UnsupportedMedia, code, message)
}

pub(super) fn is_encoded(headers: &HeaderMap) -> bool {
    headers.get_all(CONTENT_ENCODING).iter().any(|value| !value.as_bytes().eq_ignore_ascii_case(b"identity"))
}

/// What a body says that it is, without parameters; nothing if it does not say, or says it twice.
pub(super) fn media_type(headers: &HeaderMap) -> Option<String> {
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let value = values.next().filter(|_| values.next().is_none())?.to_str().ok()?;
    let media = value.split(';').next().unwrap_or_default();
    Some(media.trim().to_ascii_lowercase())
}
