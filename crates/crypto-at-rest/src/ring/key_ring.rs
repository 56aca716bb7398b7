//! All keys, at one moment.

use super::key::{self, ROOT_LEN};
use super::{Destruction, KeyError, KeyId, KeyInfo, KeyState, RingError, RingKey};
use std::fmt;
use std::sync::Arc;
use stockade_core::{Clock, Entropy, Secret, UnixMillis};

/// The keys at one moment: one active, others decrypt-only, others destroyed.
///
/// A value: cloning it shares the secrets, and changing the clone leaves the original as it was. Change a clone, save it, and only
/// then [`replace`](super::Keys::replace) what the service uses.
#[derive(Clone)]
pub struct KeyRing {
    active: RingKey,
    /// All other keys, oldest first; each is older than the active one.
    older: Vec<Slot>,
    pub(super) index: IndexRoot,
    /// How often the ring was saved; the file has the same number, unless somebody else saved since.
    pub(super) generation: u64,
}

/// A key, or what is left of one.
#[derive(Clone)]
pub(super) enum Slot {
    Live(RingKey),
    Gone { info: KeyInfo, commitment: [u8; 32] },
}

/// The secret of blind indexes. It stays when keys rotate, or every index column would have to be computed anew.
#[derive(Clone)]
pub(super) struct IndexRoot {
    pub(super) version: u32,
    pub(super) secret: Arc<Secret<[u8; ROOT_LEN]>>,
}

impl KeyRing {
    /// The most keys that still have a secret. One a day, with each destroyed after two years, stays below.
    pub const MAX_LIVE: usize = 1024;
    /// The most keys in all, the destroyed ones included: what fits a key-ring file of
    /// one MiB. One a day lasts eleven years.
    pub const MAX_KEYS: usize = 4096;

    /// A ring with one fresh key, the active one.
    ///
    /// # Errors
    /// The system gave no randomness.
    pub fn generate(entropy: &dyn Entropy, clock: &dyn Clock) -> Result<Self, RingError> {
        let key = RingKey::generate(KeyInfo::fresh(KeyId::FIRST, time(clock)), entropy)?;
        let index = IndexRoot { version: 1, secret: Arc::new(key::draw(entropy)?) };
        Ok(Self { active: key, older: Vec::new(), index, generation: 0 })
    }

    /// The ring of these keys, as they were read. `None` unless ids ascend, only `active` is active, and the caps are kept.
    pub(super) fn from_parts(
        active: RingKey,
        older: Vec<Slot>,
        index: IndexRoot,
        generation: u64,
    ) -> Option<Self> {
        let ring = Self { active, older, index, generation };
        let only_active =
            ring.keys().all(|key| (key.state == KeyState::Active) == (key.id == ring.active.id()));
        let fits = ring.total() <= Self::MAX_KEYS && ring.live() <= Self::MAX_LIVE;
        (ring.keys().is_sorted_by(|one, two| one.id < two.id) && only_active && fits).then_some(ring)
    }

    /// The key that seals.
    #[must_use]
    pub fn active(&self) -> &RingKey {
        &self.active
    }

    /// The key of this name, to open what it sealed. The active key is found at once, any other by binary search.
    ///
    /// # Errors
    /// The ring has no such key, or no longer.
    pub fn key(&self, id: KeyId) -> Result<&RingKey, KeyError> {
        if self.active.id() == id {
            return Ok(&self.active);
        }
        match self.place(id).and_then(|place| self.older.get(place)) {
            Some(Slot::Live(key)) => Ok(key),
            Some(Slot::Gone { .. }) => Err(KeyError::Destroyed(id)),
            None => Err(KeyError::Unknown(id)),
        }
    }

    /// All keys, the destroyed ones included, oldest first.
    pub fn keys(&self) -> impl Iterator<Item = KeyInfo> {
        self.older.iter().map(Slot::info).chain([self.active.info()])
    }

