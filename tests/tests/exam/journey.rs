//! One person's way through everything, and a look at what the server wrote meanwhile.

use crate::harness::client::Client;
use crate::harness::exam::{Backend, Exam, NEW_PASSWORD, backup_codes, on_each_backend};
use crate::harness::hello::{PASSWORD, Tokens};
use http::Method;
use serde_json::json;

on_each_backend!(asvs_v16_2_5_a_whole_life_of_an_account_leaves_no_secret_in_any_log);

const THIRD_PASSWORD: &str = "battery staple of a third horse";
const WRONG: &str = "tr0ub4dor and three more";

/// What must not be found where it does not belong.
#[derive(Default)]
struct Secrets(Vec<String>);

impl Secrets {
    fn keep(&mut self, secret: &str) {
        self.0.push(secret.to_owned());
    }

    /// Of an access token the signature, without which the rest is public knowledge.
    fn tokens(&mut self, tokens: Tokens) -> Tokens {
        self.keep(tokens.access.rsplit('.').next().expect("a signature"));
        self.keep(&tokens.refresh);
        tokens
    }
}

async fn asvs_v16_2_5_a_whole_life_of_an_account_leaves_no_secret_in_any_log(backend: Backend) {
    let mut exam = Exam::start_with(backend, |launch| {
        launch.args(["--insecure-generous-limits", "--max-sessions", "3"]).env("RUST_LOG", "trace")
    });
    let client = exam.client();
    let admin = exam.join("admin@example.org").await;
    let mut secrets =
        Secrets(vec![PASSWORD.into(), NEW_PASSWORD.into(), THIRD_PASSWORD.into(), WRONG.into()]);
    secrets.keep("$argon2id$");

    let ada = begin(&exam, &client, &mut secrets).await;
    let (ada, codes) = second_factor(&exam, &client, &mut secrets, ada).await;
    let ada = passwords(&exam, &client, &mut secrets, ada, &codes[1]).await;
    keys(&exam, &client, &mut secrets, &ada).await;
    end(&exam, &client, &mut secrets, ada).await;

    let admin = secrets.tokens(Tokens::from(&client.refresh(&admin.refresh).await.expect(200)));
    let events = client.audit_of_requests(&admin.access, "", 60).await;
    let trail = json!(events).to_string();
    for action in [
        "auth.sign_up",
        "auth.mfa_enable",
        "auth.password_change",
        "auth.password_reset",
        "auth.account_remove",
    ] {
        assert!(events.iter().any(|event| event["action"] == action), "{action} is on record");
    }
    assert!(tokio::task::block_in_place(|| exam.service.terminate().unwrap()).success());
    let (log, said) = (exam.service.stderr(), exam.service.stdout());
    assert!(log.contains("a spent refresh token came back"), "the log says what there is to say: {log}");
    // What is printed to be tried has an example in it, and no secret of anybody's.
    let said: String = said.lines().filter(|line| !line.contains("curl")).collect();
    for secret in &secrets.0 {
        for (place, text) in [("log", &log), ("audit log", &trail), ("standard output", &said)] {
            let line = text.lines().find(|line| line.contains(secret.as_str()));
            assert!(line.is_none(), "the {place} has `{secret}`: {}", line.unwrap_or_default());
        }
    }
}

/// Sign-up, by one who is new and one who is not; verification; login.
async fn begin(exam: &Exam, client: &Client, secrets: &mut Secrets) -> Tokens {
    let first = client.sign_up("ada@example.org").await.expect(202);
    let early = exam.mail.open("ada@example.org", "verify_email").await.token();
    client.try_login("ada@example.org", PASSWORD).await.expect_error(401, "invalid_credentials");
    client.ask("verify-email/resend", json!({"email": "ada@example.org"})).await.expect(202);
    let late = exam.mail.open("ada@example.org", "verify_email").await.token();
    client.verify(&late).await.expect(204);
    client.verify(&late).await.expect_error(400, "invalid_token");
    let second = client.sign_up("ada@example.org").await.expect(202);
    assert_eq!(first.shape(), second.shape());
    exam.mail.open("ada@example.org", "already_registered").await;
    secrets.keep(&early);
    secrets.keep(&late);

    client.try_login("ada@example.org", WRONG).await.expect_error(401, "invalid_credentials");
    // In the wrong place: a parser's complaint must not repeat it.
    let misplaced = json!({"email": WRONG, "password": {"nested": PASSWORD}});
    client.ask("login", misplaced).await.expect_error(400, "invalid_input");
    let ada = secrets.tokens(client.login("Ada@Example.org").await);
    let me = client.me(&ada.access).await.expect(200).json();
    assert_eq!((&me["email_verified"], &me["roles"]), (&json!(true), &json!(["student"])));
    ada
}

