//! Attacks on the key ring.

mod crash;
mod file;
mod handle;
mod life;

use super::wrap::{KeyWrapper, WrapError};
use super::{KeyRing, Keys, Unlock};
use std::time::Duration;
use stockade_core::{ManualClock, Secret, UnixMillis};
use stockade_testkit::SeededEntropy;

/// Some time in 2026.
pub(in crate::ring) fn clock() -> ManualClock {
    ManualClock::at(UnixMillis::from_secs(1_790_000_000))
}

/// A ring that lived: key 1 destroyed, key 2 decrypt-only, key 3 active.
pub(in crate::ring) fn lived(seed: u64) -> KeyRing {
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

/// A wrapper that costs nothing and hides nothing.
#[derive(Debug, Clone, Copy)]
pub(in crate::ring) struct Mirror(pub(in crate::ring) u8);

impl KeyWrapper for Mirror {
    fn name(&self) -> &'static str {
        "test:mirror"
    }

    fn wrap(&self, key: &Secret<[u8; 32]>) -> Result<Vec<u8>, WrapError> {
        Ok(key.expose().iter().map(|octet| octet ^ self.0).collect())
    }

    fn unwrap(&self, wrapped: &[u8]) -> Result<Secret<[u8; 32]>, WrapError> {
        let key: Vec<u8> = wrapped.iter().map(|octet| octet ^ self.0).collect();
        key.try_into().map(Secret::new).map_err(|_| WrapError::Refused)
    }
}

/// Unlocking at no cost, for attacks that try often.
pub(in crate::ring) fn mirror() -> Unlock {
    Unlock::wrapper(Mirror(0x5a))
}

/// Every secret of a ring, to search outputs for.
pub(in crate::ring) fn secrets(ring: &KeyRing) -> Vec<[u8; 32]> {
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
