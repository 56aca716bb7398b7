//! Second factors.

use super::accounts::generous;
use super::mail::{Mailed, mailed, mailed_with};
use super::*;
use std::time::Duration;
use stockade_core::Assurance;

/// An authenticator app.
struct App(totp_rs::Totp);

impl App {
    fn code(&self, mailed: &Mailed) -> String {
        use stockade_core::Clock;
        self.0.generate(mailed.world.clock.now().as_secs()).to_string()
    }
}

fn secret(text: impl Into<String>) -> Secret<String> {
    Secret::new(text.into())
}

fn next_step(mailed: &Mailed) {
    mailed.world.clock.advance(Duration::from_secs(30));
}

/// Ada, with an authenticator in force and the session that set it up.
async fn enrolled(mailed: &Mailed) -> (App, Vec<String>, TokenPair) {
    let pair = mailed.join("ada@example.org").await;
    let caller = mailed.principal(&pair).await;
    let flow = &mailed.world.auth.mfa;
    let begun = flow.enroll(&caller, Presence::default(), &call()).await.unwrap().into_result().unwrap();
    let app = App(totp_rs::Totp::from_url(begun.uri.expose()).unwrap());
    let confirmation = EnrolmentConfirmation { code: secret(app.code(mailed)) };
    let codes = flow.confirm(&caller, confirmation, &call()).await.unwrap().into_result().unwrap().codes;
    (app, codes.iter().map(|code| code.expose().clone()).collect(), pair)
}

async fn pending(mailed: &Mailed) -> String {
    match mailed.world.try_login("ada@example.org", PASSWORD, &call()).await {
        Login::MfaRequired(issued) => issued.token.expose().clone(),
        other => panic!("no second factor asked for: {other:?}"),
    }
}

async fn complete(mailed: &Mailed, token: &str, code: &str) -> Result<TokenPair, Problem> {
    let request =
        LoginCompletion { pending_token: secret(token), code: Some(secret(code)), backup_code: None };
    mailed.world.auth.complete_login.run(request, &call()).await.unwrap().into_result()
}

async fn complete_by_backup(mailed: &Mailed, token: &str, code: &str) -> Result<TokenPair, Problem> {
    let request =
        LoginCompletion { pending_token: secret(token), code: None, backup_code: Some(secret(code)) };
    mailed.world.auth.complete_login.run(request, &call()).await.unwrap().into_result()
}

#[tokio::test]
async fn asvs_v6_5_1_enrolment_consumes_its_code_and_a_login_takes_each_code_once() {
    let mailed = mailed();
    let (app, codes, _) = enrolled(&mailed).await;
    assert_eq!(codes.len(), 10);
    let token = pending(&mailed).await;
    let used = complete(&mailed, &token, &app.code(&mailed)).await.unwrap_err();
    assert_eq!(used.code(), "wrong_code", "the code that confirmed the enrolment is consumed");
    next_step(&mailed);
    let pair = complete(&mailed, &token, &app.code(&mailed)).await.unwrap();
    let caller = mailed.principal(&pair).await;
    assert_eq!(caller.methods().assurance(), Assurance::Aal2);
    let again = complete(&mailed, &token, &app.code(&mailed)).await.unwrap_err();
    assert_eq!(again.code(), "invalid_token", "a pending token is good for one session");
    let token = pending(&mailed).await;
    assert_eq!(complete(&mailed, &token, &app.code(&mailed)).await.unwrap_err().code(), "wrong_code");
    let next = mailed.world.refresh(&pair.refresh_token).await.unwrap();
    assert_eq!(
        mailed.principal(&next).await.methods(),
        caller.methods(),
        "a refresh keeps how it was proved"
    );
}

#[tokio::test]
async fn confusion_a_pending_token_is_no_access_token_and_no_refresh_token() {
    let mailed = mailed();
    enrolled(&mailed).await;
    let token = pending(&mailed).await;
    assert!(mailed.world.auth.authenticator.authenticate(&token).resolve().await.is_err());
    assert!(mailed.world.refresh(&secret(token.as_str())).await.is_err());
    assert_eq!(mailed.reset(&token, "another long passphrase").await.unwrap_err().code(), "invalid_token");
}

