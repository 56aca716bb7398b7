use super::*;
use std::time::Duration;
use stockade_core::Problem;

#[tokio::test]
async fn from_sign_up_to_logout_everywhere() {
    let world = world();
    let SignUp::Created { id, first_user_role } = world.sign_up("ada@example.org").await else {
        panic!("created")
    };
    assert_eq!(first_user_role.unwrap().as_str(), "admin");
    let first = world.login("Ada@Example.org").await;
    assert_eq!(first.expires_in, Duration::from_secs(900));
    let caller = world.caller(&first).await.unwrap();
    assert_eq!((caller.subject(), caller.roles()[0].as_str()), (&id, "admin"));

    let me = world.auth.me.run(&caller).await.unwrap().unwrap();
    assert_eq!((me.email.as_str(), me.name.as_str()), ("ada@example.org", "Somebody"));

    let second = world.login("ada@example.org").await;
    let sessions = world.auth.sessions.list(&caller).await.unwrap();
    assert_eq!(sessions.iter().filter(|view| view.current).count(), 1);
    assert_eq!(sessions.len(), 2);

    let next = world.refresh(&first.refresh_token).await.unwrap();
    assert!(world.caller(&next).await.is_some());
    world.auth.logout.run(next.refresh_token.expose(), &call()).await.unwrap();
    assert!(world.caller(&next).await.is_none());
    assert!(world.refresh(&next.refresh_token).await.is_err());

    let caller = world.caller(&second).await.unwrap();
    assert_eq!(world.auth.logout_all.run(&caller, &call()).await.unwrap().into_result().unwrap().len(), 1);
    assert!(world.caller(&second).await.is_none());
}

#[tokio::test]
async fn race_many_first_sign_ups_make_one_administrator() {
    let world =
        Arc::new(world_with(|builder| builder.hashing(HashPoolConfig::default().with_max_waiting(64))));
    let mut racers = tokio::task::JoinSet::new();
    for i in 0..32 {
        let world = world.clone();
        racers.spawn(async move { world.sign_up(&format!("user{i}@example.org")).await });
    }
    let outcomes = racers.join_all().await;
    let admins = outcomes
        .iter()
        .filter(|outcome| matches!(outcome, SignUp::Created { first_user_role: Some(_), .. }))
        .count();
    assert_eq!((outcomes.len(), admins), (32, 1));
}

#[tokio::test]
async fn asvs_v2_2_1_every_broken_field_is_named() {
    let request =
        SignUpRequest { name: "\n".into(), email: "nobody".into(), password: Secret::new("short".into()) };
    let problem = world().auth.sign_up.run(request, &call()).await.unwrap().into_result().unwrap_err();
    let fields: Vec<_> = problem.fields().iter().map(|field| field.field.as_ref()).collect();
    assert_eq!(fields, ["name", "email", "password"]);
}

#[tokio::test]
async fn asvs_v8_2_2_somebody_elses_session_is_not_found() {
    let world = world();
    let _ = (world.sign_up("ada@example.org").await, world.sign_up("eve@example.org").await);
    let ada = world.caller(&world.login("ada@example.org").await).await.unwrap();
    let pair = world.login("eve@example.org").await;
    let eve = world.caller(&pair).await.unwrap();
    let stolen = world.auth.sessions.revoke(&eve, ada.session().unwrap(), &call()).await.unwrap();
    assert_eq!(stolen, RevokedSession::NotFound);
    let own = world.auth.sessions.revoke(&eve, eve.session().unwrap(), &call()).await.unwrap();
    assert_eq!(own, RevokedSession::Over);
    assert!(world.caller(&pair).await.is_none());
}

#[tokio::test]
async fn asvs_v7_5_2_all_other_sessions_end_at_once_and_the_one_that_asks_goes_on() {
    let world = world();
    let _ = world.sign_up("ada@example.org").await;
    let (thief, phone) = (world.login("ada@example.org").await, world.login("ada@example.org").await);
    let pair = world.login("ada@example.org").await;
    let ada = world.caller(&pair).await.unwrap();
    let robbed = world.caller(&thief).await.unwrap();
    let ended = world.auth.sessions.revoke_others(&ada, &call()).await.unwrap().into_result().unwrap();
    assert_eq!(ended.len(), 2);
    for gone in [&thief, &phone] {
        assert!(world.caller(gone).await.is_none());
        assert!(world.refresh(&gone.refresh_token).await.is_err());
    }
    // Whoever was let in a moment before they were ended ends nobody.
    let late = world.auth.sessions.revoke_others(&robbed, &call()).await.unwrap();
    assert!(matches!(late, Reply::Refused(Refusal::Overtaken)), "{late:?}");
    assert!(world.caller(&pair).await.is_some());
    assert!(world.refresh(&pair.refresh_token).await.is_ok());
    let events = world.events().await;
    let recorded = events.iter().filter(|(action, ..)| action == "auth.session_revoke_others");
    assert_eq!(recorded.count(), 1, "{events:?}");
}

