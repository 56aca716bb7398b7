//! How often a secret may be guessed.

use std::net::IpAddr;
use std::time::Duration;
use stockade_core::StoreError;

/// Stands before every comparison with a guessable secret. What limits it applies is its own business; the crate
/// `stockade-flows` has one over `stockade-ratelimit`.
///
/// Of N concurrent attempts no more may pass than the limits allow: counting and deciding are one step. A false `Proceed` gives
/// an attacker a guess more; a false `Wait` locks a user out.
#[async_trait::async_trait]
pub trait AttemptGuard: Send + Sync {
    /// Counts an attempt and says whether it may be made.
    ///
    /// # Errors
    /// Nothing is known of earlier attempts. The caller must refuse this one.
    async fn admit(&self, attempt: &Attempt<'_>) -> Result<Admission, StoreError>;
}

/// Somebody is about to present a guessable secret.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Attempt<'a> {
    /// Which sort of secret, such as `login`.
    pub purpose: &'static str,
    /// The account that is claimed, in canonical form, whether or not it exists.
    pub account: &'a str,
    /// From where, if known.
    pub ip: Option<IpAddr>,
}

impl<'a> Attempt<'a> {
    /// An attempt at `account`'s secret of the sort `purpose`.
    #[must_use]
    pub fn new(purpose: &'static str, account: &'a str, ip: Option<IpAddr>) -> Self {
        Self { purpose, account, ip }
    }
}

/// Whether an attempt may be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "an unread admission limits nothing"]
pub enum Admission {
    /// It may.
    Proceed,
    /// Not before so much time has passed.
    Wait {
        /// How long.
        after: Duration,
        /// Whether this refusal is worth an event: the first of its kind in a while, not one of a flood.
        notable: bool,
    },
}
