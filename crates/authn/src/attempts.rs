//! How often a secret may be guessed.

use std::borrow::Cow;
use std::fmt;
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

/// Somebody is about to present a guessable secret, or to have a message sent.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Attempt<'a> {
    /// Which sort of secret.
    pub purpose: Purpose,
    /// The account that is claimed, in canonical form, whether or not it exists. An attempt must be counted in the same way for
    /// accounts that exist and for those that do not, or the guard tells which do.
    pub account: &'a str,
    /// From where, if known.
    pub ip: Option<IpAddr>,
}

impl<'a> Attempt<'a> {
    /// An attempt at `account`'s secret of the sort `purpose`.
    #[must_use]
    pub fn new(purpose: Purpose, account: &'a str, ip: Option<IpAddr>) -> Self {
        Self { purpose, account, ip }
    }
}

/// Which sort of secret is tried, or what would be sent. Each is counted apart: tries at the password say nothing of tries at
/// the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Purpose(&'static str);

impl Purpose {
    /// A password, to sign in.
    pub const LOGIN: Self = Self("login");
    /// A new account, which costs a hash and sends a mail.
    pub const SIGN_UP: Self = Self("sign_up");
    /// A code of a second factor: TOTP.
    pub const MFA: Self = Self("mfa");
    /// A backup code.
    pub const BACKUP_CODE: Self = Self("backup_code");
    /// A token or code that allows a new password.
    pub const RESET: Self = Self("reset");
    /// A mail that allows a new password.
    pub const RESET_REQUEST: Self = Self("reset_request");
    /// A token or code that proves an address.
    pub const VERIFY: Self = Self("verify");
    /// A mail that proves an address: of a sign-up, once more, or of a change of address.
    pub const VERIFY_REQUEST: Self = Self("verify_request");
    /// The password of somebody who is signed in, before what needs it once more.
    pub const REAUTHENTICATE: Self = Self("reauthenticate");
    /// An API key that turned out wrong. Its secret is too long to be guessed, so only failures are counted: ask **after** the
    /// comparison, with the network alone, to slow down whoever floods the service with wrong keys. Nothing in stockade asks it: it is
    /// for a layer of the application.
    pub const API_KEY: Self = Self("api_key");

    /// A purpose of the application. Names are lower-case words joined by `_` or `.`, and not any of those above.
    #[must_use]
    pub const fn literal(name: &'static str) -> Self {
        Self(name)
    }

    /// The name, as it stands in events and in keys of limits.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl From<Purpose> for Cow<'static, str> {
    fn from(purpose: Purpose) -> Self {
        Cow::Borrowed(purpose.0)
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
