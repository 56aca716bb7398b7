//! What an upstream's answer says about the upstream.

use crate::app::Forwarder;
use crate::events::{MAX_EVENT, begins};
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::response::Parts;
use axum::http::{HeaderMap, Response, StatusCode};
use hyper::body::Incoming;
use hyper_util::client::legacy;
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::HashMap;
use stockade::provider_health::Outcome;
use stockade::tower::{Classify, HttpClassifier, Seen, classify_error};

/// The most of an answer that is read before it is given on, to know that it is one. Completions are a few KiB.
const MAX_INSPECTED: usize = 1024 * 1024;

/// The most of a refusal that is for the client. They are a sentence.
const MAX_REFUSAL: usize = 64 * 1024;

/// Judges answers.
#[derive(Debug, Clone)]
pub(crate) struct Verdict(pub(crate) HttpClassifier);

/// How an answer comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub(crate) enum Form {
    Json,
    Events,
    /// Nothing that a model says: a login page, say, or something packed.
    Foreign,
}

impl Form {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        if headers.contains_key(CONTENT_ENCODING) && text(CONTENT_ENCODING) != Some("identity") {
            return Self::Foreign;
        }
        let essence = text(CONTENT_TYPE).and_then(|text| text.split(';').next()).unwrap_or_default().trim();
        if essence.eq_ignore_ascii_case("text/event-stream") {
            Self::Events
        } else if essence.eq_ignore_ascii_case("application/json") {
            Self::Json
        } else {
            Self::Foreign
        }
    }
}

impl Verdict {
    fn answer<B>(&self, response: &Response<B>) -> Outcome {
        match response.status() {
            // What is refused is our key, not the client's request: somebody else may take theirs.
            StatusCode::UNAUTHORIZED => Outcome::ServerFault,
            // Whoever words the request can have these: a model that our account may not use, a text that a filter dislikes, more tokens
            // than the credit is worth. Somebody else may take it; but if it counted, one user could shut every upstream.
            StatusCode::PAYMENT_REQUIRED | StatusCode::FORBIDDEN => Outcome::Declined,
            status if status.is_redirection() => Outcome::ServerFault,
            status if is_the_clients(status) && Form::of(response.headers()) == Form::Json => {
                Outcome::ClientFault
            }
            // What is not given on helps nobody, and comes fast: of a proxy, say, that has lost its upstream.
            status if status.is_client_error() => match self.0.response(response) {
                Outcome::ClientFault => Outcome::ServerFault,
                other => other,
            },
            status if status.is_success() && Form::of(response.headers()) == Form::Foreign => {
                Outcome::ServerFault
            }
            _ => self.0.response(response),
        }
    }
}

impl Classify<Response<Incoming>, legacy::Error> for Verdict {
    fn classify(&self, result: Result<&Response<Incoming>, &legacy::Error>) -> Outcome {
        match result {
            Ok(response) => self.answer(response),
            Err(error) if error.is_connect() => Outcome::ConnectFault,
            Err(error) => classify_error(error),
        }
    }
}

/// The model's own word on a request that it cannot serve: too many tokens, no such model.
fn is_the_clients(status: StatusCode) -> bool {
    [
        StatusCode::BAD_REQUEST,
        StatusCode::NOT_FOUND,
        StatusCode::PAYLOAD_TOO_LARGE,
        StatusCode::UNPROCESSABLE_ENTITY,
    ]
    .contains(&status)
}

/// Has answers read before they are given on: completions and refusals whole, of streams the first event.
pub(crate) fn inspecting(forwarder: Forwarder) -> Forwarder {
    let good = |form| move |head: &Parts| head.status.is_success() && Form::of(&head.headers) == form;
    forwarder
        .inspect(MAX_INSPECTED, good(Form::Json), |_, body| judge(body))
        .inspect_start(MAX_EVENT, good(Form::Events), |_, events, seen| begins(events, seen))
        .inspect_start(
            MAX_REFUSAL,
            |head| is_the_clients(head.status),
            |_, body, seen| (seen == Seen::Whole).then(|| refuses(body)),
        )
}

/// Whether a whole refusal is one that a model has worded.
fn refuses(body: &[u8]) -> Outcome {
    match serde_json::from_slice::<HashMap<Box<str>, IgnoredAny>>(body) {
        Ok(_) => Outcome::ClientFault,
        Err(_) => Outcome::ServerFault,
    }
}

/// Whether a whole answer is a completion at all.
fn judge(body: &[u8]) -> Outcome {
    #[derive(Deserialize)]
    struct Completion {
        #[serde(rename = "choices")]
        _choices: Vec<IgnoredAny>,
    }
    match serde_json::from_slice::<Completion>(body) {
        Ok(_) if body.trim_ascii_start().starts_with(b"{") => Outcome::Ok,
        _ => Outcome::ServerFault,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use stockade::core::SystemClock;

    fn outcome(status: u16, content_type: &str) -> Outcome {
        let response =
            Response::builder().status(status).header(CONTENT_TYPE, content_type).body(()).unwrap();
        Verdict(HttpClassifier::new(Arc::new(SystemClock::new()))).answer(&response)
    }

    #[test]
    fn a_refused_key_is_the_upstreams_fault_and_a_wrong_request_nobodys() {
        for declined in [402, 403] {
            assert_eq!(outcome(declined, "application/json"), Outcome::Declined, "{declined}");
        }
        for useless in [405, 410, 415, 418, 451] {
            assert_eq!(outcome(useless, "application/json"), Outcome::ServerFault, "{useless}");
        }
        assert_eq!(outcome(404, "text/plain"), Outcome::ServerFault, "a proxy that has lost its upstream");
        for refused in [401, 302, 500, 529] {
            assert_eq!(outcome(refused, "application/json"), Outcome::ServerFault, "{refused}");
        }
        for wrong in [400, 404, 413, 422] {
            assert_eq!(outcome(wrong, "application/json"), Outcome::ClientFault, "{wrong}");
        }
        assert_eq!(outcome(429, "application/json"), Outcome::Throttled(None));
    }

    #[test]
    fn confusion_a_login_page_is_no_completion() {
        assert_eq!(outcome(200, "text/html"), Outcome::ServerFault);
        assert_eq!(outcome(200, "application/json; charset=utf-8"), Outcome::Ok);
        assert_eq!(outcome(200, "Text/Event-Stream"), Outcome::Ok);
        let packed =
            Response::builder().header(CONTENT_TYPE, "application/json").header(CONTENT_ENCODING, "br");
        assert_eq!(Form::of(packed.body(()).unwrap().headers()), Form::Foreign);
    }

    #[test]
    fn confusion_a_refusal_is_worded_by_a_model() {
        assert_eq!(refuses(br#"{"error":{"message":"no such model"}}"#), Outcome::ClientFault);
        for bad in [&b""[..], b"404 page not found", b"[]", br#"{"error":"#] {
            assert_eq!(refuses(bad), Outcome::ServerFault, "{bad:?}");
        }
    }

    #[test]
    fn truncation_half_a_completion_is_none() {
        assert_eq!(judge(br#" {"id":"1","choices":[{"index":0}]}"#), Outcome::Ok);
        for bad in [&b""[..], b"{", br#"{"choices":[{"index""#, b"[[]]", br#"{"error":{}}"#, b"null", b"\xff"]
        {
            assert_eq!(judge(bad), Outcome::ServerFault, "{bad:?}");
        }
    }
}
