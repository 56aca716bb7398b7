//! How second factors are enrolled and judged.

use std::time::Duration;

/// The rules of second factors.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct FactorConfig {
    /// The name of the service as authenticator apps show it.
    pub issuer: String,
    /// How many steps of 30 seconds before and after the current one a code may be of. Default and most: 1, the transmission
    /// delay that RFC 6238 §5.2 recommends.
    #[serde(default = "one_step")]
    pub skew_steps: u8,
    /// How long an enrolment waits for its first code. Default 10 minutes, at most an hour.
    #[serde(default = "ten_minutes", rename = "enrolment_secs", deserialize_with = "seconds")]
    pub enrolment: Duration,
}

/// A [`FactorConfig`] makes no sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FactorConfigError {
    /// Apps could not show it, or would cut it at the colon.
    #[error(
        "`issuer` must be 1 to {} bytes without colons and control characters",
        FactorConfig::MAX_ISSUER_LEN
    )]
    Issuer,
    /// Codes would live too long.
    #[error("`skew_steps` must be 0 or 1")]
    Skew,
    /// Nobody could confirm in time, or a forgotten QR code would stay good.
    #[error("`enrolment` must be at least one second and at most an hour")]
    Enrolment,
}

impl FactorConfig {
    /// The most bytes of an issuer.
    pub const MAX_ISSUER_LEN: usize = 64;

    /// The safe choice for the service that calls itself `issuer`.
    #[must_use]
    pub fn new(issuer: impl Into<String>) -> Self {
        Self { issuer: issuer.into(), skew_steps: one_step(), enrolment: ten_minutes() }
    }

    /// Says what is wrong with the settings, if anything.
    ///
    /// # Errors
    /// The first setting that makes no sense.
    pub fn validate(&self) -> Result<(), FactorConfigError> {
        let nameable = |c: char| c != ':' && !c.is_control();
        let fits = (1..=Self::MAX_ISSUER_LEN).contains(&self.issuer.len());
        if !fits || self.issuer.trim().is_empty() || !self.issuer.chars().all(nameable) {
            return Err(FactorConfigError::Issuer);
        }
        if self.skew_steps > 1 {
            return Err(FactorConfigError::Skew);
        }
        if self.enrolment < Duration::from_secs(1) || self.enrolment > Duration::from_secs(3600) {
            return Err(FactorConfigError::Enrolment);
        }
        Ok(())
    }

    /// Sets how many steps a code may be off; see [`skew_steps`](Self::skew_steps).
    #[must_use]
    pub fn with_skew_steps(mut self, steps: u8) -> Self {
        self.skew_steps = steps;
        self
    }

    /// Sets how long an enrolment waits for its first code.
    #[must_use]
    pub fn with_enrolment(mut self, enrolment: Duration) -> Self {
        self.enrolment = enrolment;
        self
    }
}

const fn one_step() -> u8 {
    1
}

const fn ten_minutes() -> Duration {
    Duration::from_secs(600)
}

fn seconds<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    <u64 as serde::Deserialize>::deserialize(deserializer).map(Duration::from_secs)
}
