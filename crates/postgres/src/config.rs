//! How the server is used.

use std::time::Duration;

/// How a [`Postgres`](crate::Postgres) handle uses its server. The defaults are this crate's own choice.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PostgresConfig {
    /// The most connections at once, of the server's `max_connections` (100 unless its configuration says otherwise). Default 8:
    /// a decision takes a few round trips, and connections beyond the server's cores only wait there.
    pub connections: u32,
    /// How long a call may take in all, with its wait for a connection, in milliseconds, before it fails as
    /// [`Unavailable`](stockade_core::StoreErrorKind::Unavailable). It holds where the server says nothing, too. Default 15 000.
    pub call_timeout_ms: u64,
    /// How long a call waits for a connection, in milliseconds: for its turn, and for a server that does not let anybody in, as while
    /// it starts anew. Default 5 000.
    pub connect_timeout_ms: u64,
    /// How long the server works on one statement, in milliseconds. Default 10 000.
    pub statement_timeout_ms: u64,
    /// How long the server waits for one lock, in milliseconds. Default 5 000.
    pub lock_timeout_ms: u64,
    /// Whether to bring the schema up to date, for which the role must be allowed to create it. Default `true`. With `false`, a
    /// schema that is behind is refused; so the service's role can do with less than the one that installs.
    pub migrate: bool,
    /// Speak to a server on another machine although the URL does not say `sslmode=verify-full` or `verify-ca`: whoever sits
    /// between may then read everything and be the server. Default `false`.
    pub danger_unverified_server: bool,
}

impl Default for PostgresConfig {
    fn default() -> Self {
        Self {
            connections: 8,
            call_timeout_ms: 15_000,
            connect_timeout_ms: 5_000,
            statement_timeout_ms: 10_000,
            lock_timeout_ms: 5_000,
            migrate: true,
            danger_unverified_server: false,
        }
    }
}

impl PostgresConfig {
    /// The most connections: ten times what a common server serves at once.
    pub const MAX_CONNECTIONS: u32 = 1_000;

    /// The longest of each wait, in milliseconds: five minutes.
    pub const MAX_TIMEOUT_MS: u64 = 300_000;

    /// Says what is wrong with the configuration, if anything.
    ///
    /// # Errors
    /// The first value outside its bounds.
    pub fn validate(&self) -> Result<(), InvalidPostgresConfig> {
        if !(1..=Self::MAX_CONNECTIONS).contains(&self.connections) {
            return Err(InvalidPostgresConfig::Connections);
        }
        // Zero would mean to PostgreSQL: no bound.
        let timeouts = [
            ("call_timeout_ms", self.call_timeout_ms),
            ("connect_timeout_ms", self.connect_timeout_ms),
            ("statement_timeout_ms", self.statement_timeout_ms),
            ("lock_timeout_ms", self.lock_timeout_ms),
        ];
        match timeouts.iter().find(|(_, value)| !(1..=Self::MAX_TIMEOUT_MS).contains(value)) {
            Some((name, _)) => Err(InvalidPostgresConfig::Timeout { name }),
            None => Ok(()),
        }
    }

    pub(crate) fn patience(&self) -> Duration {
        Duration::from_millis(self.call_timeout_ms)
    }
}

/// The value of a [`PostgresConfig`] that is out of bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidPostgresConfig {
    /// No connection, or too many.
    #[error("`connections` must be 1 to {}", PostgresConfig::MAX_CONNECTIONS)]
    Connections,
    /// No patience, or too much.
    #[error("`{name}` must be 1 to {}", PostgresConfig::MAX_TIMEOUT_MS)]
    Timeout {
        /// Which of them.
        name: &'static str,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_without_end_is_refused() {
        let good = PostgresConfig::default();
        assert_eq!(good.validate(), Ok(()));
        let forever = PostgresConfig { lock_timeout_ms: 0, ..good.clone() };
        assert_eq!(forever.validate(), Err(InvalidPostgresConfig::Timeout { name: "lock_timeout_ms" }));
        let none = PostgresConfig { connections: 0, ..good };
        assert_eq!(none.validate(), Err(InvalidPostgresConfig::Connections));
    }
}
