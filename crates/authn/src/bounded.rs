//! A map for hot paths that never holds more than it was told to.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};

const SHARDS: usize = 16;

/// A sharded map with a cap. At the cap an arbitrary other entry makes room: everything kept here can be had again at the cost
/// of one store read or one signature check, so a wrong guess costs time, never safety.
#[derive(Debug)]
pub(crate) struct BoundedMap<K, V> {
    shards: [Mutex<HashMap<K, V>>; SHARDS],
    shard_capacity: usize,
    hasher: RandomState,
}

impl<K: Hash + Eq + Copy, V> BoundedMap<K, V> {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            shards: std::array::from_fn(|_| Mutex::default()),
            shard_capacity: capacity.div_ceil(SHARDS).max(1),
            hasher: RandomState::new(),
        }
    }

    /// Reads or changes the entry of `key`.
    pub(crate) fn with<R>(&self, key: &K, f: impl FnOnce(Option<&mut V>) -> R) -> R {
        f(self.shard(key).get_mut(key))
    }

    /// Puts `value` in, making room if there is none.
    pub(crate) fn insert(&self, key: K, value: V) {
        self.insert_unless(key, value, |_| false);
    }

    /// Puts `value` in, unless there is an entry that `stays`. Looking and putting are one step.
    pub(crate) fn insert_unless(&self, key: K, value: V, stays: impl FnOnce(&V) -> bool) {
        let mut shard = self.shard(&key);
        match shard.get(&key) {
            Some(found) if stays(found) => return,
            None if shard.len() >= self.shard_capacity => {
                let victim = shard.keys().next().copied();
                if let Some(victim) = victim {
                    shard.remove(&victim);
                }
            }
            _ => {}
        }
        shard.insert(key, value);
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.shards.iter().map(|shard| shard.lock().unwrap_or_else(PoisonError::into_inner).len()).sum()
    }

    fn shard(&self, key: &K) -> MutexGuard<'_, HashMap<K, V>> {
        let index = self.hasher.hash_one(key) as usize % SHARDS;
        self.shards[index].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flood_of_keys_stays_under_the_cap() {
        let map = BoundedMap::new(160);
        for key in 0..10_000_u64 {
            map.insert(key, key);
            assert_eq!(
                map.with(&key, |found| found.copied()),
                Some(key),
                "the newest entry is never the victim"
            );
        }
        assert!(map.len() <= 160);
    }

    #[test]
    fn race_what_stays_is_never_overwritten() {
        const FINAL: u32 = u32::MAX;
        for _ in 0..500 {
            let map = BoundedMap::new(16);
            std::thread::scope(|scope| {
                scope.spawn(|| (0..20).for_each(|n| map.insert_unless(1, n, |found| *found == FINAL)));
                scope.spawn(|| map.insert(1, FINAL));
            });
            assert_eq!(map.with(&1, |found| found.copied()), Some(FINAL));
        }
    }
}
