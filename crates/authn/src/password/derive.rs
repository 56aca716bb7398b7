//! Slow fingerprints of guessable secrets that are no passwords.

use super::hasher::{OUTPUT_LEN, context, from_argon2};
use super::{Argon2Params, PasswordError, PasswordHasher, PepperId};
use std::fmt;
use std::str::FromStr;
use stockade_core::Secret;
use zeroize::Zeroizing;

/// How a fingerprint was derived: kept beside it, so that it can be derived again after parameters or peppers have changed.
///
/// Its text form, `m=19456,t=2,p=1` or `m=19456,t=2,p=1,pepper=7`, is at most [`MAX_LEN`](Self::MAX_LEN) bytes and holds
/// nothing secret. There is one spelling of each: no spaces, signs or leading zeros.
///
/// ```
/// use stockade_authn::password::Derivation;
/// let derivation: Derivation = "m=19456,t=2,p=1,pepper=7".parse()?;
/// assert_eq!(derivation.to_string(), "m=19456,t=2,p=1,pepper=7");
/// # Ok::<(), stockade_authn::password::PasswordError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Derivation {
    /// The cost.
    pub params: Argon2Params,
    /// The pepper that went in, if any.
    pub pepper: Option<PepperId>,
}

impl Derivation {
    /// The most bytes of the text form: four numbers of 32 bits and their names.
    pub const MAX_LEN: usize = 64;
}

impl fmt::Display for Derivation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Argon2Params { memory_kib, passes, lanes } = self.params;
        write!(f, "m={memory_kib},t={passes},p={lanes}")?;
        self.pepper.map_or(Ok(()), |id| write!(f, ",pepper={}", id.0))
    }
}

impl FromStr for Derivation {
    type Err = PasswordError;

    /// Reads the text form. What it asks for is judged when it is used.
    fn from_str(text: &str) -> Result<Self, PasswordError> {
        let read = || {
            let mut parts = text.split(',');
            let mut number = |name: &str| parts.next()?.strip_prefix(name)?.parse().ok();
            let params =
                Argon2Params { memory_kib: number("m=")?, passes: number("t=")?, lanes: number("p=")? };
            let pepper = number("pepper=").map(PepperId);
            Some(Self { params, pepper })
        };
        // One spelling only: what was skipped or forgiven above does not come out again.
        (text.len() <= Self::MAX_LEN)
            .then(read)
            .flatten()
            .filter(|derivation| derivation.to_string() == text)
            .ok_or(PasswordError::MalformedHash)
    }
}

impl PasswordHasher {
    /// The most bytes of secret or salt that [`derive`](Self::derive) takes.
    pub const MAX_DERIVE_LEN: usize = 1024;

    /// RFC 9106 §3.1 input `X`: what is derived here is never equal to a password's hash, even of the same text and salt.
    const DERIVED: &[u8] = b"stockade derived";

    /// What [`derive`](Self::derive) uses today.
    #[must_use]
    pub fn derivation(&self) -> Derivation {
        Derivation { params: self.params, pepper: self.peppers.current().map(|(id, _)| id) }
    }

    /// Derives 32 bytes from a secret that can be guessed, a backup code for instance, with this hasher's cost and its current
    /// pepper. Store them with the [`Derivation`]: whoever reads the store then pays an Argon2id hash for each guess, and
    /// needs the pepper as well. Costs what [`hash`](Self::hash) costs.
    ///
    /// The same secret and salt give the same bytes, so that one salt for several codes of one person costs one derivation
    /// for comparing a typed code with all of them.
    ///
    /// # Errors
    /// The salt has fewer than 8 bytes, or one of both has more than [`MAX_DERIVE_LEN`](Self::MAX_DERIVE_LEN); or there is
    /// no memory.
    pub fn derive(
        &self,
        secret: &[u8],
        salt: &[u8],
    ) -> Result<(Secret<[u8; 32]>, Derivation), PasswordError> {
        let derivation = self.derivation();
        Ok((self.derive_as(derivation, secret, salt)?, derivation))
    }