#[tokio::test]
async fn asvs_v6_3_1_guessing_is_limited_per_account_and_per_network() {
    let world = world();
    let _ = world.sign_up("ada@example.org").await;
    let mut refused = 0;
    for guess in 0..40_u8 {
        let from_everywhere = call_from([198, 51, 100, guess].into());
        match world.try_login("ada@example.org", "wrong password", &from_everywhere).await {
            Login::Refused => refused += 1,
            Login::Wait(after) => assert!(after <= Duration::from_secs(60)),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(refused, 10, "per account, whatever the network");

    let mut refused = 0;
    for account in 0..40 {
        match world.try_login(&format!("user{account}@example.org"), "wrong password", &call()).await {
            Login::Refused => refused += 1,
            Login::Wait(_) => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(refused, 20, "per network, whatever the account");
}

#[tokio::test]
async fn flood_from_unknown_addresses_shares_one_budget() {
    let world = world();
    let mut refused = 0;
    for account in 0..40 {
        let nowhere = Call::default();
        if let Login::Refused =
            world.try_login(&format!("user{account}@example.org"), "wrong password", &nowhere).await
        {
            refused += 1;
        }
    }
    assert_eq!(refused, 20);
}

#[tokio::test]
async fn race_sixty_four_guesses_at_once_are_counted_one_by_one() {
    let world =
        Arc::new(world_with(|builder| builder.hashing(HashPoolConfig::default().with_max_waiting(64))));
    let _ = world.sign_up("ada@example.org").await;
    let mut racers = tokio::task::JoinSet::new();
    for guess in 0..64_u8 {
        let world = world.clone();
        racers.spawn(async move {
            world
                .try_login("ada@example.org", "wrong password", &call_from([198, 51, 100, guess].into()))
                .await
        });
    }
    let compared = racers.join_all().await.iter().filter(|login| matches!(login, Login::Refused)).count();
    assert_eq!(compared, 10);
}

#[tokio::test]
async fn asvs_v11_2_2_a_login_renews_an_outdated_hash_and_ends_no_session() {
    let world = world();
    let _ = world.sign_up("ada@example.org").await;
    let pair = world.login("ada@example.org").await;
    let stronger = world.auth.clone();
    let hasher = stockade_authn::password::PasswordHasher::new(
        Argon2Params::new(46 * 1024, 1, 1).unwrap(),
        Peppers::none(),
        Arc::new(SystemEntropy),
    );
    let mut with = (*stronger.login.with).clone();
    with.hashing = HashPool::new(hasher.unwrap(), HashPoolConfig::default());
    let login = LoginFlow { with: Arc::new(with) };
    let request = || LoginRequest { email: "ada@example.org".into(), password: Secret::new(PASSWORD.into()) };
    for _ in 0..2 {
        assert!(matches!(login.run(request(), &call()).await.unwrap(), Login::SignedIn(_)));
    }
    let rehashes =
        world.events().await.into_iter().filter(|(action, ..)| action == "auth.password_rehash").count();
    assert_eq!(rehashes, 1, "the second login finds a current hash");
    assert!(world.caller(&pair).await.is_some());
}

#[tokio::test]
async fn replay_of_a_refresh_token_ends_the_family_and_leaves_an_event() {
    let world = world();
    let _ = world.sign_up("ada@example.org").await;
    let stolen = world.login("ada@example.org").await;
    let owner = world.refresh(&stolen.refresh_token).await.unwrap();
    world.clock.advance(Duration::from_secs(11));
    let answers: Vec<Problem> = [
        world.refresh(&stolen.refresh_token).await.unwrap_err(),
        world.refresh(&owner.refresh_token).await.unwrap_err(),
        world.refresh(&Secret::new("rt1_garbage".into())).await.unwrap_err(),
    ]
    .into();
    assert!(answers.iter().all(|answer| *answer == answers[0]), "one answer for thief, owner and forger");
    assert!(world.caller(&owner).await.is_none());
    let events = world.events().await;
    assert!(events.contains(&("auth.refresh_reuse".into(), "denied", "reuse".into())), "{events:?}");
}

#[tokio::test]
async fn everybody_gets_the_default_role_and_the_log_says_so() {
    let world = world_with(|builder| builder.default_role("student".parse().unwrap()));
    let _ = world.sign_up("ada@example.org").await;
    let _ = world.sign_up("bob@example.org").await;
    let caller = world.caller(&world.login("bob@example.org").await).await.unwrap();
    assert_eq!(caller.roles().iter().map(|role| role.as_str()).collect::<Vec<_>>(), ["student"]);
    let grants = world.events().await;
    let defaults =
        grants.iter().filter(|(action, _, reason)| action == "rbac.role_grant" && reason == "default");
    assert_eq!(defaults.count(), 2);
}
