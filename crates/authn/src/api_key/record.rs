//! One key as a store keeps it, and what may become of it. Pure: stores load it, ask it, and save it, in one transaction.

use super::{InvalidApiKey, KeyRotation};
use sha2::{Digest, Sha256};
use std::fmt;
use std::time::Duration;
use stockade_core::{ApiKeyId, Scope, SubjectId, UnixMillis};
use subtle::ConstantTimeEq;

/// Everything that a store keeps of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKeyRecord {
    /// Which key.
    pub id: ApiKeyId,
    /// Whose.
    pub owner: SubjectId,
    /// What its owner calls it.
    pub name: ApiKeyName,
    /// What it may be used for; at least one.
    pub scopes: Vec<Scope>,
    /// Its secret, as far as a store may know it.
    pub digest: ApiKeyDigest,
    /// When it was made.
    pub created_at: UnixMillis,
    /// When it ends, if it does.
    pub expires_at: Option<UnixMillis>,
    /// When it was last used, to within an hour.
    pub last_used_at: Option<UnixMillis>,
    /// When it was revoked, if it was.
    pub revoked_at: Option<UnixMillis>,
    /// The key that took its place, if one did.
    pub successor: Option<ApiKeyId>,
}

impl ApiKeyRecord {
    /// The most scopes of a key.
    pub const MAX_SCOPES: usize = 32;

    /// Whether it stands at `now`: neither revoked nor expired.
    #[must_use]
    pub fn is_live(&self, now: UnixMillis) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }

    /// Whether it takes one of its owner's places at `now`. A key that was rotated leaves its place to its successor.
    #[must_use]
    pub fn takes_a_place(&self, now: UnixMillis) -> bool {
        self.is_live(now) && self.successor.is_none()
    }

    /// When it was over, if it is at `now`.
    #[must_use]
    pub fn over_since(&self, now: UnixMillis) -> Option<UnixMillis> {
        match (self.revoked_at, self.expires_at.filter(|end| *end <= now)) {
            (Some(revoked), Some(expired)) => Some(revoked.min(expired)),
            (revoked, expired) => revoked.or(expired),
        }
    }

    /// Lets `successor` take its place, once: it then ends after `overlap` at the latest. The caller saves it only if the judgement
    /// is [`KeyRotation::Rotated`].
    pub fn rotate(&mut self, successor: &ApiKeyId, now: UnixMillis, overlap: Duration) -> KeyRotation {
        if !self.is_live(now) {
            return KeyRotation::Over;
        }
        if self.successor.is_some() {
            return KeyRotation::AlreadyRotated;
        }
        let until = self.expires_at.map_or(now.plus(overlap), |end| end.min(now.plus(overlap)));
        self.successor = Some(successor.clone());
        self.expires_at = Some(until);
        KeyRotation::Rotated { until }
    }
}

/// What its owner calls a key: 1 to 100 characters of any script, without control characters. Not an identifier: names repeat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKeyName(String);

impl ApiKeyName {
    /// The most characters.
    pub const MAX_CHARS: usize = 100;

    /// Reads a name; surrounding white space is not part of it.
    ///
    /// # Errors
    /// It is empty, too long, or has control characters.
    pub fn parse(text: &str) -> Result<Self, InvalidApiKey> {
        // Before it is trimmed and counted, so that neither reads megabytes.
        if text.len() > Self::MAX_CHARS * 8 {
            return Err(InvalidApiKey::Name);
        }
        let name = text.trim();
        let fits = !name.is_empty()
            && name.chars().count() <= Self::MAX_CHARS
            && !name.chars().any(char::is_control);
        if fits { Ok(Self(name.to_owned())) } else { Err(InvalidApiKey::Name) }
    }

    /// The name itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ApiKeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The SHA-256 of a key's secret: all that a store keeps of it. A secret of 190 random bits cannot be searched for by its hash.
#[derive(Clone, Copy)]
pub struct ApiKeyDigest([u8; 32]);

impl ApiKeyDigest {
    pub(super) fn of(secret: &str) -> Self {
        Self(Sha256::digest(secret.as_bytes()).into())
    }

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

impl PartialEq for ApiKeyDigest {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for ApiKeyDigest {}

impl fmt::Debug for ApiKeyDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKeyDigest([redacted])")
    }
}
