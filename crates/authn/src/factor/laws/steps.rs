use super::super::{FactorKind, FactorStore, Removal, Step};
use super::{RACERS, enrolled, subject};
use std::sync::Arc;

pub(super) async fn a_step_is_accepted_once_and_only_a_later_one_after_it(store: &dyn FactorStore) {
    let (owner, totp, _) = enrolled(store, "law-step").await;
    let mut outcomes = Vec::new();
    for step in [101, 101, 100, 0, 103, 102, 103, 104] {
        outcomes.push(store.accept_step(&owner, totp.id, step).await.unwrap());
    }
    use Step::{Accepted, Replayed};
    let expected = [Accepted, Replayed, Replayed, Replayed, Accepted, Replayed, Replayed, Accepted];
    assert_eq!(outcomes, expected, "a clock set back brings no code back");
    let kept = store.factors(&owner).await.unwrap().totp.unwrap();
    assert_eq!(kept, totp.confirmed(104));
}

pub(super) async fn the_confirmed_code_is_consumed(store: &dyn FactorStore) {
    let (owner, totp, _) = enrolled(store, "law-consumed").await;
    assert_eq!(store.accept_step(&owner, totp.id, 100).await.unwrap(), Step::Replayed);
    assert_eq!(store.accept_step(&owner, totp.id, 99).await.unwrap(), Step::Replayed);
}

pub(super) async fn one_of_many_racing_uses_of_a_step_is_accepted(store: &Arc<dyn FactorStore>) {
    let (owner, totp, _) = enrolled(&**store, "law-race-step").await;
    for step in 101..104 {
        let mut racers = tokio::task::JoinSet::new();
        for _ in 0..RACERS {
            let (store, owner, id) = (store.clone(), owner.clone(), totp.id);
            racers.spawn(async move { store.accept_step(&owner, id, step).await.unwrap() });
        }
        let outcomes = racers.join_all().await;
        let accepted = outcomes.iter().filter(|outcome| **outcome == Step::Accepted).count();
        let replayed = outcomes.iter().filter(|outcome| **outcome == Step::Replayed).count();
        assert_eq!((accepted, replayed), (1, RACERS - 1), "step {step}");
    }
}

pub(super) async fn racing_steps_are_accepted_in_order_only(store: &Arc<dyn FactorStore>) {
    let (owner, totp, _) = enrolled(&**store, "law-race-steps").await;
    let mut racers = tokio::task::JoinSet::new();
    for racer in 0..RACERS as u64 {
        let (store, owner, id) = (store.clone(), owner.clone(), totp.id);
        let step = 101 + racer % 3;
        racers.spawn(async move { (step, store.accept_step(&owner, id, step).await.unwrap()) });
    }
    let mut accepted: Vec<_> = racers
        .join_all()
        .await
        .into_iter()
        .filter_map(|(step, outcome)| (outcome == Step::Accepted).then_some(step))
        .collect();
    accepted.sort_unstable();
    assert!(accepted.windows(2).all(|pair| pair[0] < pair[1]), "{accepted:?}");
    assert_eq!(accepted.last(), Some(&103), "the latest is accepted, whatever came before");
    assert_eq!(store.factors(&owner).await.unwrap().totp.unwrap().last_step, 103);
}

pub(super) async fn confusion_of_enrolments_and_subjects_accepts_nothing(store: &dyn FactorStore) {
    let (ada, phone, _) = enrolled(store, "law-confused-ada").await;
    let (bob, other, _) = enrolled(store, "law-confused-bob").await;
    assert_eq!(store.accept_step(&bob, phone.id, 200).await.unwrap(), Step::Gone);
    assert_eq!(store.accept_step(&ada, other.id, 200).await.unwrap(), Step::Gone);
    assert_eq!(store.accept_step(&subject("law-nobody"), phone.id, 200).await.unwrap(), Step::Gone);

    assert_eq!(store.remove(&ada, FactorKind::All).await.unwrap(), Removal::Removed);
    let (_, new_phone, _) = enrolled(store, "law-confused-ada").await;
    assert_eq!(store.accept_step(&ada, phone.id, 200).await.unwrap(), Step::Gone, "the phone before");
    assert_eq!(store.accept_step(&ada, new_phone.id, 101).await.unwrap(), Step::Accepted);
    assert_eq!(
        store.accept_step(&bob, other.id, 101).await.unwrap(),
        Step::Accepted,
        "steps are each one's own"
    );
}
