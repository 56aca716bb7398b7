use super::super::{
    Beginning, Confirmation, FactorKind, FactorStore, Factors, Regeneration, Removal, Spending, Step,
};
use super::{MINUTE, RACERS, codes, enrolled, pending, start, subject};
use std::sync::Arc;
use std::time::Duration;

pub(super) async fn an_enrolment_is_kept_as_it_was_begun_and_confirmed(store: &dyn FactorStore) {
    let owner = subject("law-enrol");
    assert_eq!(store.factors(&owner).await.unwrap(), Factors::default());
    let (pending, codes) = (pending(), codes());
    assert_eq!(store.begin(&owner, pending.clone()).await.unwrap(), Beginning::Begun);
    let expected = Factors { pending: Some(pending.clone()), ..Factors::default() };
    assert_eq!(store.factors(&owner).await.unwrap(), expected);
    assert!(!expected.required(), "an enrolment under way locks nobody out");
    assert_eq!(
        store.accept_step(&owner, pending.id, 1).await.unwrap(),
        Step::Gone,
        "nothing is in force yet"
    );

    let last_moment = start().plus(MINUTE - Duration::from_millis(1));
    let confirmed = store.confirm(&owner, pending.id, 7, codes.clone(), last_moment).await.unwrap();
    assert_eq!(confirmed, Confirmation::Confirmed);
    let expected = Factors { pending: None, totp: Some(pending.confirmed(7)), backup: Some(codes.state()) };
    assert_eq!(store.factors(&owner).await.unwrap(), expected);
    assert!(expected.required());
}

pub(super) async fn an_enrolment_given_up_or_expired_is_stale(store: &dyn FactorStore) {
    let owner = subject("law-stale");
    let (given_up, second) = (pending(), pending());
    assert_eq!(store.begin(&owner, given_up.clone()).await.unwrap(), Beginning::Begun);
    assert_eq!(store.begin(&owner, second.clone()).await.unwrap(), Beginning::Begun);
    let stale = store.confirm(&owner, given_up.id, 1, codes(), start()).await.unwrap();
    assert_eq!(stale, Confirmation::Stale, "another took its place");
    let expired = start().plus(MINUTE);
    let stale = store.confirm(&owner, second.id, 1, codes(), expired).await.unwrap();
    assert_eq!(stale, Confirmation::Stale);
    let stranger = store.confirm(&subject("law-stale-thief"), second.id, 1, codes(), start()).await.unwrap();
    assert_eq!(stranger, Confirmation::Stale, "somebody else's");
    let factors = store.factors(&owner).await.unwrap();
    assert_eq!((factors.totp, factors.backup), (None, None), "no half state");
    assert_eq!(store.remove(&owner, FactorKind::All).await.unwrap(), Removal::NotEnrolled);
    let stale = store.confirm(&owner, second.id, 1, codes(), start()).await.unwrap();
    assert_eq!(stale, Confirmation::Stale, "taken off with everything");
}

pub(super) async fn an_authenticator_in_force_keeps_another_out(store: &dyn FactorStore) {
    let (owner, first, codes) = enrolled(store, "law-keep-out").await;
    let intruder = pending();
    assert_eq!(store.begin(&owner, intruder.clone()).await.unwrap(), Beginning::AlreadyEnrolled);
    let stale = store.confirm(&owner, intruder.id, 200, super::codes(), start()).await.unwrap();
    assert_eq!(stale, Confirmation::Stale);
    let again = store.confirm(&owner, first.id, 200, super::codes(), start()).await.unwrap();
    assert_eq!(again, Confirmation::Stale, "a confirmation is no way to new backup codes");
    let factors = store.factors(&owner).await.unwrap();
    assert_eq!(factors.totp, Some(first.confirmed(100)));
    assert_eq!(factors.backup, Some(codes.state()));
    assert_eq!(factors.pending, None);
}

