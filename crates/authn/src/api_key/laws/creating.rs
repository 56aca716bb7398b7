use super::super::{ApiKeyRecord, ApiKeyStore, KeyCreation, KeyRotation};
use super::{CAP, DAY, RACERS, created, key, start, subject};
use std::sync::Arc;
use std::time::Duration;

pub(super) async fn a_key_is_found_as_it_was_created(store: &dyn ApiKeyStore) {
    let full = created(store, key("law-find", "find1", start())).await;
    let eternal = ApiKeyRecord { expires_at: None, ..key("law-find", "find2", start()) };
    let eternal = created(store, eternal).await;
    assert_eq!(store.by_id(&full.id).await.unwrap(), Some(full.clone()));
    assert_eq!(store.by_id(&eternal.id).await.unwrap(), Some(eternal));
    assert_eq!(store.by_id(&"find".parse().unwrap()).await.unwrap(), None, "part of an id is none");
    let lower: String = full.id.as_str().to_uppercase();
    assert_eq!(store.by_id(&lower.parse().unwrap()).await.unwrap(), None, "nor is another spelling");
}

pub(super) async fn an_id_is_given_once(store: &dyn ApiKeyStore) {
    let first = created(store, key("law-once", "once", start())).await;
    let second = ApiKeyRecord { owner: subject("law-thief"), ..first.clone() };
    assert_eq!(store.create(second, CAP).await.unwrap(), KeyCreation::Taken);
    assert_eq!(store.by_id(&first.id).await.unwrap(), Some(first), "the first stays as it was");
}

pub(super) async fn what_is_over_or_rotated_leaves_its_place(store: &dyn ApiKeyStore) {
    let one = created(store, key("law-place", "place1", start())).await;
    let full = key("law-place", "place2", start());
    assert_eq!(store.create(full.clone(), 1).await.unwrap(), KeyCreation::TooMany);
    assert_eq!(store.by_id(&full.id).await.unwrap(), None, "nothing was kept");
    let others = key("law-place-other", "place3", start());
    assert_eq!(
        store.create(others, 1).await.unwrap(),
        KeyCreation::Created,
        "each owner has places of their own"
    );

    let next = key("law-place", "place4", start());
    let rotated = store.rotate(&one.id, &one.owner, next, DAY).await.unwrap();
    assert_eq!(rotated, KeyRotation::Rotated { until: start().plus(DAY) });
    assert_eq!(
        store.create(full.clone(), 1).await.unwrap(),
        KeyCreation::TooMany,
        "the successor has the place"
    );
    assert_eq!(store.create(full, 2).await.unwrap(), KeyCreation::Created, "the rotated key has none");

    let later = key("law-place", "place5", start().plus(90 * DAY));
    assert_eq!(store.create(later, 1).await.unwrap(), KeyCreation::Created, "what has expired has none");
}

pub(super) async fn racing_creations_keep_to_the_cap(store: &Arc<dyn ApiKeyStore>) {
    const FEW: usize = 5;
    let mut racers = tokio::task::JoinSet::new();
    for racer in 0..RACERS {
        let (store, key) = (store.clone(), key("law-race-cap", &format!("racecap{racer}x"), start()));
        racers.spawn(async move { store.create(key, FEW).await.unwrap() });
    }
    let outcomes = racers.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == KeyCreation::Created).count(), FEW);
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == KeyCreation::TooMany).count(), RACERS - FEW);
    assert_eq!(store.list(&subject("law-race-cap"), start()).await.unwrap().len(), FEW);
}

pub(super) async fn keys_are_listed_newest_first(store: &dyn ApiKeyStore) {
    for (n, id) in ["list1", "list2", "list3"].into_iter().enumerate() {
        created(store, key("law-list", id, start().plus(Duration::from_secs(n as u64)))).await;
    }
    let listed = store.list(&subject("law-list"), start()).await.unwrap();
    let ids: Vec<_> = listed.iter().map(|key| key.id.as_str()[..5].to_owned()).collect();
    assert_eq!(ids, ["list3", "list2", "list1"]);
    assert_eq!(listed[2], key("law-list", "list1", start()));
    assert!(store.list(&subject("law-nobody"), start()).await.unwrap().is_empty());
}

pub(super) async fn a_use_is_noted_and_none_undone(store: &dyn ApiKeyStore) {
    let used = created(store, key("law-touch", "touch", start())).await;
    let (later, latest) = (start().plus(DAY), start().plus(2 * DAY));
    for at in [later, latest, later] {
        store.touch(&used.id, at).await.unwrap();
    }
    let kept = store.by_id(&used.id).await.unwrap().unwrap();
    assert_eq!(kept, ApiKeyRecord { last_used_at: Some(latest), ..used });
    let unknown = "touchnobody".parse().unwrap();
    store.touch(&unknown, later).await.unwrap();
    assert_eq!(store.by_id(&unknown).await.unwrap(), None);
}
