use super::*;
use stockade_core::PrincipalKind;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[tokio::test]
async fn a_key_acts_as_its_owner_within_its_scopes_and_is_told_from_a_person() {
    let world = world();
    let issued = world.issued().await;
    let principal = world.judge(issued.key.expose()).await.unwrap();
    assert_eq!((principal.kind(), principal.subject()), (PrincipalKind::ApiKey, &ada()));
    assert_eq!(principal.api_key_id(), Some(&issued.summary.id));
    assert_eq!(principal.scopes().unwrap(), ["invoice:read".parse().unwrap()]);
    assert_eq!(principal.roles()[0].as_str(), "clerk");
    assert_eq!(principal.auth_time(), None, "nobody signed in");
    assert_eq!(prefix().recognise(issued.key.expose()), Ok(issued.summary.id));
}

#[tokio::test]
async fn the_common_case_asks_no_store() {
    let world = world();
    let issued = world.issued().await;
    assert!(matches!(world.keys.verify(issued.key.expose()), Authentication::Pending(_)));
    assert!(world.judge(issued.key.expose()).await.is_ok());
    let reads = world.store.reads();
    for _ in 0..100 {
        assert!(matches!(world.keys.verify(issued.key.expose()), Authentication::Ready(Ok(_))));
    }
    assert_eq!(world.store.reads(), reads);
    world.clock.advance(Duration::from_secs(5));
    assert!(world.judge(issued.key.expose()).await.is_ok());
    assert_eq!(world.store.reads(), reads + 1);
}

#[tokio::test]
async fn the_last_use_is_noted_once_an_hour() {
    let world = world();
    let issued = world.issued().await;
    for _ in 0..2_000 {
        assert!(world.judge(issued.key.expose()).await.is_ok());
        world.clock.advance(Duration::from_secs(4));
    }
    assert_eq!(world.store.touches.load(Ordering::SeqCst), 3, "in 8000 seconds");
    let listed = world.keys.list(&ada()).await.unwrap();
    let last = listed[0].last_used_at.unwrap();
    assert!(world.clock.now().since(last) < Duration::from_secs(3600 + 10));
}

#[tokio::test]
async fn an_expired_key_is_refused_from_memory_too() {
    let world = world();
    let Issuance::Issued(issued) = world.keys.issue(wanted().living(Duration::from_secs(60))).await.unwrap()
    else {
        panic!("too many")
    };
    world.clock.advance(Duration::from_secs(58));
    assert!(world.judge(issued.key.expose()).await.is_ok());
    world.clock.advance(Duration::from_secs(2));
    assert!(matches!(world.keys.verify(issued.key.expose()), Authentication::Ready(Err(_))));
    assert_eq!(world.refusal(issued.key.expose()).await, ApiKeyRefusal::Over);
}

#[tokio::test]
async fn rotation_overlaps_and_then_leaves_the_new_key_alone() {
    let world = world();
    let old = world.issued().await;
    assert!(world.judge(old.key.expose()).await.is_ok());
    let rotation = world.keys.rotate(&old.summary.id, &ada(), DAY).await.unwrap();
    let ApiKeyRotation::Rotated { issued: new, until } = rotation else { panic!("{rotation:?}") };
    assert_eq!(until, world.clock.now().plus(DAY));
    assert_eq!((&new.summary.name, &new.summary.scopes), (&old.summary.name, &old.summary.scopes));
    assert!(world.judge(old.key.expose()).await.is_ok(), "both are good for a while");
    assert!(world.judge(new.key.expose()).await.is_ok());
    let again = world.keys.rotate(&old.summary.id, &ada(), DAY).await.unwrap();
    assert!(matches!(again, ApiKeyRotation::AlreadyRotated));
    world.clock.advance(DAY);
    assert_eq!(world.refusal(old.key.expose()).await, ApiKeyRefusal::Over);
    assert!(world.judge(new.key.expose()).await.is_ok());
}

