use std::time::Duration;
use stockade_authn::EmailAddress;
use stockade_authn::account::DisplayName;
use stockade_core::Secret;

/// One message to one person.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Notice {
    /// To whom: the address as it stands in the account, or the one that is to be verified. Never one that came with the request
    /// and merely compares equal.
    pub to: EmailAddress,
    /// How the person wants to be called. Not trusted: whoever signed up chose it.
    pub name: Option<DisplayName>,
    /// What about.
    pub matter: Matter,
}

impl Notice {
    /// A message to `to` about `matter`.
    #[must_use]
    pub fn new(to: EmailAddress, name: Option<DisplayName>, matter: Matter) -> Self {
        Self { to, name, matter }
    }
}

/// What a [`Notice`] is about.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Matter {
    /// Show that this mail arrives, to finish signing up.
    VerifyEmail {
        /// Goes to `verify-email`.
        token: Secret<String>,
        /// For how long it is good.
        expires_in: Duration,
    },
    /// Somebody signed up, or wanted to move an account, to an address that has an account already.
    AlreadyRegistered,
    /// Choose a new password.
    ResetPassword {
        /// Goes to `password-reset/confirm`.
        token: Secret<String>,
        /// For how long it is good.
        expires_in: Duration,
    },
    /// Show that this mail arrives, to make it the account's address.
    ChangeEmail {
        /// Goes to `verify-email`.
        token: Secret<String>,
        /// For how long it is good.
        expires_in: Duration,
    },
    /// Somebody who knows the password wants to move the account to another address. Goes to the present one.
    EmailChangeRequested,
    /// The account has another address now. Goes to the one it had.
    EmailChanged,
    /// The password was changed by somebody who knew the old one.
    PasswordChanged,
    /// The password was reset by mail.
    PasswordReset,
    /// A second factor is in force.
    SecondFactorEnabled,
    /// The second factor is no longer asked for.
    SecondFactorDisabled,
    /// New backup codes replaced the old ones.
    BackupCodesRegenerated,
    /// A backup code was used to sign in.
    BackupCodeUsed {
        /// How many are left.
        left: u32,
    },
    /// A new API key acts for the account.
    ApiKeyCreated {
        /// What its owner called it. Not trusted.
        name: String,
    },
    /// An administrator closed the account.
    AccountDisabled,
    /// The account is gone.
    AccountRemoved,
}

impl Matter {
    /// A stable code, for logs and tests.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::VerifyEmail { .. } => "verify_email",
            Self::AlreadyRegistered => "already_registered",
            Self::ResetPassword { .. } => "reset_password",
            Self::ChangeEmail { .. } => "change_email",
            Self::EmailChangeRequested => "email_change_requested",
            Self::EmailChanged => "email_changed",
            Self::PasswordChanged => "password_changed",
            Self::PasswordReset => "password_reset",
            Self::SecondFactorEnabled => "second_factor_enabled",
            Self::SecondFactorDisabled => "second_factor_disabled",
            Self::BackupCodesRegenerated => "backup_codes_regenerated",
            Self::BackupCodeUsed { .. } => "backup_code_used",
            Self::ApiKeyCreated { .. } => "api_key_created",
            Self::AccountDisabled => "account_disabled",
            Self::AccountRemoved => "account_removed",
        }
    }
}
