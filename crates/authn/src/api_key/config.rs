//! How keys look and how long they live.

use super::ApiKeyPrefix;
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The rules of API keys.
///
/// ```
/// use stockade_authn::api_key::{ApiKeyConfig, ApiKeyPrefix};
/// let config = ApiKeyConfig::new(ApiKeyPrefix::new("acme")?);
/// assert!(config.validate().is_ok());
/// # Ok::<(), stockade_authn::api_key::InvalidPrefix>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ApiKeyConfig {
    /// The word that every key begins with.
    pub prefix: ApiKeyPrefix,
    /// How many keys an owner may have at once. Default 50, at most 1000.
    #[serde(default = "default_cap")]
    pub max_per_owner: usize,
    /// The longest that a key lives, and how long it lives if nobody says. Default 365 days, at most ten years.
    #[serde(default = "default_lifetime", with = "seconds", rename = "max_lifetime_secs")]
    pub max_lifetime: Duration,
    /// Lets keys be made that never end. Nobody remembers what such a key was for by the time that it leaks.
    #[serde(default)]
    pub insecure_allow_eternal: bool,
    /// How long the remembered standing of a key is believed. Default 5 seconds, at most a minute.
    #[serde(default = "default_staleness", with = "seconds", rename = "max_staleness_secs")]
    pub max_staleness: Duration,
}

fn default_cap() -> usize {
    50
}

fn default_lifetime() -> Duration {
    365 * DAY
}

fn default_staleness() -> Duration {
    Duration::from_secs(5)
}

mod seconds {
    use serde::Deserialize;
    use std::time::Duration;

    pub(super) fn deserialize<'de, D: serde::Deserializer<'de>>(d: D) -> Result<Duration, D::Error> {
        u64::deserialize(d).map(Duration::from_secs)
    }
}

/// An [`ApiKeyConfig`] makes no sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ApiKeyConfigError {
    /// Nobody could have a key, or anybody as many as they like.
    #[error("`max_per_owner` must be 1 to 1000")]
    Cap,
    /// Keys would be dead when made, or outlive those who made them.
    #[error("`max_lifetime` must be at least a minute and at most ten years")]
    Lifetime,
    /// A revoked key would stay usable for too long.
    #[error("`max_staleness` must be at most a minute")]
    Staleness,
}

impl ApiKeyConfig {
    /// The longest that an old key stays in force beside its successor.
    pub const MAX_OVERLAP: Duration = Duration::from_secs(30 * 24 * 60 * 60);

    /// Safe settings for keys that begin with `prefix`.
    #[must_use]
    pub fn new(prefix: ApiKeyPrefix) -> Self {
        Self {
            prefix,
            max_per_owner: default_cap(),
            max_lifetime: default_lifetime(),
            insecure_allow_eternal: false,
            max_staleness: default_staleness(),
        }
    }

    /// Sets how many keys an owner may have at once.
    #[must_use]
    pub fn with_max_per_owner(mut self, cap: usize) -> Self {
        self.max_per_owner = cap;
        self
    }

    /// Sets the longest that a key lives.
    #[must_use]
    pub fn with_max_lifetime(mut self, lifetime: Duration) -> Self {
        self.max_lifetime = lifetime;
        self
    }

    /// Lets keys be made that never end: those for which nobody says how long they shall live.
    #[must_use]
    pub fn insecure_allow_eternal(mut self) -> Self {
        self.insecure_allow_eternal = true;
        self
    }

    /// Sets how long the remembered standing of a key is believed.
    #[must_use]
    pub fn with_max_staleness(mut self, staleness: Duration) -> Self {
        self.max_staleness = staleness;
        self
    }

    /// Says what is wrong with the settings, if anything.
    ///
    /// # Errors
    /// The first setting that makes no sense.
    pub fn validate(&self) -> Result<(), ApiKeyConfigError> {
        if !(1..=1000).contains(&self.max_per_owner) {
            return Err(ApiKeyConfigError::Cap);
        }
        if !(Duration::from_secs(60)..=3653 * DAY).contains(&self.max_lifetime) {
            return Err(ApiKeyConfigError::Lifetime);
        }
        if self.max_staleness > Duration::from_secs(60) {
            return Err(ApiKeyConfigError::Staleness);
        }
        Ok(())
    }
}
