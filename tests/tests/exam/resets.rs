//! Resets by mail: whose they are, what they end, and where their links lead.

use crate::harness::client::raw;
use crate::harness::exam::{Backend, Exam, NEW_PASSWORD, on_each_backend};
use crate::harness::hello::{PASSWORD, Tokens};
use serde_json::json;

on_each_backend!(
    confusion_a_reset_token_of_one_account_changes_no_other,
    asvs_v7_4_3_a_reset_ends_the_sessions_that_are_open,
    asvs_v7_4_3_a_stolen_refresh_token_is_void_after_a_change_of_password,
    asvs_v6_4_3_a_reset_leaves_the_second_factor_in_force,
    replay_of_a_reset_that_another_overtook_changes_nothing,
    injection_of_a_host_changes_no_link,
);

async fn confusion_a_reset_token_of_one_account_changes_no_other(backend: Backend) {
    let exam = Exam::start(backend);
    let client = exam.client();
    exam.enter("ada@example.org").await;
    exam.enter("bob@example.org").await;
    let token = exam.reset_token("ada@example.org").await;
    // There is no place in the request for another account, and none is made up.
    let body = json!({"token": token, "new_password": NEW_PASSWORD, "email": "bob@example.org"});
    client.ask("password-reset/confirm", body).await.expect_error(400, "invalid_input");
    client.confirm_reset(&token, NEW_PASSWORD).await.expect(204);
    client.try_login("bob@example.org", NEW_PASSWORD).await.expect(401);
    client.login("bob@example.org").await;
    client.try_login("ada@example.org", PASSWORD).await.expect(401);
    client.try_login("ada@example.org", NEW_PASSWORD).await.expect(200);
    exam.mail.open("ada@example.org", "password_reset").await;
}

async fn asvs_v7_4_3_a_reset_ends_the_sessions_that_are_open(backend: Backend) {
    let exam = Exam::start(backend);
    let client = exam.client();
    let open = exam.join("ada@example.org").await;
    let token = exam.reset_token("ada@example.org").await;
    client.me(&open.access).await.expect(200);
    client.confirm_reset(&token, NEW_PASSWORD).await.expect(204);
    client.me(&open.access).await.expect_error(401, "invalid_token");
    client.refresh(&open.refresh).await.expect_error(401, "invalid_refresh_token");
    client.confirm_reset(&token, PASSWORD).await.expect_error(400, "invalid_token");
}

async fn asvs_v7_4_3_a_stolen_refresh_token_is_void_after_a_change_of_password(backend: Backend) {
    let exam = Exam::start_with(backend, |launch| {
        launch.args(["--insecure-generous-limits", "--max-sessions", "3"])
    });
    let client = exam.client();
    let stolen = exam.join("ada@example.org").await;
    let owner = client.login("ada@example.org").await;
    let body = json!({"current_password": PASSWORD, "new_password": NEW_PASSWORD});
    let fresh = client.ask_as(&owner.access, "password/change", body).await.expect(200);
    for old in [&stolen, &owner] {
        client.me(&old.access).await.expect_error(401, "invalid_token");
        client.refresh(&old.refresh).await.expect_error(401, "invalid_refresh_token");
    }
    let fresh = Tokens::from(&fresh);
    client.me(&fresh.access).await.expect(200);
    client.refresh(&fresh.refresh).await.expect(200);
    exam.mail.open("ada@example.org", "password_changed").await;
}

async fn asvs_v6_4_3_a_reset_leaves_the_second_factor_in_force(backend: Backend) {
    let exam = Exam::start(backend);
    let client = exam.client();
    let mut ada = exam.join_with_app("ada@example.org").await;
    let token = exam.reset_token("ada@example.org").await;
    let before = client.pending("ada@example.org", PASSWORD).await;
    client.confirm_reset(&token, NEW_PASSWORD).await.expect(204);
    let code = ada.app.code().await;
    // A login that was under way with the old password is over.
    client.complete(&before, &code).await.expect_error(400, "invalid_token");
    let pending = client.pending("ada@example.org", NEW_PASSWORD).await;
    client.complete(&pending, &code).await.expect(200);
}

async fn replay_of_a_reset_that_another_overtook_changes_nothing(backend: Backend) {
    let exam = Exam::start(backend);
    let client = exam.client();
    exam.enter("ada@example.org").await;
    let (first, second) =
        (exam.reset_token("ada@example.org").await, exam.reset_token("ada@example.org").await);
    client.confirm_reset(&second, NEW_PASSWORD).await.expect(204);
    client.confirm_reset(&first, "a third password of hers").await.expect_error(400, "invalid_token");
    // One that is not accepted spends nothing.
    let third = exam.reset_token("ada@example.org").await;
    client.confirm_reset(&third, "short").await.expect_error(400, "invalid_input");
    client.confirm_reset(&third, "a third password of hers").await.expect(204);
}

async fn injection_of_a_host_changes_no_link(backend: Backend) {
    let exam = Exam::start(backend);
    exam.enter("ada@example.org").await;
    let body = r#"{"email":"ada@example.org"}"#;
    for headers in [
        "Host: evil.example",
        "Host: exam.test\r\nX-Forwarded-Host: evil.example",
        "Host: exam.test\r\nForwarded: host=evil.example;proto=https",
        "Host: exam.test\r\nX-Forwarded-Proto: gopher\r\nX-Forwarded-Server: evil.example\r\nX-Host: evil.example",
        "Host: exam.test\r\nOrigin: https://evil.example\r\nReferer: https://evil.example/",
    ] {
        let head = format!(
            "POST /v1/auth/password-reset/request HTTP/1.1\r\n{headers}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        let answer = raw(&exam.service, head.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 202"), "{headers}: {answer}");
        let letter = exam.mail.open("ada@example.org", "reset_password").await;
        assert!(letter.link.as_deref().unwrap().starts_with("https://exam.test/"), "{headers}: {letter:?}");
        assert!(!letter.body.contains("evil") && !letter.body.contains("127.0.0.1"), "{headers}: {letter:?}");
    }
    // An absolute request target is a host, too.
    let head = format!(
        "POST http://evil.example/v1/auth/password-reset/request HTTP/1.1\r\nHost: evil.example\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let answer = raw(&exam.service, head.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 202"), "{answer}");
    let letter = exam.mail.open("ada@example.org", "reset_password").await;
    assert!(letter.link.as_deref().unwrap().starts_with("https://exam.test/"), "{letter:?}");
}
