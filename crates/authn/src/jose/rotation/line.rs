//! The line of keys, and what becomes of it with time. Pure.

use super::RotationSchedule;
use crate::jose::{KeyError, KeyId, KeySet, SigningKey};
use std::fmt;
use stockade_core::{Entropy, Secret, UnixMillis};
use zeroize::Zeroizing;

/// Keys in the order in which they become active; never empty.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) entries: Vec<Entry>,
}

#[derive(Clone)]
pub(super) struct Entry {
    pub(super) seed: Secret<[u8; 32]>,
    pub(super) key: SigningKey,
    pub(super) announced_at: UnixMillis,
    pub(super) activates_at: UnixMillis,
}

/// Where a key stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum KeyPhase {
    /// Published, and not signing yet.
    Announced,
    /// Signing.
    Active,
    /// Verifying what it has signed.
    Retired,
}

/// What may be shown of a signing key.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SigningKeyInfo {
    /// Its `kid`.
    pub id: KeyId,
    /// Where it stands in its life.
    pub phase: KeyPhase,
    /// When it was made and published.
    pub announced_at: UnixMillis,
    /// From when on it signs.
    pub activates_at: UnixMillis,
    /// When it is dropped, if its successor is known.
    pub drops_at: Option<UnixMillis>,
}

/// What time has made of a line.
#[derive(Debug, Default)]
pub(super) struct Advance {
    pub(super) announced: Option<KeyId>,
    pub(super) dropped: Vec<KeyId>,
    rescheduled: bool,
}

impl Advance {
    pub(super) fn is_nothing(&self) -> bool {
        self.announced.is_none() && self.dropped.is_empty() && !self.rescheduled
    }
}

impl Line {
    /// A line of one new key that signs from now on: nothing was signed before that anybody could verify.
    pub(super) fn begin(now: UnixMillis, entropy: &dyn Entropy) -> Result<Self, KeyError> {
        Ok(Self { entries: vec![Entry::draw(now, now, entropy)?] })
    }

    /// The key that signs at `now`: the last one whose time has come. Before the time of the first, which only a clock set back can
    /// show, the first: a service that cannot sign helps nobody.
    pub(super) fn signing(&self, now: UnixMillis) -> Option<&SigningKey> {
        self.entries.get(self.active(now)).map(|entry| &entry.key)
    }

    pub(super) fn trusted(&self) -> Result<KeySet, KeyError> {
        KeySet::new(self.entries.iter().map(|entry| entry.key.verifying_key().clone()))
    }

    pub(super) fn infos(&self, now: UnixMillis, schedule: &RotationSchedule) -> Vec<SigningKeyInfo> {
        let active = self.active(now);
        let info = |(i, entry): (usize, &Entry)| SigningKeyInfo {
            id: entry.key.id().clone(),
            phase: match i.cmp(&active) {
                std::cmp::Ordering::Less => KeyPhase::Retired,
                std::cmp::Ordering::Equal => KeyPhase::Active,
                std::cmp::Ordering::Greater => KeyPhase::Announced,
            },
            announced_at: entry.announced_at,
            activates_at: entry.activates_at,
            drops_at: self.entries.get(i + 1).map(|next| next.activates_at.plus(schedule.retire)),
        };
        self.entries.iter().enumerate().map(info).collect()
    }

    /// The key that is announced and not active yet.
    pub(super) fn announced(&self, now: UnixMillis) -> Option<&Entry> {
        self.entries.get(self.active(now) + 1)
    }

    /// Does what is due: drops keys whose last token has expired, announces a successor in time.
    pub(super) fn advance(
        &mut self,
        now: UnixMillis,
        schedule: &RotationSchedule,
        entropy: &dyn Entropy,
    ) -> Result<Advance, KeyError> {
        let mut advance = Advance { dropped: self.drop_expired(now, schedule), ..Advance::default() };
        let active = self.active(now);
        advance.rescheduled = self.reschedule(active, now, schedule);
        let due = |entry: &Entry| entry.activates_at.plus(schedule.every) <= now.plus(schedule.announce);
        if self.announced(now).is_none() && !self.is_full() && self.entries.get(active).is_some_and(due) {
            advance.announced = Some(self.announce(now, schedule, entropy)?.0);
        }
        Ok(advance)
    }

    /// A clock that was ahead when a key was made must not hold up every later rotation until that time has come.
    fn reschedule(&mut self, active: usize, now: UnixMillis, schedule: &RotationSchedule) -> bool {
        let latest = now.plus(schedule.announce.saturating_mul(2));
        // The active key signs already, whatever its time says; the one after it has to be known first.
        let times = [now, now.plus(schedule.announce)];
        let (mut changed, mut before) = (false, UnixMillis::default());
        for (entry, time) in self.entries.iter_mut().skip(active).zip(times) {
            if entry.activates_at > latest {
                entry.activates_at = before.max(time);
                changed = true;
            }
            before = entry.activates_at;
        }
        changed
    }

    /// Adds a key that becomes active when everybody knows it.
    pub(super) fn announce(
        &mut self,
        now: UnixMillis,
        schedule: &RotationSchedule,
        entropy: &dyn Entropy,
    ) -> Result<(KeyId, UnixMillis), KeyError> {
        let last = self.entries.last().map_or(now, |last| last.activates_at);
        let entry = Entry::draw(now, last.max(now.plus(schedule.announce)), entropy)?;
        let announced = (entry.key.id().clone(), entry.activates_at);
        self.entries.push(entry);
        Ok(announced)
    }

    pub(super) fn is_full(&self) -> bool {
        self.entries.len() >= KeySet::MAX_KEYS
    }

    pub(super) fn ids(&self) -> Vec<KeyId> {
        self.entries.iter().map(|entry| entry.key.id().clone()).collect()
    }

    fn drop_expired(&mut self, now: UnixMillis, schedule: &RotationSchedule) -> Vec<KeyId> {
        let over =
            self.entries.windows(2).take(self.active(now)).take_while(
                |pair| matches!(pair, [_, next] if next.activates_at.plus(schedule.retire) <= now),
            );
        let count = over.count();
        self.entries.drain(..count).map(|entry| entry.key.id().clone()).collect()
    }

    fn active(&self, now: UnixMillis) -> usize {
        self.entries.iter().rposition(|entry| entry.activates_at <= now).unwrap_or(0)
    }
}

impl Entry {
    fn draw(
        announced_at: UnixMillis,
        activates_at: UnixMillis,
        entropy: &dyn Entropy,
    ) -> Result<Self, KeyError> {
        let mut seed = Zeroizing::new([0; 32]);
        entropy.fill(&mut *seed)?;
        Self::from_seed(Secret::new(*seed), announced_at, activates_at)
    }

    pub(super) fn from_seed(
        seed: Secret<[u8; 32]>,
        announced_at: UnixMillis,
        activates_at: UnixMillis,
    ) -> Result<Self, KeyError> {
        let key = SigningKey::ed25519_from_seed(&seed)?;
        Ok(Self { seed, key, announced_at, activates_at })
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("key", &self.key)
            .field("announced_at", &self.announced_at)
            .field("activates_at", &self.activates_at)
            .finish_non_exhaustive()
    }
}
