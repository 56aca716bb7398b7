//! What a store of accounts decides.

use super::Account;
use crate::EmailAddress;
use crate::password::PasswordHash;
use stockade_core::{StoreError, SubjectId};

/// Keeps accounts. Each method is one atomic decision; [`laws`](super::laws) is the suite that every store passes.
#[async_trait::async_trait]
pub trait AccountStore: Send + Sync {
    /// Keeps `account`, unless its address (compared by [`EmailAddress::canonical`]) or its id is taken.
    ///
    /// Of any number of concurrent calls with one address, exactly one creates. A false `Created` gives two people one
    /// address; a false `Taken` turns one away.
    ///
    /// # Errors
    /// The store cannot decide; nothing was kept.
    async fn create(&self, account: Account) -> Result<Creation, StoreError>;

    /// The account with this address.
    ///
    /// # Errors
    /// The store cannot answer.
    async fn by_email(&self, email: &EmailAddress) -> Result<Option<Account>, StoreError>;

    /// The account with this id.
    ///
    /// # Errors
    /// The store cannot answer.
    async fn by_id(&self, id: &SubjectId) -> Result<Option<Account>, StoreError>;

    /// Puts `new` in the place of `expected`, if that is still what is kept: a renewed hash of an old password must never
    /// undo a change of password that happened meanwhile.
    ///
    /// A false `Replaced` brings an old password back; a false `Changed` leaves an outdated hash until the next login.
    ///
    /// # Errors
    /// The store cannot decide; nothing was changed.
    async fn replace_password(
        &self,
        id: &SubjectId,
        expected: &PasswordHash,
        new: PasswordHash,
    ) -> Result<Replacement, StoreError>;
}

/// What came of [`AccountStore::create`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Creation {
    /// The account is kept.
    Created,
    /// The address or the id belongs to another account; nothing was kept.
    Taken,
}

/// What came of [`AccountStore::replace_password`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Replacement {
    /// The new hash is kept.
    Replaced,
    /// The account is gone, or has another hash by now; nothing was changed.
    Changed,
}