/// Setting one up, logging in with it, with a backup code, new backup codes, stepping up.
async fn second_factor(
    exam: &Exam,
    client: &Client,
    secrets: &mut Secrets,
    ada: Tokens,
) -> (Tokens, Vec<String>) {
    let enrolment = client.ask_as(&ada.access, "mfa/enroll", json!({})).await.expect(200).json();
    assert!(enrolment["qr_svg"].as_str().unwrap().starts_with("<svg"), "{enrolment}");
    let secret = enrolment["secret"].as_str().unwrap();
    assert!(enrolment["uri"].as_str().unwrap().contains(secret));
    secrets.keep(secret);
    let mut app = crate::harness::authenticator::Authenticator::new(secret);
    client
        .ask_as(&ada.access, "mfa/confirm", json!({"code": app.wrong(0)}))
        .await
        .expect_error(403, "wrong_code");
    let confirmed =
        client.ask_as(&ada.access, "mfa/confirm", json!({"code": app.code().await})).await.expect(200);
    let codes = backup_codes(&confirmed);
    codes.iter().for_each(|code| secrets.keep(code));
    client.ask_as(&ada.access, "mfa/enroll", json!({})).await.expect_error(409, "already_enrolled");
    exam.mail.open("ada@example.org", "second_factor_enabled").await;
    client.logout(&ada.refresh).await.expect(204);
    client.me(&ada.access).await.expect_error(401, "invalid_token");

    let pending = client.pending("ada@example.org", PASSWORD).await;
    secrets.keep(&pending);
    client.complete(&pending, &app.wrong(7)).await.expect_error(403, "wrong_code");
    let ada = Tokens::from(&client.complete(&pending, &app.code().await).await.expect(200));
    let ada = secrets.tokens(ada);
    let ada = secrets.tokens(Tokens::from(&client.refresh(&ada.refresh).await.expect(200)));
    let step_up = json!({"password": PASSWORD, "code": app.code().await});
    let ada = secrets
        .tokens(Tokens::from(&client.ask_as(&ada.access, "reauthenticate", step_up).await.expect(200)));

    let pending = client.pending("ada@example.org", PASSWORD).await;
    let other = Tokens::from(&client.complete_with_backup(&pending, &codes[3]).await.expect(200));
    exam.mail.open("ada@example.org", "backup_code_used").await;
    let regenerate = json!({"backup_code": codes[4]});
    let fresh = client.ask_as(&other.access, "mfa/backup-codes/regenerate", regenerate).await.expect(200);
    let fresh = backup_codes(&fresh);
    fresh.iter().for_each(|code| secrets.keep(code));
    exam.mail.open("ada@example.org", "backup_codes_regenerated").await;
    let pending = client.pending("ada@example.org", PASSWORD).await;
    client.complete_with_backup(&pending, &codes[5]).await.expect_error(403, "wrong_code");
    let state = client.get("/v1/auth/mfa").bearer(&ada.access).send().await.expect(200).json();
    assert_eq!((&state["enabled"], &state["backup_codes_left"]), (&json!(true), &json!(10)));

    // A change of password ends every session, and asks for the second factor like any login.
    let change = json!({"current_password": PASSWORD, "new_password": NEW_PASSWORD});
    let changed = client.ask_as(&ada.access, "password/change", change).await.expect(200).json();
    assert_eq!(changed["status"], "mfa_required");
    for old in [&ada, &other] {
        client.me(&old.access).await.expect_error(401, "invalid_token");
    }
    exam.mail.open("ada@example.org", "password_changed").await;
    let pending = changed["pending_token"].as_str().unwrap();
    secrets.keep(pending);
    let ada = Tokens::from(&client.complete_with_backup(pending, &fresh[0]).await.expect(200));
    let ada = secrets.tokens(ada);
    (ada, fresh)
}

