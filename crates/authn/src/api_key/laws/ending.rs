use super::super::{ApiKeyRecord, ApiKeyStore, KeyRevocation};
use super::{DAY, RACERS, created, is_live, key, start, subject};
use std::sync::Arc;
use stockade_core::ApiKeyId;

pub(super) async fn a_revoked_key_does_not_rise_again(store: &dyn ApiKeyStore) {
    let (one, owner) = (created(store, key("law-revoke", "revoke1", start())).await, subject("law-revoke"));
    assert!(is_live(store, &one, start()).await);
    let revoked = store.revoke(&one.id, Some(&owner), start().plus(DAY)).await.unwrap();
    assert_eq!(revoked, KeyRevocation::Revoked { owner: owner.clone() });
    assert!(!is_live(store, &one, start()).await, "whatever the clock says");
    let again = store.revoke(&one.id, Some(&owner), start().plus(2 * DAY)).await.unwrap();
    assert_eq!(again, KeyRevocation::AlreadyOver { owner: owner.clone() });
    let kept = store.by_id(&one.id).await.unwrap().unwrap();
    assert_eq!(kept.revoked_at, Some(start().plus(DAY)), "the first time counts");

    let expired = created(store, key("law-revoke", "revoke2", start())).await;
    let late = store.revoke(&expired.id, None, start().plus(90 * DAY)).await.unwrap();
    assert_eq!(late, KeyRevocation::AlreadyOver { owner });
}

pub(super) async fn somebody_elses_key_is_unknown(store: &dyn ApiKeyStore) {
    let theirs = created(store, key("law-others", "others", start())).await;
    let thief = store.revoke(&theirs.id, Some(&subject("law-thief")), start()).await.unwrap();
    assert_eq!(thief, KeyRevocation::Unknown);
    assert!(is_live(store, &theirs, start()).await);
    let unknown = store.revoke(&"othersnot".parse().unwrap(), None, start()).await.unwrap();
    assert_eq!(unknown, KeyRevocation::Unknown);
    let anybody = store.revoke(&theirs.id, None, start()).await.unwrap();
    assert_eq!(anybody, KeyRevocation::Revoked { owner: theirs.owner });
}

pub(super) async fn revoking_all_revokes_what_stands(store: &dyn ApiKeyStore) {
    let owner = subject("law-all");
    let mut expected = Vec::new();
    for id in ["all1", "all2", "all3"] {
        expected.push(created(store, key("law-all", id, start())).await.id);
    }
    let _ = store.revoke(&expected[0], None, start()).await.unwrap();
    let others = created(store, key("law-all-other", "all4", start())).await;
    let mut revoked = store.revoke_all(&owner, start()).await.unwrap();
    revoked.sort();
    assert_eq!(revoked, expected[1..]);
    assert!(store.list(&owner, start()).await.unwrap().is_empty());
    assert!(store.revoke_all(&owner, start()).await.unwrap().is_empty(), "nothing is revoked twice");
    assert!(is_live(store, &others, start()).await);
}

/// Each racer gives its own key a successor while everything of the owner is revoked. A successor that lives can only have come
/// after, and from a key that still lived: there is none.
pub(super) async fn racing_rotations_and_a_revocation_of_all_leave_nothing_alive(
    store: &Arc<dyn ApiKeyStore>,
) {
    let owner = subject("law-race-all");
    let mut racers = tokio::task::JoinSet::new();
    for racer in 0..RACERS {
        let old: ApiKeyRecord = key("law-race-all", &format!("ra{racer}x"), start());
        let new = key("law-race-all", &format!("rb{racer}x"), start());
        assert_eq!(store.create(old.clone(), RACERS).await.unwrap(), super::KeyCreation::Created);
        let store = store.clone();
        racers.spawn(async move {
            let _ = store.rotate(&old.id, &old.owner, new, DAY).await.unwrap();
            Vec::<ApiKeyId>::new()
        });
    }
    let (revoker, subject) = (store.clone(), owner.clone());
    racers.spawn(async move { revoker.revoke_all(&subject, start()).await.unwrap() });
    racers.join_all().await;
    assert!(store.list(&owner, start()).await.unwrap().is_empty());
}

pub(super) async fn purging_forgets_only_what_is_over(store: &dyn ApiKeyStore) {
    let live = created(store, key("law-purge", "purge1", start())).await;
    let eternal = ApiKeyRecord { expires_at: None, ..key("law-purge", "purge2", start()) };
    let eternal = created(store, eternal).await;
    let revoked = created(store, key("law-purge", "purge3", start())).await;
    let _ = store.revoke(&revoked.id, None, start()).await.unwrap();
    store.purge(start()).await.unwrap();
    assert!(store.by_id(&revoked.id).await.unwrap().is_some(), "over since then, not before");
    assert!(store.purge(start().plus(DAY)).await.unwrap() >= 1);
    assert_eq!(store.by_id(&revoked.id).await.unwrap(), None);
    assert!(store.by_id(&live.id).await.unwrap().is_some());
    store.purge(start().plus(91 * DAY)).await.unwrap();
    assert_eq!(store.by_id(&live.id).await.unwrap(), None);
    assert!(store.by_id(&eternal.id).await.unwrap().is_some());
}
