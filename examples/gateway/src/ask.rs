//! What a client asks, read and bounded before anything is made of it.

use crate::upstream::PATH;
use axum::extract::Request;
use axum::http::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use axum::http::{HeaderMap, HeaderName, Method, Uri};
use bytes::Bytes;
use http_body::Body;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use serde::de::{Error as _, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;
use std::fmt;
use std::time::Duration;
use stockade::core::{Problem, ProblemKind, RequestId};
use stockade::provider_health::Repeat;

/// The most bytes of a request: some 250,000 tokens of text.
pub(crate) const MAX_BODY: usize = 1024 * 1024;

/// How long a client may take to send them.
const BODY_PATIENCE: Duration = Duration::from_secs(30);

/// A request that makes sense, as it came: an upstream gets the very bytes, with nothing of the client's headers.
#[derive(Debug)]
pub(crate) struct Ask {
    body: Bytes,
    stream: bool,
    request: Option<RequestId>,
}

/// What is looked at. A field that stands twice is refused, and so is one that is spelled as one of these to those who do not
/// look at case, so that no upstream reads another request than this.
#[derive(Deserialize)]
struct Shape {
    model: String,
    messages: Vec<IgnoredAny>,
    #[serde(default)]
    stream: Option<bool>,
}

impl Ask {
    /// Reads a request's body.
    ///
    /// # Errors
    /// 415 where it is no JSON by its content type, 413 above [`MAX_BODY`], announced or sent, 400 where it is no JSON or asks
    /// nothing, a timeout where it does not come.
    pub(crate) async fn read(request: Request) -> Result<Self, Problem> {
        let (head, body) = request.into_parts();
        demand_json(&head.headers)?;
        if body.size_hint().lower() > MAX_BODY as u64 {
            return Err(too_large());
        }
        let collected = tokio::time::timeout(BODY_PATIENCE, Limited::new(body, MAX_BODY).collect()).await;
        let body = match collected {
            Ok(Ok(body)) => body.to_bytes(),
            Ok(Err(error)) if error.is::<LengthLimitError>() => return Err(too_large()),
            Ok(Err(_)) => return Err(invalid("body_unreadable", "the request's body broke off")),
            Err(_) => {
                return Err(Problem::new(
                    ProblemKind::Timeout,
                    "body_timeout",
                    "the request did not come in time",
                ));
            }
        };
        let stream = check(&body)?;
        Ok(Self { body, stream, request: head.extensions.get().cloned() })
    }

    /// The request to an upstream. A completion may be made twice: what it costs is money, not truth.
    pub(crate) fn into_request(self) -> axum::http::Request<Full<Bytes>> {
        const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
        let mut request = axum::http::Request::new(Full::new(self.body));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = Uri::from_static(PATH);
        let accept = if self.stream { "text/event-stream" } else { "application/json" };
        let headers = request.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(ACCEPT, HeaderValue::from_static(accept));
        if let Some(id) = self.request.and_then(|id| HeaderValue::try_from(id.as_str()).ok()) {
            headers.insert(X_REQUEST_ID, id);
        }
        request.extensions_mut().insert(Repeat::Idempotent);
        request
    }
}

/// The names of all fields.
#[derive(Deserialize)]
struct Names(#[serde(deserialize_with = "names")] ());

fn names<'de, D: Deserializer<'de>>(deserializer: D) -> Result<(), D::Error> {
    struct Each;
    impl<'de> Visitor<'de> for Each {
        type Value = ();

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
            while let Some(name) = map.next_key::<Cow<'de, str>>()? {
                if let Some(meant) = FIELDS.iter().find(|field| **field != name && same(field, &name)) {
                    return Err(A::Error::custom(format_args!("`{meant}` in other letters")));
                }
                map.next_value::<IgnoredAny>()?;
            }
            Ok(())
        }
    }
    deserializer.deserialize_map(Each)
}

const FIELDS: [&str; 3] = ["model", "messages", "stream"];

/// Whether these are one name to whoever folds case as Go's `encoding/json` does: by letter, with the long s and the Kelvin sign.
fn same(field: &str, name: &str) -> bool {
    let folded = name.chars().map(|letter| match letter {
        '\u{17f}' => 's',
        '\u{212a}' => 'k',
        other => other.to_ascii_lowercase(),
    });
    folded.eq(field.chars())
}

