use super::super::{ApiKeyRecord, ApiKeyStore, KeyRotation};
use super::{DAY, RACERS, created, is_live, key, start, subject};
use std::sync::Arc;
use std::time::Duration;

pub(super) async fn the_old_key_stays_for_the_overlap_and_no_longer(store: &dyn ApiKeyStore) {
    let old = created(store, key("law-rotate", "rotate1", start())).await;
    let new = key("law-rotate", "rotate2", start().plus(DAY));
    let until = start().plus(2 * DAY);
    let rotated = store.rotate(&old.id, &old.owner, new.clone(), DAY).await.unwrap();
    assert_eq!(rotated, KeyRotation::Rotated { until });
    assert_eq!(store.by_id(&new.id).await.unwrap(), Some(new.clone()));
    let kept = store.by_id(&old.id).await.unwrap().unwrap();
    let expected = ApiKeyRecord { expires_at: Some(until), successor: Some(new.id.clone()), ..old.clone() };
    assert_eq!(kept, expected);
    assert!(is_live(store, &old, until.minus(Duration::from_millis(1))).await);
    assert!(!is_live(store, &old, until).await);
    assert!(is_live(store, &new, until).await);

    let eternal = ApiKeyRecord { expires_at: None, ..key("law-rotate", "rotate3", start()) };
    let eternal = created(store, eternal).await;
    let next = key("law-rotate", "rotate4", start());
    let rotated = store.rotate(&eternal.id, &eternal.owner, next, Duration::ZERO).await.unwrap();
    assert_eq!(rotated, KeyRotation::Rotated { until: start() });
    assert!(!is_live(store, &eternal, start()).await, "what leaked ends at once");
}

pub(super) async fn a_key_that_ends_sooner_is_not_kept_longer(store: &dyn ApiKeyStore) {
    let old = created(store, key("law-sooner", "sooner1", start())).await;
    let end = old.expires_at.unwrap();
    let new = key("law-sooner", "sooner2", end.minus(DAY));
    let rotated = store.rotate(&old.id, &old.owner, new, 30 * DAY).await.unwrap();
    assert_eq!(rotated, KeyRotation::Rotated { until: end });
}

pub(super) async fn one_of_many_racing_rotations_wins(store: &Arc<dyn ApiKeyStore>) {
    let old = created(&**store, key("law-race-rotate", "rr", start())).await;
    let mut racers = tokio::task::JoinSet::new();
    for racer in 0..RACERS {
        let (store, old) = (store.clone(), old.clone());
        let new = key("law-race-rotate", &format!("rr{racer}x"), start());
        racers.spawn(
            async move { (new.id.clone(), store.rotate(&old.id, &old.owner, new, DAY).await.unwrap()) },
        );
    }
    let outcomes = racers.join_all().await;
    let is_winner = |outcome: &KeyRotation| matches!(outcome, KeyRotation::Rotated { .. });
    let winners: Vec<_> = outcomes.iter().filter(|(_, outcome)| is_winner(outcome)).collect();
    assert_eq!(winners.len(), 1);
    assert!(
        outcomes.iter().all(|(_, outcome)| is_winner(outcome) || *outcome == KeyRotation::AlreadyRotated)
    );
    let live: Vec<_> = store.list(&old.owner, start()).await.unwrap().into_iter().map(|key| key.id).collect();
    assert_eq!(live.len(), 2, "the old key and one new");
    assert!(live.contains(&winners[0].0));
    assert_eq!(store.by_id(&old.id).await.unwrap().unwrap().successor.as_ref(), Some(&winners[0].0));
}

pub(super) async fn of_one_line_two_keys_are_live_at_most(store: &dyn ApiKeyStore) {
    let mut last = created(store, key("law-line", "line0", start())).await;
    for n in 1..10 {
        let next = key("law-line", &format!("line{n}"), start());
        let rotated = store.rotate(&last.id, &last.owner, next.clone(), 30 * DAY).await.unwrap();
        assert!(matches!(rotated, KeyRotation::Rotated { .. }), "{rotated:?}");
        let live = store.list(&last.owner, start()).await.unwrap();
        assert_eq!(live.len(), 2, "rotation {n}");
        assert!(live.iter().any(|key| key.id == last.id) && live.iter().any(|key| key.id == next.id));
        last = next;
    }
}

pub(super) async fn what_is_over_or_somebody_elses_is_not_rotated(store: &dyn ApiKeyStore) {
    let old = created(store, key("law-not", "not1", start())).await;
    let new = key("law-not", "not2", start());
    let thief = store.rotate(&old.id, &subject("law-thief"), new.clone(), DAY).await.unwrap();
    assert_eq!(thief, KeyRotation::Unknown);
    let unknown = store.rotate(&"notthere".parse().unwrap(), &old.owner, new.clone(), DAY).await.unwrap();
    assert_eq!(unknown, KeyRotation::Unknown);
    let late = ApiKeyRecord { created_at: old.expires_at.unwrap(), ..new.clone() };
    assert_eq!(store.rotate(&old.id, &old.owner, late, DAY).await.unwrap(), KeyRotation::Over);
    let _ = store.revoke(&old.id, None, start()).await.unwrap();
    assert_eq!(store.rotate(&old.id, &old.owner, new.clone(), DAY).await.unwrap(), KeyRotation::Over);
    assert_eq!(store.by_id(&new.id).await.unwrap(), None, "none of them left a key behind");
}
