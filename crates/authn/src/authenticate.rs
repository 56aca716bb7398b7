//! From a bearer token to a principal.

use crate::access::TokenError;
use crate::api_key::ApiKeyRefusal;
use std::fmt;
use std::pin::Pin;
use stockade_core::{Principal, Problem, StoreError};

/// Turns a bearer token into a [`Principal`]. Adapters hold it as `Arc<dyn Authenticate>`.
pub trait Authenticate: Send + Sync {
    /// Judges `bearer`. The answer is [`Ready`](Authentication::Ready) in the common case, where no store has to be asked.
    ///
    /// A false acceptance lets a stranger act; a false refusal makes a user sign in again.
    fn authenticate(&self, bearer: &str) -> Authentication;
}

/// A judgement, or the wait for one.
#[must_use = "an unread judgement protects nothing"]
pub enum Authentication {
    /// Judged from what is in memory.
    Ready(Result<Principal, AuthenticateError>),
    /// A store has to be asked first.
    Pending(PendingAuthentication),
}

/// The wait for a store's answer.
pub type PendingAuthentication =
    Pin<Box<dyn Future<Output = Result<Principal, AuthenticateError>> + Send + 'static>>;

impl fmt::Debug for Authentication {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ready(result) => f.debug_tuple("Ready").field(result).finish(),
            Self::Pending(_) => f.write_str("Pending"),
        }
    }
}

impl Authentication {
    /// Waits for the judgement.
    ///
    /// # Errors
    /// The token is refused, or the store that had to be asked is out of reach.
    pub async fn resolve(self) -> Result<Principal, AuthenticateError> {
        match self {
            Self::Ready(result) => result,
            Self::Pending(pending) => pending.await,
        }
    }
}

/// Why a bearer token gave no principal.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuthenticateError {
    /// The token itself is not acceptable.
    #[error("the access token is refused")]
    Token(#[from] TokenError),
    /// The API key is not acceptable.
    #[error("the api key is refused")]
    ApiKey(#[from] ApiKeyRefusal),
    /// The session behind the token is over.
    #[error("the session is over")]
    SessionOver,
    /// The account changed since the token was issued; a refresh gives a current one.
    #[error("the access token is older than the account's security version")]
    Superseded,
    /// The standing of the session or key could not be read. Refused, because nothing says that it still stands.
    #[error("the credential's standing is unknown")]
    Store(#[from] StoreError),
}

impl AuthenticateError {
    /// A stable code for the audit log.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Token(error) => error.reason(),
            Self::ApiKey(refusal) => refusal.reason(),
            Self::SessionOver => "session_over",
            Self::Superseded => "security_version",
            Self::Store(_) => "store_unavailable",
        }
    }
}

impl From<&AuthenticateError> for Problem {
    /// One answer for every refused token: what exactly was wrong is the operator's to know.
    fn from(error: &AuthenticateError) -> Self {
        match error {
            AuthenticateError::Store(store) => Self::from(store),
            _ => Self::new(
                stockade_core::ProblemKind::Unauthenticated,
                "invalid_token",
                "the access token is missing, expired or not valid",
            ),
        }
    }
}
