//! Notices by mail.

mod config;
mod error;
mod message;
#[cfg(test)]
mod tests;

pub use config::{SmtpConfig, SmtpConfigError, SmtpSecurity};
pub use error::SmtpError;

use super::{Compose, Notice, Notifier, NotifyError};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use std::fmt;
use std::sync::Arc;
use stockade_core::{Clock, Entropy};
use tokio::sync::Semaphore;

/// Sends each notice by SMTP (RFC 5321) to [`Notice::to`] and nobody else, over TLS with the system's trusted roots.
///
/// Each mail takes a connection of its own, of which there are at most [`SmtpConfig::max_connections`]; it is given up after
/// [`SmtpConfig::timeout`], waiting for a connection included. What a server says in refusing a mail is not passed on, only its
/// code: it tends to repeat the address.
///
/// A mail that the server took twice because its answer was lost arrives twice; its tokens work once all the same. `Clone`
/// gives another handle.
#[derive(Clone)]
pub struct SmtpNotifier {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    config: Arc<SmtpConfig>,
    texts: Arc<dyn Compose>,
    connections: Arc<Semaphore>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl SmtpNotifier {
    /// A notifier that speaks to the server of `config` in the words of `texts`. Connects to nobody yet.
    ///
    /// # Errors
    /// The configuration makes no sense, or TLS cannot be set up.
    pub fn new(
        config: SmtpConfig,
        texts: Arc<dyn Compose>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, SmtpConfigError> {
        config.validate()?;
        let transport = config.transport()?;
        let connections = Arc::new(Semaphore::new(config.max_connections));
        Ok(Self { transport, config: Arc::new(config), texts, connections, clock, entropy })
    }

    async fn send(&self, notice: &Notice) -> Result<(), SmtpError> {
        let mail = self.texts.compose(notice);
        let message = message::build(&self.config, notice, &mail, &*self.clock, &*self.entropy)?;
        // The semaphore is never closed.
        let _connection = self.connections.acquire().await;
        self.transport.send(message).await.map(drop).map_err(SmtpError::from)
    }
}

#[async_trait::async_trait]
impl Notifier for SmtpNotifier {
    async fn notify(&self, notice: &Notice) -> Result<(), NotifyError> {
        let sent = tokio::time::timeout(self.config.timeout, self.send(notice)).await;
        sent.unwrap_or(Err(SmtpError::Timeout)).map_err(NotifyError::new)
    }
}

impl fmt::Debug for SmtpNotifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpNotifier").field("config", &self.config).finish_non_exhaustive()
    }
}
