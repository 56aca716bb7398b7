//! Sixty-four at once, and one gets through.

use crate::harness::client::Answer;
use crate::harness::exam::{Backend, Exam, NEW_PASSWORD, on_each_backend, race};
use crate::harness::hello::Tokens;
use serde_json::json;

on_each_backend!(
    asvs_v6_5_1_race_of_one_totp_code_signs_one_in,
    asvs_v6_5_1_race_of_one_backup_code_signs_one_in,
    asvs_v6_4_1_race_of_one_reset_token_sets_one_password,
    asvs_v6_4_1_race_of_one_verification_token_verifies_once,
    race_of_one_pending_token_signs_one_in,
);

const RACERS: usize = 64;

/// One went through; all others were refused, and for what they did.
#[track_caller]
fn one_winner(answers: &[Answer], success: u16, refusals: &[u16]) -> Answer {
    assert_eq!(answers.len(), RACERS);
    let winners: Vec<_> = answers.iter().filter(|answer| answer.status == success).collect();
    assert_eq!(winners.len(), 1, "{:?}", answers.iter().map(|answer| answer.status).collect::<Vec<_>>());
    for answer in answers.iter().filter(|answer| answer.status != success) {
        assert!(refusals.contains(&answer.status), "{answer:?}");
        answer.clone().expect_envelope();
    }
    winners[0].clone()
}

async fn asvs_v6_5_1_race_of_one_totp_code_signs_one_in(backend: Backend) {
    let exam = Exam::start(backend);
    let client = exam.client();
    let mut ada = exam.join_with_app("ada@example.org").await;
    let code = ada.app.code().await;
    let mut pending = Vec::new();
    // As many as live at once, so that the one code is all they race for.
    for _ in 0..3 {
        pending.push(client.pending("ada@example.org", crate::harness::hello::PASSWORD).await);
    }
    let calls = (0..RACERS).map(|n| {
        let body = json!({"pending_token": pending[n % pending.len()], "code": code});
        client.asking("mfa/complete", &body)
    });
    let winner = one_winner(&race(calls).await, 200, &[400, 403]);
    client.me(&Tokens::from(&winner).access).await.expect(200);
    let late = client.pending("ada@example.org", crate::harness::hello::PASSWORD).await;
    client.complete(&late, &code).await.expect_error(403, "wrong_code");
}

async fn asvs_v6_5_1_race_of_one_backup_code_signs_one_in(backend: Backend) {
    let exam = Exam::start(backend);
    let client = exam.client();
    let ada = exam.join_with_app("ada@example.org").await;
    let mut pending = Vec::new();
    for _ in 0..3 {
        pending.push(client.pending("ada@example.org", crate::harness::hello::PASSWORD).await);
    }
    let calls = (0..RACERS).map(|n| {
        let body = json!({"pending_token": pending[n % pending.len()], "backup_code": ada.backup_codes[0]});
        client.asking("mfa/complete", &body)
    });
    // Each guess costs a hash, of which only so many wait: the others are told to come again.
    let winner = one_winner(&race(calls).await, 200, &[400, 403, 503]);
    let access = Tokens::from(&winner).access;
    let state = client.get("/v1/auth/mfa").bearer(&access).send().await.expect(200).json();
    assert_eq!(state["backup_codes_left"], 9);
}

async fn asvs_v6_4_1_race_of_one_reset_token_sets_one_password(backend: Backend) {
    let exam = Exam::start(backend);
    let client = exam.client();
    exam.enter("ada@example.org").await;
    let token = exam.reset_token("ada@example.org").await;
    let password = |n: usize| format!("{NEW_PASSWORD} number {n}");
    let calls = (0..RACERS).map(|n| {
        client.asking("password-reset/confirm", &json!({"token": token, "new_password": password(n)}))
    });
    one_winner(&race(calls).await, 204, &[400, 409, 503]);
    let mut right = 0;
    for n in 0..RACERS {
        right += usize::from(client.try_login("ada@example.org", &password(n)).await.status == 200);
    }
    assert_eq!(right, 1, "one of the passwords is hers now");
}

async fn asvs_v6_4_1_race_of_one_verification_token_verifies_once(backend: Backend) {
    let exam = Exam::start(backend);
    let client = exam.client();
    client.sign_up("ada@example.org").await.expect(202);
    let token = exam.mail.open("ada@example.org", "verify_email").await.token();
    let calls = (0..RACERS).map(|_| client.asking("verify-email", &json!({"token": token})));
    one_winner(&race(calls).await, 204, &[400]);
    client.login("ada@example.org").await;
}

async fn race_of_one_pending_token_signs_one_in(backend: Backend) {
    let exam = Exam::start(backend);
    let client = exam.client();
    let ada = exam.join_with_app("ada@example.org").await;
    let pending = client.pending("ada@example.org", crate::harness::hello::PASSWORD).await;
    // Ten codes that are each good, and one login.
    let calls = (0..RACERS).map(|n| {
        let code = &ada.backup_codes[n % ada.backup_codes.len()];
        client.asking("mfa/complete", &json!({"pending_token": pending, "backup_code": code}))
    });
    one_winner(&race(calls).await, 200, &[400, 403, 503]);
}
