//! What a key store answers.

use super::{Hold, HoldName, KeyFingerprint, ObjectId, Wrap};
use stockade_core::UnixMillis;

/// A live key as a store keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptKey {
    /// Whose key.
    pub object: ObjectId,
    /// The key, wrapped.
    pub wrap: Wrap,
    /// What names the key.
    pub fingerprint: KeyFingerprint,
    /// Since when.
    pub created_at: UnixMillis,
    /// When the object is to be erased by itself; `None` for never.
    pub expires_at: Option<UnixMillis>,
}

/// What stays of an erased key, for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tombstone {
    /// Whose key it was.
    pub object: ObjectId,
    /// What named it.
    pub fingerprint: KeyFingerprint,
    /// When it was erased, by the clock of whoever asked.
    pub at: UnixMillis,
    /// Why.
    pub cause: Cause,
}

/// Why a key is erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Somebody asked for it.
    Requested,
    /// Its time is over. Refused where it is not: a retention that was prolonged after the object was listed as due counts.
    Expired,
}

impl Cause {
    /// The name in stores, receipts and events.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Expired => "expired",
        }
    }

    /// The cause of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Requested, Self::Expired].into_iter().find(|cause| cause.as_str() == name)
    }
}

/// What came of [`ObjectKeys::keep`](super::ObjectKeys::keep).
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a key that was not kept opens nothing tomorrow"]
pub enum Keeping {
    /// The key is kept.
    Kept,
    /// The object has a live key, which stays.
    Exists,
    /// The object had a key that was erased. It never gets another.
    Erased(Tombstone),
}

/// What came of [`ObjectKeys::find`](super::ObjectKeys::find).
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Finding {
    /// The object has this key.
    Live(KeptKey),
    /// It had one.
    Erased(Tombstone),
    /// It never had one, as far as this store knows.
    Unknown,
}

/// What came of [`ObjectKeys::rewrap`](super::ObjectKeys::rewrap).
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Rewrapping {
    /// The new wrap stands in the place of the old one.
    Rewrapped,
    /// The wrap is not the one it was: somebody else rewrapped it meanwhile. Nothing was changed.
    Overtaken,
    /// The key was erased. Nothing was changed.
    Erased(Tombstone),
    /// There is no such object.
    Unknown,
}

/// What came of [`ObjectKeys::erase`](super::ObjectKeys::erase).
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "an unread refusal erases nothing"]
pub enum Erasing {
    /// This call erased the key. Exactly one call ever says so of an object.
    Erased(Tombstone),
    /// It was erased before.
    AlreadyErased(Tombstone),
    /// It is held by these, and stays.
    Held {
        /// Their names, in order.
        by: Vec<HoldName>,
    },
    /// Its time is not over ([`Cause::Expired`] only), and it stays.
    NotDue {
        /// When it will be; `None` for never.
        until: Option<UnixMillis>,
    },
    /// There is no such object. Nothing is remembered of the question.
    Unknown,
}

/// What came of [`ObjectKeys::hold`](super::ObjectKeys::hold).
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "what is not held can be erased"]
pub enum Holding {
    /// It is held from now on.
    Held,
    /// A hold of this name is there already and stays as it is.
    AlreadyHeld(Hold),
    /// It has [`Hold::MAX_ON_OBJECT`] holds, and is held by those.
    Full,
    /// Too late: it is erased.
    Erased(Tombstone),
    /// There is no such object.
    Unknown,
}

/// What came of [`ObjectKeys::release`](super::ObjectKeys::release).
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Releasing {
    /// The hold is gone.
    Released {
        /// How many are left on the object.
        left: usize,
    },
    /// There is no hold of this name on the object.
    NotHeld,
}

/// What came of [`ObjectKeys::schedule`](super::ObjectKeys::schedule).
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Scheduling {
    /// The time is set.
    Scheduled,
    /// Too late: it is erased.
    Erased(Tombstone),
    /// There is no such object.
    Unknown,
}

/// An object whose time is over: a place in the list that [`ObjectKeys::due`](super::ObjectKeys::due) gives.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Due {
    /// Since when it is due.
    pub expires_at: UnixMillis,
    /// Which one.
    pub object: ObjectId,
}
