//! Whether a new password is one that attackers have.

use super::Password;
use async_trait::async_trait;
use std::error::Error;
use std::fmt;
use std::num::NonZeroU64;
use stockade_core::Problem;

/// Knows passwords that have been in a breach, or that many people have (ASVS 6.2.12).
///
/// Asked about new passwords only, when one is chosen. A false positive costs a person another try. A false negative leaves
/// a password in use that guessers have on their lists; the limits on guessing still hold.
///
/// An implementation must not store, log or send away the password, nor a hash of it that could be reversed: these are the
/// passwords that people use elsewhere, too.
#[async_trait]
pub trait BreachedPasswords: Send + Sync + fmt::Debug {
    /// Looks for `password`.
    ///
    /// # Errors
    /// The list cannot be asked, or answers what makes no sense.
    async fn check(&self, password: &Password) -> Result<Exposure, BreachCheckError>;
}

/// Whether attackers have a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "an unread answer refuses nothing"]
pub enum Exposure {
    /// The list does not have it.
    NotFound,
    /// The list has it.
    Found {
        /// In how many accounts it was seen, where the list says so.
        times: Option<NonZeroU64>,
    },
}

/// What to do about a new password when a list cannot be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailurePolicy {
    /// Accept it: somebody else's outage ends nobody's sign-up.
    /// [`AcceptedPassword::checks_missed`](super::AcceptedPassword::checks_missed) says that this happened.
    FailOpen,
    /// Refuse it for now: no password comes into use unasked.
    FailClosed,
}

/// A list of breached passwords could not be asked. Never says anything of the password.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BreachCheckError {
    /// It is out of reach.
    #[error("the list of breached passwords is out of reach")]
    Unreachable(#[source] Box<dyn Error + Send + Sync>),
    /// It answers what makes no sense.
    #[error("the list of breached passwords gave a malformed answer")]
    Malformed,
}

impl From<&BreachCheckError> for Problem {
    fn from(_: &BreachCheckError) -> Self {
        Self::unavailable()
    }
}
