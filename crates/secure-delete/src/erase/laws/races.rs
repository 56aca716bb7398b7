use super::super::{
    Cause, Erasing, Finding, Hold, Holding, Keeping, ObjectKeys, Rewrapping, Scheduling, Tombstone,
};
use super::{HOUR, RACERS, ROUNDS, hold, kept, kept_until, key, lives, object, race, start, wrap};
use std::sync::Arc;

type Store = Arc<dyn ObjectKeys>;

pub(super) async fn one_of_many_racing_keys_is_kept(store: &Store) {
    let object = object("race-keep");
    let outcomes = race(store, |_, store| {
        let key = key(&object, None);
        async move { (store.keep(key.clone()).await.unwrap(), key) }
    });
    let (mut kept, mut refused) = (Vec::new(), 0);
    for (outcome, key) in outcomes.await {
        match outcome {
            Keeping::Kept => kept.push(key),
            Keeping::Exists => refused += 1,
            Keeping::Erased(stone) => panic!("nobody erased it: {stone:?}"),
        }
    }
    assert_eq!((kept.len(), refused), (1, RACERS - 1));
    assert_eq!(store.find(&object).await.unwrap(), Finding::Live(kept.remove(0)));
}

pub(super) async fn one_of_many_racing_erasures_wins(store: &Store) {
    let key = kept(&**store, "race-erase").await;
    let outcomes = race(store, |n, store| {
        let object = key.object.clone();
        let at = start().plus(HOUR * n as u32);
        async move { store.erase(&object, Cause::Requested, at).await.unwrap() }
    });
    let (mut won, mut told) = (Vec::<Tombstone>::new(), Vec::<Tombstone>::new());
    for outcome in outcomes.await {
        match outcome {
            Erasing::Erased(stone) => won.push(stone),
            Erasing::AlreadyErased(stone) => told.push(stone),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((won.len(), told.len()), (1, RACERS - 1));
    assert!(told.iter().all(|stone| *stone == won[0]), "all are told of the one erasure");
}

pub(super) async fn a_key_is_held_or_erased_but_never_both(store: &Store) {
    for _ in 0..ROUNDS {
        let key = kept(&**store, "race-hold").await;
        let outcomes = race(store, |n, store| {
            let object = key.object.clone();
            async move {
                if n % 2 == 0 {
                    // A few names, so that holds race with their like as well.
                    match store.hold(&object, hold(&format!("case-{}", n % 8))).await.unwrap() {
                        Holding::Held | Holding::AlreadyHeld(_) => "held",
                        Holding::Erased(_) => "too late",
                        other => panic!("{other:?}"),
                    }
                } else {
                    match store.erase(&object, Cause::Requested, start()).await.unwrap() {
                        Erasing::Erased(_) => "erased",
                        Erasing::AlreadyErased(_) => "erased before",
                        Erasing::Held { .. } => "refused",
                        other => panic!("{other:?}"),
                    }
                }
            }
        });
        let outcomes = outcomes.await;
        let count = |what: &str| outcomes.iter().filter(|outcome| **outcome == what).count();
        let (held, erased) = (count("held"), count("erased"));
        if held > 0 {
            assert_eq!((held, count("refused")), (RACERS / 2, RACERS / 2), "{outcomes:?}");
            assert!(lives(&**store, &key.object).await);
        } else {
            assert_eq!((erased, count("too late")), (1, RACERS / 2), "{outcomes:?}");
            assert!(!lives(&**store, &key.object).await);
            assert_eq!(store.holds(&key.object).await.unwrap(), []);
        }
    }
}

pub(super) async fn a_key_is_prolonged_or_expired_but_never_both(store: &Store) {
    for _ in 0..ROUNDS {
        let key = kept_until(&**store, &object("race-due"), Some(start())).await;
        let outcomes = race(store, |n, store| {
            let object = key.object.clone();
            async move {
                if n % 2 == 0 {
                    matches!(
                        store.schedule(&object, Some(start().plus(HOUR))).await.unwrap(),
                        Scheduling::Scheduled
                    )
                } else {
                    matches!(
                        store.erase(&object, Cause::Expired, start()).await.unwrap(),
                        Erasing::NotDue { .. }
                    )
                }
            }
        });
        let outcomes = outcomes.await;
        let lived = outcomes.iter().filter(|lived| **lived).count();
        assert!(lived == 0 || lived == RACERS, "{lived} were told that it lives");
        assert_eq!(lives(&**store, &key.object).await, lived > 0);
    }
}

pub(super) async fn a_rewrap_revives_nothing(store: &Store) {
    for _ in 0..ROUNDS {
        let key = kept(&**store, "race-revive").await;
        let outcomes = race(store, |n, store| {
            let key = key.clone();
            async move {
                match n % 3 {
                    0 => drop(store.erase(&key.object, Cause::Requested, start()).await.unwrap()),
                    1 => drop(store.rewrap(&key.object, &key.wrap, wrap()).await.unwrap()),
                    _ => assert_ne!(store.keep(key).await.unwrap(), Keeping::Kept),
                }
            }
        });
        outcomes.await;
        assert!(matches!(store.find(&key.object).await.unwrap(), Finding::Erased(_)));
    }
}

pub(super) async fn one_of_many_racing_rewraps_wins(store: &Store) {
    let mut key = kept(&**store, "race-rewrap").await;
    let outcomes = race(store, |_, store| {
        let (key, new) = (key.clone(), wrap());
        async move { (store.rewrap(&key.object, &key.wrap, new.clone()).await.unwrap(), new) }
    });
    let mut won = Vec::new();
    for (outcome, new) in outcomes.await {
        match outcome {
            Rewrapping::Rewrapped => won.push(new),
            other => assert_eq!(other, Rewrapping::Overtaken),
        }
    }
    assert_eq!(won.len(), 1);
    key.wrap = won.remove(0);
    assert_eq!(store.find(&key.object).await.unwrap(), Finding::Live(key));
}

pub(super) async fn no_more_racing_holds_than_allowed(store: &Store) {
    let key = kept(&**store, "race-flood").await;
    let outcomes = race(store, |n, store| {
        let object = key.object.clone();
        async move { store.hold(&object, hold(&format!("case-{n}"))).await.unwrap() }
    });
    let held = outcomes.await.into_iter().filter(|outcome| *outcome == Holding::Held).count();
    assert_eq!(held, Hold::MAX_ON_OBJECT);
    assert_eq!(store.holds(&key.object).await.unwrap().len(), Hold::MAX_ON_OBJECT);
}
