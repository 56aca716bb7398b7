//! Sign-up by mail, verification, change of address and password, removal.

use super::mail::{mailed, mailed_with};
use super::*;
use std::time::Duration;

const NEW: &str = "another long passphrase";

fn change(current: &str, new: &str) -> PasswordChange {
    PasswordChange { current_password: Secret::new(current.into()), new_password: Secret::new(new.into()) }
}

fn move_to(new_email: &str) -> EmailChangeRequest {
    EmailChangeRequest { new_email: new_email.into(), current_password: Secret::new(PASSWORD.into()) }
}

#[tokio::test]
async fn asvs_v6_3_8_enumeration_a_sign_up_answers_alike_and_the_mail_says_the_rest() {
    let mailed = mailed();
    assert!(matches!(mailed.world.sign_up("ada@example.org").await, SignUp::Accepted));
    let (mail, token) = mailed.mail_to("ada@example.org").await;
    assert_eq!(mail, ["verify_email"]);
    let refused = mailed.world.try_login("ada@example.org", PASSWORD, &call()).await;
    assert!(matches!(refused, Login::Refused), "as long as nobody has read that mail: {refused:?}");
    mailed.verify(&token.unwrap()).await.unwrap();
    mailed.world.login("ada@example.org").await;

    assert!(matches!(mailed.world.sign_up("ADA@example.org").await, SignUp::Accepted));
    assert_eq!(mailed.mail_to("ada@example.org").await, (vec!["already_registered"], None));
    assert_eq!(mailed.mail_to("ADA@example.org").await.0.len(), 0, "mail goes to the address of the account");
}

#[tokio::test]
async fn squatting_whoever_signs_up_with_somebody_elses_address_keeps_nothing_of_it() {
    let mailed = mailed();
    let squat = SignUpRequest {
        name: "Squatter".into(),
        email: "victim@example.org".into(),
        password: Secret::new("the squatter's passphrase".into()),
    };
    assert!(matches!(mailed.world.auth.sign_up.run(squat, &call()).await.unwrap(), SignUp::Accepted));
    let old = mailed.token_to("victim@example.org").await;
    assert!(matches!(mailed.world.sign_up("victim@example.org").await, SignUp::Accepted));
    let new = mailed.token_to("victim@example.org").await;
    assert_eq!(mailed.verify(&old).await.unwrap_err().code(), "invalid_token");
    mailed.verify(&new).await.unwrap();
    let squatter = mailed.world.try_login("victim@example.org", "the squatter's passphrase", &call()).await;
    assert!(matches!(squatter, Login::Refused));
    mailed.world.login("victim@example.org").await;
}

#[tokio::test]
async fn replay_and_expiry_of_a_verification_token() {
    let mailed = mailed();
    let _ = mailed.world.sign_up("ada@example.org").await;
    let late = mailed.token_to("ada@example.org").await;
    mailed.world.clock.advance(Duration::from_secs(24 * 3600));
    assert_eq!(mailed.verify(&late).await.unwrap_err().code(), "invalid_token");
    let again = ResendRequest { email: "ada@example.org".into() };
    let resent = mailed.world.auth.verify_email.resend(again, &call()).await.unwrap();
    assert!(matches!(resent, Reply::Granted(())));
    let token = mailed.token_to("ada@example.org").await;
    mailed.verify(&token).await.unwrap();
    assert_eq!(mailed.verify(&token).await.unwrap_err().code(), "invalid_token");

    for email in ["ada@example.org", "nobody@example.org"] {
        let again = ResendRequest { email: email.into() };
        let resent = mailed.world.auth.verify_email.resend(again, &call()).await.unwrap();
        assert!(matches!(resent, Reply::Granted(())), "{email}");
        assert_eq!(mailed.mail_to(email).await.0.len(), 0, "{email}");
    }
}

