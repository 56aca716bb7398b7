use super::*;
use stockade_core::Problem;

/// The same key with another secret and a checksum that fits: what anybody can make who knows an id.
fn forged(id: &ApiKeyId) -> String {
    let body = format!("acme_{id}_{}", "A".repeat(32));
    let sum = checksum::checksum(body.as_bytes());
    format!("{body}_{}", std::str::from_utf8(&sum).unwrap())
}

#[tokio::test]
async fn enumeration_an_unknown_id_and_a_wrong_secret_get_one_answer_for_one_read() {
    let world = world();
    let issued = world.issued().await;
    let mut answers = Vec::new();
    for id in [issued.summary.id.clone(), "0000000000000000".parse().unwrap()] {
        let reads = world.store.reads();
        let refused = world.judge(&forged(&id)).await.unwrap_err();
        assert_eq!(world.store.reads(), reads + 1);
        answers.push((refused.reason(), Problem::from(&refused)));
    }
    assert_eq!(answers[0], answers[1]);
    let _ = world.keys.revoke(&issued.summary.id, None).await.unwrap();
    for text in [issued.key.expose(), "acme_x", &forged(&issued.summary.id)] {
        assert_eq!(Problem::from(&world.judge(text).await.unwrap_err()), answers[0].1, "{text}");
    }
}

#[tokio::test]
async fn forgery_a_wrong_secret_is_refused_from_memory_too_and_spoils_nothing() {
    let world = world();
    let issued = world.issued().await;
    assert_eq!(world.refusal(&forged(&issued.summary.id)).await, ApiKeyRefusal::Unknown);
    assert!(world.judge(issued.key.expose()).await.is_ok());
    assert!(matches!(world.keys.verify(&forged(&issued.summary.id)), Authentication::Ready(Err(_))));
    assert!(matches!(world.keys.verify(issued.key.expose()), Authentication::Ready(Ok(_))));
    let others = world.issued().await;
    let swapped = format!("acme_{}_{}", issued.summary.id, others.key.expose().split('_').nth(2).unwrap());
    let swapped =
        format!("{swapped}_{}", std::str::from_utf8(&checksum::checksum(swapped.as_bytes())).unwrap());
    assert_eq!(world.refusal(&swapped).await, ApiKeyRefusal::Unknown, "the secret of another key");
}

#[tokio::test]
async fn flood_of_garbage_asks_no_store() {
    let world = world();
    let issued = world.issued().await;
    let typo = issued.key.expose().replacen(issued.summary.id.as_str(), "1111111111111111", 1);
    for text in ["acme_", "acme", "", &"acme_".repeat(10_000), &typo, "acme_\u{1f511}"] {
        assert!(matches!(world.keys.verify(text), Authentication::Ready(Err(_))), "{text}");
    }
    assert_eq!(world.store.reads(), 0);
}

#[tokio::test]
async fn asvs_v16_5_3_where_the_store_or_the_roles_are_out_of_reach_a_key_is_refused() {
    let world = world();
    let issued = world.issued().await;
    world.store.failing.store(true, Ordering::SeqCst);
    assert!(matches!(world.judge(issued.key.expose()).await, Err(AuthenticateError::Store(_))));
    world.store.failing.store(false, Ordering::SeqCst);
    world.owners.failing.store(true, Ordering::SeqCst);
    assert!(matches!(world.judge(issued.key.expose()).await, Err(AuthenticateError::Store(_))));
    world.owners.failing.store(false, Ordering::SeqCst);
    assert!(world.judge(issued.key.expose()).await.is_ok(), "nothing wrong was remembered");
}

#[tokio::test]
async fn asvs_v7_4_2_a_key_stops_with_its_owners_account() {
    let world = world();
    let issued = world.issued().await;
    assert!(world.judge(issued.key.expose()).await.is_ok());
    world.owners.disabled.store(true, Ordering::SeqCst);
    world.clock.advance(Duration::from_secs(5));
    assert_eq!(world.refusal(issued.key.expose()).await, ApiKeyRefusal::Owner);
    assert_eq!(world.refusal(&forged(&issued.summary.id)).await, ApiKeyRefusal::Unknown);
}

#[tokio::test]
async fn escalation_nobody_ends_or_rotates_the_key_of_another() {
    let world = world();
    let (issued, mallory) = (world.issued().await, "mallory".parse().unwrap());
    assert_eq!(world.keys.revoke(&issued.summary.id, Some(&mallory)).await.unwrap(), KeyRevocation::Unknown);
    let rotated = world.keys.rotate(&issued.summary.id, &mallory, Duration::ZERO).await.unwrap();
    assert!(matches!(rotated, ApiKeyRotation::Unknown));
    assert!(world.keys.revoke_all(&mallory).await.unwrap().is_empty());
    assert!(world.judge(issued.key.expose()).await.is_ok());
    assert_eq!(world.keys.revoke_all(&ada()).await.unwrap(), [issued.summary.id]);
    assert!(world.judge(issued.key.expose()).await.is_err());
}

#[tokio::test]
async fn flood_of_keys_stops_at_the_cap() {
    let world = world();
    for _ in 0..50 {
        world.issued().await;
    }
    assert!(matches!(world.keys.issue(wanted()).await.unwrap(), Issuance::TooMany));
}

#[tokio::test]
async fn asvs_v16_2_5_a_secret_is_neither_stored_nor_printed() {
    let world = world();
    let issued = world.issued().await;
    let secret = issued.key.expose().split('_').nth(2).unwrap().to_owned();
    let record = world.store.inner.by_id(&issued.summary.id).await.unwrap().unwrap();
    let principal = world.judge(issued.key.expose()).await.unwrap();
    let printed = format!("{issued:?} {record:?} {principal:?} {:?}", world.keys);
    assert!(!printed.contains(&secret));
    let bytes: Vec<String> = record.digest.to_bytes().iter().map(|byte| byte.to_string()).collect();
    assert!(!printed.contains(&bytes.join(", ")));
}
