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

/// Sends a request and kills the server after a share of the time that it usually takes, which grows from round to round. Gives the
/// status, if an answer came first.
async fn cut_off(
    exam: &mut Exam,
    round: u32,
    usual: Duration,
    path: &str,
    body: &Value,
    access: Option<&str>,
) -> Option<u16> {
    let client = exam.client();
    let call = client.asking(path, body);
    let sent = match access {
        Some(token) => call.bearer(token),
        None => call,
    };
    let sent = sent.try_send();
    let answer = tokio::spawn(async move { sent.await.ok().map(|answer| answer.status) });
    // The last rounds give it more than it needs.
    tokio::time::sleep(usual * round / (ROUNDS - 3)).await;
    exam.crash();
    answer.await.expect("no panic")
}

/// How the rounds ended, so that a test knows that it saw more than one end.
#[derive(Debug, Default)]
struct Ends {
    done: u32,
    undone: u32,
}

impl Ends {
    fn count(&mut self, done: bool) {
        if done { self.done += 1 } else { self.undone += 1 }
    }

    #[track_caller]
    fn saw_both(&self) {
        assert!(self.done > 0 && self.undone > 0, "{self:?} of {ROUNDS}");
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

    let mut ends = Ends::default();
    for round in 0..ROUNDS {
        let open = Tokens::from(&exam.client().try_login("ada@example.org", &password).await.expect(200));
        let token = exam.reset_token("ada@example.org").await;
        let wanted = format!("{NEW_PASSWORD} of round {round}");
        let body = json!({"token": token, "new_password": wanted});
        let told = cut_off(&mut exam, round, usual, "password-reset/confirm", &body, None).await;

        let client = exam.client();
        let old = client.try_login("ada@example.org", &password).await.status;
        let new = client.try_login("ada@example.org", &wanted).await.status;
        assert!([(200, 401), (401, 200)].contains(&(old, new)), "round {round}: one password: {old} {new}");
        if told == Some(204) {
            assert_eq!(new, 200, "round {round}: what was said to be done is done");
        }
        ends.count(new == 200);
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
    ends.saw_both();
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

    let mut ends = Ends::default();
    for round in 0..ROUNDS {
        let client = exam.client();
        let enrolment = client.ask_as(&tokens.access, "mfa/enroll", json!({})).await.expect(200).json();
        let mut app = Authenticator::new(enrolment["secret"].as_str().unwrap());
        let code = app.code().await;
        let access = Some(tokens.access.as_str());
        let told = cut_off(&mut exam, round, usual, "mfa/confirm", &json!({"code": code}), access).await;

        let client = exam.client();
        let login = client.try_login("ada@example.org", PASSWORD).await.expect(200);
        let enrolled = login.json()["status"] == "mfa_required";
        assert!(told != Some(200) || enrolled, "round {round}: what was said to be in force is");
        ends.count(enrolled);
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
    ends.saw_both();
}

async fn crash_by_sigkill_in_a_refresh_leaves_a_session_that_goes_on(backend: Backend) {
    let mut exam = Exam::start(backend);
    let mut tokens = exam.join("ada@example.org").await;
    let start = Instant::now();
    tokens = Tokens::from(&exam.client().refresh(&tokens.refresh).await.expect(200));
    let usual = start.elapsed();
    for round in 0..ROUNDS {
        let body = json!({"refresh_token": tokens.refresh});
        let told = cut_off(&mut exam, round, usual, "refresh", &body, None).await;
        assert!(matches!(told, None | Some(200)), "round {round}: {told:?}");
        // Whether or not the answer was lost: within the grace the same token gives the same successor.
        let next = Tokens::from(&exam.client().refresh(&tokens.refresh).await.expect(200));
        let same = Tokens::from(&exam.client().refresh(&tokens.refresh).await.expect(200));
        assert_eq!(next.refresh, same.refresh, "round {round}");
        tokens = next;
        assert_eq!(exam.client().session_ids(&tokens.access).await.len(), 1, "round {round}");
    }
}
