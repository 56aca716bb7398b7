//! How the server is used.

use std::time::Duration;

/// How a [`Redis`](crate::Redis) handle uses its server. The defaults are this crate's own choice.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RedisConfig {
    /// Stands before every key, such as `shop:prod:`. Two services on one server need two; so do two environments. There is no
    /// default, since one that everybody has tells nobody apart.
    pub prefix: String,
    /// How long a connection may take, in milliseconds. Default 2000.
    #[serde(default = "two_seconds")]
    pub connect_timeout_ms: u64,
    /// How long a call may take in all, waiting for its turn and for a connection included, in milliseconds, before it fails
    /// as [`Unavailable`](stockade_core::StoreErrorKind::Unavailable). Default 2000.
    #[serde(default = "two_seconds")]
    pub timeout_ms: u64,
    /// How many calls are under way at once; further ones wait for their turn. Default 1024.
    #[serde(default = "calls")]
    pub max_in_flight: usize,
    /// Connects also where the server may evict keys that have not expired, or does not tell. Evicted limits forgive, and evicted
    /// sessions sign out; neither leaves a trace. Default `false`.
    #[serde(default)]
    pub danger_allow_eviction: bool,
}

impl RedisConfig {
    /// The longest prefix, in bytes: this crate's own choice.
    pub const MAX_PREFIX: usize = 64;

    /// The longest wait, in milliseconds: one minute.
    pub const MAX_TIMEOUT_MS: u64 = 60_000;

    /// The most calls at once: their answers wait in memory.
    pub const MAX_IN_FLIGHT: usize = 65_536;

    /// The defaults, with `prefix` before every key.
    #[must_use]
    pub fn new(prefix: impl Into<String>) -> Self {
        Self {
            prefix: prefix.into(),
            connect_timeout_ms: two_seconds(),
            timeout_ms: two_seconds(),
            max_in_flight: calls(),
            danger_allow_eviction: false,
        }
    }

    /// Sets how long a call may take, and a connection.
    #[must_use]
    pub fn with_timeout(mut self, span: Duration) -> Self {
        let millis = u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
        self.connect_timeout_ms = millis;
        self.timeout_ms = millis;
        self
    }

    /// Says what is wrong with the configuration, if anything.
    ///
    /// # Errors
    /// The first value outside its bounds.
    pub fn validate(&self) -> Result<(), InvalidRedisConfig> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b":._-".contains(&byte);
        if !(1..=Self::MAX_PREFIX).contains(&self.prefix.len()) || !self.prefix.bytes().all(plain) {
            return Err(InvalidRedisConfig::Prefix);
        }
        let bounded = 1..=Self::MAX_TIMEOUT_MS;
        if !bounded.contains(&self.connect_timeout_ms) || !bounded.contains(&self.timeout_ms) {
            return Err(InvalidRedisConfig::Timeout);
        }
        if !(1..=Self::MAX_IN_FLIGHT).contains(&self.max_in_flight) {
            return Err(InvalidRedisConfig::MaxInFlight);
        }
        Ok(())
    }

    pub(crate) fn connect_timeout(&self) -> Duration {
        Duration::from_millis(self.connect_timeout_ms)
    }

    pub(crate) fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout_ms)
    }
}

fn two_seconds() -> u64 {
    2_000
}

fn calls() -> usize {
    1_024
}

/// The value of a [`RedisConfig`] that is out of bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidRedisConfig {
    /// None, too long, or with characters that mean something elsewhere.
    #[error("`prefix` must be 1 to {} letters, digits or `:._-`", RedisConfig::MAX_PREFIX)]
    Prefix,
    /// No patience, or too much.
    #[error("`connect_timeout_ms` and `timeout_ms` must be 1 to {}", RedisConfig::MAX_TIMEOUT_MS)]
    Timeout,
    /// Nobody could call, or too many.
    #[error("`max_in_flight` must be 1 to {}", RedisConfig::MAX_IN_FLIGHT)]
    MaxInFlight,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_has_bounds() {
        let good = RedisConfig::new("shop:prod:");
        assert_eq!(good.validate(), Ok(()));
        for prefix in ["", "a b", "a{b}", "a*", "é", &"a".repeat(65)] {
            assert_eq!(RedisConfig::new(prefix).validate(), Err(InvalidRedisConfig::Prefix), "{prefix}");
        }
        for wait in [Duration::ZERO, Duration::from_secs(61), Duration::MAX] {
            assert_eq!(good.clone().with_timeout(wait).validate(), Err(InvalidRedisConfig::Timeout));
        }
        let none = RedisConfig { max_in_flight: 0, ..good };
        assert_eq!(none.validate(), Err(InvalidRedisConfig::MaxInFlight));
    }
}
