//! The `exam` server under test, on each back end, and people who use it.

use crate::harness::authenticator::Authenticator;
use crate::harness::client::{Answer, Call, Client};
use crate::harness::hello::{Hello, PASSWORD, Tokens};
use crate::harness::mail::Mailbox;
use serde_json::{Value, json};
use std::ops::{Deref, DerefMut};
use stockade_testkit::Launch;
use stockade_testkit::servers::{self, Database, Redis};

pub(crate) const NEW_PASSWORD: &str = "another horse, another staple";

/// Where a server keeps its data, and what that is dropped with.
pub(crate) enum Backend {
    /// One file.
    Sqlite,
    /// A database of its own on the shared PostgreSQL, and keys of its own on the shared Redis.
    Servers { database: Database, redis: &'static Redis, prefix: String },
}

/// Makes a test on each back end of each of these functions, which take a [`Backend`].
macro_rules! on_each_backend {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name($crate::harness::exam::Backend::Sqlite).await;
            })+
        }

        /// PostgreSQL, with Redis for what may be forgotten.
        mod servers {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                if let Some(backend) = $crate::harness::exam::Backend::servers() {
                    super::$name(backend).await;
                }
            })+
        }
    };
}
pub(crate) use on_each_backend;

/// A running server with its mailbox.
pub(crate) struct Exam {
    server: Hello,
    pub(crate) mail: Mailbox,
    _backend: Backend,
}

impl Exam {
    /// A server on whose limits no test of something else runs aground.
    pub(crate) fn start(backend: Backend) -> Self {
        Self::start_with(backend, |launch| launch.arg("--insecure-generous-limits"))
    }

    pub(crate) fn start_with(backend: Backend, change: impl FnOnce(Launch) -> Launch) -> Self {
        let server = Hello::start_server("exam", |launch| {
            change(backend.told(launch).args(["--public-url", "https://exam.test"]))
        });
        let mail = Mailbox::at(server.data().join("outbox.jsonl"));
        Self { server, mail, _backend: backend }
    }

    /// Kills it and starts it again on the same data.
    pub(crate) fn crash(&mut self) {
        tokio::task::block_in_place(|| {
            self.server.service.kill9().expect("killed");
            self.server.restart();
        });
    }