/// Reset by mail, which leaves the second factor in force; another address; an end to the second factor.
async fn passwords(exam: &Exam, client: &Client, secrets: &mut Secrets, ada: Tokens, code: &str) -> Tokens {
    let token = exam.reset_token("ada@example.org").await;
    secrets.keep(&token);
    client.confirm_reset(&token, "ada@example.org").await.expect_error(400, "invalid_input");
    client.confirm_reset(&token, THIRD_PASSWORD).await.expect(204);
    client.me(&ada.access).await.expect_error(401, "invalid_token");
    exam.mail.open("ada@example.org", "password_reset").await;
    let pending = client.pending("ada@example.org", THIRD_PASSWORD).await;
    secrets.keep(&pending);
    let ada = Tokens::from(&client.complete_with_backup(&pending, code).await.expect(200));
    let ada = secrets.tokens(ada);
    let disable = |password: &str| json!({"current_password": password});
    client.ask_as(&ada.access, "mfa/disable", disable(WRONG)).await.expect_error(403, "wrong_password");
    client.ask_as(&ada.access, "mfa/disable", disable(THIRD_PASSWORD)).await.expect(204);
    exam.mail.open("ada@example.org", "second_factor_disabled").await;

    let change = json!({"new_email": "countess@example.org", "current_password": THIRD_PASSWORD});
    client.ask_as(&ada.access, "email/change", change).await.expect(202);
    exam.mail.open("ada@example.org", "email_change_requested").await;
    let token = exam.mail.open("countess@example.org", "change_email").await.token();
    secrets.keep(&token);
    assert_eq!(client.me(&ada.access).await.expect(200).json()["email"], "ada@example.org");
    client.verify(&token).await.expect(204);
    exam.mail.open("ada@example.org", "email_changed").await;
    assert_eq!(client.me(&ada.access).await.expect(200).json()["email"], "countess@example.org");
    ada
}

/// A key that may read papers and nothing else.
async fn keys(exam: &Exam, client: &Client, secrets: &mut Secrets, ada: &Tokens) {
    let wanted = json!({"name": "nightly", "scopes": ["paper:read"], "expires_in_days": 30});
    let made = client.ask_as(&ada.access, "api-keys", wanted).await.expect(201).json();
    let (id, key) = (made["id"].as_str().unwrap(), made["key"].as_str().unwrap());
    assert!(key.starts_with("exam_"), "scanners know it");
    secrets.keep(key);
    exam.mail.open("countess@example.org", "api_key_created").await;
    client.get("/v1/exam/papers").bearer(key).send().await.expect(200);
    client.get("/v1/auth/sessions").bearer(key).send().await.expect_error(403, "in_person_only");
    client.get("/v1/admin/audit").bearer(key).send().await.expect_error(403, "forbidden");

    let path = format!("api-keys/{id}/rotate");
    let rotated = client.ask_as(&ada.access, &path, json!({"overlap_seconds": 3600})).await;
    let next = rotated.expect(201).json();
    let next_key = next["key"].as_str().unwrap();
    secrets.keep(next_key);
    for key in [key, next_key] {
        client.get("/v1/exam/papers").bearer(key).send().await.expect(200);
    }
    let revoke = format!("/v1/auth/api-keys/{id}");
    client.call(Method::DELETE, &revoke).bearer(&ada.access).send().await.expect(204);
    client.get("/v1/exam/papers").bearer(key).send().await.expect_error(401, "invalid_token");
    client.get("/v1/exam/papers").bearer(next_key).send().await.expect(200);
}

/// Sessions, and the end of the account.
async fn end(exam: &Exam, client: &Client, secrets: &mut Secrets, ada: Tokens) {
    let login = client.try_login("countess@example.org", THIRD_PASSWORD).await.expect(200);
    let other = secrets.tokens(Tokens::from(&login));
    assert_eq!(client.session_ids(&ada.access).await.len(), 2);
    client.post("/v1/auth/logout-all").bearer(&other.access).send().await.expect(204);
    client.me(&ada.access).await.expect_error(401, "invalid_token");

    // A copy of a token that was spent ends its session.
    let login = client.try_login("countess@example.org", THIRD_PASSWORD).await.expect(200);
    let first = secrets.tokens(Tokens::from(&login));
    let second = secrets.tokens(Tokens::from(&client.refresh(&first.refresh).await.expect(200)));
    let third = secrets.tokens(Tokens::from(&client.refresh(&second.refresh).await.expect(200)));
    client.refresh(&first.refresh).await.expect_error(401, "invalid_refresh_token");
    client.me(&third.access).await.expect_error(401, "invalid_token");

    let login = client.try_login("countess@example.org", THIRD_PASSWORD).await.expect(200);
    let last = secrets.tokens(Tokens::from(&login));
    let remove = |password: &str| json!({"current_password": password});
    client.ask_as(&last.access, "account/remove", remove(WRONG)).await.expect_error(403, "wrong_password");
    client.ask_as(&last.access, "account/remove", remove(THIRD_PASSWORD)).await.expect(204);
    exam.mail.open("countess@example.org", "account_removed").await;
    client.me(&last.access).await.expect(401);
    client.refresh(&last.refresh).await.expect_error(401, "invalid_refresh_token");
    client.try_login("countess@example.org", THIRD_PASSWORD).await.expect_error(401, "invalid_credentials");
    // The address is free again.
    client.sign_up("countess@example.org").await.expect(202);
    let token = exam.mail.open("countess@example.org", "verify_email").await.token();
    secrets.keep(&token);
    client.verify(&token).await.expect(204);
}
