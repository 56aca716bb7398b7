//! Other people's accounts, and other people's names.

use super::mail::{Mailed, mailed};
use super::*;
use std::time::Duration;
use stockade_core::PrincipalKind;

async fn pair_of(mailed: &Mailed) -> (Principal, TokenPair, Principal) {
    let admin = mailed.join("admin@example.org").await;
    let ada = mailed.join("ada@example.org").await;
    (mailed.principal(&admin).await, ada.clone(), mailed.principal(&ada).await)
}

fn borrow(subject: &Principal, seconds: Option<u64>) -> ImpersonationRequest {
    ImpersonationRequest { subject: subject.subject().clone(), reason: "ticket 7".into(), seconds }
}

#[tokio::test]
async fn asvs_v7_4_2_a_disabled_account_is_out_at_once_and_opens_again() {
    let mailed = mailed();
    let (admin, pair, ada) = pair_of(&mailed).await;
    let flow = &mailed.world.auth.administer;
    flow.disable(&admin, ada.subject(), &call()).await.unwrap().into_result().unwrap();
    assert!(mailed.world.caller(&pair).await.is_none());
    assert!(mailed.world.refresh(&pair.refresh_token).await.is_err());
    let closed = mailed.world.try_login("ada@example.org", PASSWORD, &call()).await;
    assert!(matches!(closed, Login::Refused), "nobody learns that it is closed");
    let _ = mailed.ask_reset("ada@example.org").await;
    assert_eq!(mailed.mail_to("ada@example.org").await, (vec!["account_disabled"], None));

    flow.enable(&admin, ada.subject(), &call()).await.unwrap().into_result().unwrap();
    mailed.world.login("ada@example.org").await;
    let own = flow.disable(&admin, admin.subject(), &call()).await.unwrap();
    assert!(matches!(own, Reply::Refused(Refusal::Forbidden)));
}

#[tokio::test]
async fn asvs_v6_4_6_an_administrator_starts_a_reset_and_never_sees_it() {
    let mailed = mailed();
    let (admin, pair, ada) = pair_of(&mailed).await;
    let flow = &mailed.world.auth.administer;
    assert!(matches!(flow.start_reset(&admin, ada.subject(), &call()).await.unwrap(), Reply::Granted(())));
    let token = mailed.token_to("ada@example.org").await;
    assert_eq!(mailed.mail_to("admin@example.org").await.0.len(), 0);
    assert!(mailed.world.caller(&pair).await.is_some(), "nothing has changed before the owner acts");
    mailed.reset(&token, "another long passphrase").await.unwrap();
}

#[tokio::test]
async fn asvs_v7_4_5_an_administrator_ends_the_sessions_of_one_account() {
    let mailed = mailed();
    let (admin, pair, ada) = pair_of(&mailed).await;
    let ended = mailed.world.auth.administer.end_sessions(&admin, ada.subject(), &call()).await.unwrap();
    assert_eq!(ended.into_result().unwrap().len(), 1);
    assert!(mailed.world.caller(&pair).await.is_none());
}

#[tokio::test]
async fn impersonation_names_both_ends_with_its_time_and_touches_no_credential() {
    let mailed = mailed();
    let (admin, _, ada) = pair_of(&mailed).await;
    let auth = &mailed.world.auth;
    let token = auth.impersonate.run(&admin, borrow(&ada, Some(600)), &call()).await.unwrap();
    let token = token.into_result().unwrap().token;
    let see = async || auth.authenticator.authenticate(token.expose()).resolve().await.ok();
    let acting = see().await.unwrap();
    assert_eq!((acting.subject(), acting.actor()), (ada.subject(), Some(admin.subject())));
    assert_eq!(acting.kind(), PrincipalKind::User);
    let events = mailed.world.events().await;
    assert!(events.contains(&("auth.impersonate".into(), "success", String::new())));

    let change = PasswordChange {
        current_password: Secret::new(PASSWORD.into()),
        new_password: Secret::new("another long passphrase".into()),
    };
    let refused = auth.change_password.run(&acting, change, &call()).await.unwrap();
    assert!(matches!(refused, Reply::Refused(Refusal::NotOwnHands)));
    let refused = auth.mfa.enroll(&acting, Presence::default(), &call()).await.unwrap();
    assert!(matches!(refused, Reply::Refused(Refusal::NotOwnHands)));
    let refused = auth.impersonate.run(&acting, borrow(&admin, None), &call()).await.unwrap();
    assert!(matches!(refused, Reply::Refused(Refusal::NotOwnHands)), "no chains");
    let refused = auth.logout_all.run(&acting, &call()).await.unwrap();
    assert!(matches!(refused, Reply::Refused(Refusal::NotOwnHands)));
    let refused = auth.sessions.revoke_others(&acting, &call()).await.unwrap();
    assert!(matches!(refused, Reply::Refused(Refusal::NotOwnHands)));
    let session = auth.sessions.list(&ada).await.unwrap()[0].session.id;
    let refused = auth.sessions.revoke(&acting, session, &call()).await.unwrap();
    assert_eq!(refused, RevokedSession::NotFound);

    mailed.world.clock.advance(Duration::from_secs(606));
    assert!(see().await.is_none(), "its time is over");
}

