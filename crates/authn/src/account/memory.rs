//! Accounts in memory: the reference for the laws.

use super::{Account, AccountStore, Creation, Replacement};
use crate::EmailAddress;
use crate::password::PasswordHash;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use stockade_core::{StoreError, SubjectId};

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
        let taken = accounts.contains_key(&account.id)
            || accounts.values().any(|other| other.email.canonical() == account.email.canonical());
        if taken {
            return Ok(Creation::Taken);
        }
        if accounts.len() >= Self::MAX_ACCOUNTS {
            return Err(StoreError::unavailable(Full));
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
}
