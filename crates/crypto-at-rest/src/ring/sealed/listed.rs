//! A key as it is listed.

use crate::ring::key::ROOT_LEN;
use crate::ring::key_ring::Slot;
use crate::ring::{KeyInfo, KeyState, RingKey};
use stockade_core::Secret;

/// What stands in the clear of one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) info: KeyInfo,
    pub(super) commitment: [u8; 32],
}

impl Listed {
    /// The key with the next of `roots`, or its tombstone. `None` where the root is missing or another.
    pub(super) fn slot(&self, roots: &mut impl Iterator<Item = Secret<[u8; ROOT_LEN]>>) -> Option<Slot> {
        if self.info.state == KeyState::Destroyed {
            return Some(Slot::Gone { info: self.info, commitment: self.commitment });
        }
        let key = RingKey::from_root(self.info, roots.next()?);
        (*key.commitment() == self.commitment).then_some(Slot::Live(key))
    }
}
