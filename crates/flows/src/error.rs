//! What can fail in a flow, as opposed to what a flow refuses.

use crate::notify::NotifyError;
use stockade_authn::access::IssueError;
use stockade_authn::api_key::ApiKeyError;
use stockade_authn::factor::{BackupError, FactorError};
use stockade_authn::one_time::{InvalidBound, OneTimeError};
use stockade_authn::password::PasswordError;
use stockade_authn::session::SessionError;
use stockade_core::{EntropyError, Problem, StoreError};

/// A flow could not be carried out. Refusals are not errors: each flow has its own enum for them.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FlowError {
    /// A store failed.
    #[error("a store failed")]
    Store(#[from] StoreError),
    /// Sessions failed.
    #[error("the sessions failed")]
    Session(#[from] SessionError),
    /// Hashing failed.
    #[error("password hashing failed")]
    Password(#[from] PasswordError),
    /// No access token could be made.
    #[error("no access token could be issued")]
    Issue(#[from] IssueError),
    /// The event could not be recorded, and this action is not done unrecorded.
    #[error("the event could not be recorded")]
    NotRecorded(#[source] StoreError),
    /// The system gave no randomness.
    #[error("no randomness")]
    Entropy(#[from] EntropyError),
    /// One-time tokens failed.
    #[error("the one-time tokens failed")]
    OneTime(#[from] OneTimeError),
    /// Second factors failed.
    #[error("the second factors failed")]
    Factor(#[from] FactorError),
    /// API keys failed.
    #[error("the api keys failed")]
    ApiKey(#[from] ApiKeyError),
    /// Backup codes could not be made.
    #[error("no backup codes could be made")]
    Backup(#[from] BackupError),
    /// A token cannot be bound to so long a text: a fault of ours.
    #[error("a token could not be bound")]
    Bound(#[from] InvalidBound),
    /// A notice was not taken.
    #[error("nobody could be told")]
    Notify(#[from] NotifyError),
    /// Crypto-erasure failed.
    #[cfg(feature = "secure-delete")]
    #[error("the erasure failed")]
    Erase(#[from] stockade_secure_delete::erase::EraseError),
    /// The hashing task was cut off by a shutdown.
    #[error("the hashing task was cut off")]
    Interrupted,
}

impl From<&FlowError> for Problem {
    fn from(error: &FlowError) -> Self {
        match error {
            FlowError::Store(store) => store.into(),
            FlowError::Session(session) => session.into(),
            FlowError::Password(password) => password.into(),
            FlowError::Issue(issue) => issue.into(),
            FlowError::OneTime(one_time) => one_time.into(),
            FlowError::Factor(factor) => factor.into(),
            FlowError::Backup(backup) => backup.into(),
            FlowError::ApiKey(key) => key.into(),
            #[cfg(feature = "secure-delete")]
            FlowError::Erase(erase) => erase.into(),
            FlowError::Bound(_) => Self::internal(),
            FlowError::Notify(_)
            | FlowError::NotRecorded(_)
            | FlowError::Entropy(_)
            | FlowError::Interrupted => Self::unavailable(),
        }
    }
}
