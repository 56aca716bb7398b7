//! Accounts: an address, a name, and a password hash under a subject id.

#[cfg(feature = "laws")]
pub mod laws;
mod memory;
mod name;
mod store;
#[cfg(test)]
mod tests;

pub use memory::MemoryAccounts;
pub use name::{DisplayName, InvalidName};
pub use store::{AccountStore, Creation, Replacement};

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
}
