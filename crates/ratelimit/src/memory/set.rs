//! Sixteen places under one lock.

/// A key's keyed 128-bit hash.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct KeyHash(pub(super) [u64; 2]);

impl KeyHash {
    /// An index below `len`, evenly spread: the high half of a product instead of a remainder.
    pub(super) fn index_below(self, len: usize) -> usize {
        ((u128::from(self.0[0]) * len as u128) >> 64) as usize
    }
}

/// One key and the moment at which it owes nothing any more. Before that moment the place is taken, from then on it is free.
#[derive(Clone, Copy)]
struct Place {
    hash: KeyHash,
    paid_up_at: u64,
}

/// The places that a key may stand in.
pub(super) struct Set([Place; Set::WAYS]);

impl Set {
    /// How many places: enough that sets seldom overflow while others have room, few enough to walk in one go.
    pub(super) const WAYS: usize = 16;

    pub(super) fn vacant() -> Self {
        Self([Place { hash: KeyHash([0; 2]), paid_up_at: 0 }; Self::WAYS])
    }

    /// When the key owes nothing any more: `now` for one that is not known or owes nothing.
    pub(super) fn paid_up_at(&self, hash: KeyHash, now: u64) -> u64 {
        self.0.iter().find(|place| place.hash == hash).map_or(now, |place| place.paid_up_at.max(now))
    }

    /// Adds `price` nanoseconds to the key's debt. A new key takes the place that is, or will be, free first.
    pub(super) fn charge(&mut self, hash: KeyHash, price: u64, now: u64) {
        let paid_up_at = self.paid_up_at(hash, now).saturating_add(price);
        let known = self.0.iter().position(|place| place.hash == hash);
        let place = match known {
            Some(known) => self.0.get_mut(known),
            None => self.0.iter_mut().min_by_key(|place| place.paid_up_at),
        };
        if let Some(place) = place {
            *place = Place { hash, paid_up_at };
        }
    }

    pub(super) fn in_debt(&self, now: u64) -> usize {
        self.0.iter().filter(|place| place.paid_up_at > now).count()
    }
}
