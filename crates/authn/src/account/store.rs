//! What a store of accounts decides.

use super::{Account, AccountStatus};
use crate::EmailAddress;
use crate::password::PasswordHash;
use stockade_core::{StoreError, SubjectId, UnixMillis};

/// Keeps accounts. Each method is one atomic decision; [`laws`](super::laws) is the suite that every store passes.
#[async_trait::async_trait]
pub trait AccountStore: Send + Sync {
    /// Keeps `account`, unless its address (compared by [`EmailAddress::canonical`]) or its id is taken. A pending account that
    /// has the address makes room for another pending one: the older is gone, with its id.
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

    /// Keeps `new` and raises the credential version, if that is still `expected_version` and the account is not pending.
    ///
    /// Of any number of concurrent calls with one version, exactly one replaces. A false `Replaced` lets a reset that was
    /// overtaken undo a newer password; a false `Changed` makes somebody ask for another one.
    ///
    /// # Errors
    /// The store cannot decide; nothing was changed.
    async fn change_password(
        &self,
        id: &SubjectId,
        expected_version: u64,
        new: PasswordHash,
    ) -> Result<Replacement, StoreError>;

    /// Notes that mail to `email` reached the owner at `at`, if that is still the account's address, and makes a pending
    /// account active. A disabled one stays disabled.
    ///
    /// A false `Verified` gives somebody an address that is not theirs; a false `Stale` makes them ask for another mail.
    ///
    /// # Errors
    /// The store cannot decide; nothing was changed.
    async fn verify_email(
        &self,
        id: &SubjectId,
        email: &EmailAddress,
        at: UnixMillis,
    ) -> Result<EmailVerification, StoreError>;

    /// Puts `new`, verified at `at`, in the place of the address `expected`, if that is still the account's, the account is
    /// active and no other account has `new`. A pending account that has it makes room.
    ///
    /// Of any number of accounts that race for one address, exactly one gets it.
    ///
    /// # Errors
    /// The store cannot decide; nothing was changed.
    async fn change_email(
        &self,
        id: &SubjectId,
        expected: &EmailAddress,
        new: EmailAddress,
        at: UnixMillis,
    ) -> Result<EmailChange, StoreError>;

    /// Opens or closes an account. A pending one is not changed: only mail makes it active.
    ///
    /// # Errors
    /// The store cannot decide; nothing was changed.
    async fn set_status(&self, id: &SubjectId, status: AccountStatus) -> Result<StatusChange, StoreError>;

    /// Forgets an account. Its address is free again; its id never comes again.
    ///
    /// # Errors
    /// The store cannot decide; nothing was changed.
    async fn remove(&self, id: &SubjectId) -> Result<Removal, StoreError>;

    /// Forgets pending accounts made before `before`, and gives their number.
    ///
    /// # Errors
    /// The store cannot do it now.
    async fn purge_pending(&self, before: UnixMillis) -> Result<u64, StoreError>;
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

/// What came of [`AccountStore::verify_email`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum EmailVerification {
    /// The address is verified.
    Verified,
    /// The account is gone, or has another address by now; nothing was changed.
    Stale,
}

/// What came of [`AccountStore::change_email`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum EmailChange {
    /// The account has the new address.
    Changed,
    /// Another account has it; nothing was changed.
    Taken,
    /// The account is gone, not active, or has another address by now; nothing was changed.
    Stale,
}

/// What came of [`AccountStore::set_status`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum StatusChange {
    /// It has the status now, or had it before.
    Changed,
    /// There is no such account, or it is pending; nothing was changed.
    Refused,
}

/// What came of [`AccountStore::remove`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Removal {
    /// It is gone.
    Removed,
    /// There was none.
    Unknown,
}
