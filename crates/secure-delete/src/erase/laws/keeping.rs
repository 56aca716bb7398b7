use super::super::{Cause, Erasing, Finding, Keeping, ObjectKeys, Rewrapping, Scheduling, Tombstone};
use super::{HOUR, erased, kept, kept_until, key, lives, object, start, wrap};
use std::num::NonZeroU32;

pub(super) async fn a_key_is_found_as_it_was_kept(store: &dyn ObjectKeys) {
    let forever = kept(store, "found").await;
    assert_eq!(store.find(&forever.object).await.unwrap(), Finding::Live(forever));
    let short = kept_until(store, &object("found-short"), Some(start().plus(HOUR))).await;
    assert_eq!(store.find(&short.object).await.unwrap(), Finding::Live(short));
}

pub(super) async fn a_second_key_is_not_kept(store: &dyn ObjectKeys) {
    let first = kept(store, "second").await;
    assert_eq!(store.keep(key(&first.object, None)).await.unwrap(), Keeping::Exists);
    assert_eq!(store.keep(first.clone()).await.unwrap(), Keeping::Exists);
    assert_eq!(store.find(&first.object).await.unwrap(), Finding::Live(first));
}

pub(super) async fn an_erased_key_is_never_found_and_never_replaced(store: &dyn ObjectKeys) {
    let gone = kept(store, "replay").await;
    let tombstone = erased(store, &gone).await;
    let expected = Tombstone {
        object: gone.object.clone(),
        fingerprint: gone.fingerprint,
        at: start().plus(HOUR),
        cause: Cause::Requested,
    };
    assert_eq!(tombstone, expected);
    assert_eq!(store.find(&gone.object).await.unwrap(), Finding::Erased(tombstone.clone()));
    // The very same wrap, as from a backup, and another one.
    assert_eq!(store.keep(gone.clone()).await.unwrap(), Keeping::Erased(tombstone.clone()), "replay");
    assert_eq!(store.keep(key(&gone.object, None)).await.unwrap(), Keeping::Erased(tombstone.clone()));
    let again = store.rewrap(&gone.object, &gone.wrap, wrap()).await.unwrap();
    assert_eq!(again, Rewrapping::Erased(tombstone.clone()));
    assert_eq!(
        store.schedule(&gone.object, Some(start())).await.unwrap(),
        Scheduling::Erased(tombstone.clone())
    );
    assert_eq!(store.find(&gone.object).await.unwrap(), Finding::Erased(tombstone));
}

pub(super) async fn erasing_again_gives_the_same_tombstone(store: &dyn ObjectKeys) {
    let gone = kept(store, "again").await;
    let tombstone = erased(store, &gone).await;
    for cause in [Cause::Requested, Cause::Expired] {
        for at in [start(), start().plus(24 * HOUR)] {
            let again = store.erase(&gone.object, cause, at).await.unwrap();
            assert_eq!(again, Erasing::AlreadyErased(tombstone.clone()));
        }
    }
}

pub(super) async fn what_was_never_kept_is_unknown(store: &dyn ObjectKeys) {
    let nobody = object("nobody");
    assert_eq!(store.find(&nobody).await.unwrap(), Finding::Unknown);
    for cause in [Cause::Requested, Cause::Expired] {
        assert_eq!(store.erase(&nobody, cause, start()).await.unwrap(), Erasing::Unknown);
    }
    assert_eq!(store.rewrap(&nobody, &wrap(), wrap()).await.unwrap(), Rewrapping::Unknown);
    assert_eq!(store.schedule(&nobody, None).await.unwrap(), Scheduling::Unknown);
    assert_eq!(store.find(&nobody).await.unwrap(), Finding::Unknown, "asking leaves no trace");
    let _ = kept_until(store, &nobody, None).await;
}

pub(super) async fn a_wrap_is_replaced_only_by_who_knows_it(store: &dyn ObjectKeys) {
    let mut key = kept(store, "rewrap").await;
    let new = wrap();
    assert_eq!(store.rewrap(&key.object, &wrap(), wrap()).await.unwrap(), Rewrapping::Overtaken);
    assert_eq!(store.rewrap(&key.object, &key.wrap, new.clone()).await.unwrap(), Rewrapping::Rewrapped);
    assert_eq!(store.rewrap(&key.object, &key.wrap, wrap()).await.unwrap(), Rewrapping::Overtaken, "replay");
    key.wrap = new;
    assert_eq!(store.find(&key.object).await.unwrap(), Finding::Live(key.clone()));
    // A wrap of another length: another key management service.
    let longer = super::super::Wrap::new(vec![7; super::super::Wrap::MAX_LEN]).unwrap();
    assert_eq!(store.rewrap(&key.object, &key.wrap, longer.clone()).await.unwrap(), Rewrapping::Rewrapped);
    key.wrap = longer;
    assert_eq!(store.find(&key.object).await.unwrap(), Finding::Live(key));
}

pub(super) async fn live_keys_are_listed_in_order_without_the_erased(store: &dyn ObjectKeys) {
    let mut keys = Vec::new();
    for n in 0..5 {
        keys.push(kept(store, &format!("~live-{n}")).await);
    }
    erased(store, &keys.remove(2)).await;
    let two = NonZeroU32::MIN.saturating_add(1);
    let first = keys.first().unwrap().object.clone();
    let mut listed = vec![keys.first().unwrap().clone()];
    let mut after = first;
    loop {
        let page = store.live(Some(&after), two).await.unwrap();
        assert!(page.len() <= 2);
        let Some(last) = page.last() else { break };
        after = last.object.clone();
        listed.extend(page);
    }
    listed.retain(|key| key.object.as_str().starts_with("law/~live-"));
    assert_eq!(listed, keys);
    let all = store.live(None, NonZeroU32::MAX).await.unwrap();
    assert!(all.len() <= super::super::MAX_PAGE as usize && all.is_sorted_by_key(|key| key.object.clone()));
}

pub(super) async fn scrubbing_changes_no_answer(store: &dyn ObjectKeys) {
    let (stays, goes) = (kept(store, "scrub").await, kept(store, "scrub").await);
    let tombstone = erased(store, &goes).await;
    let _ = store.scrub().await.unwrap();
    let _ = store.scrub().await.unwrap();
    assert!(lives(store, &stays.object).await);
    assert_eq!(store.find(&goes.object).await.unwrap(), Finding::Erased(tombstone));
}
