//! The `clinic` under test, the people who work there, and a look into its folder from outside.

use crate::harness::client::{Answer, Call, Client};
use crate::harness::hello::{Hello, Tokens};
use http::Method;
use serde_json::{Value, json};
use sqlx::{Connection, SqliteConnection};
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use stockade_testkit::Launch;

/// Small enough to exceed in a test, and more than a few chunks of 64 KiB.
pub(crate) const MAX_IMAGE: usize = 1 << 20;

/// A running clinic with an administrator.
pub(crate) struct Clinic {
    server: Hello,
    pub(crate) admin: Staff,
}

/// Somebody signed in.
#[derive(Clone)]
pub(crate) struct Staff {
    pub(crate) client: Client,
    pub(crate) id: String,
    pub(crate) tokens: Tokens,
}

impl Clinic {
    pub(crate) async fn start() -> Self {
        Self::start_with(|launch| launch).await
    }

    pub(crate) async fn start_with(change: impl FnOnce(Launch) -> Launch) -> Self {
        let max = MAX_IMAGE.to_string();
        let server = Hello::start_server("clinic", |launch| {
            change(launch.env("CLINIC_MAX_IMAGE", max).env("CLINIC_ROWS_PER_SECOND", "20000"))
        });
        let client = server.client();
        client.sign_up("admin@example.org").await.expect(201);
        let admin = Staff::sign_in(client, "admin@example.org").await;
        Self { server, admin }
    }

    /// Starts it again on the same folder, after its end, and signs the administrator in.
    pub(crate) async fn start_again(&mut self) {
        self.start_again_with(|launch| launch).await;
    }

    pub(crate) async fn start_again_with(&mut self, change: impl FnOnce(Launch) -> Launch) {
        tokio::task::block_in_place(|| self.server.restart_with(change));
        self.admin = Staff::sign_in(self.server.client(), "admin@example.org").await;
    }

    /// Somebody new, with `role`.
    pub(crate) async fn hire(&self, role: &str) -> Staff {
        let email = format!("{role}@example.org");
        let client = self.client();
        let id = client.sign_up(&email).await.expect(201).json()["id"].as_str().expect("an id").to_owned();
        self.admin.grant(&id, role).await.expect(204);
        Staff::sign_in(client, &email).await
    }

    /// The clinic's own tables, opened behind its back.
    pub(crate) async fn tables(&self) -> SqliteConnection {
        let path = self.data().join("patients.db");
        SqliteConnection::connect(&format!("sqlite://{}", path.display())).await.expect("the tables")
    }

    pub(crate) fn image_file(&self, image: &str) -> PathBuf {
        self.data().join("images").join(format!("{image}.age"))
    }

    /// Every file below the data folder.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        walk(&self.data(), &mut files);
        files
    }
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for path in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if path.is_dir() { walk(&path, files) } else { files.push(path) }
    }
}

impl Deref for Clinic {
    type Target = Hello;

    fn deref(&self) -> &Hello {
        &self.server
    }
}

impl DerefMut for Clinic {
    fn deref_mut(&mut self) -> &mut Hello {
        &mut self.server
    }
}

/// What staff do.
impl Staff {
    pub(crate) async fn sign_in(client: Client, email: &str) -> Self {
        let tokens = client.login(email).await;
        let id = client.me(&tokens.access).await.expect(200).json()["id"].as_str().expect("an id").to_owned();
        Self { client, id, tokens }
    }

    /// The same person at another place.
    pub(crate) fn at(&self, client: Client) -> Self {
        Self { client, ..self.clone() }
    }

    pub(crate) fn get(&self, path: &str) -> Call<'_> {
        self.client.get(path).bearer(&self.tokens.access)
    }

    pub(crate) fn post(&self, path: &str) -> Call<'_> {
        self.client.post(path).bearer(&self.tokens.access)
    }

    pub(crate) async fn grant(&self, account: &str, role: &str) -> Answer {
        let path = format!("/v1/admin/users/{account}/roles/{role}");
        self.client.call(Method::PUT, &path).bearer(&self.tokens.access).send().await
    }

    /// Writes down a patient and gives their id.
    pub(crate) async fn admit(&self, record: &str) -> String {
        let body = json!({"record": record, "name": format!("Name of {record}"), "notes": format!("Notes on {record}"), "born": "1815-12-10"});
        id(&self.post("/v1/patients").json(&body).send().await.expect(201))
    }

    pub(crate) async fn patient(&self, id: &str) -> Answer {
        self.get(&format!("/v1/patients/{id}")).send().await
    }

    pub(crate) async fn search(&self, record: &str) -> Vec<Value> {
        let query: String = form_urlencoded::byte_serialize(record.as_bytes()).collect();
        let mut found = self.get(&format!("/v1/patients?record={query}")).send().await.expect(200).json();
        match found["patients"].take() {
            Value::Array(patients) => patients,
            other => panic!("no list: {other}"),
        }
    }

    pub(crate) fn sending_image(&self, patient: &str, bytes: Vec<u8>) -> Call<'_> {
        self.post(&format!("/v1/patients/{patient}/images")).body("application/dicom", bytes)
    }

    /// Uploads an image and gives its id.
    pub(crate) async fn upload(&self, patient: &str, bytes: Vec<u8>) -> String {
        id(&self.sending_image(patient, bytes).send().await.expect(201))
    }

    pub(crate) fn getting_image(&self, patient: &str, image: &str) -> Call<'_> {
        self.get(&format!("/v1/patients/{patient}/images/{image}"))
    }

    pub(crate) async fn image(&self, patient: &str, image: &str) -> Answer {
        self.getting_image(patient, image).send().await
    }

    pub(crate) async fn analyse(&self, patient: &str, image: Option<&str>, finding: &str) -> Answer {
        let body = json!({"patient": patient, "image": image, "finding": finding});
        self.post("/v1/analyses").json(&body).send().await
    }

    pub(crate) async fn analyses(&self, patient: &str) -> Answer {
        self.get(&format!("/v1/analyses?patient={patient}")).send().await
    }

    /// The audit log that matches `filter` (`action=…&`), newest first.
    pub(crate) async fn log(&self, filter: &str) -> Vec<Value> {
        self.client.audit(&self.tokens.access, filter).await
    }
}

#[track_caller]
pub(crate) fn id(answer: &Answer) -> String {
    answer.json()["id"].as_str().unwrap_or_else(|| panic!("no id: {answer:?}")).to_owned()
}

/// Bytes that are nobody else's and differ in every chunk.
pub(crate) fn picture(seed: u64, len: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[0]
    };
    std::iter::repeat_with(next).take(len).collect()
}
