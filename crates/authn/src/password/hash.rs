//! A hash as it is stored.

use super::PasswordError;
use std::fmt;
use stockade_core::Secret;

/// A password hash as a store keeps it: `$argon2id$v=19$m=…,t=…,p=…[,keyid=…]$salt$hash`, or of another kind if it was
/// [imported](Self::import) and its owner has not been there since.
///
/// Not for eyes: `Debug` is redacted and there is no `Serialize`, so that it cannot slip into an answer (ASVS 15.3.1).
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(Secret<String>);

/// By what a stored hash was made, as its beginning says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum HashKind {
    /// `$argon2id$`: ours.
    Argon2id,
    /// `$2a$`, `$2b$`, `$2y$`.
    Bcrypt,
    /// `$pbkdf2-sha256$`, `$pbkdf2-sha512$` (PHC and passlib) and `pbkdf2_sha256$` (Django).
    Pbkdf2,
    /// `$scrypt$` (PHC) and `scrypt$` (Django).
    Scrypt,
}

impl HashKind {
    const BEGINNINGS: [(&str, Self); 9] = [
        ("$argon2id$", Self::Argon2id),
        ("$2a$", Self::Bcrypt),
        ("$2b$", Self::Bcrypt),
        ("$2y$", Self::Bcrypt),
        ("$pbkdf2-sha256$", Self::Pbkdf2),
        ("$pbkdf2-sha512$", Self::Pbkdf2),
        ("pbkdf2_sha256$", Self::Pbkdf2),
        ("$scrypt$", Self::Scrypt),
        ("scrypt$", Self::Scrypt),
    ];
}

impl PasswordHash {
    /// The most bytes of a stored hash: the longest PHC string that Argon2 with capped parameters gives, twice over.
    pub const MAX_LEN: usize = 512;

    /// Takes over a hash from a store. Its form is judged when it is used.
    ///
    /// # Errors
    /// It is empty or longer than [`MAX_LEN`](Self::MAX_LEN).
    pub fn from_phc(phc: String) -> Result<Self, PasswordError> {
        if phc.is_empty() || phc.len() > Self::MAX_LEN {
            return Err(PasswordError::MalformedHash);
        }
        Ok(Self(Secret::new(phc)))
    }

    /// Takes over a hash that another system made, and judges it at once: nobody finds out at a login. Costs no hash.
    ///
    /// Argon2id always; bcrypt, PBKDF2 and scrypt with the feature `foreign-hashes`. A login with one of those says
    /// [`MatchOutdated`](super::Verification::MatchOutdated), so that it becomes one of ours. Until then
    /// - it costs what its own parameters say, which tells its owner's account from an unknown one by time;
    /// - bcrypt compares the first 72 bytes of a password only. A longer one that matches is not taken for a new hash, because
    ///   the rest may be mistyped: it stays until the password is changed. A password with a NUL in it never matches.
    ///
    /// At most: bcrypt cost 14; scrypt N × r × p of 2²⁰, thus 128 MiB; PBKDF2 2,000,000 iterations.
    ///
    /// # Errors
    /// [`UnknownHash`](PasswordError::UnknownHash) for other kinds, [`MalformedHash`](PasswordError::MalformedHash) for a
    /// broken or truncated one, [`CostlyHash`](PasswordError::CostlyHash) or
    /// [`CostlyForeignHash`](PasswordError::CostlyForeignHash) for one that asks for more work than that.
    pub fn import(text: String) -> Result<Self, PasswordError> {
        if text.is_empty() {
            return Err(PasswordError::UnknownHash);
        }
        let hash = Self::from_phc(text)?;
        match hash.kind() {
            Some(HashKind::Argon2id) => super::hasher::judge(&hash)?,
            #[cfg(feature = "foreign-hashes")]
            Some(kind) => drop(super::foreign::ForeignHash::parse(kind, hash.expose_phc())?),
            _ => return Err(PasswordError::UnknownHash),
        }
        Ok(hash)
    }

    /// By what it was made, as far as its beginning tells.
    #[must_use]
    pub fn kind(&self) -> Option<HashKind> {
        let beginnings = HashKind::BEGINNINGS.iter();
        beginnings.into_iter().find(|(start, _)| self.expose_phc().starts_with(start)).map(|(_, kind)| *kind)
    }

    /// The text, for the store that keeps it.
    #[must_use]
    pub fn expose_phc(&self) -> &str {
        self.0.expose()
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash([redacted])")
    }
}
