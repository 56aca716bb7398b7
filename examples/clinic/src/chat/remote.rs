//! A model behind OpenAI's chat interface: on this machine, such as a gateway or an inference server.

use axum::body::Bytes;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use axum::http::uri::{Scheme, Uri};
use axum::http::{Request, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde::Deserialize;
use serde_json::{Value, json};
use std::error::Error;
use std::net::IpAddr;
use std::time::Duration;
use stockade::guardrails::{
    ChatAnswer, ChatModel, ChatRequest, ChatStream, FinishReason, Message, ModelError, ModelErrorKind, Usage,
};

/// The one route that is asked.
const PATH: &str = "/v1/chat/completions";

/// How long an answer may take. It has 500 tokens at most.
const PATIENCE: Duration = Duration::from_secs(60);

/// The most bytes of an answer: a hundred times what 500 tokens need.
const MAX_ANSWER: usize = 256 * 1024;

/// Where a model is, which of them it is, and the key that it is shown.
#[derive(Debug)]
pub(crate) struct Place {
    uri: Uri,
    model: Option<String>,
    key: Option<HeaderValue>,
}

/// Why there can be no model at a place.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum PlaceError {
    Url,
    Key,
}

impl Place {
    /// `url` is the server's: `http://127.0.0.1:8000`, perhaps with a path.
    pub(crate) fn new(url: &str, model: Option<String>, key: Option<String>) -> Result<Self, PlaceError> {
        let uri: Uri = url.parse().map_err(|_| PlaceError::Url)?;
        let (Some(scheme), Some(authority), None) = (uri.scheme(), uri.authority(), uri.query()) else {
            return Err(PlaceError::Url);
        };
        if *scheme != Scheme::HTTP || authority.as_str().contains('@') || !is_this_machine(authority.host()) {
            return Err(PlaceError::Url);
        }
        let whole = format!("http://{authority}{}{PATH}", uri.path().trim_end_matches('/'));
        let key = key.map(|key| {
            let mut value = HeaderValue::try_from(format!("Bearer {key}")).map_err(|_| PlaceError::Key)?;
            value.set_sensitive(true);
            Ok(value)
        });
        Ok(Self { uri: whole.parse().map_err(|_| PlaceError::Url)?, model, key: key.transpose()? })
    }
}

impl std::fmt::Display for PlaceError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Url => "`CLINIC_MODEL_URL` must be http://host:port on this machine, perhaps with a path",
            Self::Key => "`CLINIC_MODEL_KEY` is nothing that a header may hold",
        })
    }
}

impl Error for PlaceError {}

fn is_this_machine(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

/// The model at a place. Its connections are kept.
pub(super) struct Remote {
    client: Client<HttpConnector, Full<Bytes>>,
    place: Place,
}

impl Remote {
    pub(super) fn new(place: Place) -> Self {
        Self { client: Client::builder(TokioExecutor::new()).build_http(), place }
    }

    fn wire(&self, request: &ChatRequest) -> Result<Request<Full<Bytes>>, ModelError> {
        let said = |message: &Message| json!({"role": message.role.as_str(), "content": message.content});
        let mut body = json!({"messages": request.messages.iter().map(said).collect::<Vec<_>>()});
        let model = request.model.as_ref().or(self.place.model.as_ref());
        for (name, value) in [
            ("model", model.map(|model| json!(model))),
            ("temperature", request.temperature.map(|temperature| json!(temperature))),
            ("max_tokens", request.max_tokens.map(|tokens| json!(tokens))),
        ] {
            if let (Value::Object(body), Some(value)) = (&mut body, value) {
                body.insert(name.to_owned(), value);
            }
        }
        let mut request = Request::post(self.place.uri.clone())
            .header(CONTENT_TYPE, "application/json")
            .body(Full::from(body.to_string()))
            .map_err(unavailable)?;
        if let Some(key) = &self.place.key {
            request.headers_mut().insert(AUTHORIZATION, key.clone());
        }
        Ok(request)
    }

    async fn exchange(&self, request: &ChatRequest) -> Result<ChatAnswer, ModelError> {
        let answer = self.client.request(self.wire(request)?).await;
        let (head, body) = answer
            .map_err(|error| match error.is_connect() {
                true => unavailable(error),
                false => interrupted(error),
            })?
            .into_parts();
        match head.status {
            StatusCode::OK => {}
            StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY | StatusCode::PAYLOAD_TOO_LARGE => {
                return Err(ModelError::new(ModelErrorKind::Rejected, head.status.to_string()));
            }
            status => return Err(unavailable(status.to_string())),
        }
        let body = Limited::new(body, MAX_ANSWER).collect().await.map_err(interrupted)?.to_bytes();
        serde_json::from_slice::<Completion>(&body).map_err(interrupted)?.answer()
    }
}

#[async_trait::async_trait]
impl ChatModel for Remote {
    async fn answer(&self, request: &ChatRequest) -> Result<ChatAnswer, ModelError> {
        tokio::time::timeout(PATIENCE, self.exchange(request)).await.map_err(interrupted)?
    }

    async fn stream(&self, _: &ChatRequest) -> Result<ChatStream, ModelError> {
        Err(unavailable("the clinic asks for whole answers"))
    }
}

/// What is read of an answer.
#[derive(Deserialize)]
struct Completion {
    choices: Vec<Choice>,
    usage: Option<Spent>,
}

#[derive(Deserialize)]
struct Choice {
    message: Said,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Said {
    content: Option<String>,
}

#[derive(Deserialize)]
struct Spent {
    prompt_tokens: u64,
    completion_tokens: u64,
}

impl Completion {
    fn answer(self) -> Result<ChatAnswer, ModelError> {
        let first =
            self.choices.into_iter().next().ok_or_else(|| interrupted("an answer without choices"))?;
        let finish = match first.finish_reason.as_deref() {
            Some("length") => FinishReason::Length,
            Some("content_filter") => FinishReason::ContentFilter,
            _ => FinishReason::Stop,
        };
        let usage =
            self.usage.map(|spent| Usage { input: spent.prompt_tokens, output: spent.completion_tokens });
        Ok(ChatAnswer { finish, usage, ..ChatAnswer::text(first.message.content.unwrap_or_default()) })
    }
}

fn unavailable(why: impl Into<Box<dyn Error + Send + Sync>>) -> ModelError {
    ModelError::new(ModelErrorKind::Unavailable, why)
}

fn interrupted(why: impl Into<Box<dyn Error + Send + Sync>>) -> ModelError {
    ModelError::new(ModelErrorKind::Interrupted, why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asvs_v12_3_1_no_question_leaves_this_machine_in_the_clear() {
        for fine in ["http://127.0.0.1:8000", "http://localhost:1/v/", "http://[::1]:9"] {
            assert!(Place::new(fine, None, None).is_ok(), "{fine}");
        }
        for wrong in [
            "http://10.0.0.1:80",
            "https://127.0.0.1",
            "http://key@127.0.0.1",
            "http://127.0.0.1/?a=b",
            "127.0.0.1:80",
        ] {
            assert_eq!(Place::new(wrong, None, None).err(), Some(PlaceError::Url), "{wrong}");
        }
        assert_eq!(Place::new("http://127.0.0.1", None, Some("a\nb".into())).err(), Some(PlaceError::Key));
    }
}
