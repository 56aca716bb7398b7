//! Secrets at rest, without knowing who keeps them.

use crate::Secret;
use std::fmt;

/// Seals small secrets, and opens them again under the context they were sealed for.
///
/// A room that must keep a TOTP secret, a signing key or a vault of its own takes an `Arc<dyn Seal>` and stores what
/// [`seal`](Seal::seal) returns. `Fields` of `stockade-crypto-at-rest` implements it.
///
/// An implementation must be an authenticated cipher that binds the whole context and draws a fresh nonce for each call: what
/// was sealed for one user must not open for another, and sealing twice must not show that the secrets were equal.
pub trait Seal: Send + Sync + fmt::Debug {
    /// Seals `plaintext` so that only the same `context` opens it.
    ///
    /// # Errors
    /// [`SealError::TooLong`] above the limit of the implementation, [`SealError::Unavailable`] without key or randomness.
    fn seal(&self, context: &SealContext<'_>, plaintext: &[u8]) -> Result<Vec<u8>, SealError>;

    /// Opens what [`seal`](Seal::seal) returned for the same `context`.
    ///
    /// # Errors
    /// [`SealError::Refused`] for a wrong context, a wrong or destroyed key and altered bytes alike.
    fn open(&self, context: &SealContext<'_>, sealed: &[u8]) -> Result<Secret<Vec<u8>>, SealError>;
}

impl<S: Seal + ?Sized> Seal for std::sync::Arc<S> {
    fn seal(&self, context: &SealContext<'_>, plaintext: &[u8]) -> Result<Vec<u8>, SealError> {
        (**self).seal(context, plaintext)
    }

    fn open(&self, context: &SealContext<'_>, sealed: &[u8]) -> Result<Secret<Vec<u8>>, SealError> {
        (**self).open(context, sealed)
    }
}

/// What a sealed secret is for and whose it is. It is bound, not stored: whoever opens must say it again.
///
/// ```
/// use stockade_core::SealContext;
/// let context = SealContext::new("authn.totp", &["acme", "user-7"]);
/// assert_ne!(context, SealContext::new("authn.totp", &["acme", "user-8"]));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SealContext<'a> {
    purpose: &'static str,
    owner: &'a [&'a str],
}

impl<'a> SealContext<'a> {
    /// `purpose` names the kind of secret, by convention `room.kind`; `owner` leads to the one record it belongs to (tenant,
    /// subject, row), outermost first.
    #[must_use]
    pub fn new(purpose: &'static str, owner: &'a [&'a str]) -> Self {
        Self { purpose, owner }
    }

    /// The kind of secret.
    #[must_use]
    pub fn purpose(&self) -> &'static str {
        self.purpose
    }

    /// The record it belongs to, outermost part first.
    #[must_use]
    pub fn owner(&self) -> &'a [&'a str] {
        self.owner
    }

    /// The context as bytes to authenticate: each part behind its length (64 bit, big-endian), so that no two contexts share
    /// an encoding however their parts are cut.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let parts = || std::iter::once(&self.purpose).chain(self.owner);
        let mut bytes = Vec::with_capacity(parts().map(|part| 8 + part.len()).sum());
        for part in parts() {
            bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
            bytes.extend_from_slice(part.as_bytes());
        }
        bytes
    }
}

/// Why a secret was not sealed or not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// It does not open: altered, of another context, or its key is another or gone. Which one is not said, so that nobody can
    /// ask.
    #[error("the sealed secret does not open")]
    Refused,
    /// Longer than the implementation seals.
    #[error("the secret is too long to be sealed")]
    TooLong,
    /// There is no key or no randomness just now.
    #[error("no key is available to seal with")]
    Unavailable,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn confusion_parts_cannot_be_cut_differently() {
        let whole = |owner: &[&str]| SealContext::new("p", owner).to_bytes();
        assert_ne!(whole(&["ab", "c"]), whole(&["a", "bc"]));
        assert_ne!(whole(&["ab"]), whole(&["ab", ""]));
        assert_ne!(SealContext::new("pa", &["b"]).to_bytes(), SealContext::new("p", &["ab"]).to_bytes());
    }

    #[test]
    fn the_same_context_has_one_encoding() {
        let parts = ["acme", "7"];
        assert_eq!(
            SealContext::new("p", &parts).to_bytes(),
            SealContext::new("p", &["acme", "7"]).to_bytes()
        );
    }
}