#[tokio::test]
async fn asvs_v6_2_3_a_change_of_password_needs_the_current_one_and_ends_every_session() {
    let mailed = mailed();
    let here = mailed.join("ada@example.org").await;
    let there = mailed.world.login("ada@example.org").await;
    let caller = mailed.principal(&here).await;
    let flow = &mailed.world.auth.change_password;
    let wrong = flow.run(&caller, change("not the password at all", NEW), &call()).await.unwrap();
    assert_eq!(wrong.into_result().unwrap_err().code(), "wrong_password");
    let short = flow.run(&caller, change(PASSWORD, "short"), &call()).await.unwrap();
    let short = short.into_result().unwrap_err();
    assert_eq!(short.fields()[0].field, "new_password");
    assert!(mailed.world.caller(&there).await.is_some(), "nothing has changed yet");

    let next = flow
        .run(&caller, change(PASSWORD, NEW), &call())
        .await
        .unwrap()
        .into_result()
        .unwrap()
        .into_result()
        .unwrap();
    for old in [&here, &there] {
        assert!(mailed.world.caller(old).await.is_none(), "asvs 7.2.4, 7.4.3: old access tokens are void");
        assert!(mailed.world.refresh(&old.refresh_token).await.is_err(), "stolen refresh after the change");
    }
    assert!(mailed.world.caller(&next).await.is_some());
    assert!(matches!(mailed.world.try_login("ada@example.org", PASSWORD, &call()).await, Login::Refused));
    assert_eq!(mailed.mail_to("ada@example.org").await.0, ["password_changed"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn race_a_login_with_the_old_password_beside_a_change_leaves_no_session_of_it() {
    for _ in 0..40 {
        let mailed = Arc::new(mailed_with(|b| b.login_limits(generous())));
        let pair = mailed.join("ada@example.org").await;
        let caller = mailed.principal(&pair).await;
        let racers: Vec<_> = (0..4)
            .map(|_| {
                let mailed = mailed.clone();
                tokio::spawn(async move {
                    mailed.world.try_login("ada@example.org", PASSWORD, &call()).await.into_result().ok()
                })
            })
            .collect();
        let flow = &mailed.world.auth.change_password;
        let next = flow
            .run(&caller, change(PASSWORD, NEW), &call())
            .await
            .unwrap()
            .into_result()
            .unwrap()
            .into_result()
            .unwrap();
        for racer in racers {
            if let Some(old) = racer.await.unwrap() {
                assert!(mailed.world.refresh(&old.refresh_token).await.is_err());
                assert!(mailed.world.caller(&old).await.is_none());
            }
        }
        let caller = mailed.principal(&next).await;
        assert_eq!(mailed.world.auth.sessions.list(&caller).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn partial_write_a_session_of_the_old_password_does_not_go_on_even_if_nobody_ended_it() {
    let mailed = mailed();
    let pair = mailed.join("ada@example.org").await;
    let caller = mailed.principal(&pair).await;
    let accounts = &mailed.world.auth.login.with.accounts;
    let account = accounts.by_id(caller.subject()).await.unwrap().unwrap();
    // What a crash right after the new hash was kept leaves behind.
    let kept = accounts.change_password(&account.id, account.credential_version, account.password).await;
    assert_eq!(kept.unwrap(), stockade_authn::account::Replacement::Replaced);
    assert!(mailed.world.refresh(&pair.refresh_token).await.is_err());
    assert!(mailed.world.caller(&pair).await.is_none());
}

#[tokio::test]
async fn asvs_v7_5_1_an_address_changes_after_the_password_and_the_mail() {
    let mailed = mailed();
    let pair = mailed.join("ada@example.org").await;
    let caller = mailed.principal(&pair).await;
    let flow = &mailed.world.auth.change_email;
    let wrong = EmailChangeRequest {
        new_email: "eve@example.org".into(),
        current_password: Secret::new("not the password at all".into()),
    };
    let wrong = flow.run(&caller, wrong, &call()).await.unwrap();
    assert_eq!(wrong.into_result().unwrap_err().code(), "wrong_password");
    let asked = flow.run(&caller, move_to("countess@example.org"), &call()).await.unwrap();
    assert!(matches!(asked, Reply::Granted(())));
    assert_eq!(mailed.mail_to("ada@example.org").await.0, ["email_change_requested"]);
    let token = mailed.token_to("countess@example.org").await;
    mailed.world.login("ada@example.org").await;
    mailed.verify(&token).await.unwrap();
    mailed.world.login("countess@example.org").await;
    assert!(matches!(mailed.world.try_login("ada@example.org", PASSWORD, &call()).await, Login::Refused));
    assert_eq!(mailed.mail_to("ada@example.org").await.0, ["email_changed"]);
    assert_eq!(mailed.verify(&token).await.unwrap_err().code(), "invalid_token");
}

#[tokio::test]
async fn enumeration_an_address_that_is_taken_changes_nothing_but_the_mail() {
    let mailed = mailed();
    let pair = mailed.join("ada@example.org").await;
    mailed.join("bob@example.org").await;
    let caller = mailed.principal(&pair).await;
    let asked = mailed.world.auth.change_email.run(&caller, move_to("bob@example.org"), &call()).await;
    assert!(matches!(asked.unwrap(), Reply::Granted(())));
    assert_eq!(mailed.mail_to("bob@example.org").await, (vec!["already_registered"], None));
}

#[tokio::test]
async fn a_removed_account_leaves_nothing_that_works() {
    let mailed = mailed();
    let pair = mailed.join("ada@example.org").await;
    let caller = mailed.principal(&pair).await;
    let request = ApiKeyRequest {
        name: "export".into(),
        scopes: vec!["paper:read".parse().unwrap()],
        expires_in_days: None,
        current_password: None,
    };
    let key = mailed.world.auth.api_keys.create(&caller, request, &call()).await.unwrap();
    let key = key.into_result().unwrap().key;
    let authenticate =
        async || mailed.world.auth.authenticator.authenticate(key.expose()).resolve().await.is_ok();
    assert!(authenticate().await);
    let removal = || AccountRemoval { current_password: Secret::new(PASSWORD.into()) };
    let removed = mailed.world.auth.close_account.remove(&caller, removal(), &call()).await.unwrap();
    assert!(matches!(removed, Reply::Granted(())));
    assert!(mailed.world.caller(&pair).await.is_none());
    assert!(mailed.world.refresh(&pair.refresh_token).await.is_err());
    assert!(!authenticate().await);
    assert!(matches!(mailed.world.try_login("ada@example.org", PASSWORD, &call()).await, Login::Refused));
    assert!(mailed.mail_to("ada@example.org").await.0.contains(&"account_removed"));
    mailed.join("ada@example.org").await;
}

/// Limits that no test of races reaches.
pub(super) fn generous() -> AttemptLimits {
    let mut limits = AttemptLimits::default();
    for one in [
        &mut limits.login,
        &mut limits.mfa,
        &mut limits.backup_code,
        &mut limits.reset,
        &mut limits.verify,
        &mut limits.reset_request,
        &mut limits.verify_request,
        &mut limits.reauthenticate,
    ] {
        *one = Limits::DANGER_NONE;
    }
    limits
}
