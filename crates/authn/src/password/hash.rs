//! A hash as it is stored.

use super::PasswordError;
use std::fmt;
use stockade_core::Secret;

/// A password hash in PHC string form, `$argon2id$v=19$m=…,t=…,p=…[,keyid=…]$salt$hash`.
///
/// Not for eyes: `Debug` is redacted and there is no `Serialize`, so that it cannot slip into an answer (ASVS 15.3.1).
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(Secret<String>);

impl PasswordHash {
    /// The most bytes of a stored hash: the longest PHC string that Argon2 with capped parameters gives, twice over.
    pub const MAX_LEN: usize = 512;

    /// Takes over a hash from a store or an import. Its form is judged when it is used.
    ///
    /// # Errors
    /// It is empty or longer than [`MAX_LEN`](Self::MAX_LEN).
    pub fn from_phc(phc: String) -> Result<Self, PasswordError> {
        if phc.is_empty() || phc.len() > Self::MAX_LEN {
            return Err(PasswordError::MalformedHash);
        }
        Ok(Self(Secret::new(phc)))
    }

    /// The PHC string, for the store that keeps it.
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
