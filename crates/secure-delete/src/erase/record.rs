//! All that is known of one object's key, and what may become of it. Pure: a store loads it, asks it, and saves it.

use super::{
    Cause, Due, Erasing, Finding, Hold, HoldName, Holding, Keeping, KeptKey, KeyFingerprint, ObjectId,
    Releasing, Rewrapping, Scheduling, Tombstone, Wrap,
};
use stockade_core::UnixMillis;

/// One object's key, live or erased, with its holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRecord {
    /// Whose key.
    pub object: ObjectId,
    /// What names the key.
    pub fingerprint: KeyFingerprint,
    /// Since when.
    pub created_at: UnixMillis,
    /// When the object is to be erased by itself.
    pub expires_at: Option<UnixMillis>,
    /// The wrap, or that there is none any more.
    pub state: KeyState,
    /// Why it must not be erased yet, in the order of their names.
    pub holds: Vec<Hold>,
}

/// Whether a key is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyState {
    /// It is, under this wrap.
    Live(Wrap),
    /// It is not, and never will be.
    Erased {
        /// Since when.
        at: UnixMillis,
        /// Why.
        cause: Cause,
    },
}

impl From<KeptKey> for KeyRecord {
    fn from(key: KeptKey) -> Self {
        let KeptKey { object, wrap, fingerprint, created_at, expires_at } = key;
        Self { object, fingerprint, created_at, expires_at, state: KeyState::Live(wrap), holds: Vec::new() }
    }
}

impl KeyRecord {
    /// What is left of it, if it is erased.
    #[must_use]
    pub fn tombstone(&self) -> Option<Tombstone> {
        let KeyState::Erased { at, cause } = self.state else { return None };
        Some(Tombstone { object: self.object.clone(), fingerprint: self.fingerprint, at, cause })
    }

    /// What somebody finds who looks for it.
    pub fn find(&self) -> Finding {
        match (&self.state, self.tombstone()) {
            (KeyState::Live(wrap), _) => Finding::Live(KeptKey {
                object: self.object.clone(),
                wrap: wrap.clone(),
                fingerprint: self.fingerprint,
                created_at: self.created_at,
                expires_at: self.expires_at,
            }),
            (_, Some(tombstone)) => Finding::Erased(tombstone),
            (_, None) => Finding::Unknown,
        }
    }

    /// Why another key for the object is not kept.
    pub fn taken(&self) -> Keeping {
        self.tombstone().map_or(Keeping::Exists, Keeping::Erased)
    }

    /// Puts `new` in the place of `old`.
    pub fn rewrap(&mut self, old: &Wrap, new: Wrap) -> Rewrapping {
        if let Some(tombstone) = self.tombstone() {
            return Rewrapping::Erased(tombstone);
        }
        match &mut self.state {
            KeyState::Live(wrap) if wrap == old => {
                *wrap = new;
                Rewrapping::Rewrapped
            }
            _ => Rewrapping::Overtaken,
        }
    }

    /// Erases the key, unless it is held or, of a [`Cause::Expired`], not due at `at`.
    pub fn erase(&mut self, cause: Cause, at: UnixMillis) -> Erasing {
        if let Some(tombstone) = self.tombstone() {
            return Erasing::AlreadyErased(tombstone);
        }
        if !self.holds.is_empty() {
            return Erasing::Held { by: self.holds.iter().map(|hold| hold.name.clone()).collect() };
        }
        if cause == Cause::Expired && self.expires_at.is_none_or(|until| until > at) {
            return Erasing::NotDue { until: self.expires_at };
        }
        self.state = KeyState::Erased { at, cause };
        let (object, fingerprint) = (self.object.clone(), self.fingerprint);
        Erasing::Erased(Tombstone { object, fingerprint, at, cause })
    }

    /// Holds the key.
    pub fn hold(&mut self, hold: Hold) -> Holding {
        if let Some(tombstone) = self.tombstone() {
            return Holding::Erased(tombstone);
        }
        match self.holds.binary_search_by(|held| held.name.cmp(&hold.name)) {
            Ok(place) => self.holds.get(place).cloned().map_or(Holding::Held, Holding::AlreadyHeld),
            Err(_) if self.holds.len() >= Hold::MAX_ON_OBJECT => Holding::Full,
            Err(place) => {
                self.holds.insert(place, hold);
                Holding::Held
            }
        }
    }

    /// Releases the hold of this name.
    pub fn release(&mut self, name: &HoldName) -> Releasing {
        match self.holds.binary_search_by(|held| held.name.cmp(name)) {
            Ok(place) => {
                self.holds.remove(place);
                Releasing::Released { left: self.holds.len() }
            }
            Err(_) => Releasing::NotHeld,
        }
    }

    /// Sets when it is to be erased by itself.
    pub fn schedule(&mut self, expires_at: Option<UnixMillis>) -> Scheduling {
        if let Some(tombstone) = self.tombstone() {
            return Scheduling::Erased(tombstone);
        }
        self.expires_at = expires_at;
        Scheduling::Scheduled
    }

    /// Its place among what is due at `now`, if an erasure would not be refused then.
    #[must_use]
    pub fn due(&self, now: UnixMillis) -> Option<Due> {
        let expires_at = self.expires_at.filter(|until| *until <= now)?;
        let free = matches!(self.state, KeyState::Live(_)) && self.holds.is_empty();
        free.then(|| Due { expires_at, object: self.object.clone() })
    }
}
