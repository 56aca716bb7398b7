//! Requirements of OWASP ASVS 5.0 that no other test is named after.

use super::mail::{mailed, mailed_with};
use super::*;
use std::time::Duration;

const NEW: &str = "another long passphrase";

fn change(new: &str) -> PasswordChange {
    PasswordChange { current_password: Secret::new(PASSWORD.into()), new_password: Secret::new(new.into()) }
}

#[tokio::test]
async fn asvs_v6_2_2_a_password_can_be_changed_by_its_owner() {
    let mailed = mailed();
    let pair = mailed.join("ada@example.org").await;
    let caller = mailed.principal(&pair).await;
    let changed = mailed.world.auth.change_password.run(&caller, change(NEW), &call()).await.unwrap();
    assert!(matches!(changed, Reply::Granted(_)));
    let login = mailed.world.try_login("ada@example.org", NEW, &call()).await;
    assert!(matches!(login, Login::SignedIn(_)));
}

/// A session is opened in one place, so that no way in can leave out what that place checks. Whoever adds a way in has to go
/// through it, or to change this test.
#[test]
fn asvs_v6_3_4_every_way_in_goes_through_one_door() {
    fn visit(folder: &std::path::Path, doors: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                visit(&path, doors);
            } else if std::fs::read_to_string(&path).unwrap().contains("sessions.open(") {
                doors.push(path.file_name().unwrap().to_string_lossy().into_owned());
            }
        }
    }
    let mut doors = Vec::new();
    visit(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut doors);
    doors.retain(|file| file != "requirements.rs");
    assert_eq!(doors, ["entry.rs"]);
}

#[tokio::test]
async fn asvs_v6_3_7_the_owner_is_told_of_a_change_of_password_or_address() {
    let mailed = mailed();
    let pair = mailed.join("ada@example.org").await;
    let caller = mailed.principal(&pair).await;
    let changed = mailed.world.auth.change_password.run(&caller, change(NEW), &call()).await.unwrap();
    let caller = mailed.principal(&changed.into_result().unwrap().into_result().unwrap()).await;
    let request = EmailChangeRequest {
        new_email: "countess@example.org".into(),
        current_password: Secret::new(NEW.into()),
    };
    let _ = mailed.world.auth.change_email.run(&caller, request, &call()).await.unwrap();
    let token = mailed.token_to("countess@example.org").await;
    mailed.verify(&token).await.unwrap();
    let told = mailed.mail_to("ada@example.org").await.0;
    assert_eq!(told, ["password_changed", "email_change_requested", "email_changed"]);
}

#[test]
fn asvs_v6_4_2_nobody_is_asked_for_hints_or_secret_questions() {
    let with = |extra: &str| {
        let json = format!(r#"{{"name":"Ada","email":"ada@example.org","password":"{PASSWORD}"{extra}}}"#);
        serde_json::from_str::<SignUpRequest>(&json).is_ok()
    };
    assert!(with(""));
    for extra in [r#","hint":"a name""#, r#","security_question":"?","security_answer":"!""#] {
        assert!(!with(extra), "{extra}");
    }
}

#[tokio::test]
async fn asvs_v6_7_2_every_challenge_is_drawn_anew_and_too_long_to_guess() {
    let mailed = mailed();
    let _ = mailed.world.sign_up("ada@example.org").await;
    let first = mailed.token_to("ada@example.org").await;
    let _ = mailed.world.sign_up("ada@example.org").await;
    let second = mailed.token_to("ada@example.org").await;
    assert_ne!(first, second);
    // 64 bits are eleven characters of base64url.
    assert!(first.len() > 11 + "ot1_".len(), "{first}");
}

#[tokio::test]
async fn asvs_v7_2_1_only_what_this_service_signed_is_a_session() {
    let (ours, theirs) = (mailed(), mailed());
    let pair = theirs.join("ada@example.org").await;
    ours.join("ada@example.org").await;
    assert!(theirs.world.caller(&pair).await.is_some());
    assert!(ours.world.caller(&pair).await.is_none(), "signed by somebody else");
    assert!(ours.world.refresh(&pair.refresh_token).await.is_err());
}

#[tokio::test]
async fn asvs_v7_2_2_every_login_and_every_renewal_gets_tokens_of_its_own() {
    let mailed = mailed();
    let first = mailed.join("ada@example.org").await;
    let second = mailed.world.login("ada@example.org").await;
    let renewed = mailed.world.refresh(&second.refresh_token).await.unwrap();
    let tokens = [&first, &second, &renewed]
        .map(|pair| [pair.access_token.expose().clone(), pair.refresh_token.expose().clone()]);
    let different: std::collections::HashSet<_> = tokens.iter().flatten().collect();
    assert_eq!(different.len(), 6);
}

#[tokio::test]
async fn asvs_v7_3_2_a_session_is_over_after_its_absolute_life_however_often_it_is_renewed() {
    let day = Duration::from_secs(24 * 60 * 60);
    let mailed = mailed_with(|builder| {
        builder.sessions(stockade_authn::session::SessionConfig::default().with_timeouts(2 * day, 5 * day))
    });
    let mut pair = mailed.join("ada@example.org").await;
    for _ in 0..4 {
        mailed.world.clock.advance(day);
        pair = mailed.world.refresh(&pair.refresh_token).await.unwrap();
    }
    mailed.world.clock.advance(day);
    assert!(mailed.world.refresh(&pair.refresh_token).await.is_err());
    assert!(mailed.world.caller(&pair).await.is_none());
}