pub(super) async fn one_of_many_racing_confirmations_wins(store: &Arc<dyn FactorStore>) {
    let (owner, pending) = (subject("law-race-confirm"), pending());
    assert_eq!(store.begin(&owner, pending.clone()).await.unwrap(), Beginning::Begun);
    let mut racers = tokio::task::JoinSet::new();
    for _ in 0..RACERS {
        let (store, owner, id, codes) = (store.clone(), owner.clone(), pending.id, codes());
        racers.spawn(async move {
            let confirmed = store.confirm(&owner, id, 1, codes.clone(), start()).await.unwrap();
            (confirmed == Confirmation::Confirmed).then_some(codes)
        });
    }
    let winners: Vec<_> = racers.join_all().await.into_iter().flatten().collect();
    assert_eq!(winners.len(), 1);
    let factors = store.factors(&owner).await.unwrap();
    assert_eq!(factors.backup, Some(winners[0].state()), "whoever is shown codes is shown the right ones");
}

pub(super) async fn racing_beginnings_never_reopen_what_is_confirmed(store: &Arc<dyn FactorStore>) {
    let (owner, first) = (subject("law-race-begin"), pending());
    assert_eq!(store.begin(&owner, first.clone()).await.unwrap(), Beginning::Begun);
    let mut racers = tokio::task::JoinSet::new();
    for _ in 0..RACERS {
        let (store, owner) = (store.clone(), owner.clone());
        racers.spawn(async move { store.begin(&owner, pending()).await.unwrap() == Beginning::Begun });
    }
    let confirmed = store.confirm(&owner, first.id, 1, codes(), start()).await.unwrap();
    let begun = racers.join_all().await.into_iter().filter(|begun| *begun).count();
    let factors = store.factors(&owner).await.unwrap();
    match confirmed {
        Confirmation::Confirmed => {
            assert_eq!((factors.totp, factors.pending), (Some(first.confirmed(1)), None));
            assert_eq!(begun, 0, "a beginning would have made the confirmation stale");
        }
        Confirmation::Stale => {
            assert_eq!((factors.totp, factors.backup), (None, None));
            assert_eq!(begun, RACERS);
        }
    }
}

pub(super) async fn each_factor_is_revoked_alone(store: &dyn FactorStore) {
    let (owner, totp, codes) = enrolled(store, "law-revoke").await;
    assert_eq!(store.remove(&owner, FactorKind::BackupCodes).await.unwrap(), Removal::Removed);
    assert_eq!(store.remove(&owner, FactorKind::BackupCodes).await.unwrap(), Removal::NotEnrolled);
    let spent = store.spend_backup_code(&owner, codes.id, codes.digests[0]).await.unwrap();
    assert_eq!(spent, Spending::Unknown, "the sheet of paper is worth nothing");
    assert_eq!(
        store.accept_step(&owner, totp.id, 101).await.unwrap(),
        Step::Accepted,
        "the phone still works"
    );

    let new = super::codes();
    assert_eq!(store.replace_backup_codes(&owner, new.clone()).await.unwrap(), Regeneration::Replaced);
    assert_eq!(store.remove(&owner, FactorKind::Totp).await.unwrap(), Removal::Removed);
    assert_eq!(store.remove(&owner, FactorKind::Totp).await.unwrap(), Removal::NotEnrolled);
    assert_eq!(
        store.accept_step(&owner, totp.id, 102).await.unwrap(),
        Step::Gone,
        "the phone is worth nothing"
    );
    assert!(store.factors(&owner).await.unwrap().required(), "the second factor is not off");
    let spent = store.spend_backup_code(&owner, new.id, new.digests[0]).await.unwrap();
    assert_eq!(spent, Spending::Spent { left: 9 }, "the paper still works");
    assert_eq!(store.begin(&owner, pending()).await.unwrap(), Beginning::Begun, "a new phone may come");

    assert_eq!(store.remove(&owner, FactorKind::All).await.unwrap(), Removal::Removed);
    assert_eq!(store.remove(&owner, FactorKind::All).await.unwrap(), Removal::NotEnrolled);
    assert_eq!(store.factors(&owner).await.unwrap(), Factors::default());
}
