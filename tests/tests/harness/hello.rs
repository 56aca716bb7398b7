//! The server under test: the `hello` binary on a folder and a port of its own, and people who use it.

use crate::harness::client::{Answer, Client};
use serde_json::{Value, json};
use std::net::Ipv4Addr;
use stockade_testkit::{Launch, Service, binary};
use tempfile::TempDir;

pub(crate) const PASSWORD: &str = "correct horse battery";

/// A running server; its process and its folder go when it is dropped.
pub(crate) struct Hello {
    pub(crate) service: Service,
    launch: Launch,
    data: TempDir,
}

impl Hello {
    pub(crate) fn start() -> Self {
        Self::start_with(|launch| launch)
    }

    pub(crate) fn start_with(change: impl FnOnce(Launch) -> Launch) -> Self {
        Self::start_server("hello", change)
    }

    /// Another server with the flags and the account routes of `hello`.
    pub(crate) fn start_server(name: &str, change: impl FnOnce(Launch) -> Launch) -> Self {
        let data = tempfile::tempdir().expect("a folder");
        let server = binary(name).unwrap_or_else(|error| panic!("{error}"));
        let launch = Service::launch(server)
            .args(["--listen", "127.0.0.1:0", "--data"])
            .arg(data.path().join("data"))
            .env("NO_COLOR", "1");
        let launch = change(launch);
        let service = launch.start().unwrap_or_else(|error| panic!("{error}"));
        Self { service, launch, data }
    }

    /// Starts it again on the same folder, after its end.
    pub(crate) fn restart(&mut self) {
        self.restart_with(|launch| launch);
    }

    /// As [`restart`](Self::restart), from now on started in another way.
    pub(crate) fn restart_with(&mut self, change: impl FnOnce(Launch) -> Launch) {
        self.assert_no_panic();
        self.launch = change(self.launch.clone());
        self.service = self.launch.start().unwrap_or_else(|error| panic!("{error}"));
    }

    /// The envelope hides a panic from clients; the log does not.
    fn assert_no_panic(&self) {
        let log = self.service.stderr();
        assert!(!log.contains("panicked at"), "the server panicked:\n{log}");
    }

    pub(crate) fn data(&self) -> std::path::PathBuf {
        self.data.path().join("data")
    }

    pub(crate) fn client(&self) -> Client {
        Client::of(&self.service)
    }

    /// A client with the `n`th of many addresses.
    pub(crate) fn client_number(&self, n: u16) -> Client {
        let [high, low] = n.to_be_bytes();
        Client::from_address(&self.service, Ipv4Addr::new(127, 1, high, low))
    }

    pub(crate) fn open_secret(&self, name: &str) -> Vec<u8> {
        let ring = example_support::open_key_ring(&self.data()).expect("a key ring");
        example_support::load_secret(&self.data(), &ring, name).expect("a sealed secret").expose().to_vec()
    }
}

impl Drop for Hello {
    /// A law of every suite: whatever was sent, no handler panicked.
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.assert_no_panic();
        }
    }
}

/// What a login gives.
#[derive(Debug, Clone)]
pub(crate) struct Tokens {
    pub(crate) access: String,
    pub(crate) refresh: String,
}

impl Tokens {
    #[track_caller]
    pub(crate) fn from(answer: &Answer) -> Self {
        let json = answer.json();
        let text =
            |name: &str| json[name].as_str().unwrap_or_else(|| panic!("no {name}: {answer:?}")).to_owned();
        Self { access: text("access_token"), refresh: text("refresh_token") }
    }
}

/// What people do.
impl Client {
    pub(crate) async fn sign_up(&self, email: &str) -> Answer {
        let body = json!({"name": "Somebody", "email": email, "password": PASSWORD});
        self.post("/v1/auth/signup").json(&body).send().await
    }

    pub(crate) async fn try_login(&self, email: &str, password: &str) -> Answer {
        let body = json!({"email": email, "password": password});
        self.post("/v1/auth/login").json(&body).send().await
    }

    pub(crate) async fn login(&self, email: &str) -> Tokens {
        Tokens::from(&self.try_login(email, PASSWORD).await.expect(200))
    }

    /// Signs up and in.
    pub(crate) async fn join(&self, email: &str) -> Tokens {
        self.sign_up(email).await.expect(201);
        self.login(email).await
    }

    pub(crate) async fn refresh(&self, token: &str) -> Answer {
        self.post("/v1/auth/refresh").json(&json!({"refresh_token": token})).send().await
    }

    pub(crate) async fn logout(&self, token: &str) -> Answer {
        self.post("/v1/auth/logout").json(&json!({"refresh_token": token})).send().await
    }

    pub(crate) async fn me(&self, access: &str) -> Answer {
        self.get("/v1/auth/me").bearer(access).send().await
    }

    pub(crate) async fn session_ids(&self, access: &str) -> Vec<String> {
        let list = self.get("/v1/auth/sessions").bearer(access).send().await.expect(200).json();
        let sessions = list["sessions"].as_array().expect("a list");
        sessions.iter().map(|session| session["id"].as_str().expect("an id").to_owned()).collect()
    }

    /// As [`audit`](Self::audit), once there are `least` events: those of requests are written a moment after the answer.
    pub(crate) async fn audit_of_requests(&self, access: &str, filter: &str, least: usize) -> Vec<Value> {
        for _ in 0..100 {
            let events = self.audit(access, filter).await;
            if events.len() >= least {
                return events;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("fewer than {least} events match `{filter}` after five seconds");
    }

    /// The whole audit log that matches `filter` (`action=…&`), newest first, page by page.
    pub(crate) async fn audit(&self, access: &str, filter: &str) -> Vec<Value> {
        let mut events = Vec::new();
        let mut cursor = String::new();
        loop {
            let path = format!("/v1/admin/audit?{filter}limit=200{cursor}");
            let mut page = self.get(&path).bearer(access).send().await.expect(200).json();
            let Value::Array(found) = page["events"].take() else { panic!("no events: {page}") };
            events.extend(found);
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return events,
            }
        }
    }
}
