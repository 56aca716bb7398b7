//! The database is killed in the middle of traffic, and comes back with what it acknowledged.

use crate::harness::client::Client;
use crate::harness::exam::{Backend, Exam, NEW_PASSWORD};
use crate::harness::hello::{PASSWORD, Tokens};
use serde_json::json;
use std::time::Duration;
use stockade_testkit::servers::{Durability, Postgres, redis};
use tokio::task::JoinSet;

const PEOPLE: u32 = 4;

/// What one person knows of their account.
#[derive(Debug)]
struct Person {
    email: String,
    /// The last password that was said to be in force.
    password: String,
    /// One that may be: nobody answered.
    asked_for: Option<String>,
    /// How many were asked for: no two are alike, or nobody could tell which of them stands.
    asked: u32,
    answers: u32,
}

impl Person {
    /// Signs in and changes the password, over and over, until the service says that it cannot.
    async fn live(mut self, client: Client) -> Self {
        loop {
            let body = json!({"email": self.email, "password": self.password});
            let Ok(login) = client.asking("login", &body).try_send().await else { break };
            if login.status != 200 {
                login.expect_error(503, "unavailable");
                break;
            }
            let wanted = format!("{NEW_PASSWORD} number {}", self.asked);
            self.asked += 1;
            let body = json!({"current_password": self.password, "new_password": wanted});
            let change = client.asking("password/change", &body).bearer(&Tokens::from(&login).access);
            self.asked_for = Some(wanted.clone());
            let Ok(change) = change.try_send().await else { break };
            if change.status != 200 {
                // Whether it was done, nobody knows; a token that could not be looked up is refused, too.
                assert!(matches!(change.status, 401 | 503), "{change:?}");
                break;
            }
            (self.password, self.asked_for) = (wanted, None);
            self.answers += 2;
        }
        self
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn crash_of_the_database_by_sigkill_loses_nothing_that_was_acknowledged() {
    let own = tokio::task::block_in_place(|| Postgres::own(Durability::Durable).zip(redis()));
    let Some((postgres, redis)) = own else { return };
    let database = tokio::task::block_in_place(|| postgres.empty_database()).expect("a database");
    let exam = Exam::start(Backend::Servers { database, redis, prefix: redis.prefix("exam-crash") });
    let mut people = Vec::new();
    for n in 0..PEOPLE {
        let email = format!("person{n}@example.org");
        exam.enter(&email).await;
        people.push(Person { email, password: PASSWORD.to_owned(), asked_for: None, asked: 0, answers: 0 });
    }
    for _ in 0..3 {
        let mut traffic = JoinSet::new();
        for person in people.drain(..) {
            traffic.spawn(person.live(exam.client()));
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        tokio::task::block_in_place(|| postgres.kill()).expect("killed");
        people = traffic.join_all().await;
        exam.client().get("/ready").send().await.expect(503);
        exam.client().get("/health").send().await.expect(200);

        tokio::task::block_in_place(|| postgres.restart()).expect("started again");
        wait_until_ready(&exam).await;
        for person in &mut people {
            let client = exam.client();
            let stands = client.try_login(&person.email, &person.password).await.status;
            let asked_for = person.asked_for.take();
            let other = match &asked_for {
                Some(password) => client.try_login(&person.email, password).await.status,
                None => 401,
            };
            assert!(matches!((stands, other), (200, 401) | (401, 200)), "{stands} {other} {person:?}");
            if other == 200 {
                person.password = asked_for.expect("it was tried");
            }
        }
    }
    assert!(people.iter().any(|person| person.answers > 0), "{people:?}");
}

async fn wait_until_ready(exam: &Exam) {
    for _ in 0..300 {
        if exam.client().get("/ready").send().await.status == 200 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("not ready after half a minute");
}
