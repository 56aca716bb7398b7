//! What account holders are told, and by whom.

mod mail;
mod notice;
mod outbox;
#[cfg(feature = "smtp")]
mod smtp;
mod text;

pub use mail::{Compose, Mail};
pub use notice::{Matter, Notice};
pub use outbox::Outbox;
#[cfg(feature = "smtp")]
pub use smtp::{SmtpConfig, SmtpConfigError, SmtpError, SmtpNotifier, SmtpSecurity};
pub use text::{InvalidLinks, Links, Texts};

/// Carries a [`Notice`] to a person: by mail, or into a file while developing.
///
/// Flows call it from the background, after they have answered: how long it takes tells nobody whether an address is known. A
/// notice that is lost is asked for again; one that carries a token and reaches the wrong reader gives that reader the account.
/// So an implementation sends it to [`Notice::to`] and nowhere else, and neither logs nor keeps it.
#[async_trait::async_trait]
pub trait Notifier: Send + Sync {
    /// Carries `notice`. Should give up within seconds: what waits is bounded, and more is refused.
    ///
    /// # Errors
    /// It was not taken by whoever carries it further.
    async fn notify(&self, notice: &Notice) -> Result<(), NotifyError>;
}

/// A notice was not taken.
#[derive(Debug, thiserror::Error)]
#[error("the notice was not taken")]
pub struct NotifyError(#[source] Box<dyn std::error::Error + Send + Sync>);

impl NotifyError {
    /// Because of `cause`, which must show neither token nor address.
    pub fn new(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(cause.into())
    }
}
