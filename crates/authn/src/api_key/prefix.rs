//! The text of a key.

use super::base62;
use super::checksum::{CHECKSUM_LEN, checksum};
use super::record::ApiKeyDigest;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use stockade_core::{ApiKeyId, Entropy, EntropyError, Secret};
use zeroize::Zeroizing;

pub(super) const ID_LEN: usize = 16;
const SECRET_LEN: usize = 32;
/// The id, the secret and the checksum, each behind its `_`.
const TAIL_LEN: usize = 1 + ID_LEN + 1 + SECRET_LEN + 1 + CHECKSUM_LEN;

/// Words that other tokens of this crate begin with.
const RESERVED: [&str; 3] = ["rt1", "ot1", "mfa1"];

/// The word that every key of a service begins with: 2 to 16 of `a–z 0–9`, the first a letter. Choose one that nobody else uses.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ApiKeyPrefix(Arc<str>);

/// The text cannot be a key's prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a prefix has 2 to 16 of a-z 0-9, begins with a letter, and is not one of other tokens")]
pub struct InvalidPrefix;

/// The text is not an API key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotApiKey {
    /// Another prefix, length or alphabet.
    #[error("the text does not have the form of an api key")]
    Form,
    /// It looks like one, and was not copied whole and right.
    #[error("the checksum of the api key does not match")]
    Checksum,
}

/// A key as it was presented: whose form is right and of which nothing else is known.
pub(super) struct Presented<'a> {
    pub(super) id: [u8; ID_LEN],
    secret: &'a str,
}

/// A new key's parts.
pub(super) struct Drawn {
    pub(super) id: ApiKeyId,
    pub(super) key: Secret<String>,
    pub(super) digest: ApiKeyDigest,
}

impl ApiKeyPrefix {
    /// Checks `text` and takes it over.
    ///
    /// # Errors
    /// It is too short or long, leaves the alphabet, or begins other tokens.
    pub fn new(text: &str) -> Result<Self, InvalidPrefix> {
        let bytes = text.as_bytes();
        let fits = (2..=16).contains(&bytes.len())
            && bytes.first().is_some_and(u8::is_ascii_lowercase)
            && bytes.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
            && !RESERVED.contains(&text);
        if fits { Ok(Self(text.into())) } else { Err(InvalidPrefix) }
    }

    /// The word itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `text` claims to be such a key: begins with the word and `_`. No access token does, for those begin with `ey`
    /// and a capital.
    #[must_use]
    pub fn claims(&self, text: &str) -> bool {
        text.strip_prefix(self.as_str()).is_some_and(|rest| rest.starts_with('_'))
    }

    /// The id of the key that `text` is. Judges form and checksum only, offline: for scanners, and for forms that catch typos.
    /// Whether there is such a key only [`ApiKeys`](super::ApiKeys) can say.
    ///
    /// # Errors
    /// It is none.
    pub fn recognise(&self, text: &str) -> Result<ApiKeyId, NotApiKey> {
        let id = self.read(text)?.id;
        std::str::from_utf8(&id).ok().and_then(|id| id.parse().ok()).ok_or(NotApiKey::Form)
    }

    pub(super) fn read<'a>(&self, text: &'a str) -> Result<Presented<'a>, NotApiKey> {
        if text.len() != self.0.len() + TAIL_LEN || !self.claims(text) {
            return Err(NotApiKey::Form);
        }
        let mut parts = text.split('_').skip(1);
        let (id, secret, sum) = (parts.next(), parts.next(), parts.next());
        let (Some(id), Some(secret), Some(sum), None) = (id, secret, sum, parts.next()) else {
            return Err(NotApiKey::Form);
        };
        let id = id.as_bytes().try_into().map_err(|_| NotApiKey::Form)?;
        let alphanumeric = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if secret.len() != SECRET_LEN || !alphanumeric {
            return Err(NotApiKey::Form);
        }
        match text.as_bytes().split_last_chunk::<{ CHECKSUM_LEN + 1 }>() {
            Some((checked, _)) if checksum(checked) == *sum.as_bytes() => Ok(Presented { id, secret }),
            _ => Err(NotApiKey::Checksum),
        }
    }

    pub(super) fn draw(&self, entropy: &dyn Entropy) -> Result<Drawn, EntropyError> {
        let (mut id, mut secret) = ([0; 20], Zeroizing::new([0; 32]));
        entropy.fill(&mut id)?;
        entropy.fill(&mut *secret)?;
        let id: [u8; ID_LEN] = base62::digits(&mut id);
        let secret: Zeroizing<[u8; SECRET_LEN]> = Zeroizing::new(base62::digits(&mut *secret));
        // The alphabet is ASCII, so neither falls back to the default.
        let id_text = std::str::from_utf8(&id).unwrap_or_default();
        let secret = std::str::from_utf8(&*secret).unwrap_or_default();
        // Room for all of it: a string that grows leaves copies behind.
        let mut key = Zeroizing::new(String::with_capacity(self.0.len() + TAIL_LEN));
        for part in [self.as_str(), "_", id_text, "_", secret] {
            key.push_str(part);
        }
        let sum = checksum(key.as_bytes());
        key.push('_');
        key.push_str(std::str::from_utf8(&sum).unwrap_or_default());
        let digest = ApiKeyDigest::of(secret);
        let id = id_text.parse().map_err(|_| EntropyError)?;
        Ok(Drawn { id, key: Secret::new(std::mem::take(&mut *key)), digest })
    }
}

impl Presented<'_> {
    pub(super) fn digest(&self) -> ApiKeyDigest {
        ApiKeyDigest::of(self.secret)
    }
}

impl FromStr for ApiKeyPrefix {
    type Err = InvalidPrefix;

    fn from_str(text: &str) -> Result<Self, InvalidPrefix> {
        Self::new(text)
    }
}

impl fmt::Display for ApiKeyPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for ApiKeyPrefix {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::new(&text).map_err(serde::de::Error::custom)
    }
}
