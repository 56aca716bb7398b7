//! The handle on the server.

use crate::connection::{Connection, tcp_settings};
use crate::{ConnectError, RedisConfig};
use redis::{Client, ConnectionAddr, ConnectionInfo, IntoConnectionInfo, RedisError, cmd};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// One Redis server as the store of what may be forgotten. A clone is a handle on the same connection.
///
/// Every decision is one script, or one command, which the server carries out with nothing in between. A call takes at most as
/// long as the configuration says and is never repeated: after an error that is no answer of the server, whether it decided is
/// not known.
#[derive(Clone)]
pub struct Redis {
    inner: Arc<Inner>,
}

struct Inner {
    connection: Connection,
    config: RedisConfig,
}

impl Redis {
    /// Connects to the server at `url`: `redis://[user[:password]@]host[:port][/db]`, `rediss://…` with the feature `tls`, or
    /// `redis+unix:///path`. Looks whether it keeps what it is given until that expires.
    ///
    /// # Errors
    /// See [`ConnectError`].
    pub async fn connect(url: &str, config: RedisConfig) -> Result<Self, ConnectError> {
        config.validate()?;
        let client =
            Client::open(address(url)?).map_err(|_| ConnectError::Url("it is not of a Redis server"))?;
        let redis = Self { inner: Arc::new(Inner { connection: Connection::new(client, &config), config }) };
        match tokio::time::timeout(redis.inner.config.connect_timeout(), redis.examine()).await {
            Ok(examined) => examined.map(|()| redis),
            Err(late) => Err(ConnectError::Unreachable(late.into())),
        }
    }

    pub(crate) fn connection(&self) -> &Connection {
        &self.inner.connection
    }

    pub(crate) fn timeout(&self) -> Duration {
        self.inner.config.timeout()
    }

    /// A key of ours.
    pub(crate) fn key(&self, name: impl fmt::Display) -> String {
        format!("{}{name}", self.inner.config.prefix)
    }

    async fn examine(&self) -> Result<(), ConnectError> {
        let unreachable = |error: RedisError| ConnectError::Unreachable(error.into());
        let (mut connection, _) = self.inner.connection.open().await.map_err(unreachable)?;
        if self.inner.config.danger_allow_eviction {
            return cmd("PING").query_async(&mut connection).await.map_err(unreachable);
        }
        let info = cmd("INFO").arg("memory").query_async::<String>(&mut connection).await;
        let info = match info {
            Ok(info) => info,
            Err(error) if error.is_io_error() || error.is_unrecoverable_error() => {
                return Err(unreachable(error));
            }
            Err(_) => return Err(ConnectError::Silent),
        };
        let policy = info.lines().find_map(|line| line.strip_prefix("maxmemory_policy:"));
        match policy.map(str::trim) {
            Some("noeviction") => Ok(()),
            Some(policy) => Err(ConnectError::Evicts { policy: policy.chars().take(32).collect() }),
            None => Err(ConnectError::Silent),
        }
    }
}

fn address(url: &str) -> Result<ConnectionInfo, ConnectError> {
    let info = url.into_connection_info().map_err(|_| ConnectError::Url("it is not of a Redis server"))?;
    match info.addr() {
        ConnectionAddr::TcpTls { insecure: true, .. } => {
            return Err(ConnectError::Url("it asks for TLS that trusts everybody"));
        }
        ConnectionAddr::TcpTls { .. } if cfg!(not(feature = "tls")) => {
            return Err(ConnectError::Url("TLS needs the feature `tls`"));
        }
        _ => {}
    }
    Ok(info.set_tcp_settings(tcp_settings()))
}

impl fmt::Debug for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redis").field("prefix", &self.inner.config.prefix).finish_non_exhaustive()
    }
}
