//! The keys that make and recognise one-time tokens.

use super::Purpose;
use base64ct::{Base64UrlUnpadded, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;
use std::hash::{Hash, Hasher};
use stockade_core::{Entropy, EntropyError, Secret};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

const SECRET_LEN: usize = 32;
const TAG_LEN: usize = 16;
const TOKEN_LEN: usize = SECRET_LEN + TAG_LEN;

/// The most keys: the current one and those whose tokens still live.
const MAX_KEYS: usize = 4;

/// The text is no one-time token of ours for this purpose. Says no more: there is nothing that a sender could mend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a one-time token of this service")]
pub struct NotOneTimeToken;

/// A key more than [`OneTimeKeys`] holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("one-time tokens are taken under at most {MAX_KEYS} keys")]
pub struct TooManyOneTimeKeys;

/// One current key, and older ones whose tokens are still good. Made from 32 random bytes each.
#[derive(Clone)]
pub struct OneTimeKeys {
    current: Secret<[u8; 32]>,
    older: Vec<Secret<[u8; 32]>>,
}

impl OneTimeKeys {
    /// Tokens are made with `key`.
    #[must_use]
    pub fn new(key: &Secret<[u8; 32]>) -> Self {
        Self { current: key.clone(), older: Vec::new() }
    }

    /// Tokens made with `older` are still taken.
    ///
    /// Where several processes share a store, give a new key to all of them as an older one first, and only then make it the
    /// current one: a process that does not know the key yet refuses the tokens made with it.
    ///
    /// # Errors
    /// Three older keys are there already.
    pub fn with_older(mut self, older: &Secret<[u8; 32]>) -> Result<Self, TooManyOneTimeKeys> {
        if self.older.len() + 1 == MAX_KEYS {
            return Err(TooManyOneTimeKeys);
        }
        self.older.push(older.clone());
        Ok(self)
    }

    /// A fresh token, and what a store knows it by.
    ///
    /// # Errors
    /// The system gave no randomness.
    pub fn make(
        &self,
        purpose: Purpose,
        entropy: &dyn Entropy,
    ) -> Result<(Secret<String>, OneTimeDigest), EntropyError> {
        let mut bytes = Zeroizing::new([0; TOKEN_LEN]);
        let (secret, tag) = bytes.split_at_mut(SECRET_LEN);
        entropy.fill(secret)?;
        let computed = Zeroizing::new(mac(&derive(&self.current, b"tag ", purpose), secret));
        tag.copy_from_slice(computed.split_at(TAG_LEN).0);
        let digest = digest(&self.current, purpose, &bytes);
        let encoded = Zeroizing::new(Base64UrlUnpadded::encode_string(&*bytes));
        Ok((Secret::new(format!("{}{}", purpose.prefix(), *encoded)), digest))
    }

    /// Reads a presented text and checks, in constant time, that it is a token of ours for `purpose`. Whether it is still good
    /// only the store knows.
    ///
    /// # Errors
    /// It is not. Another length, prefix or alphabet costs nothing, a forged tag one HMAC for each key.
    pub fn read(&self, purpose: Purpose, text: &str) -> Result<OneTimeDigest, NotOneTimeToken> {
        let encoded = text.strip_prefix(purpose.prefix()).ok_or(NotOneTimeToken)?;
        let mut bytes = Zeroizing::new([0; TOKEN_LEN]);
        let decoded = Base64UrlUnpadded::decode(encoded, &mut *bytes).map_err(|_| NotOneTimeToken)?;
        if decoded.len() != TOKEN_LEN {
            return Err(NotOneTimeToken);
        }
        let (secret, tag) = bytes.split_at(SECRET_LEN);
        let key = std::iter::once(&self.current)
            .chain(&self.older)
            .find(|key| {
                let mut expected = keyed(&derive(key, b"tag ", purpose));
                expected.update(secret);
                expected.verify_truncated_left(tag).is_ok()
            })
            .ok_or(NotOneTimeToken)?;
        Ok(digest(key, purpose, &bytes))
    }
}

impl fmt::Debug for OneTimeKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OneTimeKeys").field("older", &self.older.len()).finish_non_exhaustive()
    }
}

/// An HMAC-SHA256 of a one-time token: all that a store keeps of it. Worthless without the key.
#[derive(Clone, Copy)]
pub struct OneTimeDigest([u8; 32]);

impl OneTimeDigest {
    /// The digest with these bytes, from a store.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, for a store.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 32] {
        self.0
    }
}

impl PartialEq for OneTimeDigest {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for OneTimeDigest {}

impl Hash for OneTimeDigest {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl fmt::Debug for OneTimeDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OneTimeDigest([redacted])")
    }
}

/// One use and one purpose, one key: what tags a reset token can neither tag a pending one nor compute a digest.
fn derive(key: &Secret<[u8; 32]>, label: &[u8], purpose: Purpose) -> Zeroizing<[u8; 32]> {
    let mut mac = keyed(key.expose());
    mac.update(b"stockade one-time v1 ");
    mac.update(label);
    mac.update(purpose.name().as_bytes());
    Zeroizing::new(mac.finalize().into_bytes().into())
}

fn digest(key: &Secret<[u8; 32]>, purpose: Purpose, token: &[u8; TOKEN_LEN]) -> OneTimeDigest {
    OneTimeDigest(mac(&derive(key, b"digest ", purpose), token))
}

fn mac(key: &[u8; 32], message: &[u8]) -> [u8; 32] {
    let mut mac = keyed(key);
    mac.update(message);
    mac.finalize().into_bytes().into()
}

#[expect(clippy::expect_used, reason = "hmac takes a key of any length")]
fn keyed(key: &[u8; 32]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("any length will do")
}