    /// Derives again as `derivation` says, for comparing with what was stored beside it. `Secret` compares in constant time.
    ///
    /// # Errors
    /// As [`derive`](Self::derive), and where `derivation` asks for more work than a stored hash may, or names an unknown
    /// pepper.
    pub fn derive_as(
        &self,
        derivation: Derivation,
        secret: &[u8],
        salt: &[u8],
    ) -> Result<Secret<[u8; 32]>, PasswordError> {
        if secret.len().max(salt.len()) > Self::MAX_DERIVE_LEN || salt.len() < argon2::MIN_SALT_LEN {
            return Err(PasswordError::MalformedHash);
        }
        let Argon2Params { memory_kib, passes, lanes } = derivation.params;
        self.caps.check(memory_kib, passes, lanes)?;
        let pepper = derivation.pepper.map(|id| self.peppers.by_id(id)).transpose()?;

        let mut builder = derivation.params.build()?;
        builder.data(argon2::AssociatedData::new(Self::DERIVED).map_err(from_argon2)?);
        let argon2 = context(builder.build().map_err(from_argon2)?, pepper)?;
        let mut out = Zeroizing::new([0; OUTPUT_LEN]);
        self.compute(&argon2, secret, salt, &mut *out)?;
        Ok(Secret::new(*out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::password::Peppers;
    use proptest::prelude::*;
    use std::sync::Arc;
    use stockade_core::SystemEntropy;

    const SALT: &[u8] = b"0123456789abcdef";

    fn hasher(peppers: Peppers) -> PasswordHasher {
        PasswordHasher::new(Argon2Params::insecure_for_tests(), peppers, Arc::new(SystemEntropy)).unwrap()
    }

    fn pepper(byte: u8) -> Secret<[u8; 32]> {
        Secret::new([byte; 32])
    }

    #[test]
    fn a_code_derives_to_the_same_bytes_and_another_code_or_salt_does_not() {
        let hasher = hasher(Peppers::none());
        let (first, how) = hasher.derive(b"code", SALT).unwrap();
        assert_eq!(hasher.derive_as(how, b"code", SALT), Ok(first.clone()));
        assert_ne!(hasher.derive_as(how, b"c0de", SALT), Ok(first.clone()));
        assert_ne!(hasher.derive_as(how, b"code", b"fedcba9876543210"), Ok(first));
    }

    #[test]
    fn rotation_of_peppers_and_parameters_leaves_older_codes_good() {
        let old = hasher(Peppers::new(PepperId(1), pepper(1)));
        let (stored, how) = old.derive(b"code", SALT).unwrap();
        let dearer = Argon2Params { memory_kib: 128, ..Argon2Params::insecure_for_tests() };
        let peppers = Peppers::new(PepperId(2), pepper(2)).with_older(PepperId(1), pepper(1)).unwrap();
        let new = PasswordHasher::new(dearer, peppers, Arc::new(SystemEntropy)).unwrap();
        assert_ne!(new.derive(b"code", SALT).unwrap().0, stored);
        let how: Derivation = how.to_string().parse().unwrap();
        assert_eq!(new.derive_as(how, b"code", SALT), Ok(stored));
    }

    #[test]
    fn a_lost_pepper_is_an_error_not_a_mismatch() {
        let (_, how) = hasher(Peppers::new(PepperId(1), pepper(1))).derive(b"code", SALT).unwrap();
        let lost = hasher(Peppers::new(PepperId(2), pepper(2)));
        assert_eq!(lost.derive_as(how, b"code", SALT), Err(PasswordError::UnknownPepper));
    }

    #[test]
    fn confusion_what_is_derived_is_no_password_hash() {
        let hasher = hasher(Peppers::none());
        let hash = hasher.hash_bytes(b"code").unwrap();
        let parsed = argon2::password_hash::phc::PasswordHash::new(hash.expose_phc()).unwrap();
        let (derived, _) = hasher.derive(b"code", parsed.salt.unwrap().as_ref()).unwrap();
        assert_ne!(parsed.hash.unwrap().as_bytes(), derived.expose());
    }

    #[test]
    fn flood_of_cost_secret_or_salt_is_refused_before_any_work() {
        let hasher = hasher(Peppers::none());
        for text in ["m=4194304,t=1,p=1", "m=64,t=4294967295,p=1", "m=64,t=1,p=5"] {
            let refused = hasher.derive_as(text.parse().unwrap(), b"code", SALT);
            assert!(matches!(refused, Err(PasswordError::CostlyHash { .. })), "{text}");
        }
        let long = vec![0; PasswordHasher::MAX_DERIVE_LEN + 1];
        assert!(hasher.derive(&long, SALT).is_err());
        assert!(hasher.derive(b"code", &long).is_err());
        assert!(hasher.derive(b"code", b"7 bytes").is_err());
    }

    #[test]
    fn confusion_a_derivation_has_one_spelling() {
        for text in [
            "",
            "m=64",
            "m=64,t=1,p=1,",
            "m=+64,t=1,p=1",
            "m=064,t=1,p=1",
            "t=1,m=64,p=1",
            "m=64,t=1,p=1,pepper=",
            "m=64,t=1,p=1,pepper=1,x=2",
            "m=64,t=1,p=1 ",
            "m=4294967296,t=1,p=1",
        ] {
            assert_eq!(text.parse::<Derivation>(), Err(PasswordError::MalformedHash), "`{text}`");
        }
    }

    proptest! {
        #[test]
        fn each_derivation_reads_back(m: u32, t: u32, p: u32, pepper: Option<u32>) {
            let params = Argon2Params { memory_kib: m, passes: t, lanes: p };
            let derivation = Derivation { params, pepper: pepper.map(PepperId) };
            prop_assert!(derivation.to_string().len() <= Derivation::MAX_LEN);
            prop_assert_eq!(derivation.to_string().parse(), Ok(derivation));
        }

        #[test]
        fn no_derivation_text_panics(text in "\\PC{0,70}|[mtpe=,0-9]{0,70}") {
            if let Ok(derivation) = text.parse::<Derivation>() {
                prop_assert_eq!(derivation.to_string(), text);
            }
        }

        #[test]
        fn no_small_derivation_panics(m in 0_u32..256, t in 0_u32..4, p in 0_u32..8) {
            let params = Argon2Params { memory_kib: m, passes: t, lanes: p };
            let _ = hasher(Peppers::none()).derive_as(Derivation { params, pepper: None }, b"code", SALT);
        }
    }
}
