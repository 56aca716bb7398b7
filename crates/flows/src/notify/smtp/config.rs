//! Which server, and how it is spoken to.

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, Tokio1Executor};
use std::time::Duration;
use stockade_authn::EmailAddress;
use stockade_core::Secret;

/// A mail server, and in whose name mail is sent.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SmtpConfig {
    /// The server's name, which its certificate has to have.
    pub host: String,
    /// Its port; `None` is that of [`security`](Self::security).
    pub port: Option<u16>,
    /// How the connection is protected. Default [`SmtpSecurity::Tls`].
    pub security: SmtpSecurity,
    /// User and password, if the server asks for them.
    pub credentials: Option<(String, Secret<String>)>,
    /// The sender.
    pub from: EmailAddress,
    /// The sender's name; one line.
    pub from_name: Option<String>,
    /// How long one mail may take. Default 10 seconds; at most a minute.
    pub timeout: Duration,
    /// How many connections there are at once. Default 4; at most 64.
    pub max_connections: usize,
}

/// How a connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpSecurity {
    /// TLS from the first byte (RFC 8314 §3.3), port 465.
    Tls,
    /// STARTTLS, demanded (RFC 3207), port 587: a server that does not offer it gets no mail.
    StartTls,
    /// None, port 25: for a server on this machine. Whoever is on the way reads tokens. Not with credentials.
    InsecurePlain,
}

/// The settings make no sense.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SmtpConfigError {
    /// The host is no name or address of one.
    #[error("the smtp host is empty or has characters that no host has")]
    Host,
    /// Credentials would be sent in the clear.
    #[error("smtp credentials need a protected connection")]
    CredentialsInClear,
    /// The timeout is zero or too long.
    #[error("the smtp timeout is zero or longer than {} seconds", SmtpConfig::MAX_TIMEOUT.as_secs())]
    Timeout,
    /// There would be no connection, or too many.
    #[error("smtp connections are 1 to {}", SmtpConfig::MAX_CONNECTIONS)]
    Connections,
    /// The sender's name has control characters.
    #[error("the smtp sender's name is not one line")]
    FromName,
    /// TLS cannot be set up.
    #[error("tls for smtp cannot be set up")]
    Tls(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl SmtpConfig {
    /// The longest timeout: flows give an errand up after a minute.
    pub const MAX_TIMEOUT: Duration = Duration::from_secs(60);

    /// The most connections at once.
    pub const MAX_CONNECTIONS: usize = 64;

    /// Mail from `from` through `host`, with safe settings.
    #[must_use]
    pub fn new(host: impl Into<String>, from: EmailAddress) -> Self {
        Self {
            host: host.into(),
            port: None,
            security: SmtpSecurity::Tls,
            credentials: None,
            from,
            from_name: None,
            timeout: Duration::from_secs(10),
            max_connections: 4,
        }
    }

    /// Sets the port.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = Some(port);
        self
    }

    /// Sets how the connection is protected.
    #[must_use]
    pub fn security(mut self, security: SmtpSecurity) -> Self {
        self.security = security;
        self
    }

    /// Sets user and password.
    #[must_use]
    pub fn credentials(mut self, user: impl Into<String>, password: Secret<String>) -> Self {
        self.credentials = Some((user.into(), password));
        self
    }

    /// Sets the sender's name.
    #[must_use]
    pub fn from_name(mut self, name: impl Into<String>) -> Self {
        self.from_name = Some(name.into());
        self
    }

    /// Sets how long one mail may take.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets how many connections there are at once.
    #[must_use]
    pub fn max_connections(mut self, connections: usize) -> Self {
        self.max_connections = connections;
        self
    }

    /// Says what is wrong with the settings, if anything.
    ///
    /// # Errors
    /// A setting makes no sense.
    pub fn validate(&self) -> Result<(), SmtpConfigError> {
        let in_host = |b: u8| b.is_ascii_alphanumeric() || b"-._:".contains(&b);
        if self.host.is_empty() || self.host.len() > 255 || !self.host.bytes().all(in_host) {
            return Err(SmtpConfigError::Host);
        }
        if self.credentials.is_some() && self.security == SmtpSecurity::InsecurePlain {
            return Err(SmtpConfigError::CredentialsInClear);
        }
        if self.timeout.is_zero() || self.timeout > Self::MAX_TIMEOUT {
            return Err(SmtpConfigError::Timeout);
        }
        if !(1..=Self::MAX_CONNECTIONS).contains(&self.max_connections) {
            return Err(SmtpConfigError::Connections);
        }
        if self.from_name.as_ref().is_some_and(|name| name.len() > 200 || name.chars().any(char::is_control))
        {
            return Err(SmtpConfigError::FromName);
        }
        Ok(())
    }

    pub(super) fn sender_domain(&self) -> &str {
        self.from.canonical().rsplit('@').next().unwrap_or_default()
    }

    pub(super) fn transport(&self) -> Result<AsyncSmtpTransport<Tokio1Executor>, SmtpConfigError> {
        let params =
            || TlsParameters::new(self.host.clone()).map_err(|error| SmtpConfigError::Tls(error.into()));
        let (tls, port) = match self.security {
            SmtpSecurity::Tls => (Tls::Wrapper(params()?), 465),
            SmtpSecurity::StartTls => (Tls::Required(params()?), 587),
            SmtpSecurity::InsecurePlain => (Tls::None, 25),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&self.host)
            .tls(tls)
            .port(self.port.unwrap_or(port))
            .timeout(Some(self.timeout))
            .hello_name(ClientId::Domain(self.sender_domain().to_owned()));
        if let Some((user, password)) = &self.credentials {
            builder = builder.credentials(Credentials::new(user.clone(), password.expose().clone()));
        }
        Ok(builder.build())
    }
}
