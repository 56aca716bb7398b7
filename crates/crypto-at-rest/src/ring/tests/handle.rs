use super::{clock, lived};
use crate::ring::{KeyId, KeyRing, Keys, Rollback};
use std::sync::Arc;
use stockade_testkit::SeededEntropy;

fn id(number: u32) -> KeyId {
    KeyId::from_u32(number)
}

#[test]
fn a_newer_ring_is_seen_by_every_handle_and_the_old_snapshot_stays_whole() {
    let keys = Keys::new(lived(1));
    let (other, before) = (keys.clone(), keys.current());
    let mut next = (*before).clone();
    next.rotate(&SeededEntropy::new(2), &clock()).unwrap();
    keys.replace(next).unwrap();
    assert_eq!(other.current().active().id(), id(4));
    assert_eq!(before.active().id(), id(3));
}

#[test]
fn rollback_to_an_older_ring_is_refused() {
    let old = lived(1);
    let mut new = old.clone();
    new.rotate(&SeededEntropy::new(2), &clock()).unwrap();
    let keys = Keys::new(new);
    assert_eq!(keys.replace(old.clone()), Err(Rollback::Reactivated(id(3))));
    assert_eq!(keys.current().active().id(), id(4));
    keys.danger_replace_even_by_an_older_ring(old);
    assert_eq!(keys.current().active().id(), id(3));
}

#[test]
fn rollback_that_resurrects_a_destroyed_key_is_refused() {
    let old = lived(1);
    let mut new = old.clone();
    let _ = new.destroy(id(2), &clock()).unwrap();
    let keys = Keys::new(new);
    assert_eq!(keys.replace(old), Err(Rollback::Resurrected(id(2))));
    assert!(keys.current().key(id(2)).is_err());
}

#[test]
fn rollback_that_lost_a_key_is_refused() {
    let (longer, clock) = (lived(1), clock());
    let shorter = KeyRing::generate(&SeededEntropy::new(1), &clock).unwrap();
    let mut other = shorter.clone();
    other.rotate(&SeededEntropy::new(5), &clock).unwrap();
    assert_eq!(Keys::new(longer).replace(shorter.clone()), Err(Rollback::Resurrected(id(1))));
    let mut retired = other.clone();
    retired.rotate(&SeededEntropy::new(6), &clock).unwrap();
    let keys = Keys::new(retired);
    assert_eq!(keys.replace(other), Err(Rollback::Reactivated(id(2))));
    assert_eq!(keys.replace(shorter), Err(Rollback::Reactivated(id(1))));
}

#[test]
fn confusion_another_key_under_the_same_id_is_refused() {
    let keys = Keys::new(lived(1));
    assert_eq!(keys.replace(lived(2)), Err(Rollback::OtherKey(id(1))));
}

#[test]
fn rollback_of_the_index_root_is_refused() {
    let old = lived(1);
    let mut new = old.clone();
    new.danger_replace_index_root_and_break_every_blind_index(&SeededEntropy::new(9)).unwrap();
    let keys = Keys::new(old.clone());
    keys.replace(new).unwrap();
    assert_eq!(keys.replace(old), Err(Rollback::OtherIndex));
}

#[test]
fn race_of_two_replacements_never_loses_a_key() {
    let base = lived(1);
    for round in 0..200 {
        let keys = Keys::new(base.clone());
        let rotated = |seed: u64| {
            let mut ring = base.clone();
            ring.rotate(&SeededEntropy::new(seed), &clock()).unwrap();
            ring
        };
        let rings = [rotated(100 + round), rotated(900 + round)];
        let done: Vec<_> = std::thread::scope(|scope| {
            let threads = rings.map(|ring| scope.spawn(|| keys.replace(ring)));
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(done.iter().filter(|result| result.is_ok()).count(), 1, "{done:?}");
        assert!(done.contains(&Err(Rollback::OtherKey(id(4)))));
    }
}

#[test]
fn a_destroyed_secret_lives_no_longer_than_the_last_snapshot() {
    let keys = Keys::new(lived(1));
    let snapshot = keys.current();
    let mut next: KeyRing = (*snapshot).clone();
    let _ = next.destroy(id(2), &clock()).unwrap();
    keys.replace(next).unwrap();
    assert_eq!(Arc::strong_count(&snapshot), 1);
}
