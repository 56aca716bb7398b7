//! Killed in the middle: no half state, nobody locked out, nothing good twice.

use crate::harness::authenticator::Authenticator;
use crate::harness::exam::{Backend, Exam, NEW_PASSWORD, on_each_backend};
use crate::harness::hello::{PASSWORD, Tokens};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

on_each_backend!(
    crash_by_sigkill_in_a_reset_leaves_one_password_and_no_token_to_use_again,
    crash_by_sigkill_in_an_enrolment_leaves_all_of_it_or_nothing,
    crash_by_sigkill_in_a_refresh_leaves_a_session_that_goes_on,
);

/// How often a server is killed for one test.
const ROUNDS: u32 = 15;

/// For how long a token that was just spent gives the same successor again.
const GRACE: Duration = Duration::from_secs(10);

/// Where in a request the server is killed: earlier after it was done, later after it was not, so that the shots gather where the
/// change is made. The last one falls after the answer.
struct Aim {
    round: u32,
    after: Duration,
    done: u32,
}

impl Aim {
    fn new(usual: Duration) -> Self {
        Self { round: 0, after: usual / 2, done: 0 }
    }

    /// Sends a request and kills the server meanwhile. Gives the status, if an answer came first.
    async fn shoot(
        &mut self,
        exam: &mut Exam,
        path: &str,
        body: &Value,
        access: Option<&str>,
    ) -> Option<u16> {
        self.round += 1;
        let client = exam.client();
        let call = client.asking(path, body);
        let sent = match access {
            Some(token) => call.bearer(token),
            None => call,
        };
        let sent = sent.try_send();
        let mut answer = tokio::spawn(async move { sent.await.ok().map(|answer| answer.status) });
        if self.round == ROUNDS {
            let told = answer.await.expect("no panic");
            exam.crash();
            return told;
        }
        tokio::select! {
            told = &mut answer => {
                exam.crash();
                told.expect("no panic")
            }
            () = tokio::time::sleep(self.after) => {
                exam.crash();
                answer.await.expect("no panic")
            }
        }
    }

    /// Says how it ended.
    fn hit(&mut self, done: bool) {
        self.done += u32::from(done);
        self.after = if done { self.after * 4 / 5 } else { self.after * 5 / 4 + Duration::from_millis(1) };
    }

    /// What was answered had been done, if nothing else was.
    #[track_caller]
    fn hit_at_least_once(&self) {
        assert_eq!(self.round, ROUNDS);
        assert!(self.done > 0, "not one of {ROUNDS} was done");
    }
}

async fn crash_by_sigkill_in_a_reset_leaves_one_password_and_no_token_to_use_again(backend: Backend) {
    let mut exam = Exam::start(backend);
    exam.enter("ada@example.org").await;
    let mut password = PASSWORD.to_owned();
    let token = exam.reset_token("ada@example.org").await;
    let start = Instant::now();
    exam.client().confirm_reset(&token, &password).await.expect(204);
    let usual = start.elapsed();

    let mut aim = Aim::new(usual);
    for round in 0..ROUNDS {
        let open = Tokens::from(&exam.client().try_login("ada@example.org", &password).await.expect(200));
        let token = exam.reset_token("ada@example.org").await;
        let wanted = format!("{NEW_PASSWORD} of round {round}");
        let body = json!({"token": token, "new_password": wanted});
        let told = aim.shoot(&mut exam, "password-reset/confirm", &body, None).await;

        let client = exam.client();
        let old = client.try_login("ada@example.org", &password).await.status;
        let new = client.try_login("ada@example.org", &wanted).await.status;
        assert!([(200, 401), (401, 200)].contains(&(old, new)), "round {round}: one password: {old} {new}");
        if told == Some(204) {
            assert_eq!(new, 200, "round {round}: what was said to be done is done");
        }
        aim.hit(new == 200);
        if new == 200 {
            // The token is spent, and what the old password opened is over.
            client.confirm_reset(&token, PASSWORD).await.expect_error(400, "invalid_token");
            client.refresh(&open.refresh).await.expect_error(401, "invalid_refresh_token");
            client.me(&open.access).await.expect_error(401, "invalid_token");
            password = wanted;
        } else if client.confirm_reset(&token, &wanted).await.status == 204 {
            // It had not been spent yet; now it is.
            client.confirm_reset(&token, PASSWORD).await.expect_error(400, "invalid_token");
            password = wanted;
        }
        // Nobody is locked out: another mail works.
        let again = exam.reset_token("ada@example.org").await;
        let last = format!("{NEW_PASSWORD} after round {round}");
        exam.client().confirm_reset(&again, &last).await.expect(204);
        exam.client().try_login("ada@example.org", &password).await.expect(401);
        password = last;
    }
    aim.hit_at_least_once();
}

