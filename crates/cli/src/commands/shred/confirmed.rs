//! What was shown, so that nothing else is deleted.

use super::place::Place;
use stockade_secure_delete::Identity;

/// The most paths that are named in a question.
const NAMED: usize = 8;

/// Which file, whatever path leads to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Inode {
    device: (u32, u32),
    number: u64,
}

impl Inode {
    pub(super) fn of(identity: Identity) -> Self {
        Self { device: (identity.device_major, identity.device_minor), number: identity.inode }
    }
}

/// What was agreed to.
#[derive(Debug)]
pub(super) enum Confirmed {
    /// Whatever the paths lead to.
    Whatever,
    /// What each of them led to when it was asked; nothing, where that was refused.
    These(Vec<Option<Inode>>),
}

impl Confirmed {
    /// Whether it is what was shown for the path of this number: between question and answer somebody may have put a folder, or what
    /// is in it, in another's place.
    pub(super) fn has(&self, number: usize, found: &Identity) -> bool {
        match self {
            Self::Whatever => true,
            Self::These(inodes) => inodes.get(number).copied().flatten() == Some(Inode::of(*found)),
        }
    }
}

/// The paths, such as one wants to see them before agreeing.
pub(super) fn named(places: &[Place]) -> String {
    let mut names: Vec<_> = places.iter().take(NAMED).map(|place| format!("`{}`", place.shown())).collect();
    if places.len() > NAMED {
        names.push(format!("{} more", places.len() - NAMED));
    }
    names.join(", ")
}
