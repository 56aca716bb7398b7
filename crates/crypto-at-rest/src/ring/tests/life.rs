use super::{clock, lived, secrets};
use crate::ring::{Destruction, KeyError, KeyId, KeyRing, KeyState, RingError};
use proptest::prelude::*;
use std::collections::HashSet;
use std::time::Duration;
use stockade_core::{Clock, Detail, SystemEntropy, UnixMillis};
use stockade_testkit::{NoEntropy, SeededEntropy};

fn id(number: u32) -> KeyId {
    KeyId::from_u32(number)
}

#[test]
fn asvs_v11_2_2_rotation_overlaps_and_old_keys_still_open() {
    let (entropy, clock) = (SeededEntropy::new(1), clock());
    let mut ring = KeyRing::generate(&entropy, &clock).unwrap();
    let first = *ring.active().commitment();
    clock.advance(Duration::from_secs(60));
    assert_eq!(ring.rotate(&entropy, &clock), Ok(id(2)));
    assert_eq!(ring.active().id(), id(2));
    assert_ne!(*ring.active().commitment(), first);
    let old = ring.key(id(1)).unwrap();
    assert_eq!((old.info().state, old.info().retired), (KeyState::DecryptOnly, Some(clock.now())));
    assert_eq!(*old.commitment(), first);
}

#[test]
fn asvs_v14_2_7_a_destroyed_key_is_gone_and_reported() {
    let (entropy, clock) = (SeededEntropy::new(1), clock());
    let mut ring = KeyRing::generate(&entropy, &clock).unwrap();
    let commitment = *ring.active().commitment();
    let secret = *ring.active().root();
    ring.rotate(&entropy, &clock).unwrap();
    clock.advance(Duration::from_secs(5));
    let destruction = ring.destroy(id(1), &clock).unwrap();
    assert_eq!(destruction, Destruction { id: id(1), commitment, at: clock.now() });
    assert_eq!(ring.key(id(1)).err(), Some(KeyError::Destroyed(id(1))));
    assert!(!secrets(&ring).contains(&secret));
    assert_eq!(ring.keys().next().unwrap().destroyed, Some(clock.now()));

    let event = destruction.event(&SystemEntropy).unwrap();
    assert_eq!((event.action, event.at), (Destruction::ACTION, clock.now()));
    assert_eq!(event.resource.unwrap().to_string(), "key:1");
    let Detail::Text(hex) = &event.details["commitment"] else { panic!("a text") };
    assert_eq!(hex.len(), 64);
}

#[test]
fn the_active_key_cannot_be_destroyed_nor_any_key_twice() {
    let mut ring = lived(1);
    assert_eq!(ring.destroy(id(3), &clock()), Err(RingError::Active(id(3))));
    assert_eq!(ring.destroy(id(1), &clock()), Err(KeyError::Destroyed(id(1)).into()));
    assert_eq!(ring.destroy(id(4), &clock()), Err(KeyError::Unknown(id(4)).into()));
    assert_eq!(ring.key(id(0)).err(), Some(KeyError::Unknown(id(0))));
}

#[test]
fn asvs_v11_5_1_no_two_secrets_of_a_ring_are_equal() {
    let ring = lived(1);
    let all = secrets(&ring);
    assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len());
    let commitments: HashSet<_> = ring.commitments().map(|(_, commitment)| *commitment).collect();
    assert_eq!(commitments.len(), 3);
    assert!(commitments.iter().all(|commitment| !all.contains(commitment)));
}

#[test]
fn no_randomness_leaves_the_ring_as_it_was() {
    let mut ring = lived(1);
    let before: Vec<_> = ring.keys().collect();
    assert!(matches!(ring.rotate(&NoEntropy, &clock()), Err(RingError::Entropy(_))));
    let index = *ring.index_root();
    assert!(ring.danger_replace_index_root_and_break_every_blind_index(&NoEntropy).is_err());
    assert_eq!((ring.keys().collect::<Vec<_>>(), *ring.index_root()), (before, index));
    assert!(KeyRing::generate(&NoEntropy, &clock()).is_err());
}

#[test]
fn the_index_root_stays_when_keys_rotate() {
    let (entropy, clock) = (SeededEntropy::new(1), clock());
    let mut ring = KeyRing::generate(&entropy, &clock).unwrap();
    let index = *ring.index_root();
    ring.rotate(&entropy, &clock).unwrap();
    assert_eq!(*ring.index_root(), index);
    ring.danger_replace_index_root_and_break_every_blind_index(&entropy).unwrap();
    assert_ne!(*ring.index_root(), index);
}

