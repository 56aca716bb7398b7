//! The reference implementation: one process.

use super::{Budget, Reservation, Ticket};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use stockade_core::{Clock, StoreError, SubjectId};

/// Budgets in memory. The window of a subject begins with its first reservation, so that not everybody is back at midnight.
///
/// Bounded: [`MAX_SUBJECTS`](Self::MAX_SUBJECTS) at once. Whose window is over is forgotten when room is needed; where there is none all the same, new
/// subjects are refused by an error, and nobody who is known gets a second allowance.
#[derive(Debug)]
pub struct MemoryBudget {
    clock: Arc<dyn Clock>,
    allowance: u64,
    window: Duration,
    accounts: Mutex<Accounts>,
}

#[derive(Debug, Default)]
struct Accounts {
    by_subject: HashMap<SubjectId, Account>,
    windows: u64,
    /// Before then nobody's window ends, and looking for room is in vain.
    no_room_before: Duration,
}

#[derive(Debug)]
struct Account {
    window: u64,
    ends: Duration,
    spent: u64,
}

impl MemoryBudget {
    /// How many subjects may have a window at once.
    pub const MAX_SUBJECTS: usize = 65_536;

    /// `allowance` tokens for each subject and `window`, by the monotonic side of `clock`.
    #[must_use]
    pub fn new(allowance: u64, window: Duration, clock: Arc<dyn Clock>) -> Self {
        Self { clock, allowance, window, accounts: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Accounts> {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Accounts {
    /// The account of `subject`, in a new window where the old one is over.
    fn open(
        &mut self,
        subject: &SubjectId,
        now: Duration,
        window: Duration,
    ) -> Result<&mut Account, StoreError> {
        if !self.by_subject.contains_key(subject) && self.by_subject.len() >= MemoryBudget::MAX_SUBJECTS {
            self.make_room(now)?;
        }
        let windows = &mut self.windows;
        let mut begin = || {
            *windows = windows.wrapping_add(1);
            Account { window: *windows, ends: now.saturating_add(window), spent: 0 }
        };
        let account = self.by_subject.entry(subject.clone()).or_insert_with(&mut begin);
        if account.ends <= now {
            *account = begin();
        }
        Ok(account)
    }

    fn make_room(&mut self, now: Duration) -> Result<(), StoreError> {
        if now >= self.no_room_before {
            self.by_subject.retain(|_, account| account.ends > now);
            self.no_room_before = self.by_subject.values().map(|account| account.ends).min().unwrap_or(now);
        }
        if self.by_subject.len() >= MemoryBudget::MAX_SUBJECTS {
            return Err(StoreError::unavailable("as many subjects as fit have a window"));
        }
        Ok(())
    }
}

#[async_trait::async_trait]
impl Budget for MemoryBudget {
    async fn reserve(&self, subject: &SubjectId, tokens: u64) -> Result<Reservation, StoreError> {
        if tokens > self.allowance {
            return Ok(Reservation::NeverFits);
        }
        let now = self.clock.monotonic();
        let mut accounts = self.lock();
        let account = accounts.open(subject, now, self.window)?;
        match account.spent.checked_add(tokens) {
            Some(spent) if spent <= self.allowance => account.spent = spent,
            _ => return Ok(Reservation::Exhausted { retry_after: account.ends.saturating_sub(now) }),
        }
        Ok(Reservation::Granted(Ticket::new(subject.clone(), account.window, tokens)))
    }

    async fn settle(&self, ticket: Ticket, spent: u64) -> Result<(), StoreError> {
        let mut accounts = self.lock();
        if let Some(account) = accounts.by_subject.get_mut(ticket.subject())
            && account.window == ticket.window()
        {
            account.spent = account.spent.saturating_sub(ticket.tokens()).saturating_add(spent);
        }
        Ok(())
    }
}
