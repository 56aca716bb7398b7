use super::super::{Cause, Erasing, Hold, Holding, ObjectKeys, Releasing};
use super::{HOUR, erased, hold, kept, kept_until, lives, object, start};

pub(super) async fn a_held_key_is_not_erased_until_the_last_hold_is_released(store: &dyn ObjectKeys) {
    let key = kept_until(store, &object("held"), Some(start())).await;
    let (one, two) = (hold("case-1"), hold("case-2"));
    // In no order of their names.
    assert_eq!(store.hold(&key.object, two.clone()).await.unwrap(), Holding::Held);
    assert_eq!(store.hold(&key.object, one.clone()).await.unwrap(), Holding::Held);
    assert_eq!(store.holds(&key.object).await.unwrap(), [one.clone(), two.clone()]);
    let by = vec![one.name.clone(), two.name.clone()];
    for cause in [Cause::Requested, Cause::Expired] {
        let refused = store.erase(&key.object, cause, start().plus(HOUR)).await.unwrap();
        assert_eq!(refused, Erasing::Held { by: by.clone() });
    }
    assert!(lives(store, &key.object).await);
    assert_eq!(store.release(&key.object, &one.name).await.unwrap(), Releasing::Released { left: 1 });
    assert_eq!(store.release(&key.object, &one.name).await.unwrap(), Releasing::NotHeld, "replay");
    let refused = store.erase(&key.object, Cause::Requested, start()).await.unwrap();
    assert_eq!(refused, Erasing::Held { by: vec![two.name.clone()] });
    assert_eq!(store.release(&key.object, &two.name).await.unwrap(), Releasing::Released { left: 0 });
    erased(store, &key).await;
}

pub(super) async fn a_hold_of_one_name_is_there_once(store: &dyn ObjectKeys) {
    let (key, other) = (kept(store, "once").await, kept(store, "once").await);
    let first = hold("case-1");
    let later = Hold::new(first.name.clone(), "another", start().plus(HOUR)).unwrap();
    assert_eq!(store.hold(&key.object, first.clone()).await.unwrap(), Holding::Held);
    assert_eq!(store.hold(&key.object, later).await.unwrap(), Holding::AlreadyHeld(first.clone()));
    assert_eq!(store.holds(&key.object).await.unwrap(), std::slice::from_ref(&first));
    assert_eq!(store.release(&other.object, &first.name).await.unwrap(), Releasing::NotHeld, "confusion");
    assert_eq!(store.holds(&other.object).await.unwrap(), []);
    assert_eq!(store.release(&key.object, &first.name).await.unwrap(), Releasing::Released { left: 0 });
}

pub(super) async fn holds_are_bounded(store: &dyn ObjectKeys) {
    let key = kept(store, "flood").await;
    for n in 0..Hold::MAX_ON_OBJECT {
        assert_eq!(store.hold(&key.object, hold(&format!("case-{n}"))).await.unwrap(), Holding::Held);
    }
    assert_eq!(store.hold(&key.object, hold("one-more")).await.unwrap(), Holding::Full);
    assert!(matches!(store.hold(&key.object, hold("case-3")).await.unwrap(), Holding::AlreadyHeld(_)));
    assert_eq!(store.holds(&key.object).await.unwrap().len(), Hold::MAX_ON_OBJECT);
}

pub(super) async fn what_is_erased_or_unknown_is_not_held(store: &dyn ObjectKeys) {
    let key = kept(store, "late").await;
    let tombstone = erased(store, &key).await;
    assert_eq!(store.hold(&key.object, hold("late")).await.unwrap(), Holding::Erased(tombstone));
    let nobody = object("nobody");
    assert_eq!(store.hold(&nobody, hold("case")).await.unwrap(), Holding::Unknown);
    assert_eq!(store.release(&nobody, &hold("case").name).await.unwrap(), Releasing::NotHeld);
    for gone in [&key.object, &nobody] {
        assert_eq!(store.holds(gone).await.unwrap(), []);
    }
}
