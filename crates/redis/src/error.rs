//! What the driver's errors mean to a caller.

use crate::InvalidRedisConfig;
use redis::{ErrorKind, RedisError, ServerErrorKind};
use stockade_core::StoreError;

/// Why no handle was made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// A value of the configuration is out of bounds.
    #[error(transparent)]
    Config(#[from] InvalidRedisConfig),
    /// The URL is none of a Redis server, or asks for a connection that this crate does not make. It is not repeated here, since
    /// there may be a password in it.
    #[error("the Redis URL cannot be used: {0}")]
    Url(&'static str),
    /// The server does not answer, or refuses the credentials.
    #[error("the Redis server cannot be reached")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// When its memory is full, the server evicts keys instead of refusing to write: limits would be forgotten and sessions would
    /// end without a trace. Set `maxmemory-policy noeviction`.
    #[error("the Redis server evicts keys (`maxmemory-policy {policy}`)")]
    Evicts {
        /// Its policy.
        policy: String,
    },
    /// The server does not tell whether it evicts keys. Allow `INFO`, or set
    /// [`danger_allow_eviction`](crate::RedisConfig::danger_allow_eviction).
    #[error("the Redis server does not tell whether it evicts keys")]
    Silent,
}

/// The class of a driver error.
pub(crate) fn store_error(error: RedisError) -> StoreError {
    let nonsense = match error.kind() {
        ErrorKind::Server(ServerErrorKind::ResponseError) | ErrorKind::Extension => {
            matches!(error.code(), Some("WRONGTYPE" | crate::script::CORRUPT))
        }
        // An answer that is torn off (`Parse`) tells nothing of what is stored.
        _ => false,
    };
    if nonsense { StoreError::corrupt(error) } else { StoreError::unavailable(error) }
}
