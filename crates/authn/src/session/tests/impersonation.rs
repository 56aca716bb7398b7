use super::*;

#[tokio::test]
async fn logout_of_an_administrator_ends_what_they_do_in_the_name_of_others() {
    let world = world(SessionConfig::default());
    let root: SubjectId = "root".parse().unwrap();
    let theirs = world
        .sessions
        .open(SignIn::new(root.clone(), ClientInfo::unknown(), AuthMethods::NONE))
        .await
        .unwrap();
    let seen = Grant::new(world.subject()).in_session(theirs.binding).acted_by(root.clone());
    let token = world.issuer.issue(seen).unwrap().token.expose().clone();
    let principal = world.authenticator.authenticate(&token).resolve().await.unwrap();
    assert_eq!((principal.subject(), principal.actor()), (&world.subject(), Some(&root)));

    let adas = world.open().await;
    let forged = Grant::new(world.subject()).in_session(adas.binding).acted_by(root.clone());
    let forged = world.issuer.issue(forged).unwrap().token.expose().clone();
    let refused = world.authenticator.authenticate(&forged).resolve().await;
    assert!(matches!(refused, Err(AuthenticateError::SessionOver)), "the session is not the actor's");

    assert!(matches!(
        world.sessions.end(theirs.binding.session, &root, EndReason::Logout).await,
        Ok(Ending::Ended { .. })
    ));
    let refused = world.authenticator.authenticate(&token).resolve().await;
    assert!(matches!(refused, Err(AuthenticateError::SessionOver)), "{refused:?}");
}