#[test]
fn clock_jump_never_puts_an_end_before_a_beginning() {
    let (entropy, clock) = (SeededEntropy::new(1), clock());
    let mut ring = KeyRing::generate(&entropy, &clock).unwrap();
    clock.jump_to(UnixMillis::from_secs(1));
    ring.rotate(&entropy, &clock).unwrap();
    let _ = ring.destroy(id(1), &clock).unwrap();
    clock.jump_to(UnixMillis::from_millis(u64::MAX));
    ring.rotate(&entropy, &clock).unwrap();
    for key in ring.keys() {
        assert!(key.retired.is_none_or(|retired| retired >= key.created));
        assert!(key.destroyed.is_none_or(|destroyed| Some(destroyed) >= key.retired));
        assert!(key.created <= crate::ring::key_ring::END_OF_TIME);
    }
}

#[test]
fn flood_of_rotations_ends_at_the_cap() {
    let (entropy, clock) = (SeededEntropy::new(1), clock());
    let mut ring = KeyRing::generate(&entropy, &clock).unwrap();
    for _ in 1..KeyRing::MAX_LIVE {
        ring.rotate(&entropy, &clock).unwrap();
    }
    let full = RingError::Full { live: KeyRing::MAX_LIVE, total: KeyRing::MAX_LIVE };
    assert_eq!(ring.rotate(&entropy, &clock), Err(full));
    let _ = ring.destroy(id(1), &clock).unwrap();
    assert_eq!(ring.rotate(&entropy, &clock), Ok(id(1025)));
}

#[test]
fn confusion_a_key_id_has_one_spelling() {
    assert_eq!("7".parse(), Ok(id(7)));
    assert_eq!(id(u32::MAX).to_string().parse(), Ok(id(u32::MAX)));
    for text in ["", "07", "+7", "-7", "7 ", "4294967296", "seven"] {
        assert!(text.parse::<KeyId>().is_err(), "{text:?}");
    }
}

#[test]
fn asvs_v16_2_5_nothing_printed_shows_a_key() {
    let ring = lived(1);
    let keys = crate::ring::Keys::new(ring.clone());
    let shown = format!("{ring:?} {ring:#?} {:?} {keys:?}", ring.active());
    let panicked = std::panic::catch_unwind(|| panic!("{ring:?}")).unwrap_err();
    let shown = shown + panicked.downcast_ref::<String>().unwrap();
    for secret in secrets(&ring) {
        let hex: String = secret.iter().take(4).map(|octet| format!("{octet:02x}")).collect();
        let list = secret.iter().take(3).map(u8::to_string).collect::<Vec<_>>().join(", ");
        assert!(!shown.contains(&hex) && !shown.contains(&list));
    }
}

#[derive(Debug, Clone)]
enum Step {
    Rotate,
    Destroy(u32),
    Jump(u64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![Just(Step::Rotate), (0_u32..12).prop_map(Step::Destroy), any::<u64>().prop_map(Step::Jump),]
}

proptest! {
    #[test]
    fn any_life_keeps_one_active_key_and_never_gives_an_id_twice(steps in proptest::collection::vec(step(), 0..40)) {
        let (entropy, clock) = (SeededEntropy::new(7), clock());
        let mut ring = KeyRing::generate(&entropy, &clock).unwrap();
        let mut given = HashSet::from([ring.active().id()]);
        let mut gone = HashSet::new();
        for step in steps {
            let before = ring.clone();
            match step {
                Step::Rotate => prop_assert!(given.insert(ring.rotate(&entropy, &clock).unwrap())),
                Step::Destroy(number) => {
                    if let Ok(destruction) = ring.destroy(id(number), &clock) {
                        prop_assert!(gone.insert(destruction.id));
                    }
                }
                Step::Jump(to) => clock.jump_to(UnixMillis::from_millis(to)),
            }
            let active: Vec<_> = ring.keys().filter(|key| key.state == KeyState::Active).collect();
            prop_assert_eq!(active.len(), 1);
            prop_assert_eq!(active[0].id, ring.active().id());
            prop_assert_eq!(ring.keys().map(|key| key.id).collect::<HashSet<_>>(), given.clone());
            for key in ring.keys() {
                prop_assert_eq!(ring.key(key.id).is_err(), gone.contains(&key.id));
            }
            // Every step leads to a ring that may follow, and none leads back.
            prop_assert_eq!(crate::ring::succession::check(&before, &ring), Ok(()));
            if before.keys().ne(ring.keys()) {
                prop_assert!(crate::ring::succession::check(&ring, &before).is_err());
            }
        }
    }
}