#[tokio::test]
async fn rotation_without_overlap_ends_a_leaked_key_at_once() {
    let world = world();
    let old = world.issued().await;
    assert!(world.judge(old.key.expose()).await.is_ok());
    let _ = world.keys.rotate(&old.summary.id, &ada(), Duration::ZERO).await.unwrap();
    assert_eq!(world.refusal(old.key.expose()).await, ApiKeyRefusal::Over);
}

#[tokio::test]
async fn asvs_v13_2_3_what_breaks_a_rule_is_not_made() {
    let world = world();
    let refused = async |wanted: NewApiKey| match world.keys.issue(wanted).await {
        Err(ApiKeyError::Invalid(why)) => why,
        other => panic!("{other:?}"),
    };
    let none = NewApiKey { scopes: vec![], ..wanted() };
    let twice = NewApiKey { scopes: vec!["a:b".parse().unwrap(); 2], ..wanted() };
    let many = (0..33).map(|n| format!("a:b{n}").parse().unwrap());
    let many = NewApiKey::new(ada(), wanted().name, many);
    for wanted in [none, twice, many] {
        assert_eq!(refused(wanted).await, InvalidApiKey::Scopes);
    }
    for lifetime in [Duration::ZERO, Duration::from_secs(59), 366 * DAY, Duration::MAX] {
        assert_eq!(refused(wanted().living(lifetime)).await, InvalidApiKey::Lifetime, "{lifetime:?}");
    }
    let overlap = world.keys.rotate(&world.issued().await.summary.id, &ada(), 31 * DAY).await;
    assert!(matches!(overlap, Err(ApiKeyError::Invalid(InvalidApiKey::Overlap))));
    for name in ["", "  ", "a\nb", &"x".repeat(101), &" ".repeat(100_000)] {
        assert_eq!(ApiKeyName::parse(name), Err(InvalidApiKey::Name));
    }
}

#[tokio::test]
async fn a_key_lives_for_a_year_unless_somebody_says_otherwise() {
    let world = world();
    let issued = world.issued().await;
    assert_eq!(issued.summary.expires_at, Some(world.clock.now().plus(365 * DAY)));
    let config = ApiKeyConfig::new(prefix()).insecure_allow_eternal();
    let eternal = ApiKeys::new(
        world.store.clone(),
        world.owners.clone(),
        config,
        world.clock.clone(),
        Arc::new(SystemEntropy),
    );
    let Issuance::Issued(issued) = eternal.unwrap().issue(wanted()).await.unwrap() else {
        panic!("too many")
    };
    assert_eq!(issued.summary.expires_at, None);
    let rotated = world.keys.rotate(&issued.summary.id, &ada(), DAY).await.unwrap();
    let ApiKeyRotation::Rotated { issued, .. } = rotated else { panic!("{rotated:?}") };
    assert!(issued.summary.expires_at.is_some(), "where nothing is eternal, a successor is not");
}

#[tokio::test]
async fn asvs_v6_5_6_a_key_is_revoked_here_at_once_and_elsewhere_within_the_staleness() {
    let world = world();
    let elsewhere = process(&world.store, &world.owners, &world.clock);
    let issued = world.issued().await;
    let text = issued.key.expose();
    assert!(world.judge(text).await.is_ok() && elsewhere.verify(text).resolve().await.is_ok());
    let revoked = world.keys.revoke(&issued.summary.id, Some(&ada())).await.unwrap();
    assert_eq!(revoked, KeyRevocation::Revoked { owner: ada() });
    assert!(world.judge(text).await.is_err());
    assert!(elsewhere.verify(text).resolve().await.is_ok(), "not known there yet");
    world.clock.advance(Duration::from_secs(5));
    assert!(elsewhere.verify(text).resolve().await.is_err());
    assert!(world.keys.list(&ada()).await.unwrap().is_empty());
}
