//! Clients at work, and the book that they keep of what the server has promised.

use crate::harness::client::{Answer, Client};
use crate::harness::hello::{PASSWORD, Tokens};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What the server has acknowledged to its clients.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    /// Who has signed up.
    pub(super) people: Vec<String>,
    /// The last refresh token of each session that nobody has tried to end.
    pub(super) open: Vec<String>,
    /// The last refresh token of each session whose end was acknowledged.
    pub(super) ended: Vec<String>,
    /// Every answer that promises an event.
    pub(super) acknowledged: Vec<Acknowledged>,
    /// How many answers all clients together have had.
    progress: Arc<AtomicUsize>,
}

#[derive(Debug)]
pub(super) struct Acknowledged {
    pub(super) action: &'static str,
    pub(super) request_id: String,
}

impl Ledger {
    /// An empty book that counts its answers in `progress`, too.
    fn counting(progress: Arc<AtomicUsize>) -> Self {
        Self { progress, ..Self::default() }
    }

    pub(super) fn merge(mut self, other: Self) -> Self {
        self.people.extend(other.people);
        self.open.extend(other.open);
        self.ended.extend(other.ended);
        self.acknowledged.extend(other.acknowledged);
        self
    }

    #[track_caller]
    fn acknowledge(&mut self, action: &'static str, answer: &Answer, expected: u16) {
        assert_eq!(answer.status, expected, "{action}: {answer:?}");
        self.progress.fetch_add(1, Ordering::Relaxed);
        self.acknowledged.push(Acknowledged { action, request_id: answer.header("x-request-id").to_owned() });
    }
}

/// Works until the server does not answer.
pub(super) async fn work(client: Client, name: String, progress: Arc<AtomicUsize>) -> Ledger {
    let mut ledger = Ledger::counting(progress);
    for n in 0.. {
        let email = format!("{name}n{n}@example.org");
        if live_once(&client, &email, n, &mut ledger).await.is_none() {
            break;
        }
    }
    ledger
}

/// One person signs up and in, renews twice and, every other one, signs out. `None` when the server is gone.
async fn live_once(client: &Client, email: &str, n: u32, ledger: &mut Ledger) -> Option<()> {
    let body = json!({"name": "Somebody", "email": email, "password": PASSWORD});
    let answer = client.post("/v1/auth/signup").json(&body).try_send().await.ok()?;
    ledger.acknowledge("auth.sign_up", &answer, 201);
    ledger.people.push(email.to_owned());

    let body = json!({"email": email, "password": PASSWORD});
    let answer = client.post("/v1/auth/login").json(&body).try_send().await.ok()?;
    ledger.acknowledge("auth.login", &answer, 200);
    let mine = ledger.open.len();
    ledger.open.push(Tokens::from(&answer).refresh);

    for _ in 0..2 {
        let body = json!({"refresh_token": ledger.open[mine]});
        let answer = client.post("/v1/auth/refresh").json(&body).try_send().await.ok()?;
        ledger.acknowledge("auth.refresh", &answer, 200);
        ledger.open[mine] = Tokens::from(&answer).refresh;
    }
    if n.is_multiple_of(2) {
        // From here until the answer comes, nobody knows whether the session stands.
        let token = ledger.open.pop()?;
        let body = json!({"refresh_token": &token});
        let answer = client.post("/v1/auth/logout").json(&body).try_send().await.ok()?;
        ledger.acknowledge("auth.logout", &answer, 204);
        ledger.ended.push(token);
    }
    Some(())
}
