//! How access tokens are made and judged.

use std::time::Duration;

/// Who issues access tokens, for whom, and how long they live.
///
/// ```
/// use stockade_authn::access::TokenConfig;
/// let config = TokenConfig::new("https://id.example.org", "https://api.example.org");
/// assert!(config.validate().is_ok());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TokenConfig {
    /// The `iss` claim: who vouches. Compared byte for byte.
    pub issuer: String,
    /// The `aud` claim: for whom. Give each service that trusts these keys its own (ASVS 9.2.4).
    pub audience: String,
    /// The `client_id` claim (RFC 9068 §2.2): the application to which a person signed in.
    #[serde(default = "default_client_id")]
    pub client_id: String,
    /// How long a new token lives. Default 15 minutes: what a stolen token is good for where no store is asked.
    #[serde(default = "default_ttl", with = "seconds", rename = "access_ttl_secs")]
    pub access_ttl: Duration,
    /// The longest life that a verifier accepts, whatever the token says. Default one hour.
    #[serde(default = "default_max_lifetime", with = "seconds", rename = "max_lifetime_secs")]
    pub max_lifetime: Duration,
    /// How far the clocks of issuer and verifier may be apart. Default and most: 5 seconds.
    #[serde(default = "default_leeway", with = "seconds", rename = "leeway_secs")]
    pub leeway: Duration,
}

fn default_client_id() -> String {
    "first-party".to_owned()
}

const fn default_ttl() -> Duration {
    Duration::from_secs(15 * 60)
}

const fn default_max_lifetime() -> Duration {
    Duration::from_secs(60 * 60)
}

const fn default_leeway() -> Duration {
    TokenConfig::MAX_LEEWAY
}

mod seconds {
    use serde::Deserialize;
    use std::time::Duration;

    pub(super) fn deserialize<'de, D: serde::Deserializer<'de>>(d: D) -> Result<Duration, D::Error> {
        u64::deserialize(d).map(Duration::from_secs)
    }
}

/// A [`TokenConfig`] makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenConfigError {
    /// A name is missing or too long.
    #[error("`{0}` needs 1 to 512 bytes without control characters")]
    Name(&'static str),
    /// Tokens would be dead when born, or outlive what verifiers accept.
    #[error("`access_ttl` must be at least one second and at most `max_lifetime`")]
    Lifetime,
    /// No access token should live that long: it cannot be called back where no store is asked.
    #[error("`max_lifetime` must be at most 24 hours")]
    MaxLifetime,
    /// Clocks are closer than that.
    #[error("`leeway` must be at most 5 seconds")]
    Leeway,
}

impl TokenConfig {
    /// The most that clocks may be apart.
    pub const MAX_LEEWAY: Duration = Duration::from_secs(5);

    /// The longest that somebody acts in another's name before they have to ask again, whatever
    /// [`max_lifetime`](Self::max_lifetime) says. Held when issuing and when verifying.
    pub const MAX_IMPERSONATION: Duration = Duration::from_secs(30 * 60);

    const MAX_NAME_LEN: usize = 512;
    const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

    /// Safe settings for tokens by `issuer` for `audience`: 15 minutes, 5 seconds of leeway.
    pub fn new(issuer: impl Into<String>, audience: impl Into<String>) -> Self {
        Self {
            issuer: issuer.into(),
            audience: audience.into(),
            client_id: default_client_id(),
            access_ttl: default_ttl(),
            max_lifetime: default_max_lifetime(),
            leeway: default_leeway(),
        }
    }

    /// Sets the life of new tokens.
    #[must_use]
    pub fn with_access_ttl(mut self, ttl: Duration) -> Self {
        self.access_ttl = ttl;
        self
    }

    /// Says what is wrong with the settings, if anything.
    ///
    /// # Errors
    /// The first setting that makes no sense.
    pub fn validate(&self) -> Result<(), TokenConfigError> {
        for (name, value) in
            [("issuer", &self.issuer), ("audience", &self.audience), ("client_id", &self.client_id)]
        {
            if value.is_empty() || value.len() > Self::MAX_NAME_LEN || value.chars().any(char::is_control) {
                return Err(TokenConfigError::Name(name));
            }
        }
        if self.max_lifetime > Self::LONGEST {
            return Err(TokenConfigError::MaxLifetime);
        }
        if self.access_ttl < Duration::from_secs(1) || self.access_ttl > self.max_lifetime {
            return Err(TokenConfigError::Lifetime);
        }
        if self.leeway > Self::MAX_LEEWAY {
            return Err(TokenConfigError::Leeway);
        }
        Ok(())
    }
}
