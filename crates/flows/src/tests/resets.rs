//! Resets of passwords.

use super::accounts::generous;
use super::mail::{mailed, mailed_with};
use super::*;
use std::time::Duration;

const NEW: &str = "another long passphrase";

#[tokio::test]
async fn asvs_v6_4_1_a_reset_is_good_once_for_a_quarter_of_an_hour_and_ends_every_session() {
    let mailed = mailed();
    let open = mailed.join("ada@example.org").await;
    assert!(matches!(mailed.ask_reset("ADA@example.org").await, Reply::Granted(())));
    let (mail, token) = mailed.mail_to("ada@example.org").await;
    assert_eq!(mail, ["reset_password"]);
    let token = token.unwrap();
    let short = mailed.reset(&token, "short").await.unwrap_err();
    assert_eq!(short.fields()[0].field, "new_password");
    mailed.reset(&token, NEW).await.unwrap();
    assert_eq!(mailed.reset(&token, NEW).await.unwrap_err().code(), "invalid_token", "replay");
    assert!(mailed.world.caller(&open).await.is_none(), "a session that was open during the reset");
    assert!(mailed.world.refresh(&open.refresh_token).await.is_err());
    assert!(matches!(mailed.world.try_login("ada@example.org", PASSWORD, &call()).await, Login::Refused));
    assert!(matches!(mailed.world.try_login("ada@example.org", NEW, &call()).await, Login::SignedIn(_)));
    assert_eq!(mailed.mail_to("ada@example.org").await.0, ["password_reset"]);

    let _ = mailed.ask_reset("ada@example.org").await;
    let late = mailed.token_to("ada@example.org").await;
    mailed.world.clock.advance(Duration::from_secs(15 * 60));
    assert_eq!(mailed.reset(&late, PASSWORD).await.unwrap_err().code(), "invalid_token");
}

#[tokio::test]
async fn asvs_v6_3_8_enumeration_an_unknown_address_gets_the_same_answer_and_no_mail() {
    let mailed = mailed();
    mailed.join("ada@example.org").await;
    for email in ["nobody@example.org", "ada@example.org"] {
        assert!(matches!(mailed.ask_reset(email).await, Reply::Granted(())), "{email}");
    }
    assert_eq!(mailed.mail_to("nobody@example.org").await.0.len(), 0);
    for n in 0..5 {
        let known = mailed.ask_reset("ada@example.org").await;
        let unknown = mailed.ask_reset("nobody@example.org").await;
        assert_eq!(known.into_result(), unknown.into_result(), "request {n}: limits tell nothing either");
    }
}

#[tokio::test]
async fn confusion_a_token_of_a_opens_only_a_and_one_of_another_purpose_opens_nothing() {
    let mailed = mailed();
    let ada = mailed.join("ada@example.org").await;
    mailed.join("bob@example.org").await;
    let _ = mailed.ask_reset("ada@example.org").await;
    let token = mailed.token_to("ada@example.org").await;
    assert_eq!(mailed.verify(&token).await.unwrap_err().code(), "invalid_token");
    for not in [ada.refresh_token.expose().as_str(), ada.access_token.expose(), "", "ot1_", &token[..40]] {
        assert_eq!(mailed.reset(not, NEW).await.unwrap_err().code(), "invalid_token", "`{not}`");
    }
    mailed.reset(&token, NEW).await.unwrap();
    mailed.world.login("bob@example.org").await;
}

#[tokio::test]
async fn a_reset_is_void_once_password_or_address_have_changed() {
    let mailed = mailed_with(|builder| builder.login_limits(generous()));
    let pair = mailed.join("ada@example.org").await;
    let caller = mailed.principal(&pair).await;
    for _ in 0..2 {
        let _ = mailed.ask_reset("ada@example.org").await;
    }
    let first = mailed.token_to("ada@example.org").await;
    let change = PasswordChange {
        current_password: Secret::new(PASSWORD.into()),
        new_password: Secret::new(NEW.into()),
    };
    let changed = mailed.world.auth.change_password.run(&caller, change, &call()).await.unwrap();
    let caller = mailed.principal(&changed.into_result().unwrap().into_result().unwrap()).await;
    assert_eq!(mailed.reset(&first, PASSWORD).await.unwrap_err().code(), "invalid_token");

    let _ = mailed.ask_reset("ada@example.org").await;
    let reset = mailed.token_to("ada@example.org").await;
    let ask = EmailChangeRequest {
        new_email: "countess@example.org".into(),
        current_password: Secret::new(NEW.into()),
    };
    let _ = mailed.world.auth.change_email.run(&caller, ask, &call()).await.unwrap();
    let proof = mailed.token_to("countess@example.org").await;
    mailed.verify(&proof).await.unwrap();
    let stale = mailed.reset(&reset, PASSWORD).await.unwrap_err();
    assert_eq!(stale.code(), "invalid_token", "what lies in the old mailbox opens nothing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn race_of_64_uses_of_one_reset_or_verification_token_one_is_good() {
    let mailed = Arc::new(mailed_with(|builder| {
        builder.login_limits(generous()).hashing(HashPoolConfig::default().with_max_waiting(64))
    }));
    let _ = mailed.world.sign_up("ada@example.org").await;
    let verification = mailed.token_to("ada@example.org").await;
    let mut racers = tokio::task::JoinSet::new();
    for _ in 0..64 {
        let (mailed, token) = (mailed.clone(), verification.clone());
        racers.spawn(async move { mailed.verify(&token).await.is_ok() });
    }
    assert_eq!(racers.join_all().await.into_iter().filter(|won| *won).count(), 1);

    let _ = mailed.ask_reset("ada@example.org").await;
    let reset = mailed.token_to("ada@example.org").await;
    let mut racers = tokio::task::JoinSet::new();
    for n in 0..64 {
        let (mailed, token) = (mailed.clone(), reset.clone());
        racers.spawn(async move { mailed.reset(&token, &format!("passphrase number {n}")).await.is_ok() });
    }
    assert_eq!(racers.join_all().await.into_iter().filter(|won| *won).count(), 1);
}

#[tokio::test]
async fn a_service_without_mail_says_that_it_cannot_reset() {
    let world = world();
    let request = ResetRequest { email: "ada@example.org".into() };
    let refused = world.auth.reset_password.request(request, &call()).await.unwrap();
    assert!(matches!(refused, Reply::Refused(Refusal::NoMail)));
}

#[tokio::test]
async fn partial_write_a_reset_of_an_older_password_is_void_even_if_nobody_voided_it() {
    let mailed = mailed();
    let pair = mailed.join("ada@example.org").await;
    let caller = mailed.principal(&pair).await;
    let _ = mailed.ask_reset("ada@example.org").await;
    let token = mailed.token_to("ada@example.org").await;
    let accounts = &mailed.world.auth.login.with.accounts;
    let account = accounts.by_id(caller.subject()).await.unwrap().unwrap();
    // What a crash right after the new hash was kept leaves behind.
    let _ = accounts.change_password(&account.id, 0, account.password).await.unwrap();
    assert_eq!(mailed.reset(&token, NEW).await.unwrap_err().code(), "invalid_token");
}
