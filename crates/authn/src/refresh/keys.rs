//! The keys that make and recognise refresh tokens.

use super::token::{SECRET_LEN, TAG_LEN, TOKEN_LEN, UNTAGGED_LEN};
use super::{Nonce, PresentedToken, TokenDigest};
use base64ct::{Base64UrlUnpadded, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;
use stockade_core::{Entropy, EntropyError, Secret, SessionId};
use zeroize::Zeroizing;

const PREFIX: &str = "rt1_";

/// The most keys: the current one and those whose tokens still live.
const MAX_KEYS: usize = 4;

/// The text is no refresh token of ours. Says no more: there is nothing that a sender could mend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a refresh token of this service")]
pub struct RefreshTokenError;

/// A key more than [`RefreshKeys`] holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("refresh tokens are taken under at most {MAX_KEYS} keys")]
pub struct TooManyKeys;

/// One current key, and older ones whose tokens are still good. Made from 32 random bytes each.
#[derive(Clone)]
pub struct RefreshKeys {
    keys: Vec<Derived>,
}

/// One purpose, one key: what tags a token cannot be used to compute a successor or a digest.
#[derive(Clone)]
struct Derived {
    tag: Secret<[u8; 32]>,
    digest: Secret<[u8; 32]>,
    successor: Secret<[u8; 32]>,
}

impl RefreshKeys {
    /// Tokens are made with `key`.
    #[must_use]
    pub fn new(key: &Secret<[u8; 32]>) -> Self {
        Self { keys: vec![Derived::from(key)] }
    }

    /// Tokens made with `older` are still taken; their successors are made with the current key.
    ///
    /// Where several processes share a store, give a new key to all of them as an older one first, and only then make it the
    /// current one: a process that does not know the key yet refuses the tokens made with it.
    ///
    /// # Errors
    /// Three older keys are there already.
    pub fn with_older(mut self, older: &Secret<[u8; 32]>) -> Result<Self, TooManyKeys> {
        if self.keys.len() == MAX_KEYS {
            return Err(TooManyKeys);
        }
        self.keys.push(Derived::from(older));
        Ok(self)
    }

    /// A session's first token.
    ///
    /// # Errors
    /// The system gave no randomness.
    pub fn first(
        &self,
        session: SessionId,
        entropy: &dyn Entropy,
    ) -> Result<(Secret<String>, TokenDigest), EntropyError> {
        let mut secret = Zeroizing::new([0; SECRET_LEN]);
        entropy.fill(&mut *secret)?;
        Ok(make(self.current(), session, 0, &secret))
    }

    /// The token that follows `presented`: the same for everybody who presents the same token under the same nonce.
    #[must_use]
    pub fn successor(&self, presented: &PresentedToken, nonce: &Nonce) -> (Secret<String>, TokenDigest) {
        succeed(self.current(), presented, nonce)
    }

    /// The token in force that follows `presented`, known by its digest: while keys change, another process may have made it with
    /// another key than this one's current. `None` if no key at hand makes it.
    #[must_use]
    pub fn successor_with(
        &self,
        presented: &PresentedToken,
        nonce: &Nonce,
        in_force: &TokenDigest,
    ) -> Option<Secret<String>> {
        let made = self.keys.iter().map(|key| succeed(key, presented, nonce));
        made.into_iter().find_map(|(token, digest)| (digest == *in_force).then_some(token))
    }

    /// Reads a presented token and checks, in constant time, that it is ours.
    ///
    /// # Errors
    /// It is not.
    pub fn read(&self, text: &str) -> Result<PresentedToken, RefreshTokenError> {
        let encoded = text.strip_prefix(PREFIX).ok_or(RefreshTokenError)?;
        let mut bytes = Zeroizing::new([0; TOKEN_LEN]);
        let decoded = Base64UrlUnpadded::decode(encoded, &mut *bytes).map_err(|_| RefreshTokenError)?;
        if decoded.len() != TOKEN_LEN {
            return Err(RefreshTokenError);
        }
        let (untagged, tag) = bytes.split_at(UNTAGGED_LEN);
        let key = self
            .keys
            .iter()
            .find(|key| {
                let mut expected = keyed(key.tag.expose());
                expected.update(untagged);
                expected.verify_truncated_left(tag).is_ok()
            })
            .ok_or(RefreshTokenError)?;
        let (session, rest) = untagged.split_at(16);
        let (generation, _) = rest.split_at(4);
        Ok(PresentedToken {
            session: SessionId::from_bytes(session.try_into().map_err(|_| RefreshTokenError)?),
            generation: u32::from_be_bytes(generation.try_into().map_err(|_| RefreshTokenError)?),
            digest: TokenDigest::from_bytes(mac(key.digest.expose(), &[&*bytes])),
            bytes: Secret::new(*bytes),
        })
    }

    fn current(&self) -> &Derived {
        &self.keys[0]
    }
}

fn succeed(key: &Derived, presented: &PresentedToken, nonce: &Nonce) -> (Secret<String>, TokenDigest) {
    let secret = Zeroizing::new(mac(key.successor.expose(), &[presented.bytes.expose(), &nonce.to_bytes()]));
    make(key, presented.session, presented.generation.saturating_add(1), &secret)
}

fn make(
    key: &Derived,
    session: SessionId,
    generation: u32,
    secret: &[u8; SECRET_LEN],
) -> (Secret<String>, TokenDigest) {
    let mut bytes = Zeroizing::new([0; TOKEN_LEN]);
    bytes[..16].copy_from_slice(&session.to_bytes());
    bytes[16..20].copy_from_slice(&generation.to_be_bytes());
    bytes[20..UNTAGGED_LEN].copy_from_slice(secret);
    let tag = mac(key.tag.expose(), &[&bytes[..UNTAGGED_LEN]]);
    bytes[UNTAGGED_LEN..].copy_from_slice(&tag[..TAG_LEN]);
    let encoded = Zeroizing::new(Base64UrlUnpadded::encode_string(&*bytes));
    let digest = TokenDigest::from_bytes(mac(key.digest.expose(), &[&*bytes]));
    (Secret::new(format!("{PREFIX}{}", *encoded)), digest)
}

impl From<&Secret<[u8; 32]>> for Derived {
    fn from(key: &Secret<[u8; 32]>) -> Self {
        let derive = |label: &[u8]| Secret::new(mac(key.expose(), &[b"stockade refresh v1 ", label]));
        Self { tag: derive(b"tag"), digest: derive(b"digest"), successor: derive(b"successor") }
    }
}

impl fmt::Debug for RefreshKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefreshKeys").field("keys", &self.keys.len()).finish_non_exhaustive()
    }
}

#[expect(clippy::expect_used, reason = "hmac takes a key of any length")]
fn keyed(key: &[u8; 32]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("any length will do")
}

fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = keyed(key);
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}
