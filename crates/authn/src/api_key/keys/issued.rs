//! What is asked for, what is given, and what is shown.

use crate::api_key::prefix::Drawn;
use crate::api_key::{ApiKeyName, ApiKeyRecord};
use std::time::Duration;
use stockade_core::{ApiKeyId, Scope, Secret, SubjectId, UnixMillis};

/// A key that is asked for.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct NewApiKey {
    /// For whom.
    pub owner: SubjectId,
    /// What they call it.
    pub name: ApiKeyName,
    /// What it may be used for.
    pub scopes: Vec<Scope>,
    /// How long it shall live; as long as is allowed, if nobody says.
    pub lifetime: Option<Duration>,
}

impl NewApiKey {
    /// A key for `owner` that lives for as long as is allowed.
    pub fn new(owner: SubjectId, name: ApiKeyName, scopes: impl IntoIterator<Item = Scope>) -> Self {
        // One more than is allowed is enough to be refused for.
        let scopes = scopes.into_iter().take(ApiKeyRecord::MAX_SCOPES + 1).collect();
        Self { owner, name, scopes, lifetime: None }
    }

    /// Lets it live for so long.
    #[must_use]
    pub fn living(mut self, lifetime: Duration) -> Self {
        self.lifetime = Some(lifetime);
        self
    }
}

/// What came of asking for a key.
#[derive(Debug)]
#[must_use]
pub enum Issuance {
    /// Here it is.
    Issued(IssuedApiKey),
    /// Its owner has as many as they may.
    TooMany,
}

/// What came of asking for a key's successor.
#[derive(Debug)]
#[must_use]
pub enum ApiKeyRotation {
    /// Here it is.
    Rotated {
        /// The new key.
        issued: IssuedApiKey,
        /// When the old one ends.
        until: UnixMillis,
    },
    /// The key has a successor; rotate that one.
    AlreadyRotated,
    /// The key is revoked or expired.
    Over,
    /// There is no such key, or it is somebody else's.
    Unknown,
}

/// A key that was just made.
#[derive(Debug)]
#[non_exhaustive]
pub struct IssuedApiKey {
    /// The text of the key. It is kept nowhere: show it now, and never again.
    pub key: Secret<String>,
    /// What may be shown again.
    pub summary: ApiKeySummary,
}

/// What its owner sees of a key.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct ApiKeySummary {
    /// Which key: the second part of its text.
    pub id: ApiKeyId,
    /// What its owner calls it.
    pub name: String,
    /// What it may be used for.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created_at: UnixMillis,
    /// When it ends, if it does. A reminder some days before saves an outage (ASVS 6.4.5).
    pub expires_at: Option<UnixMillis>,
    /// When it was last used, to within an hour.
    pub last_used_at: Option<UnixMillis>,
    /// The key that took its place, if one did.
    pub successor: Option<ApiKeyId>,
}

impl IssuedApiKey {
    pub(super) fn new(drawn: Drawn, record: ApiKeyRecord) -> Self {
        Self { key: drawn.key, summary: record.into() }
    }
}

impl From<ApiKeyRecord> for ApiKeySummary {
    fn from(key: ApiKeyRecord) -> Self {
        Self {
            id: key.id,
            name: key.name.as_str().to_owned(),
            scopes: key.scopes,
            created_at: key.created_at,
            expires_at: key.expires_at,
            last_used_at: key.last_used_at,
            successor: key.successor,
        }
    }
}