    /// Waits for a line on standard output that has `wanted` in it.
    pub(crate) async fn wait_for_line(&self, wanted: &str) -> String {
        for _ in 0..1000 {
            let said = self.service.stdout();
            let whole = said.rfind('\n').map_or("", |end| &said[..end]);
            if let Some(line) = whole.lines().find(|line| line.contains(wanted)) {
                return line.to_owned();
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("no line with `{wanted}`: {}", self.service.stdout());
    }

    /// Signs up by mail, without signing in.
    pub(crate) async fn enter(&self, email: &str) {
        let client = self.client();
        client.sign_up(email).await.expect(202);
        let token = self.mail.open(email, "verify_email").await.token();
        client.verify(&token).await.expect(204);
    }

    /// Signs up by mail and in.
    pub(crate) async fn join(&self, email: &str) -> Tokens {
        self.enter(email).await;
        self.client().login(email).await
    }

    /// As [`join`](Self::join), with a second factor. The session is the one from before it.
    pub(crate) async fn join_with_app(&self, email: &str) -> Member {
        let tokens = self.join(email).await;
        let (app, backup_codes) = self.client().enrol(&tokens.access).await;
        Member { tokens, app, backup_codes }
    }

    /// The token of a password reset.
    pub(crate) async fn reset_token(&self, email: &str) -> String {
        self.client().request_reset(email).await.expect(202);
        self.mail.open(email, "reset_password").await.token()
    }
}

impl Backend {
    fn told(&self, launch: Launch) -> Launch {
        match self {
            Self::Sqlite => launch,
            Self::Servers { database, redis, prefix } => {
                let launch = launch.env("DATABASE_URL", database.url());
                launch.env("REDIS_URL", redis.url()).env("EXAM_REDIS_PREFIX", prefix)
            }
        }
    }

    /// `None` where tests with servers may be skipped, which is said loudly.
    pub(crate) fn servers() -> Option<Self> {
        let (postgres, redis) = tokio::task::block_in_place(|| (servers::postgres(), servers::redis()));
        let (postgres, redis) = (postgres?, redis?);
        let database = tokio::task::block_in_place(|| postgres.empty_database()).expect("a database");
        Some(Self::Servers { database, redis, prefix: redis.prefix("exam") })
    }
}

impl Deref for Exam {
    type Target = Hello;

    fn deref(&self) -> &Hello {
        &self.server
    }
}

impl DerefMut for Exam {
    fn deref_mut(&mut self) -> &mut Hello {
        &mut self.server
    }
}

/// Somebody with a second factor.
pub(crate) struct Member {
    pub(crate) tokens: Tokens,
    pub(crate) app: Authenticator,
    pub(crate) backup_codes: Vec<String>,
}

/// What people do beyond what [`Hello`] offers.
impl Client {
    /// A call with a JSON body, not yet sent.
    pub(crate) fn asking(&self, path: &str, body: &Value) -> Call<'_> {
        self.post(&format!("/v1/auth/{path}")).json(body)
    }

    pub(crate) async fn ask(&self, path: &str, body: Value) -> Answer {
        self.asking(path, &body).send().await
    }

    /// As somebody who is signed in.
    pub(crate) async fn ask_as(&self, access: &str, path: &str, body: Value) -> Answer {
        self.asking(path, &body).bearer(access).send().await
    }

    pub(crate) async fn verify(&self, token: &str) -> Answer {
        self.ask("verify-email", json!({"token": token})).await
    }

    pub(crate) async fn request_reset(&self, email: &str) -> Answer {
        self.ask("password-reset/request", json!({"email": email})).await
    }

    pub(crate) async fn confirm_reset(&self, token: &str, password: &str) -> Answer {
        self.ask("password-reset/confirm", json!({"token": token, "new_password": password})).await
    }

    /// Sets up a second factor, and gives the app and the backup codes.
    pub(crate) async fn enrol(&self, access: &str) -> (Authenticator, Vec<String>) {
        let enrolment = self.ask_as(access, "mfa/enroll", json!({})).await.expect(200).json();
        let mut app = Authenticator::new(enrolment["secret"].as_str().expect("a secret"));
        let code = app.code().await;
        let codes = self.ask_as(access, "mfa/confirm", json!({"code": code})).await.expect(200);
        (app, backup_codes(&codes))
    }

    /// The first half of a login with two factors.
    pub(crate) async fn pending(&self, email: &str, password: &str) -> String {
        let answer = self.try_login(email, password).await.expect(200).json();
        assert_eq!(answer["status"], "mfa_required");
        answer["pending_token"].as_str().expect("a pending token").to_owned()
    }

    pub(crate) async fn complete(&self, pending: &str, code: &str) -> Answer {
        self.ask("mfa/complete", json!({"pending_token": pending, "code": code})).await
    }

    pub(crate) async fn complete_with_backup(&self, pending: &str, code: &str) -> Answer {
        self.ask("mfa/complete", json!({"pending_token": pending, "backup_code": code})).await
    }

    /// Both halves.
    pub(crate) async fn login_with(&self, email: &str, app: &mut Authenticator) -> Tokens {
        let pending = self.pending(email, PASSWORD).await;
        Tokens::from(&self.complete(&pending, &app.code().await).await.expect(200))
    }
}

#[track_caller]
pub(crate) fn backup_codes(answer: &Answer) -> Vec<String> {
    let json = answer.json();
    let codes = json["backup_codes"].as_array().unwrap_or_else(|| panic!("no codes: {answer:?}"));
    codes.iter().map(|code| code.as_str().expect("a code").to_owned()).collect()
}

/// Sends all of `calls` at once, and gives the answers in whatever order.
pub(crate) async fn race(calls: impl IntoIterator<Item = Call<'_>>) -> Vec<Answer> {
    let mut racers = tokio::task::JoinSet::new();
    for call in calls {
        let answer = call.try_send();
        racers.spawn(async move { answer.await.map_err(|error| error.to_string()) });
    }
    racers.join_all().await.into_iter().map(|answer| answer.expect("an answer")).collect()
}
