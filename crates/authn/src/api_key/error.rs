//! Why a key is not made, and why one is refused.

use super::{ApiKeyConfig, ApiKeyName, ApiKeyRecord, NotApiKey};
use stockade_core::{EntropyError, Problem, StoreError};

/// A key could not be made, changed or listed. Nothing is known to have changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ApiKeyError {
    /// What is asked for breaks a rule.
    #[error("no such api key is made")]
    Invalid(#[from] InvalidApiKey),
    /// The store failed.
    #[error("the api key store failed")]
    Store(#[from] StoreError),
    /// The system gave no randomness.
    #[error("no randomness for an api key")]
    Entropy(#[from] EntropyError),
}

/// A rule that a wanted key breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidApiKey {
    /// It may be used for nothing, or the list is too long.
    #[error("an api key has 1 to {} different scopes", ApiKeyRecord::MAX_SCOPES)]
    Scopes,
    /// It would be dead when made, or live for too long.
    #[error("an api key lives for at least a minute and no longer than is allowed")]
    Lifetime,
    /// The old key would stay for too long.
    #[error("an old api key stays for at most {} days", ApiKeyConfig::MAX_OVERLAP.as_secs() / 86_400)]
    Overlap,
    /// Its name cannot be shown.
    #[error(
        "the name of an api key has 1 to {} characters, none of them control characters",
        ApiKeyName::MAX_CHARS
    )]
    Name,
}

/// Why a presented key is refused. For the operator: whoever presents one learns only that it is not good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ApiKeyRefusal {
    /// The text is no key.
    #[error("the text is not an api key")]
    Text(#[from] NotApiKey),
    /// There is no such key, or the secret is not its own.
    #[error("there is no such api key")]
    Unknown,
    /// It is revoked or expired.
    #[error("the api key is over")]
    Over,
    /// Its owner may not act.
    #[error("the owner of the api key may not act")]
    Owner,
}

impl ApiKeyRefusal {
    /// A stable code for the audit log.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::Text(NotApiKey::Form) => "api_key_malformed",
            Self::Text(NotApiKey::Checksum) => "api_key_checksum",
            Self::Unknown => "api_key_unknown",
            Self::Over => "api_key_over",
            Self::Owner => "api_key_owner",
        }
    }
}

impl From<&ApiKeyError> for Problem {
    fn from(error: &ApiKeyError) -> Self {
        match error {
            ApiKeyError::Invalid(invalid) => invalid.into(),
            ApiKeyError::Store(store) => store.into(),
            ApiKeyError::Entropy(entropy) => (*entropy).into(),
        }
    }
}

impl From<&InvalidApiKey> for Problem {
    fn from(invalid: &InvalidApiKey) -> Self {
        let field = match invalid {
            InvalidApiKey::Scopes => "scopes",
            InvalidApiKey::Lifetime => "lifetime",
            InvalidApiKey::Overlap => "overlap",
            InvalidApiKey::Name => "name",
        };
        Self::invalid_field(field, "invalid", invalid.to_string())
    }
}