#[tokio::test]
async fn asvs_v6_6_3_brute_force_a_pending_token_is_good_for_five_codes_and_five_minutes() {
    let mailed = mailed_with(|builder| builder.login_limits(generous()));
    let (app, ..) = enrolled(&mailed).await;
    next_step(&mailed);
    let token = pending(&mailed).await;
    for _ in 0..5 {
        assert_eq!(complete(&mailed, &token, "000000").await.unwrap_err().code(), "wrong_code");
    }
    assert_eq!(complete(&mailed, &token, &app.code(&mailed)).await.unwrap_err().code(), "invalid_token");
    let token = pending(&mailed).await;
    mailed.world.clock.advance(Duration::from_secs(300));
    assert_eq!(complete(&mailed, &token, &app.code(&mailed)).await.unwrap_err().code(), "invalid_token");
}

#[tokio::test]
async fn brute_force_codes_are_limited_by_account_however_many_logins_are_begun() {
    let mailed = mailed();
    enrolled(&mailed).await;
    let mut compared = 0;
    for _ in 0..4 {
        mailed.world.clock.advance(Duration::from_secs(1));
        let token = pending(&mailed).await;
        for _ in 0..5 {
            compared +=
                u32::from(complete(&mailed, &token, "000000").await.unwrap_err().code() == "wrong_code");
        }
    }
    assert!(compared <= 6, "{compared} codes were compared");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn race_of_64_uses_of_one_code_or_backup_code_one_is_good() {
    let mailed = Arc::new(mailed_with(|builder| {
        builder.login_limits(generous()).hashing(HashPoolConfig::default().with_max_waiting(64))
    }));
    let (app, codes, _) = enrolled(&mailed).await;
    next_step(&mailed);
    let code = app.code(&mailed);
    // Each of three logins takes up to five codes.
    let mut tokens = Vec::new();
    for _ in 0..3 {
        tokens.push(pending(&mailed).await);
    }
    let mut racers = tokio::task::JoinSet::new();
    for n in 0..64 {
        let (mailed, token, code) = (mailed.clone(), tokens[n % 3].clone(), code.clone());
        racers.spawn(async move { complete(&mailed, &token, &code).await.is_ok() });
    }
    assert_eq!(racers.join_all().await.into_iter().filter(|won| *won).count(), 1);

    let mut tokens = Vec::new();
    for _ in 0..3 {
        tokens.push(pending(&mailed).await);
    }
    let mut racers = tokio::task::JoinSet::new();
    for n in 0..64 {
        let (mailed, token, code) = (mailed.clone(), tokens[n % 3].clone(), codes[0].clone());
        racers.spawn(async move { complete_by_backup(&mailed, &token, &code).await.is_ok() });
    }
    assert_eq!(racers.join_all().await.into_iter().filter(|won| *won).count(), 1);
}

#[tokio::test]
async fn backup_codes_open_once_and_a_new_set_voids_the_old() {
    let mailed = mailed_with(|builder| builder.login_limits(generous()));
    let (app, codes, _) = enrolled(&mailed).await;
    let pair = complete_by_backup(&mailed, &pending(&mailed).await, &codes[0]).await.unwrap();
    let caller = mailed.principal(&pair).await;
    assert_eq!(caller.methods().assurance(), Assurance::Aal2);
    assert!(mailed.mail_to("ada@example.org").await.0.contains(&"backup_code_used"));
    assert_eq!(mailed.world.auth.mfa.status(&caller).await.unwrap().backup_codes_left(), 9);
    let again = complete_by_backup(&mailed, &pending(&mailed).await, &codes[0]).await;
    assert_eq!(again.unwrap_err().code(), "wrong_code");

    next_step(&mailed);
    let wrong = SecondFactorCode { code: Some(secret("000000")), backup_code: None };
    let flow = &mailed.world.auth.mfa;
    assert!(flow.regenerate(&caller, wrong, &call()).await.unwrap().into_result().is_err());
    let right = SecondFactorCode { code: Some(secret(app.code(&mailed))), backup_code: None };
    let new = flow.regenerate(&caller, right, &call()).await.unwrap().into_result().unwrap().codes;
    let old = complete_by_backup(&mailed, &pending(&mailed).await, &codes[1]).await;
    assert_eq!(old.unwrap_err().code(), "wrong_code");
    complete_by_backup(&mailed, &pending(&mailed).await, new[0].expose()).await.unwrap();
}

#[tokio::test]
async fn asvs_v6_4_3_a_reset_leaves_the_second_factor_in_force() {
    let mailed = mailed();
    enrolled(&mailed).await;
    let _ = mailed.ask_reset("ada@example.org").await;
    let token = mailed.token_to("ada@example.org").await;
    mailed.reset(&token, "another long passphrase").await.unwrap();
    let login = mailed.world.try_login("ada@example.org", "another long passphrase", &call()).await;
    assert!(matches!(login, Login::MfaRequired(_)));
}

#[tokio::test]
async fn a_pending_login_dies_with_the_password_that_began_it() {
    let mailed = mailed();
    let (app, ..) = enrolled(&mailed).await;
    let token = pending(&mailed).await;
    let _ = mailed.ask_reset("ada@example.org").await;
    let reset = mailed.token_to("ada@example.org").await;
    mailed.reset(&reset, "another long passphrase").await.unwrap();
    next_step(&mailed);
    assert_eq!(complete(&mailed, &token, &app.code(&mailed)).await.unwrap_err().code(), "invalid_token");
}

#[tokio::test]
async fn asvs_v7_5_3_stepping_up_takes_both_factors_and_a_new_session() {
    let mailed = mailed();
    let (app, _, pair) = enrolled(&mailed).await;
    let caller = mailed.principal(&pair).await;
    assert_eq!(caller.methods().assurance(), Assurance::Aal1, "it was opened before there was a factor");
    next_step(&mailed);
    let flow = &mailed.world.auth.reauthenticate;
    let request = Reauthentication { password: secret(PASSWORD), code: None };
    let refused = flow.run(&caller, request, &call()).await.unwrap().into_result().unwrap_err();
    assert_eq!(refused.fields()[0].code, "required", "the password alone makes no session that lasts");
    let request = Reauthentication { password: secret(PASSWORD), code: Some(secret("000000")) };
    assert!(flow.run(&caller, request, &call()).await.unwrap().into_result().is_err());
    let request = Reauthentication { password: secret(PASSWORD), code: Some(secret(app.code(&mailed))) };
    let next = flow.run(&caller, request, &call()).await.unwrap().into_result().unwrap();
    assert_eq!(mailed.principal(&next).await.methods().assurance(), Assurance::Aal2);
    assert!(mailed.world.caller(&pair).await.is_none(), "the old session is over (asvs 7.2.4)");
}

#[tokio::test]
async fn asvs_v7_5_1_a_stolen_session_cannot_enrol_once_the_sign_in_is_old() {
    let mailed = mailed();
    let pair = mailed.join("ada@example.org").await;
    let caller = mailed.principal(&pair).await;
    mailed.world.clock.advance(Duration::from_secs(301));
    let flow = &mailed.world.auth.mfa;
    let refused = flow.enroll(&caller, Presence::default(), &call()).await.unwrap();
    assert_eq!(refused.into_result().unwrap_err().code(), "reauthentication_required");
    let presence = Presence { current_password: Some(secret(PASSWORD)) };
    assert!(flow.enroll(&caller, presence, &call()).await.unwrap().into_result().is_ok());
}

#[tokio::test]
async fn a_second_factor_goes_by_password_or_code() {
    let mailed = mailed();
    let (.., pair) = enrolled(&mailed).await;
    let caller = mailed.principal(&pair).await;
    let nothing = mailed.world.auth.mfa.disable(&caller, FactorRemoval::default(), &call()).await.unwrap();
    assert!(nothing.into_result().is_err());
    let gone = mailed.world.auth.mfa.disable(&caller, by_password(), &call()).await.unwrap();
    assert!(matches!(gone, Reply::Granted(())));
    mailed.world.login("ada@example.org").await;
    assert!(mailed.mail_to("ada@example.org").await.0.contains(&"second_factor_disabled"));
}

#[tokio::test]
async fn asvs_v6_3_3_a_second_factor_can_be_demanded_of_everybody() {
    let strict = mailed_with(|builder| builder.second_factor(SecondFactorPolicy::Required));
    let (.., pair) = enrolled(&strict).await;
    let caller = strict.principal(&pair).await;
    let refused = strict.world.auth.mfa.disable(&caller, by_password(), &call()).await.unwrap();
    assert!(matches!(refused, Reply::Refused(Refusal::Forbidden)));
}

#[tokio::test]
async fn asvs_v6_6_2_a_code_completes_only_the_login_that_asked_for_it() {
    let mailed = mailed();
    let (app, ..) = enrolled(&mailed).await;
    next_step(&mailed);
    let _ = mailed.join("bob@example.org").await;
    let token = pending(&mailed).await;
    let elsewhere = format!("{}x", &token[..token.len() - 1]);
    let refused = complete(&mailed, &elsewhere, &app.code(&mailed)).await.unwrap_err();
    assert_eq!(refused.code(), "invalid_token");
    let pair = complete(&mailed, &token, &app.code(&mailed)).await.unwrap();
    assert_ne!(
        mailed.principal(&pair).await.subject(),
        mailed.principal(&mailed.world.login("bob@example.org").await).await.subject()
    );
}

fn by_password() -> FactorRemoval {
    FactorRemoval { current_password: Some(secret(PASSWORD)), ..FactorRemoval::default() }
}

#[tokio::test]
async fn a_change_of_password_is_no_way_around_the_second_factor() {
    let mailed = mailed();
    let (app, _, pair) = enrolled(&mailed).await;
    let caller = mailed.principal(&pair).await;
    let change = PasswordChange {
        current_password: secret(PASSWORD),
        new_password: secret("another long passphrase"),
    };
    let changed = mailed.world.auth.change_password.run(&caller, change, &call()).await.unwrap();
    let Login::MfaRequired(pending) = changed.into_result().unwrap() else { panic!("no factor asked for") };
    assert!(mailed.world.caller(&pair).await.is_none());
    next_step(&mailed);
    let next = complete(&mailed, pending.token.expose(), &app.code(&mailed)).await.unwrap();
    assert_eq!(mailed.principal(&next).await.methods().assurance(), Assurance::Aal2);
}

#[tokio::test]
async fn race_a_password_that_was_judged_before_it_changed_or_got_company_opens_nothing() {
    let mailed = mailed();
    let pair = mailed.join("ada@example.org").await;
    let caller = mailed.principal(&pair).await;
    let with = &mailed.world.auth.login.with;
    let judged = with.accounts.by_id(caller.subject()).await.unwrap().unwrap();
    let enter = async || {
        let methods = stockade_core::AuthMethods::of(stockade_core::AuthMethod::Password);
        with.enter(&judged, methods, stockade_core::Action::LOGIN, &call()).await.unwrap()
    };
    assert!(enter().await.is_some(), "nothing has changed yet");
    let begun = mailed.world.auth.mfa.enroll(&caller, Presence::default(), &call()).await.unwrap();
    let app = App(totp_rs::Totp::from_url(begun.into_result().unwrap().uri.expose()).unwrap());
    let confirmation = EnrolmentConfirmation { code: secret(app.code(&mailed)) };
    let confirmed = mailed.world.auth.mfa.confirm(&caller, confirmation, &call()).await.unwrap();
    assert!(matches!(confirmed, Reply::Granted(_)));
    assert!(enter().await.is_none(), "a factor came into force");

    let removal = by_password();
    let _ = mailed.world.auth.mfa.disable(&caller, removal, &call()).await.unwrap();
    assert!(enter().await.is_some());
    let _ = with.accounts.change_password(&judged.id, 0, judged.password.clone()).await.unwrap();
    let open = mailed.world.auth.sessions.list(&caller).await.unwrap().len();
    assert!(enter().await.is_none(), "the password changed");
    assert_eq!(mailed.world.auth.sessions.list(&caller).await.unwrap().len(), open, "no session is left");
}
