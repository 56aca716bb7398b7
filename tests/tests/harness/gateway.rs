//! The `gateway` under test over upstreams of the test's own, and people who use it.

use crate::harness::client::{Answer, Client};
use crate::harness::hello::{Hello, Tokens};
use crate::harness::upstream::Upstream;
use http::Method;
use serde_json::{Value, json};
use std::ops::Deref;
use stockade_testkit::Launch;

/// A provider is given up after two failures and tried again after a second; a call waits 400 ms for its answer.
const RULES: &str = "[provider]\ndegraded_after = 1\nunhealthy_after = 2\nhealthy_after = 1\nopen_for_secs = 1\n\
    open_at_most_secs = 2\njitter_percent = 10\nthrottle_default_secs = 1\nthrottle_at_most_secs = 2\n\
    [pool]\nattempt_at_most_ms = 400\n";

/// A running gateway.
pub(crate) struct Gateway {
    server: Hello,
    _rules: Option<tempfile::TempDir>,
}

impl Gateway {
    pub(crate) fn start(upstreams: &[&Upstream]) -> Self {
        Self::start_with(upstreams, |launch| launch)
    }

    pub(crate) fn start_with(upstreams: &[&Upstream], change: impl FnOnce(Launch) -> Launch) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let rules = folder.path().join("rules.toml");
        std::fs::write(&rules, RULES).expect("rules");
        let server = Hello::start_server("gateway", |mut launch| {
            for upstream in upstreams {
                launch = launch.args(["--upstream", &upstream.flag()]);
            }
            change(launch.arg("--rules").arg(&rules).args(["--deadline", "3", "--stall", "1"]))
        });
        Self { server, _rules: Some(folder) }
    }

    /// As whoever gives nothing but upstreams has it.
    pub(crate) fn start_by_default(upstreams: &[&Upstream]) -> Self {
        let flags = upstreams.iter().flat_map(|upstream| ["--upstream".to_owned(), upstream.flag()]);
        Self { server: Hello::start_server("gateway", |launch| launch.args(flags)), _rules: None }
    }

    /// The first to sign up, who runs the house.
    pub(crate) async fn admin(&self) -> Tokens {
        self.client().join("admin@example.org").await
    }

    /// Somebody with this role.
    pub(crate) async fn person(&self, admin: &Tokens, role: &str) -> Tokens {
        let (client, email) = (self.client(), format!("{role}@example.org"));
        client.sign_up(&email).await.expect(201);
        let id = client.me(&client.login(&email).await.access).await.json()["id"].clone();
        let path = format!("/v1/admin/accounts/{}/roles/{role}", id.as_str().expect("an id"));
        client.call(Method::PUT, &path).bearer(&admin.access).send().await.expect(204);
        client.login(&email).await
    }

    pub(crate) fn stderr(&self) -> String {
        self.server.service.stderr()
    }
}

impl Deref for Gateway {
    type Target = Hello;

    fn deref(&self) -> &Hello {
        &self.server
    }
}

/// What people do.
impl Client {
    pub(crate) async fn completion(&self, access: &str) -> Answer {
        self.ask_model(access, false).await
    }

    pub(crate) async fn streamed(&self, access: &str) -> Answer {
        self.ask_model(access, true).await
    }

    async fn ask_model(&self, access: &str, stream: bool) -> Answer {
        self.say(access, "hello", stream).await
    }

    /// A completion of these words.
    pub(crate) async fn say(&self, access: &str, words: &str, stream: bool) -> Answer {
        let body = json!({"model": "m", "messages": [{"role": "user", "content": words}], "stream": stream});
        self.post("/v1/chat/completions").bearer(access).json(&body).send().await
    }

    /// An order to a provider.
    pub(crate) async fn order(&self, access: &str, name: &str, order: &str) -> Answer {
        self.post(&format!("/v1/admin/providers/{name}/{order}")).bearer(access).send().await
    }

    /// The full snapshot of one provider.
    pub(crate) async fn provider(&self, access: &str, name: &str) -> Value {
        let all = self.get("/v1/admin/providers").bearer(access).send().await.expect(200).json();
        let all = all["providers"].as_array().expect("a list");
        all.iter().find(|provider| provider["name"] == name).expect("the provider").clone()
    }
}

/// The events of a stream: their type where they have one, and their data.
#[track_caller]
pub(crate) fn events(answer: &Answer) -> Vec<(Option<String>, String)> {
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/event-stream"), "{answer:?}");
    let text = std::str::from_utf8(&answer.body).expect("UTF-8");
    assert!(text.ends_with("\n\n"), "the last event is whole: {text}");
    let event = |text: &str| {
        let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
        (field("event: "), field("data: ").unwrap_or_else(|| panic!("no data: {text}")))
    };
    text.split("\n\n").filter(|text| !text.is_empty()).map(event).collect()
}

/// Whether a stream is all that a good upstream of this name says, in however many events.
#[track_caller]
pub(crate) fn is_whole(answer: &Answer) -> bool {
    let done = events(answer).pop().is_some_and(|(_, data)| data == "[DONE]");
    done && said(answer) == format!("{} says hello", answer.header("x-provider"))
}

/// What a stream says, in however many events.
#[track_caller]
pub(crate) fn said(answer: &Answer) -> String {
    events(answer).iter().filter_map(|(_, data)| content(data)).collect()
}

fn content(data: &str) -> Option<String> {
    let event: Value = serde_json::from_str(data).ok()?;
    event["choices"][0]["delta"]["content"].as_str().map(str::to_owned)
}

/// The code of the error that a stream ended in.
#[track_caller]
pub(crate) fn stream_error(answer: &Answer) -> String {
    let (kind, data) = events(answer).pop().expect("an event");
    assert_eq!(kind.as_deref(), Some("error"), "{answer:?}");
    let error: Value = serde_json::from_str(&data).expect("JSON");
    error["error"]["code"].as_str().expect("a code").to_owned()
}
