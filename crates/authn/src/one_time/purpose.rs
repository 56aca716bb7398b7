//! What a one-time token is for.

use std::num::NonZeroU32;
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);

/// What a one-time token is for. A token of one purpose is no token of another: each has keys of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Purpose {
    /// Shows that who signed up reads the mail of the address.
    VerifyEmail,
    /// Shows the same of the address that an account changes to.
    ChangeEmail,
    /// Allows choosing a new password.
    ResetPassword,
    /// Says that the password was right and a second factor is still to come.
    MfaPending,
}

impl Purpose {
    /// Every purpose there is.
    pub const ALL: [Self; 4] = [Self::VerifyEmail, Self::ChangeEmail, Self::ResetPassword, Self::MfaPending];

    /// The stable name, for stores and events.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::VerifyEmail => "verify_email",
            Self::ChangeEmail => "change_email",
            Self::ResetPassword => "reset_password",
            Self::MfaPending => "mfa_pending",
        }
    }

    /// The purpose of this name, from a store.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.name() == name)
    }

    /// How long a token lives unless it is said otherwise.
    ///
    /// A day for the mail that only verifies; an hour for a change of address, which is asked for by somebody who is signed in
    /// and waits; 15 minutes for a reset, which is as good as a password (ASVS 6.4.1 wants it short); 5 minutes between the two
    /// factors of one login (ASVS 6.5.5 allows 10).
    #[must_use]
    pub const fn default_lifetime(self) -> Duration {
        match self {
            Self::VerifyEmail => HOUR.saturating_mul(24),
            Self::ChangeEmail => HOUR,
            Self::ResetPassword => MINUTE.saturating_mul(15),
            Self::MfaPending => MINUTE.saturating_mul(5),
        }
    }

    /// The longest life that can be configured: a week, a day, an hour, and the 10 minutes of ASVS 6.5.5.
    #[must_use]
    pub const fn max_lifetime(self) -> Duration {
        match self {
            Self::VerifyEmail => HOUR.saturating_mul(24 * 7),
            Self::ChangeEmail => HOUR.saturating_mul(24),
            Self::ResetPassword => HOUR,
            Self::MfaPending => MINUTE.saturating_mul(10),
        }
    }

    /// How many attempts a token is good for: 5 at the second factor of one login, which a person may mistype (ASVS 6.6.3), one
    /// redemption elsewhere.
    #[must_use]
    pub const fn attempts(self) -> NonZeroU32 {
        match self {
            Self::MfaPending => NonZeroU32::MIN.saturating_add(4),
            Self::VerifyEmail | Self::ChangeEmail | Self::ResetPassword => NonZeroU32::MIN,
        }
    }

    /// How many live tokens a subject may have: 3, for who asks again because the first mail is late. The oldest makes room, so
    /// that asking does not fill a store.
    #[must_use]
    pub const fn max_live(self) -> NonZeroU32 {
        NonZeroU32::MIN.saturating_add(2)
    }

    /// How a token's text begins: `mfa1_` for the pending state, which programs hand around, `ot1_` for what is mailed.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::MfaPending => "mfa1_",
            Self::VerifyEmail | Self::ChangeEmail | Self::ResetPassword => "ot1_",
        }
    }
}