async fn crash_by_sigkill_in_an_enrolment_leaves_all_of_it_or_nothing(backend: Backend) {
    let mut exam = Exam::start(backend);
    let tokens = exam.join("ada@example.org").await;
    let start = Instant::now();
    let (mut app, _) = exam.client().enrol(&tokens.access).await;
    let usual = start.elapsed();
    let disable = json!({"current_password": PASSWORD});
    let mut tokens = exam.client().login_with("ada@example.org", &mut app).await;
    exam.client().ask_as(&tokens.access, "mfa/disable", disable.clone()).await.expect(204);

    let mut aim = Aim::new(usual);
    for round in 0..ROUNDS {
        let client = exam.client();
        let enrolment = client.ask_as(&tokens.access, "mfa/enroll", json!({})).await.expect(200).json();
        let mut app = Authenticator::new(enrolment["secret"].as_str().unwrap());
        let code = app.code().await;
        let access = Some(tokens.access.as_str());
        let told = aim.shoot(&mut exam, "mfa/confirm", &json!({"code": code}), access).await;

        let client = exam.client();
        let login = client.try_login("ada@example.org", PASSWORD).await.expect(200);
        let enrolled = login.json()["status"] == "mfa_required";
        assert!(told != Some(200) || enrolled, "round {round}: what was said to be in force is");
        aim.hit(enrolled);
        if enrolled {
            let pending = login.json()["pending_token"].as_str().unwrap().to_owned();
            // The code that set it up is spent; the next one opens.
            client.complete(&pending, &code).await.expect_error(403, "wrong_code");
            tokens = Tokens::from(&client.complete(&pending, &app.code().await).await.expect(200));
            let state = client.get("/v1/auth/mfa").bearer(&tokens.access).send().await.expect(200).json();
            assert_eq!(state["backup_codes_left"], 10, "round {round}: all of it");
            client.ask_as(&tokens.access, "mfa/disable", disable.clone()).await.expect(204);
        } else {
            tokens = Tokens::from(&login);
            let state = client.get("/v1/auth/mfa").bearer(&tokens.access).send().await.expect(200).json();
            assert_eq!(
                (&state["enabled"], &state["backup_codes_left"]),
                (&json!(false), &json!(0)),
                "round {round}"
            );
            client
                .ask_as(&tokens.access, "mfa/disable", disable.clone())
                .await
                .expect_error(409, "not_enrolled");
        }
    }
    aim.hit_at_least_once();
}

async fn crash_by_sigkill_in_a_refresh_leaves_a_session_that_goes_on(backend: Backend) {
    let mut exam = Exam::start(backend);
    let mut tokens = exam.join("ada@example.org").await;
    let start = Instant::now();
    tokens = Tokens::from(&exam.client().refresh(&tokens.refresh).await.expect(200));
    let mut aim = Aim::new(start.elapsed());
    for round in 0..ROUNDS {
        let sent = Instant::now();
        let body = json!({"refresh_token": tokens.refresh});
        let told = aim.shoot(&mut exam, "refresh", &body, None).await;
        aim.hit(told.is_some());
        assert!(matches!(told, None | Some(200)), "round {round}: {told:?}");
        if sent.elapsed() > GRACE / 2 {
            // A machine so slow shows nothing here: the token may count as stolen by now.
            tokens = exam.client().login("ada@example.org").await;
            continue;
        }
        // Whether or not the answer was lost: within the grace the same token gives the same successor.
        let next = Tokens::from(&exam.client().refresh(&tokens.refresh).await.expect(200));
        let same = Tokens::from(&exam.client().refresh(&tokens.refresh).await.expect(200));
        assert_eq!(next.refresh, same.refresh, "round {round}");
        tokens = next;
        assert_eq!(exam.client().session_ids(&tokens.access).await.len(), 1, "round {round}");
    }
}
