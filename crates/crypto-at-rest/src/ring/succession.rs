//! Which ring may follow which.

use super::{KeyId, KeyInfo, KeyRing, KeyState};
use stockade_core::Problem;

/// A ring was refused because it is not a later state of the one in use: an older copy of the file was put back, by an attacker or
/// by a restore, or it is another ring altogether.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Rollback {
    /// A key of the ring in use is missing.
    #[error("the ring lost key `{0}`")]
    LostKey(KeyId),
    /// A key that was destroyed has a secret again.
    #[error("the ring resurrects destroyed key `{0}`")]
    Resurrected(KeyId),
    /// A retired key is active again.
    #[error("the ring reactivates retired key `{0}`")]
    Reactivated(KeyId),
    /// The id belongs to another secret than before.
    #[error("key `{0}` is another key than before")]
    OtherKey(KeyId),
    /// The secret of blind indexes is an older or another one.
    #[error("the ring has another index secret than before")]
    OtherIndex,
    /// Nothing is missing, but the file was saved less often than the ring in use.
    #[error("the ring is of generation {found}, and generation {current} is in use")]
    OlderGeneration {
        /// The generation in use.
        current: u64,
        /// The generation that was refused.
        found: u64,
    },
}

impl From<&Rollback> for Problem {
    fn from(_: &Rollback) -> Self {
        Self::internal()
    }
}

/// Whether `next` can have come from `current` by rotating and destroying alone.
pub(super) fn check(current: &KeyRing, next: &KeyRing) -> Result<(), Rollback> {
    let mut candidates = next.commitments().peekable();
    for (was, commitment) in current.commitments() {
        // Both ascend, so what is below is a key that only `next` has.
        while candidates.next_if(|(is, _)| is.id < was.id).is_some() {}
        let (is, candidate) =
            candidates.next_if(|(is, _)| is.id == was.id).ok_or(Rollback::LostKey(was.id))?;
        if candidate != commitment {
            return Err(Rollback::OtherKey(was.id));
        }
        check_state(was, is)?;
    }
    let same = current.index.version == next.index.version && *current.index.secret == *next.index.secret;
    if !same && next.index.version <= current.index.version {
        return Err(Rollback::OtherIndex);
    }
    if next.generation < current.generation {
        return Err(Rollback::OlderGeneration { current: current.generation, found: next.generation });
    }
    Ok(())
}

fn check_state(was: KeyInfo, is: KeyInfo) -> Result<(), Rollback> {
    match (was.state, is.state) {
        (KeyState::Destroyed, KeyState::Active | KeyState::DecryptOnly) => Err(Rollback::Resurrected(was.id)),
        (KeyState::DecryptOnly, KeyState::Active) => Err(Rollback::Reactivated(was.id)),
        _ => Ok(()),
    }
}
