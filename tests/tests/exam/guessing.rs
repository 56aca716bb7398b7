//! Guesses are counted, and the count outlives the process.

use crate::harness::exam::{Backend, Exam, on_each_backend};
use crate::harness::hello::PASSWORD;
use serde_json::json;
use std::time::Instant;

on_each_backend!(
    asvs_v6_6_3_brute_force_of_a_totp_code_goes_on_after_no_restart,
    asvs_v6_3_1_brute_force_of_a_password_goes_on_after_no_restart,
    asvs_v6_6_3_brute_force_of_a_pending_token_ends_at_the_fifth_code,
    flood_of_mails_stops_at_the_limit_whatever_the_address,
);

/// What a limit lets through: its burst, and a unit for each minute that a slow machine takes.
fn most(burst: u64, start: Instant) -> u64 {
    burst + start.elapsed().as_secs() / 60
}

/// Five codes in five minutes, however often the server is killed in between: the sixth is not compared.
async fn asvs_v6_6_3_brute_force_of_a_totp_code_goes_on_after_no_restart(backend: Backend) {
    let mut exam = Exam::start_with(backend, |launch| launch);
    let start = Instant::now();
    let mut ada = exam.join_with_app("ada@example.org").await;
    // Setting it up was the first.
    let mut compared = 1;
    let mut refused = false;
    for n in 0..8 {
        // From wherever.
        let client = exam.client_number(n);
        let pending = client.pending("ada@example.org", PASSWORD).await;
        let answer = client.complete(&pending, &ada.app.wrong(u64::from(n))).await;
        match answer.status {
            403 => compared += 1,
            _ => {
                assert!(
                    answer.expect_error(429, "rate_limited").header("retry-after").parse::<u64>().unwrap()
                        > 0
                );
                // Not even the right one is compared any more.
                let right = client.complete(&pending, &ada.app.code().await).await.status;
                refused |= right == 429;
            }
        }
        assert!(compared <= most(5, start), "{compared} guesses");
        exam.crash();
        if refused {
            break;
        }
    }
    assert!(refused || start.elapsed().as_secs() >= 60, "{compared} guesses, and no end");
}

async fn asvs_v6_3_1_brute_force_of_a_password_goes_on_after_no_restart(backend: Backend) {
    let mut exam = Exam::start_with(backend, |launch| launch);
    exam.enter("ada@example.org").await;
    let (start, mut compared) = (Instant::now(), 0);
    for n in 0..14 {
        let answer = exam.client_number(n).try_login("ada@example.org", "a wrong password").await;
        match answer.status {
            401 => compared += 1,
            _ => drop(answer.expect_error(429, "rate_limited")),
        }
        assert!(compared <= most(10, start), "{compared} guesses");
        if n % 4 == 3 {
            exam.crash();
        }
    }
    exam.client_number(78)
        .try_login("bob@example.org", PASSWORD)
        .await
        .expect_error(401, "invalid_credentials");
}

async fn asvs_v6_6_3_brute_force_of_a_pending_token_ends_at_the_fifth_code(backend: Backend) {
    let exam = Exam::start(backend);
    let client = exam.client();
    let mut ada = exam.join_with_app("ada@example.org").await;
    let pending = client.pending("ada@example.org", PASSWORD).await;
    for n in 0..5 {
        client.complete(&pending, &ada.app.wrong(n)).await.expect_error(403, "wrong_code");
    }
    let code = ada.app.code().await;
    client.complete(&pending, &code).await.expect_error(400, "invalid_token");
    let again = client.pending("ada@example.org", PASSWORD).await;
    client.complete(&again, &code).await.expect(200);
}

async fn flood_of_mails_stops_at_the_limit_whatever_the_address(backend: Backend) {
    let exam = Exam::start_with(backend, |launch| launch);
    exam.enter("ada@example.org").await;
    for email in ["ada@example.org", "nobody@example.org"] {
        for n in 0..3 {
            exam.client_number(n).request_reset(email).await.expect(202);
        }
        exam.client_number(5).request_reset(email).await.expect_error(429, "rate_limited");
        for n in 10..13 {
            exam.client_number(n).ask("verify-email/resend", json!({"email": email})).await.expect(202);
        }
        let late = exam.client_number(15).ask("verify-email/resend", json!({"email": email})).await;
        late.expect_error(429, "rate_limited");
    }
}
