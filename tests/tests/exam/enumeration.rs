//! Who has an account here, and how is it kept? Nobody learns it from an answer.

use crate::harness::client::Answer;
use crate::harness::exam::{Backend, Exam, NEW_PASSWORD, on_each_backend};
use crate::harness::hello::PASSWORD;
use serde_json::json;

on_each_backend!(
    asvs_v6_3_8_enumeration_sign_up_resend_and_reset_answer_alike,
    asvs_v6_3_8_enumeration_login_answers_alike_whatever_the_account_is,
    asvs_v6_3_8_enumeration_tokens_that_are_not_good_are_refused_alike,
    asvs_v6_3_8_enumeration_codes_that_are_not_right_are_refused_alike,
);

#[track_caller]
fn alike(answers: &[(&str, Answer)]) {
    let (first, expected) = &answers[0];
    for (what, answer) in &answers[1..] {
        assert_eq!(answer.shape(), expected.shape(), "{what} against {first}");
    }
}

async fn asvs_v6_3_8_enumeration_sign_up_resend_and_reset_answer_alike(backend: Backend) {
    let exam = Exam::start(backend);
    let client = exam.client();
    exam.enter("known@example.org").await;
    client.sign_up("pending@example.org").await.expect(202);
    exam.mail.open("pending@example.org", "verify_email").await;

    let mut answers = Vec::new();
    for email in ["known@example.org", "pending@example.org", "fresh@example.org", "KNOWN@example.org"] {
        answers.push((email, client.sign_up(email).await.expect(202)));
    }
    alike(&answers);
    for path in ["verify-email/resend", "password-reset/request"] {
        let mut answers = Vec::new();
        for email in ["known@example.org", "pending@example.org", "unknown@example.org"] {
            answers.push((email, client.ask(path, json!({"email": email})).await.expect(202)));
        }
        alike(&answers);
    }
    // The mails say the rest, and to nobody else.
    exam.mail.open("known@example.org", "already_registered").await;
    exam.mail.open("known@example.org", "already_registered").await;
    exam.mail.open("known@example.org", "reset_password").await;
    exam.mail.open("pending@example.org", "verify_email").await;
    exam.mail.open("fresh@example.org", "verify_email").await;
    assert!(exam.mail.all().iter().all(|letter| letter.to != "unknown@example.org"));
}

async fn asvs_v6_3_8_enumeration_login_answers_alike_whatever_the_account_is(backend: Backend) {
    let exam = Exam::start(backend);
    let client = exam.client();
    let admin = exam.join("admin@example.org").await;
    exam.join_with_app("app@example.org").await;
    exam.enter("known@example.org").await;
    let gone = exam.join("gone@example.org").await;
    client.ask_as(&gone.access, "account/remove", json!({"current_password": PASSWORD})).await.expect(204);
    let closed = exam.join("closed@example.org").await;
    let id = client.me(&closed.access).await.json()["id"].as_str().unwrap().to_owned();
    let close = format!("/v1/admin/accounts/{id}/disable");
    client.post(&close).bearer(&admin.access).send().await.expect(204);
    client.sign_up("pending@example.org").await.expect(202);
    exam.mail.open("pending@example.org", "verify_email").await;

    let wrong = "a wrong password";
    let mut answers = vec![("unknown", client.try_login("unknown@example.org", wrong).await.expect(401))];
    for (email, password) in [
        ("known@example.org", wrong),
        ("app@example.org", wrong),
        ("pending@example.org", wrong),
        ("pending@example.org", PASSWORD),
        ("closed@example.org", PASSWORD),
        ("gone@example.org", PASSWORD),
    ] {
        answers.push((email, client.try_login(email, password).await));
    }
    alike(&answers);
}

async fn asvs_v6_3_8_enumeration_tokens_that_are_not_good_are_refused_alike(backend: Backend) {
    let exam = Exam::start(backend);
    let client = exam.client();
    let mut ada = exam.join_with_app("ada@example.org").await;
    let spent = client.pending("ada@example.org", PASSWORD).await;
    client.complete(&spent, &ada.app.code().await).await.expect(200);
    let overtaken = client.pending("ada@example.org", PASSWORD).await;
    let (old, used) = (exam.reset_token("ada@example.org").await, exam.reset_token("ada@example.org").await);
    client.confirm_reset(&used, NEW_PASSWORD).await.expect(204);

    let made_up = "A".repeat(used.len());
    let tokens = [
        ("made up", made_up.as_str()),
        ("empty", ""),
        ("a word", "token"),
        ("a pending token that was spent", &spent),
        ("a pending token of the old password", &overtaken),
        ("a reset token that was used", &used),
        ("a reset token that was overtaken", &old),
        ("an access token", &ada.tokens.access),
    ];
    let code = ada.app.code().await;
    let (mut resets, mut verifications, mut completions) = (Vec::new(), Vec::new(), Vec::new());
    for (what, token) in tokens {
        resets.push((what, client.confirm_reset(token, "a third password of hers").await.expect(400)));
        verifications.push((what, client.verify(token).await.expect(400)));
        completions.push((what, client.complete(token, &code).await.expect(400)));
        completions.push((what, client.complete_with_backup(token, &ada.backup_codes[0]).await));
    }
    alike(&resets);
    alike(&verifications);
    alike(&completions);
}

async fn asvs_v6_3_8_enumeration_codes_that_are_not_right_are_refused_alike(backend: Backend) {
    let exam = Exam::start(backend);
    let client = exam.client();
    let mut ada = exam.join_with_app("ada@example.org").await;
    let used = ada.app.code().await;
    let first = client.pending("ada@example.org", PASSWORD).await;
    client.complete(&first, &used).await.expect(200);
    let second = client.pending("ada@example.org", PASSWORD).await;
    client.complete_with_backup(&second, &ada.backup_codes[0]).await.expect(200);

    let pending = client.pending("ada@example.org", PASSWORD).await;
    let mut answers = vec![("wrong", client.complete(&pending, &ada.app.wrong(0)).await.expect(403))];
    answers.push(("used", client.complete(&pending, &used).await));
    answers.push(("no code", client.complete(&pending, "hello").await));
    answers.push(("used backup code", client.complete_with_backup(&pending, &ada.backup_codes[0]).await));
    answers.push(("no backup code", client.complete_with_backup(&pending, "hello").await));
    alike(&answers);
}
