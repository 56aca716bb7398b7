//! Budgets in this process's memory.

mod set;
#[cfg(test)]
mod tests;

use crate::verdict::Tally;
use crate::{Charge, Key, Verdict};
use set::{KeyHash, Set};
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// GCRA budgets in a table of fixed size: what a client sends never makes it grow.
///
/// **Memory.** 24.5 bytes a key, all of it taken at construction: 2.45 MB for the default capacity. Of a key only a 128-bit
/// hash is kept, keyed afresh for every limiter, so nobody outside can aim at a place in the table, and no address or e-mail
/// address rests in memory.
///
/// **At the cap.** A key has a choice of 16 places. Places whose key owes nothing are free: a key that has its whole budget
/// back need not be known. When all 16 are in debt, the key that would be whole soonest is forgotten for the new one.
/// - A new client is never refused for want of room: no false `Denied`.
/// - A forgotten key starts with a whole budget: a false `Allowed`. Since the least indebted goes first, a flood of fresh keys
///   pushes out its own kind, not the key that has been hammered to its limit. As long as at most half of the capacity is in
///   debt at once, fewer than one key in five hundred is forgotten early.
///
/// **Cost.** A decision takes one short lock for each set of 16 places that it touches, in ascending order, so decisions never
/// deadlock; it walks 16 places a key. No background task, no sweep, no pause for growth.
pub struct MemoryLimiter {
    sets: Box<[Mutex<Set>]>,
    hashers: [RandomState; 2],
}

/// One charge, and where its key may stand.
struct Bill<'a> {
    set: usize,
    hash: KeyHash,
    charge: &'a Charge,
}

impl MemoryLimiter {
    /// How many keys the default limiter knows: a hundred thousand clients in debt at once, in 2.45 MB.
    pub const DEFAULT_CAPACITY: usize = 100_000;

    /// The most keys that a limiter may know, in 245 MB.
    pub const MAX_CAPACITY: usize = 10_000_000;

    /// Past half the range of 64-bit nanoseconds (292 years of up-time) time stands still and limits stay shut, rather than
    /// wrap around and open.
    const END_OF_TIME: u64 = u64::MAX / 2;

    /// A limiter that knows at most `keys` keys, rounded down to a multiple of 16, at least 16 and at most
    /// [`MAX_CAPACITY`](Self::MAX_CAPACITY).
    #[must_use]
    pub fn with_capacity(keys: usize) -> Self {
        let sets = (keys.min(Self::MAX_CAPACITY) / Set::WAYS).max(1);
        Self {
            sets: (0..sets).map(|_| Mutex::new(Set::vacant())).collect(),
            hashers: [RandomState::new(), RandomState::new()],
        }
    }

    /// How many keys there is room for.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.sets.len() * Set::WAYS
    }

    /// How many keys are in debt at `now`. Walks the whole table: for tests and gauges, not for every request.
    #[must_use]
    pub fn keys_in_debt(&self, now: Duration) -> usize {
        (0..self.sets.len()).map(|set| self.lock(set).in_debt(nanos(now))).sum()
    }

    /// Makes all of `charges` at `now`, a reading of [`Clock::monotonic`](stockade_core::Clock::monotonic), or none of them.
    ///
    /// Readings may come out of order, as when two threads overtake each other: an older one never gives a unit back.
    pub fn decide(&self, charges: &[Charge], now: Duration) -> Verdict {
        let now = nanos(now);
        let mut bills: Vec<Bill<'_>> = charges.iter().map(|charge| self.bill(charge)).collect();
        bills.sort_by_key(|bill| (bill.set, bill.hash));
        let mut sets: Vec<(MutexGuard<'_, Set>, &[Bill<'_>])> =
            bills.chunk_by(|a, b| a.set == b.set).map(|bills| (self.lock(bills[0].set), bills)).collect();

        let mut tally = Tally::new();
        for (set, bills) in &sets {
            for of_one_key in bills.chunk_by(|a, b| a.hash == b.hash) {
                let backlog = set.paid_up_at(of_one_key[0].hash, now) - now;
                let mut sum = 0_u64;
                for Bill { charge, .. } in of_one_key {
                    sum = sum.saturating_add(charge.quota.price(charge.cost));
                    tally.weigh(charge.key.scope(), charge.quota, backlog, sum);
                }
            }
        }
        let verdict = tally.verdict();
        if let Verdict::Allowed { .. } = verdict {
            for (set, bills) in &mut sets {
                for Bill { hash, charge, .. } in *bills {
                    set.charge(*hash, charge.quota.price(charge.cost), now);
                }
            }
        }
        verdict
    }

    fn bill<'a>(&self, charge: &'a Charge) -> Bill<'a> {
        let hash = self.hash(&charge.key);
        Bill { set: hash.index_below(self.sets.len()), hash, charge }
    }

    fn hash(&self, key: &Key) -> KeyHash {
        KeyHash(self.hashers.each_ref().map(|hasher| hasher.hash_one(key)))
    }

    fn lock(&self, set: usize) -> MutexGuard<'_, Set> {
        // A set is whole after every single store, so a panic elsewhere leaves nothing half done.
        self.sets[set].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemoryLimiter {
    /// Room for [`DEFAULT_CAPACITY`](Self::DEFAULT_CAPACITY) keys.
    fn default() -> Self {
        Self::with_capacity(Self::DEFAULT_CAPACITY)
    }
}

impl fmt::Debug for MemoryLimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryLimiter").field("capacity", &self.capacity()).finish_non_exhaustive()
    }
}

fn nanos(now: Duration) -> u64 {
    u64::try_from(now.as_nanos()).unwrap_or(u64::MAX).min(MemoryLimiter::END_OF_TIME)
}
