use super::*;
use std::sync::atomic::Ordering;
use stockade_authn::EmailAddress;
use stockade_core::Action;

#[tokio::test]
async fn asvs_v16_3_1_every_outcome_of_authentication_is_recorded() {
    let world = world();
    let _ = world.sign_up("ada@example.org").await;
    let _ = world.sign_up("ada@example.org").await;
    let _ = world.try_login("ada@example.org", "wrong password", &call()).await;
    let pair = world.login("ada@example.org").await;
    let next = world.refresh(&pair.refresh_token).await.unwrap();
    let caller = world.caller(&next).await.unwrap();
    world.auth.logout.run(next.refresh_token.expose(), &call()).await.unwrap();
    assert!(world.refresh(&next.refresh_token).await.is_err());
    world.auth.logout_all.run(&caller, &call()).await.unwrap().into_result().unwrap();
    let expected = [
        ("auth.sign_up", "success", ""),
        ("rbac.role_grant", "success", "first_user"),
        ("auth.sign_up", "denied", "email_taken"),
        ("auth.login", "failure", "wrong_password"),
        ("auth.login", "success", ""),
        ("auth.refresh", "success", ""),
        ("auth.logout", "success", ""),
        ("auth.refresh", "failure", "session_over"),
        ("auth.logout_all", "success", ""),
    ];
    let expected = expected.map(|(action, outcome, reason)| (action.to_owned(), outcome, reason.to_owned()));
    assert_eq!(world.events().await, expected);
}

#[tokio::test]
async fn asvs_v16_2_5_no_event_holds_a_password_a_token_or_an_address() {
    let world = world();
    let _ = world.sign_up("ada@example.org").await;
    let _ = world.try_login("ada@example.org", "wrong password", &call()).await;
    let pair = world.login("ada@example.org").await;
    let page = world.log.query(&Query::new()).await.unwrap();
    let text: String = page.records.iter().map(|record| format!("{:?}", record.event)).collect();
    for secret in [PASSWORD, "wrong password", "ada@example.org", "rt1_", pair.access_token.expose()] {
        assert!(!text.contains(secret), "{secret}");
    }
    assert!(
        text.contains("203.0.113.7") && text.contains("req-1"),
        "but it says from where and in which request"
    );
}

/// Takes everything but grants of roles.
struct NoGrants;

#[async_trait::async_trait]
impl Recorder for NoGrants {
    async fn record(&self, event: Event) -> Result<(), StoreError> {
        if event.action == Action::ROLE_GRANT {
            Err(StoreError::unavailable("the disk is full"))
        } else {
            Ok(())
        }
    }
}

#[tokio::test]
async fn no_audit_no_action_a_role_whose_grant_cannot_be_recorded_is_taken_back() {
    let world = world();
    let mut with = (*world.auth.sign_up.with).clone();
    with.trail = Trail::new(Arc::new(NoGrants), world.clock.clone(), Arc::new(SystemEntropy));
    let request = |email: &str| SignUpRequest {
        name: "Somebody".into(),
        email: email.into(),
        password: Secret::new(PASSWORD.into()),
    };
    let sign_up = SignUpFlow { with: Arc::new(with) };
    let failed = sign_up.run(request("ada@example.org"), &call()).await;
    assert!(matches!(failed, Err(FlowError::NotRecorded(_))), "{failed:?}");
    let ada = EmailAddress::parse("ada@example.org").unwrap();
    let ada = sign_up.with.accounts.by_email(&ada).await.unwrap().unwrap();
    assert_eq!(sign_up.with.roles.roles_of(&ada.id).await.unwrap(), []);
    let next = world.auth.sign_up.run(request("bob@example.org"), &call()).await.unwrap();
    assert!(
        matches!(next, SignUp::Created { first_user_role: None, .. }),
        "whoever comes next is no administrator for it: {next:?}"
    );
}

#[tokio::test]
async fn no_audit_no_action_a_login_that_cannot_be_recorded_gives_no_session() {
    let world = world();
    let _ = world.sign_up("ada@example.org").await;
    let pair = world.login("ada@example.org").await;
    let caller = world.caller(&pair).await.unwrap();
    world.recorder.failing.store(true, Ordering::SeqCst);
    let request = LoginRequest { email: "ada@example.org".into(), password: Secret::new(PASSWORD.into()) };
    let failed = world.auth.login.run(request, &call()).await;
    assert!(matches!(failed, Err(FlowError::NotRecorded(_))), "{failed:?}");
    assert_eq!(world.auth.sessions.list(&caller).await.unwrap().len(), 1, "the new session was taken back");
}

#[tokio::test]
async fn a_full_disk_does_not_keep_sessions_alive() {
    let world = world();
    let _ = world.sign_up("ada@example.org").await;
    let (one, two) = (world.login("ada@example.org").await, world.login("ada@example.org").await);
    let caller = world.caller(&two).await.unwrap();
    world.recorder.failing.store(true, Ordering::SeqCst);
    world.auth.logout.run(one.refresh_token.expose(), &call()).await.unwrap();
    assert!(world.caller(&one).await.is_none());
    world.auth.logout_all.run(&caller, &call()).await.unwrap().into_result().unwrap();
    assert!(world.caller(&two).await.is_none());
}

#[tokio::test]
async fn flood_refused_logins_past_the_limit_leave_one_event_a_minute() {
    let world = world();
    for _ in 0..200 {
        let _ = world.try_login("ada@example.org", "wrong password", &call()).await;
    }
    let limited =
        world.events().await.into_iter().filter(|(action, ..)| action == "ratelimit.exceeded").count();
    assert_eq!(limited, 1);
    for _ in 0..200 {
        assert!(world.refresh(&Secret::new("rt1_garbage".into())).await.is_err());
    }
    assert!(
        world.events().await.iter().all(|(action, ..)| action != "auth.refresh"),
        "garbage leaves no event"
    );
}
