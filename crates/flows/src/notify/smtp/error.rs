//! Why a mail was not taken, without what the server says of it.

use std::error::Error;

/// A mail was not taken. Says neither to whom it was nor what was in it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SmtpError {
    /// The server refused it for good (RFC 5321 §4.2.1): the address does not exist, the sender may not.
    #[error("the mail server refused with code {code}")]
    Refused {
        /// 5yz.
        code: u16,
    },
    /// The server refused it for now.
    #[error("the mail server put it off with code {code}")]
    PutOff {
        /// 4yz.
        code: u16,
    },
    /// It took too long.
    #[error("the mail server took too long")]
    Timeout,
    /// No connection, a cut one, no or bad TLS.
    #[error("the mail server is out of reach")]
    Unreachable(#[source] Box<dyn Error + Send + Sync>),
    /// The server speaks no SMTP, or lacks what the mail needs: STARTTLS, or SMTPUTF8 for its address.
    #[error("the mail server does not speak as it should")]
    Protocol,
    /// The mail cannot be made: its address cannot be written in a header.
    #[error("the mail cannot be made")]
    Unwritable,
    /// The system gave no randomness for its id.
    #[error("no randomness for the id of a mail")]
    Entropy,
}

impl From<lettre::transport::smtp::Error> for SmtpError {
    fn from(error: lettre::transport::smtp::Error) -> Self {
        let code = error.status().map(u16::from).unwrap_or_default();
        if error.is_permanent() {
            Self::Refused { code }
        } else if error.is_transient() {
            Self::PutOff { code }
        } else if error.is_timeout() {
            Self::Timeout
        } else if error.is_response() || error.is_client() {
            Self::Protocol
        } else {
            Self::Unreachable(error.into())
        }
    }
}
