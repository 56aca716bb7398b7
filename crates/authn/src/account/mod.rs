//! Accounts: an address, a name, and a password hash under a subject id.
//!
//! A sign-up by mail makes a **pending** account: nobody can sign in to it, and another sign-up with the same address takes its
//! place, so that whoever signs up with somebody else's address does not keep it from them. Showing that mail arrives makes it
//! active.

#[cfg(feature = "laws")]
pub mod laws;
mod memory;
mod name;
mod status;
mod store;
#[cfg(test)]
mod tests;

pub use memory::MemoryAccounts;
pub use name::{DisplayName, InvalidName};
pub use status::AccountStatus;
pub use store::{AccountStore, Creation, EmailChange, EmailVerification, Removal, Replacement, StatusChange};

use crate::EmailAddress;
use crate::password::PasswordHash;
use stockade_core::{SubjectId, UnixMillis};

/// One person's account, as a store keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its stable key; never changes, never comes again.
    pub id: SubjectId,
    /// By which the person signs in.
    pub email: EmailAddress,
    /// How the person wants to be called.
    pub name: DisplayName,
    /// What the password is verified against.
    pub password: PasswordHash,
    /// When it was made.
    pub created_at: UnixMillis,
    /// When its owner last showed that mail to `email` reaches them; `None` if nobody ever did.
    pub email_verified_at: Option<UnixMillis>,
    /// Whether anybody may sign in to it.
    pub status: AccountStatus,
    /// Grows with each change of password, and only then: what was started under an older one (a session, a reset) no longer
    /// counts. A hash that is merely renewed leaves it as it is.
    pub credential_version: u64,
}

impl Account {
    /// An account that may be used at once, and whose address nobody has verified.
    #[must_use]
    pub fn new(
        id: SubjectId,
        email: EmailAddress,
        name: DisplayName,
        password: PasswordHash,
        created_at: UnixMillis,
    ) -> Self {
        let (email_verified_at, status, credential_version) = (None, AccountStatus::Active, 0);
        Self { id, email, name, password, created_at, email_verified_at, status, credential_version }
    }

    /// Sets whether anybody may sign in to it.
    #[must_use]
    pub fn with_status(mut self, status: AccountStatus) -> Self {
        self.status = status;
        self
    }
}
