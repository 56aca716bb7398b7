use super::super::{BackupDigest, FactorStore, Regeneration, Spending};
use super::{RACERS, codes, enrolled, random, subject};
use std::sync::Arc;

pub(super) async fn a_backup_code_is_spent_once(store: &dyn FactorStore) {
    let (owner, _, codes) = enrolled(store, "law-spend").await;
    for (n, digest) in codes.digests.iter().enumerate() {
        let left = u32::try_from(codes.digests.len() - n - 1).unwrap();
        let spent = store.spend_backup_code(&owner, codes.id, *digest).await.unwrap();
        assert_eq!(spent, Spending::Spent { left });
        let again = store.spend_backup_code(&owner, codes.id, *digest).await.unwrap();
        assert_eq!(again, Spending::Unknown, "replay");
        assert_eq!(store.factors(&owner).await.unwrap().backup_codes_left(), left);
    }
    let factors = store.factors(&owner).await.unwrap();
    assert_eq!(factors.backup.map(|backup| backup.id), Some(codes.id), "an empty set is still one");
    let unknown = BackupDigest::from_bytes(random());
    assert_eq!(store.spend_backup_code(&owner, codes.id, unknown).await.unwrap(), Spending::Unknown);
}

pub(super) async fn one_of_many_racing_uses_of_a_backup_code_is_spent(store: &Arc<dyn FactorStore>) {
    let (owner, _, codes) = enrolled(&**store, "law-race-spend").await;
    let mut racers = tokio::task::JoinSet::new();
    for _ in 0..RACERS {
        let (store, owner, set, digest) = (store.clone(), owner.clone(), codes.id, codes.digests[3]);
        racers.spawn(async move { store.spend_backup_code(&owner, set, digest).await.unwrap() });
    }
    let outcomes = racers.join_all().await;
    let spent: Vec<_> = outcomes.into_iter().filter(|outcome| *outcome != Spending::Unknown).collect();
    assert_eq!(spent, [Spending::Spent { left: 9 }]);
}

pub(super) async fn racing_uses_of_all_codes_spend_each_once(store: &Arc<dyn FactorStore>) {
    let (owner, _, codes) = enrolled(&**store, "law-race-all").await;
    let mut racers = tokio::task::JoinSet::new();
    for digest in codes.digests.iter().chain(&codes.digests) {
        let (store, owner, set, digest) = (store.clone(), owner.clone(), codes.id, *digest);
        racers.spawn(async move { store.spend_backup_code(&owner, set, digest).await.unwrap() });
    }
    let mut lefts: Vec<_> = racers
        .join_all()
        .await
        .into_iter()
        .filter_map(|outcome| match outcome {
            Spending::Spent { left } => Some(left),
            Spending::Unknown => None,
        })
        .collect();
    lefts.sort_unstable();
    assert_eq!(lefts, (0..10).collect::<Vec<_>>(), "each spent once, each counted once");
}

pub(super) async fn replacing_voids_the_earlier_codes(store: &dyn FactorStore) {
    let (owner, _, old) = enrolled(store, "law-replace").await;
    let new = codes();
    assert_eq!(store.replace_backup_codes(&owner, new.clone()).await.unwrap(), Regeneration::Replaced);
    assert_eq!(store.factors(&owner).await.unwrap().backup, Some(new.state()));
    for digest in &old.digests {
        for set in [old.id, new.id] {
            let void = store.spend_backup_code(&owner, set, *digest).await.unwrap();
            assert_eq!(void, Spending::Unknown);
        }
    }
    let spent = store.spend_backup_code(&owner, new.id, new.digests[9]).await.unwrap();
    assert_eq!(spent, Spending::Spent { left: 9 });

    let nobody = subject("law-replace-nobody");
    let refused = store.replace_backup_codes(&nobody, codes()).await.unwrap();
    assert_eq!(refused, Regeneration::NotEnrolled);
    assert!(!store.factors(&nobody).await.unwrap().required());
}

pub(super) async fn of_racing_replacements_one_stays_whole(store: &Arc<dyn FactorStore>) {
    let (owner, _, _) = enrolled(&**store, "law-race-replace").await;
    let sets: Vec<_> = (0..16).map(|_| codes()).collect();
    let mut racers = tokio::task::JoinSet::new();
    for set in sets.clone() {
        let (store, owner) = (store.clone(), owner.clone());
        racers.spawn(async move { store.replace_backup_codes(&owner, set).await.unwrap() });
    }
    assert!(racers.join_all().await.iter().all(|outcome| *outcome == Regeneration::Replaced));
    let kept = store.factors(&owner).await.unwrap().backup.unwrap();
    let mut good = 0;
    for set in &sets {
        assert_eq!(set.state() == kept, set.id == kept.id);
        for digest in &set.digests {
            let spending = store.spend_backup_code(&owner, kept.id, *digest).await.unwrap();
            assert_eq!(spending != Spending::Unknown, set.id == kept.id);
            good += u32::from(spending != Spending::Unknown);
        }
    }
    assert_eq!(good, 10);
}

pub(super) async fn confusion_of_sets_and_subjects_spends_nothing(store: &dyn FactorStore) {
    let (ada, _, hers) = enrolled(store, "law-set-ada").await;
    let (bob, _, his) = enrolled(store, "law-set-bob").await;
    for (owner, set, digest) in [
        (&bob, hers.id, hers.digests[0]),
        (&bob, his.id, hers.digests[0]),
        (&ada, his.id, hers.digests[0]),
        (&subject("law-nobody"), hers.id, hers.digests[0]),
    ] {
        let refused = store.spend_backup_code(owner, set, digest).await.unwrap();
        assert_eq!(refused, Spending::Unknown);
    }
    let spent = store.spend_backup_code(&ada, hers.id, hers.digests[0]).await.unwrap();
    assert_eq!(spent, Spending::Spent { left: 9 }, "nothing was lost by it");
}