/// Whether a stream is asked for.
fn check(body: &[u8]) -> Result<bool, Problem> {
    let malformed = || invalid("malformed_json", "the request's body is not valid JSON");
    // serde takes an array for a struct.
    if !body.trim_ascii_start().starts_with(b"{") {
        return Err(malformed());
    }
    let refused = |error: serde_json::Error| {
        if error.is_data() {
            invalid("invalid_input", "a completion takes `model`, `messages` and perhaps `stream`, each once")
        } else {
            malformed()
        }
    };
    let shape: Shape = serde_json::from_slice(body).map_err(refused)?;
    let Names(()) = serde_json::from_slice(body).map_err(refused)?;
    if shape.model.is_empty() {
        return Err(Problem::invalid_field("model", "empty", "say which model"));
    }
    if shape.messages.is_empty() {
        return Err(Problem::invalid_field("messages", "empty", "say something"));
    }
    Ok(shape.stream.unwrap_or(false))
}

fn demand_json(headers: &HeaderMap) -> Result<(), Problem> {
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    let essence = |value: &HeaderValue| {
        let text = value.to_str().ok()?.split(';').next()?.trim().to_ascii_lowercase();
        (text == "application/json").then_some(())
    };
    match (types.next().and_then(essence), types.next()) {
        (Some(()), None) => Ok(()),
        _ => Err(Problem::new(
            ProblemKind::UnsupportedMedia,
            "unsupported_media_type",
            "send the content type application/json",
        )),
    }
}

fn too_large() -> Problem {
    Problem::new(ProblemKind::TooLarge, "body_too_large", "the request's body is too large")
}

fn invalid(code: &'static str, message: &'static str) -> Problem {
    Problem::new(ProblemKind::InvalidInput, code, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn confusion_what_is_checked_is_what_an_upstream_reads() {
        assert_eq!(check(br#"{"model":"m","messages":[{}],"tools":[]}"#), Ok(false));
        assert_eq!(check(br#"{"model":"m","messages":[{}],"stream":true}"#), Ok(true));
        assert_eq!(check(br#"{"model":"m","messages":[{}],"stream":null}"#), Ok(false));
        for (bad, code) in [
            (&br#"{"model":"m","messages":[{}],"stream":false,"stream":true}"#[..], "invalid_input"),
            (br#"{"model":"m","messages":[{}],"model":"n"}"#, "invalid_input"),
            (br#"{"model":"m","messages":[{}],"stream":false,"Stream":true}"#, "invalid_input"),
            ("{\"model\":\"m\",\"messages\":[{}],\"me\u{17f}sages\":[]}".as_bytes(), "invalid_input"),
            (br#"{"model":"m","messages":[{}],"MODEL":"n"}"#, "invalid_input"),
            (br#"{"model":"m","messages":[{}],"\u004dodel":"n"}"#, "invalid_input"),
            (br#"{"model":"m","messages":[]}"#, "invalid_input"),
            (br#"{"model":"","messages":[{}]}"#, "invalid_input"),
            (br#"{"messages":[{}]}"#, "invalid_input"),
            (br#"["m",[{}],true]"#, "malformed_json"),
            (br#"{"model":"m","messages":[{}]} x"#, "malformed_json"),
            (b"", "malformed_json"),
            (b"\xff{}", "malformed_json"),
        ] {
            let problem = check(bad).unwrap_err();
            assert_eq!(problem.code(), code, "{}", String::from_utf8_lossy(bad));
        }
        let deep = MAX_BODY / 2 - 20;
        let deep = format!(r#"{{"model":"m","messages":[{}{}]}}"#, "[".repeat(deep), "]".repeat(deep));
        assert_eq!(check(deep.as_bytes()), Ok(false), "depth costs no stack");
    }

    #[tokio::test]
    async fn flood_a_body_over_the_bound_is_refused() {
        let request = |body: axum::body::Body| {
            Request::builder().header(CONTENT_TYPE, "application/json").body(body).unwrap()
        };
        let announced = Ask::read(request(vec![b' '; MAX_BODY + 1].into())).await.unwrap_err();
        let (mut sender, channel) =
            http_body_util::channel::Channel::<Bytes, std::convert::Infallible>::new(1);
        sender.send(http_body::Frame::data(vec![b' '; MAX_BODY + 1].into())).await.unwrap();
        let sent = Ask::read(request(axum::body::Body::new(channel))).await.unwrap_err();
        assert_eq!((announced.code(), sent.code()), ("body_too_large", "body_too_large"));
    }
}