    /// Draws a new active key. The one before becomes decrypt-only: it opens what it sealed until it is destroyed.
    ///
    /// # Errors
    /// The ring is full, or the system gave no randomness. The ring is as it was.
    pub fn rotate(&mut self, entropy: &dyn Entropy, clock: &dyn Clock) -> Result<KeyId, RingError> {
        let full = self.full();
        if self.live() >= Self::MAX_LIVE || self.total() >= Self::MAX_KEYS {
            return Err(full);
        }
        let now = time(clock);
        let id = self.active.id().next().ok_or(full)?;
        let key = RingKey::generate(KeyInfo::fresh(id, now), entropy)?;
        let retired = self.active.with_info(self.active.info().retired_at(now));
        self.older.push(Slot::Live(retired));
        self.active = key;
        Ok(id)
    }

    /// Destroys a decrypt-only key: nothing that it sealed opens with this ring again. There is no way back; see
    /// [`Destruction`] for when it holds and for the copies that it does not reach.
    ///
    /// # Errors
    /// The key is the active one, unknown, or destroyed already. The ring is as it was.
    pub fn destroy(&mut self, id: KeyId, clock: &dyn Clock) -> Result<Destruction, RingError> {
        if self.active.id() == id {
            return Err(RingError::Active(id));
        }
        let slot = self.place(id).and_then(|place| self.older.get_mut(place)).ok_or(KeyError::Unknown(id))?;
        let Slot::Live(key) = slot else { return Err(KeyError::Destroyed(id).into()) };
        let at = time(clock);
        let (info, commitment) = (key.info().destroyed_at(at), *key.commitment());
        *slot = Slot::Gone { info, commitment };
        Ok(Destruction { id, commitment, at: info.destroyed.unwrap_or(at) })
    }

    /// Draws a new secret for blind indexes. Every blind index that was ever computed finds nothing from then on: all index
    /// columns have to be filled anew, from the plaintext, before searches work again. For the case that the secret leaked.
    ///
    /// # Errors
    /// The system gave no randomness. The ring is as it was.
    pub fn danger_replace_index_root_and_break_every_blind_index(
        &mut self,
        entropy: &dyn Entropy,
    ) -> Result<(), RingError> {
        let version = self.index.version.checked_add(1).ok_or(self.full())?;
        self.index = IndexRoot { version, secret: Arc::new(key::draw(entropy)?) };
        Ok(())
    }

    /// The secret from which the keys of blind indexes are derived, one for each column.
    pub(crate) fn index_root(&self) -> &[u8; 32] {
        self.index.secret.expose()
    }

    /// Every key with its state and commitment, oldest first.
    pub(super) fn commitments(&self) -> impl Iterator<Item = (KeyInfo, &[u8; 32])> {
        let older = self.older.iter().map(|slot| (slot.info(), slot.commitment()));
        older.chain([(self.active.info(), self.active.commitment())])
    }

    /// Every key that has a secret, oldest first.
    pub(super) fn live_keys(&self) -> impl Iterator<Item = &RingKey> {
        let older = self.older.iter().filter_map(|slot| match slot {
            Slot::Live(key) => Some(key),
            Slot::Gone { .. } => None,
        });
        older.chain([&self.active])
    }

    fn place(&self, id: KeyId) -> Option<usize> {
        self.older.binary_search_by_key(&id, |slot| slot.info().id).ok()
    }

    fn live(&self) -> usize {
        self.live_keys().count()
    }

    fn total(&self) -> usize {
        self.older.len() + 1
    }

    fn full(&self) -> RingError {
        RingError::Full { live: self.live(), total: self.total() }
    }
}

impl Slot {
    fn info(&self) -> KeyInfo {
        match self {
            Self::Live(key) => key.info(),
            Self::Gone { info, .. } => *info,
        }
    }

    fn commitment(&self) -> &[u8; 32] {
        match self {
            Self::Live(key) => key.commitment(),
            Self::Gone { commitment, .. } => commitment,
        }
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<_> = self.keys().map(|key| (key.id.as_u32(), key.state)).collect();
        f.debug_struct("KeyRing")
            .field("generation", &self.generation)
            .field("keys", &keys)
            .finish_non_exhaustive()
    }
}

/// The last millisecond of the year 9999: no later time has a date that people write.
pub(super) const END_OF_TIME: UnixMillis = UnixMillis::from_millis(253_402_300_799_999);

fn time(clock: &dyn Clock) -> UnixMillis {
    clock.now().min(END_OF_TIME)
}
