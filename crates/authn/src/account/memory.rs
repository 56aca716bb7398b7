//! Accounts in memory: the reference for the laws.

use super::{
    Account, AccountStatus, AccountStore, Creation, EmailChange, EmailVerification, Removal, Replacement,
    StatusChange,
};
use crate::EmailAddress;
use crate::password::PasswordHash;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use stockade_core::{StoreError, SubjectId, UnixMillis};

/// Accounts in a map, for tests and trials: nothing survives a restart, and a look-up by address reads them all.
///
/// Bounded: past [`MAX_ACCOUNTS`](Self::MAX_ACCOUNTS) a further one is refused as unavailable.
#[derive(Debug, Default)]
pub struct MemoryAccounts {
    accounts: Mutex<HashMap<SubjectId, Account>>,
}

/// Why no further account is taken.
#[derive(Debug, thiserror::Error)]
#[error("the store holds its most of {} accounts", MemoryAccounts::MAX_ACCOUNTS)]
struct Full;

impl MemoryAccounts {
    /// The most accounts: some fifty megabytes.
    pub const MAX_ACCOUNTS: usize = 100_000;

    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<SubjectId, Account>> {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait::async_trait]
impl AccountStore for MemoryAccounts {
    async fn create(&self, account: Account) -> Result<Creation, StoreError> {
        let mut accounts = self.lock();
        let pending = account.status == AccountStatus::Pending;
        if accounts.len() >= Self::MAX_ACCOUNTS {
            return Err(StoreError::unavailable(Full));
        }
        if accounts.contains_key(&account.id) || !make_room(&mut accounts, &account.email, pending) {
            return Ok(Creation::Taken);
        }
        accounts.insert(account.id.clone(), account);
        Ok(Creation::Created)
    }

    async fn by_email(&self, email: &EmailAddress) -> Result<Option<Account>, StoreError> {
        Ok(self.lock().values().find(|account| account.email.canonical() == email.canonical()).cloned())
    }

    async fn by_id(&self, id: &SubjectId) -> Result<Option<Account>, StoreError> {
        Ok(self.lock().get(id).cloned())
    }

    async fn replace_password(
        &self,
        id: &SubjectId,
        expected: &PasswordHash,
        new: PasswordHash,
    ) -> Result<Replacement, StoreError> {
        Ok(match self.lock().get_mut(id).filter(|account| account.password == *expected) {
            Some(account) => {
                account.password = new;
                Replacement::Replaced
            }
            None => Replacement::Changed,
        })
    }

    async fn change_password(
        &self,
        id: &SubjectId,
        expected_version: u64,
        new: PasswordHash,
    ) -> Result<Replacement, StoreError> {
        let mut accounts = self.lock();
        let found = accounts.get_mut(id).filter(|account| {
            account.credential_version == expected_version && account.status != AccountStatus::Pending
        });
        Ok(match found {
            Some(account) => {
                account.password = new;
                account.credential_version = account.credential_version.saturating_add(1);
                Replacement::Replaced
            }
            None => Replacement::Changed,
        })
    }

    async fn verify_email(
        &self,
        id: &SubjectId,
        email: &EmailAddress,
        at: UnixMillis,
    ) -> Result<EmailVerification, StoreError> {
        let mut accounts = self.lock();
        let found = accounts.get_mut(id).filter(|account| account.email.canonical() == email.canonical());
        Ok(match found {
            Some(account) => {
                account.email_verified_at = Some(at);
                if account.status == AccountStatus::Pending {
                    account.status = AccountStatus::Active;
                }
                EmailVerification::Verified
            }
            None => EmailVerification::Stale,
        })
    }

    async fn change_email(
        &self,
        id: &SubjectId,
        expected: &EmailAddress,
        new: EmailAddress,
        at: UnixMillis,
    ) -> Result<EmailChange, StoreError> {
        let mut accounts = self.lock();
        let fits = |account: &&mut Account| {
            account.status == AccountStatus::Active && account.email.canonical() == expected.canonical()
        };
        if accounts.get_mut(id).filter(fits).is_none() {
            return Ok(EmailChange::Stale);
        }
        if expected.canonical() != new.canonical() && !make_room(&mut accounts, &new, true) {
            return Ok(EmailChange::Taken);
        }
        if let Some(account) = accounts.get_mut(id) {
            account.email = new;
            account.email_verified_at = Some(at);
        }
        Ok(EmailChange::Changed)
    }

    async fn set_status(&self, id: &SubjectId, status: AccountStatus) -> Result<StatusChange, StoreError> {
        let mut accounts = self.lock();
        let changeable = |account: &&mut Account| {
            account.status != AccountStatus::Pending && status != AccountStatus::Pending
        };
        Ok(match accounts.get_mut(id).filter(changeable) {
            Some(account) => {
                account.status = status;
                StatusChange::Changed
            }
            None => StatusChange::Refused,
        })
    }

    async fn remove(&self, id: &SubjectId) -> Result<Removal, StoreError> {
        Ok(self.lock().remove(id).map_or(Removal::Unknown, |_| Removal::Removed))
    }

    async fn purge_pending(&self, before: UnixMillis) -> Result<u64, StoreError> {
        let mut accounts = self.lock();
        let count = accounts.len();
        accounts
            .retain(|_, account| account.status != AccountStatus::Pending || account.created_at >= before);
        Ok((count - accounts.len()) as u64)
    }
}

/// Whether `email` is free, after a pending account that has it has gone, if it `may_replace` one.
fn make_room(accounts: &mut HashMap<SubjectId, Account>, email: &EmailAddress, may_replace: bool) -> bool {
    let holder = accounts.values().find(|other| other.email.canonical() == email.canonical());
    match holder.map(|account| (account.id.clone(), account.status)) {
        None => true,
        Some((id, AccountStatus::Pending)) if may_replace => accounts.remove(&id).is_some(),
        Some(_) => false,
    }
}
