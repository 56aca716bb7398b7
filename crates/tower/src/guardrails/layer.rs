use super::Guardrails;
use super::settings::{Asker, Settings};
use crate::Envelope;
use http::request;
use std::sync::Arc;
use stockade_core::RequestId;
use stockade_guardrails::{Direction, GuardSource, Verdict};
use tower_layer::Layer;

/// Guards a service that speaks the chat protocol of OpenAI: `POST …/chat/completions`, answered by JSON or by server-sent events. Other
/// requests pass untouched; a router has to see to it that no other way leads to a model.
///
/// - Every text of a request is judged, in whatever field it comes, names in it and long numbers too, but for settings of one word and for
///   media; and so is what the messages say together, however turns are said to have gone. A blocked request is answered with 200
///   and an assistant's message, the canned answer if the policy has one, with `finish_reason: content_filter`.
/// - Arguments of calls are judged by what their JSON says, and stay JSON; of a stream they come at the end of their choice, up to
///   `max_answer` bytes of them. What is written so that it could not be taken out is kept back.
/// - An answer is judged in the same way. Of a stream, what is certain passes at once and what was held back follows in valid chunks;
///   each choice has its own guards.
/// - Bodies are bounded and read strictly: 413 for what is too large, 400 for what is no JSON or names a key twice, 415 for what is
///   encoded; 400 also for a role that nobody knows and for a known field in other letters. An answer that cannot be read that way is a 503 (`answer_unreadable`), or an error event in a stream. Answers other than
///   successes pass as they are.
/// - A body of which nothing was taken out passes byte for byte. Where something was, unknown fields keep their values, and `logprobs`,
///   which would tell what was taken out, become null; in streams they always do.
///
/// What is no text is not looked at: images, sounds, files, links to them in the parts of a message. No more choices are taken than were asked for, and
/// after an error nothing more.
///
/// ```
/// use bytes::Bytes;
/// use http_body_util::{BodyExt, Full};
/// use stockade_guardrails::{Guard, Policy};
/// use stockade_tower::GuardrailsLayer;
/// use tower::{Layer, ServiceExt, service_fn};
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let guard = Guard::builder().policy(Policy::shipped("emergency").unwrap()).build().unwrap();
/// let model = service_fn(async |_: http::Request<Full<Bytes>>| -> Result<http::Response<Full<Bytes>>, std::io::Error> { unreachable!() });
/// let asked = r#"{"model":"m","messages":[{"role":"user","content":"crushing chest pain, my left arm is numb"}]}"#;
/// let asked = http::Request::post("/v1/chat/completions").header("content-type", "application/json").body(Full::from(asked)).unwrap();
/// let answer = GuardrailsLayer::new(guard).layer(model).oneshot(asked).await.unwrap();
/// let said: serde_json::Value = serde_json::from_slice(&answer.into_body().collect().await.unwrap().to_bytes()).unwrap();
/// assert_eq!(said["choices"][0]["finish_reason"], "content_filter");
/// assert!(said["choices"][0]["message"]["content"].as_str().unwrap().contains("112"));
/// # });
/// ```
#[derive(Debug, Clone)]
pub struct GuardrailsLayer<R = Envelope> {
    settings: Arc<Settings>,
    reject: R,
}

impl GuardrailsLayer {
    /// Guards by one [`Guard`](stockade_guardrails::Guard), or by the current one of watched files.
    pub fn new(guards: impl Into<GuardSource>) -> Self {
        let settings = Settings {
            guards: guards.into(),
            who: None,
            watch: None,
            refusal: Arc::from("I cannot help with that."),
            max_request: 4 << 20,
            max_answer: 4 << 20,
            trusts_system: false,
        };
        Self { settings: Arc::new(settings), reject: Envelope }
    }
}

impl<R> GuardrailsLayer<R> {
    /// Words refusals in `reject`'s way.
    pub fn reject_with<Q>(self, reject: Q) -> GuardrailsLayer<Q> {
        GuardrailsLayer { settings: self.settings, reject }
    }

    /// Tells policies who asks, by the head of the request.
    #[must_use]
    pub fn asking(self, who: impl Fn(&request::Parts) -> Asker + Send + Sync + 'static) -> Self {
        self.set(|settings| settings.who = Some(Arc::new(who)))
    }

    /// Hears every verdict that somebody may want to record: the worst of a request and of each choice of an answer, and of a stream
    /// that of each of its texts at the end. It is called where the text is judged, and must not block.
    #[must_use]
    pub fn on_verdict(
        self,
        watch: impl Fn(Direction, &Verdict, Option<&RequestId>) + Send + Sync + 'static,
    ) -> Self {
        self.set(|settings| settings.watch = Some(Arc::new(watch)))
    }

    /// What is said where a policy blocks and has no answer of its own.
    #[must_use]
    pub fn refusal(self, text: &str) -> Self {
        self.set(|settings| settings.refusal = Arc::from(text))
    }

    /// How many bytes a request may have (4 MiB unless told otherwise: room for pictures).
    #[must_use]
    pub fn max_request(self, bytes: usize) -> Self {
        self.set(|settings| settings.max_request = bytes)
    }

    /// How many bytes a whole answer, or one event of a stream, may have (4 MiB unless told otherwise).
    #[must_use]
    pub fn max_answer(self, bytes: usize) -> Self {
        self.set(|settings| settings.max_answer = bytes)
    }

    /// Does not look at messages of the roles `system` and `developer`. Only where no client can send one: otherwise everything passes
    /// that calls itself so.
    #[must_use]
    pub fn danger_trust_system_messages(self) -> Self {
        self.set(|settings| settings.trusts_system = true)
    }

    fn set(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(Arc::make_mut(&mut self.settings));
        self
    }
}

impl<S, R: Clone> Layer<S> for GuardrailsLayer<R> {
    type Service = Guardrails<S, R>;

    fn layer(&self, inner: S) -> Self::Service {
        Guardrails::new(inner, Arc::clone(&self.settings), self.reject.clone())
    }
}