#[tokio::test]
async fn impersonation_ends_with_the_session_of_who_began_it() {
    let mailed = mailed();
    let (admin, _, ada) = pair_of(&mailed).await;
    let auth = &mailed.world.auth;
    let token = auth.impersonate.run(&admin, borrow(&ada, None), &call()).await.unwrap();
    let token = token.into_result().unwrap().token;
    assert!(auth.authenticator.authenticate(token.expose()).resolve().await.is_ok());
    auth.logout_all.run(&admin, &call()).await.unwrap().into_result().unwrap();
    assert!(auth.authenticator.authenticate(token.expose()).resolve().await.is_err());
}

#[tokio::test]
async fn impersonation_needs_a_reason_a_bounded_time_and_somebody_else() {
    let mailed = mailed();
    let (admin, _, ada) = pair_of(&mailed).await;
    let flow = &mailed.world.auth.impersonate;
    for (reason, seconds) in [("", None), ("two\nlines", None), ("x", Some(0)), ("x", Some(1801))] {
        let request = ImpersonationRequest { reason: reason.into(), ..borrow(&ada, seconds) };
        assert!(flow.run(&admin, request, &call()).await.unwrap().into_result().is_err(), "{reason:?}");
    }
    let own = flow.run(&admin, borrow(&admin, None), &call()).await.unwrap();
    assert!(matches!(own, Reply::Refused(Refusal::Forbidden)));
}

#[tokio::test]
async fn no_audit_no_action_an_impersonation_that_cannot_be_recorded_is_refused() {
    let mailed = mailed();
    let (admin, _, ada) = pair_of(&mailed).await;
    mailed.world.recorder.failing.store(true, std::sync::atomic::Ordering::SeqCst);
    let failed = mailed.world.auth.impersonate.run(&admin, borrow(&ada, None), &call()).await;
    assert!(matches!(failed, Err(FlowError::NotRecorded(_))));
}

#[tokio::test]
async fn an_api_key_may_not_make_keys_nor_touch_credentials() {
    let mailed = mailed();
    let (_, _, ada) = pair_of(&mailed).await;
    let request = || ApiKeyRequest {
        name: "export".into(),
        scopes: vec!["paper:read".parse().unwrap()],
        expires_in_days: Some(7),
        current_password: None,
    };
    let auth = &mailed.world.auth;
    let issued = auth.api_keys.create(&ada, request(), &call()).await.unwrap().into_result().unwrap();
    let key = auth.authenticator.authenticate(issued.key.expose()).resolve().await.unwrap();
    assert_eq!(key.kind(), PrincipalKind::ApiKey);
    let refused = auth.api_keys.create(&key, request(), &call()).await.unwrap();
    assert!(matches!(refused, Reply::Refused(Refusal::NotOwnHands)));

    let rotation = ApiKeyRotationRequest { overlap_seconds: Some(60), current_password: None };
    let next = auth.api_keys.rotate(&ada, &issued.summary.id, rotation, &call()).await.unwrap();
    let next = next.into_result().unwrap().key;
    let good =
        async |key: &Secret<String>| auth.authenticator.authenticate(key.expose()).resolve().await.is_ok();
    assert!(good(&issued.key).await && good(&next).await, "both, for a minute");
    mailed.world.clock.advance(Duration::from_secs(61));
    assert!(!good(&issued.key).await && good(&next).await);
    let id = auth.api_keys.list(&ada).await.unwrap()[0].id.clone();
    let _ = auth.api_keys.revoke(&ada, &id, &call()).await.unwrap();
    assert!(!good(&next).await);
}

#[tokio::test]
async fn a_session_that_has_ended_elsewhere_makes_no_key_and_a_reset_leaves_none() {
    let mailed = mailed();
    let (_, pair, ada) = pair_of(&mailed).await;
    let auth = &mailed.world.auth;
    let request = || ApiKeyRequest {
        name: "export".into(),
        scopes: vec!["paper:read".parse().unwrap()],
        expires_in_days: None,
        current_password: None,
    };
    let issued = auth.api_keys.create(&ada, request(), &call()).await.unwrap().into_result().unwrap();
    let _ = mailed.ask_reset("ada@example.org").await;
    let token = mailed.token_to("ada@example.org").await;
    mailed.reset(&token, "another long passphrase").await.unwrap();
    assert!(auth.authenticator.authenticate(issued.key.expose()).resolve().await.is_err());
    // As another process would for a few seconds: the principal is still believed.
    let refused = auth.api_keys.create(&ada, request(), &call()).await.unwrap();
    assert_eq!(refused.into_result().unwrap_err().code(), "reauthentication_required");
    assert!(mailed.world.caller(&pair).await.is_none());
}

#[tokio::test]
async fn what_is_over_is_forgotten() {
    let mailed = mailed();
    let _ = mailed.world.sign_up("never@example.org").await;
    let _ = mailed.token_to("never@example.org").await;
    mailed.world.clock.advance(Duration::from_secs(9 * 24 * 60 * 60));
    let purged = mailed.world.auth.purge.run().await.unwrap();
    assert_eq!((purged.pending_accounts, purged.one_time_tokens), (1, 1));
    assert_eq!(mailed.world.auth.purge.run().await.unwrap(), Purged::default());
}
