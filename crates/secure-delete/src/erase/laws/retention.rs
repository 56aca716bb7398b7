use super::super::{Cause, Due, Erasing, Finding, ObjectId, ObjectKeys, Releasing, Scheduling};
use super::{HOUR, erased, hold, kept, kept_until, object, start};
use std::num::NonZeroU32;
use std::time::Duration;
use stockade_core::UnixMillis;

const MILLI: Duration = Duration::from_millis(1);

pub(super) async fn expired_keys_alone_are_erased_for_that(store: &dyn ObjectKeys) {
    let until = start().plus(HOUR);
    let key = kept_until(store, &object("expiry"), Some(until)).await;
    let early = store.erase(&key.object, Cause::Expired, until.minus(MILLI)).await.unwrap();
    assert_eq!(early, Erasing::NotDue { until: Some(until) });
    let forever = kept(store, "forever").await;
    let end = UnixMillis::from_millis(u64::MAX);
    let never = store.erase(&forever.object, Cause::Expired, end).await.unwrap();
    assert_eq!(never, Erasing::NotDue { until: None });
    // Prolonged after somebody saw it due: the store has the last word.
    assert_eq!(store.schedule(&key.object, Some(until.plus(HOUR))).await.unwrap(), Scheduling::Scheduled);
    let prolonged = store.erase(&key.object, Cause::Expired, until).await.unwrap();
    assert_eq!(prolonged, Erasing::NotDue { until: Some(until.plus(HOUR)) });
    match store.erase(&key.object, Cause::Expired, until.plus(HOUR)).await.unwrap() {
        Erasing::Erased(tombstone) => assert_eq!(tombstone.cause, Cause::Expired),
        other => panic!("{other:?}"),
    }
}

/// What is due at `now` of the objects of one law, asked for `limit` at a time.
async fn due(store: &dyn ObjectKeys, law: &str, now: UnixMillis, limit: u32) -> Vec<ObjectId> {
    let (mut all, mut after) = (Vec::<Due>::new(), None);
    loop {
        let page = store.due(now, after.as_ref(), NonZeroU32::new(limit).unwrap()).await.unwrap();
        assert!(page.len() <= limit as usize);
        assert!(page.iter().all(|due| due.expires_at <= now));
        let Some(last) = page.last() else { break };
        after = Some(last.clone());
        all.extend(page);
    }
    assert!(all.is_sorted_by(|one, two| one < two), "each once, the longest due first");
    all.into_iter().map(|due| due.object).filter(|object| object.as_str().contains(law)).collect()
}

pub(super) async fn due_lists_the_longest_due_first_page_by_page(store: &dyn ObjectKeys) {
    let mut keys = Vec::new();
    for hours in [3, 1, 2, 2, 5] {
        let until = start().plus(hours * HOUR);
        keys.push(kept_until(store, &object("due-page"), Some(until)).await);
    }
    let _ = kept(store, "due-page").await;
    let (held, gone) = (&keys[1], &keys[0]);
    let _ = store.hold(&held.object, hold("case")).await.unwrap();
    erased(store, gone).await;
    let mut expected: Vec<_> = keys[2..4].iter().map(|key| key.object.clone()).collect();
    expected.sort();
    for limit in [1, 2, 1000] {
        assert_eq!(due(store, "due-page", start().plus(4 * HOUR), limit).await, expected);
        assert_eq!(due(store, "due-page", start(), limit).await, [], "nothing is due yet");
    }
    // A hold that ends and a time that is set let an object come back to its place.
    let released = store.release(&held.object, &hold("case").name).await.unwrap();
    assert_eq!(released, Releasing::Released { left: 0 });
    assert_eq!(store.schedule(&keys[2].object, None).await.unwrap(), Scheduling::Scheduled);
    let now = due(store, "due-page", start().plus(6 * HOUR), 2).await;
    assert_eq!(now, [held, &keys[3], &keys[4]].map(|key| key.object.clone()));
}

pub(super) async fn times_at_the_ends_of_time_are_kept(store: &dyn ObjectKeys) {
    let epoch = kept_until(store, &object("ends"), Some(UnixMillis::default())).await;
    assert_eq!(store.find(&epoch.object).await.unwrap(), Finding::Live(epoch.clone()));
    let end = UnixMillis::from_millis(i64::MAX as u64);
    let never = kept_until(store, &object("ends"), Some(end)).await;
    assert_eq!(store.find(&never.object).await.unwrap(), Finding::Live(never.clone()));
    let early = store.erase(&never.object, Cause::Expired, end.minus(MILLI)).await.unwrap();
    assert_eq!(early, Erasing::NotDue { until: Some(end) });
    match store.erase(&epoch.object, Cause::Expired, UnixMillis::default()).await.unwrap() {
        Erasing::Erased(tombstone) => assert_eq!(tombstone.at, UnixMillis::default()),
        other => panic!("{other:?}"),
    }
}
