//! How many stored hashes wait to be renewed.

use super::{HashKind, PasswordError, PasswordHash, PasswordHasher, PepperId};
use std::collections::BTreeMap;

/// Counts stored hashes by what they were made with, for the day when a pepper is to be retired or a kind of hash no longer
/// to be supported. Costs no hash: a million take seconds.
///
/// ```
/// use std::sync::Arc;
/// use stockade_authn::password::*;
/// use stockade_core::{Secret, SystemEntropy};
///
/// let old = Peppers::new(PepperId(1), Secret::new([1; 32]));
/// let hasher = |peppers| PasswordHasher::new(Argon2Params::default(), peppers, Arc::new(SystemEntropy));
/// let stored = hasher(old.clone())?.rehash(&Password::new("typed at a login".into())?)?;
///
/// let today = hasher(old.rotated(PepperId(2), Secret::new([2; 32]))?)?;
/// let mut census = HashCensus::default();
/// census.count(&today, &stored);
/// assert_eq!((census.current, census.outdated), (0, 1));
/// assert_eq!(census.naming(PepperId(1)), 1, "not yet to be retired");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct HashCensus {
    /// Made as new ones are.
    pub current: u64,
    /// Renewed at their owners' next login.
    pub outdated: u64,
    /// Name a pepper that the hasher does not have: their owners are locked out.
    pub unknown_pepper: u64,
    /// Malformed, of an unknown kind, or too costly: their owners are locked out.
    pub unusable: u64,
    by_pepper: BTreeMap<PepperId, u64>,
    by_kind: BTreeMap<HashKind, u64>,
}

impl HashCensus {
    /// Counts `stored`, as `hasher` sees it.
    pub fn count(&mut self, hasher: &PasswordHasher, stored: &PasswordHash) {
        match hasher.pepper_and_outdated(stored) {
            Ok((pepper, outdated)) => {
                *if outdated { &mut self.outdated } else { &mut self.current } += 1;
                if let Some(id) = pepper {
                    *self.by_pepper.entry(id).or_default() += 1;
                }
                if let Some(kind) = stored.kind() {
                    *self.by_kind.entry(kind).or_default() += 1;
                }
            }
            Err(PasswordError::UnknownPepper) => self.unknown_pepper += 1,
            Err(_) => self.unusable += 1,
        }
    }

    /// How many name this pepper. At zero, counted over all accounts, it can be retired.
    #[must_use]
    pub fn naming(&self, pepper: PepperId) -> u64 {
        self.by_pepper.get(&pepper).copied().unwrap_or_default()
    }

    /// How many are of this kind.
    #[must_use]
    pub fn of_kind(&self, kind: HashKind) -> u64 {
        self.by_kind.get(&kind).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::password::{Argon2Params, Password, Peppers};
    use std::sync::Arc;
    use stockade_core::{Secret, SystemEntropy};

    fn hasher(params: Argon2Params, peppers: Peppers) -> PasswordHasher {
        PasswordHasher::new(params, peppers, Arc::new(SystemEntropy)).unwrap()
    }

    #[test]
    fn asvs_v13_3_4_a_pepper_is_retired_only_when_no_hash_names_it() {
        let params = Argon2Params::insecure_for_tests();
        let first = Peppers::new(PepperId(1), Secret::new([1; 32]));
        let both = first.clone().rotated(PepperId(2), Secret::new([2; 32])).unwrap();
        let (old, new) = (hasher(params, first), hasher(params, both));
        let typed = Password::new("correct horse battery staple".to_owned()).unwrap();
        let mut stored = [old.rehash(&typed).unwrap(), old.rehash(&typed).unwrap()];

        for (left, renewed) in [(2, 0), (1, 1), (0, 2)] {
            let mut census = HashCensus::default();
            stored.iter().for_each(|hash| census.count(&new, hash));
            assert_eq!((census.naming(PepperId(1)), census.naming(PepperId(2))), (left, renewed));
            assert_eq!((census.outdated, census.current), (left, renewed));
            if let Some(waiting) = stored.iter_mut().find(|hash| new.needs_rehash(hash) == Ok(true)) {
                *waiting = new.rehash(&typed).unwrap();
            }
        }
    }

    #[test]
    fn whoever_is_locked_out_is_counted_apart() {
        let params = Argon2Params::insecure_for_tests();
        let lost = hasher(params, Peppers::new(PepperId(1), Secret::new([1; 32])));
        let plain = hasher(params, Peppers::none());
        let typed = Password::new("correct horse battery staple".to_owned()).unwrap();
        let mut census = HashCensus::default();
        census.count(&plain, &lost.rehash(&typed).unwrap());
        census.count(&plain, &plain.rehash(&typed).unwrap());
        for broken in ["$argon2id$v=19$m=4194304,t=9,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNo", "plaintext"] {
            census.count(&plain, &PasswordHash::from_phc(broken.to_owned()).unwrap());
        }
        assert_eq!((census.current, census.outdated), (1, 0));
        assert_eq!((census.unknown_pepper, census.unusable), (1, 2));
        assert_eq!(census.of_kind(HashKind::Argon2id), 1);
    }

    #[cfg(feature = "foreign-hashes")]
    #[test]
    fn foreign_hashes_are_outdated_and_of_their_kind() {
        let bcrypt = "$2b$05$abcdefghijklmnopqrstuuFiPhXf1sVd3pCCRO.uVh34H/qI/ZsuS".to_owned();
        let mut census = HashCensus::default();
        let plain = hasher(Argon2Params::insecure_for_tests(), Peppers::none());
        census.count(&plain, &PasswordHash::import(bcrypt).unwrap());
        assert_eq!((census.outdated, census.of_kind(HashKind::Bcrypt)), (1, 1));
    }
}
