//! Attacks on the key ring.

mod handle;
mod life;

use super::{KeyRing, Keys};
use std::time::Duration;
use stockade_core::{ManualClock, UnixMillis};
use stockade_testkit::SeededEntropy;

/// Some time in 2026.
pub(super) fn clock() -> ManualClock {
    ManualClock::at(UnixMillis::from_secs(1_790_000_000))
}

/// A ring that lived: key 1 destroyed, key 2 decrypt-only, key 3 active.
pub(super) fn lived(seed: u64) -> KeyRing {
    let (entropy, clock) = (SeededEntropy::new(seed), clock());
    let mut ring = KeyRing::generate(&entropy, &clock).unwrap();
    let first = ring.active().id();
    for _ in 0..2 {
        clock.advance(Duration::from_secs(3600));
        ring.rotate(&entropy, &clock).unwrap();
    }
    let _ = ring.destroy(first, &clock).unwrap();
    ring
}

/// Every secret of a ring, to search outputs for.
pub(super) fn secrets(ring: &KeyRing) -> Vec<[u8; 32]> {
    let keys = ring.keys().filter_map(|info| ring.key(info.id).ok());
    keys.flat_map(|key| [*key.root(), *key.field_key(), *key.wrapping_key(), *key.deterministic_key()])
        .chain([*ring.index_root()])
        .collect()
}

#[test]
fn handles_can_be_shared_between_threads() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<KeyRing>();
    shared::<Keys>();
}
