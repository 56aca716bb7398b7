//! One connection that all calls share, and that is given up when it is in doubt.

use crate::RedisConfig;
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, RedisError, Value};
// Nothing calls it: that it is here chooses AWS-LC for the driver's TLS.
#[cfg(feature = "tls")]
use rustls as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::Mutex;

/// How long the system tries to deliver to a server of which nothing is heard.
const DELIVERY: Duration = Duration::from_secs(10);

/// The way to the server. A call makes at most one connection, and none is made unless a call needs it: there is no retry, here or
/// in the background.
pub(crate) struct Connection {
    client: Client,
    options: AsyncConnectionConfig,
    current: Mutex<Current>,
    nonce: AtomicU64,
}

#[derive(Default)]
struct Current {
    generation: u64,
    connection: Option<MultiplexedConnection>,
}

/// An answer that belongs to another question: the connection is out of step.
#[derive(Debug, thiserror::Error)]
#[error("the answer belongs to another question")]
pub(crate) struct OutOfStep;

impl Connection {
    pub(crate) fn new(client: Client, config: &RedisConfig) -> Self {
        let options = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(config.connect_timeout()))
            .set_response_timeout(Some(config.timeout()))
            .set_pipeline_buffer_size(config.max_in_flight)
            .set_concurrency_limit(config.max_in_flight);
        Self { client, options, current: Mutex::default(), nonce: AtomicU64::new(0) }
    }

    /// The connection, made anew if there is none, and its generation.
    pub(crate) async fn open(&self) -> Result<(MultiplexedConnection, u64), RedisError> {
        // Held while a connection is made, so that one is made, however many ask.
        let mut current = self.current.lock().await;
        let connection = match &current.connection {
            Some(connection) => connection.clone(),
            None => {
                let made = self.client.get_multiplexed_async_connection_with_config(&self.options).await?;
                current.generation += 1;
                current.connection.insert(made).clone()
            }
        };
        Ok((connection, current.generation))
    }

    /// A connection of its own that hears what is told on `channel`.
    #[cfg(feature = "provider-health")]
    pub(crate) async fn listen(&self, channel: &str) -> Result<redis::aio::PubSub, RedisError> {
        let mut pubsub = self.client.get_async_pubsub().await?;
        pubsub.subscribe(channel).await?;
        Ok(pubsub)
    }

    /// Gives a connection up; calls that are under way on it go on. The next call makes another one.
    pub(crate) async fn abandon(&self, generation: u64) {
        let mut current = self.current.lock().await;
        if current.generation == generation {
            current.connection = None;
        }
    }

    /// A number that no other call of this handle has.
    pub(crate) fn nonce(&self) -> u64 {
        self.nonce.fetch_add(1, Ordering::Relaxed)
    }
}

/// The answer to question `nonce`, out of `[nonce, answer]`.
///
/// Calls share a connection and are told apart by their order alone. Were that ever lost, one caller would be given what another
/// one asked: a session that is not theirs.
pub(crate) fn answer_to(nonce: u64, value: Value) -> Result<Value, OutOfStep> {
    let Value::Array(parts) = value else { return Err(OutOfStep) };
    match <[Value; 2]>::try_from(parts) {
        Ok([Value::BulkString(echo), answer]) if echo == nonce.to_string().as_bytes() => Ok(answer),
        _ => Err(OutOfStep),
    }
}

/// Notices a server that is gone without a word, within seconds instead of the system's quarter of an hour.
pub(crate) fn tcp_settings() -> redis::io::tcp::TcpSettings {
    use redis::io::tcp::socket2::TcpKeepalive;
    let keepalive = TcpKeepalive::new().with_time(DELIVERY).with_interval(DELIVERY);
    let settings = redis::io::tcp::TcpSettings::default().set_nodelay(true).set_keepalive(keepalive);
    #[cfg(target_os = "linux")]
    let settings = settings.set_user_timeout(DELIVERY);
    settings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn confusion_an_answer_to_another_question_is_no_answer() {
        let echo = |nonce: &str| Value::BulkString(nonce.into());
        let answer = || Value::Int(7);
        assert_eq!(answer_to(12, Value::Array(vec![echo("12"), answer()])).unwrap(), answer());
        for wrong in [
            Value::Array(vec![echo("11"), answer()]),
            Value::Array(vec![echo("12")]),
            Value::Array(vec![echo("12"), answer(), answer()]),
            Value::Array(vec![Value::Int(12), answer()]),
            Value::Array(vec![]),
            answer(),
            Value::Nil,
        ] {
            assert!(answer_to(12, wrong.clone()).is_err(), "{wrong:?}");
        }
    }
}
