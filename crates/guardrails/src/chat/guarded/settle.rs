//! Who pays, and how much.

use super::{ChatError, GuardedModel, OnFault};
use crate::chat::{Caller, ChatModel};
use crate::{Budget, Clamped, Reservation, Ticket};
use std::sync::{Arc, Mutex, PoisonError};

/// A reservation under way. Dropped before it is settled, it leaves what it has cost to be settled by the next call.
pub(super) struct Bill {
    open: Option<(Arc<dyn Budget>, Ticket)>,
    /// What is known to be spent so far.
    pub(super) spent: u64,
    arrears: Arc<Arrears>,
}

/// What cancelled requests left to be settled: a drop cannot wait for a store. Bounded; what does not fit stays spent in full.
#[derive(Default)]
pub(super) struct Arrears(Mutex<Vec<Left>>);

/// Where, of what, and how much.
type Left = (Arc<dyn Budget>, Ticket, u64);

impl Arrears {
    const MAX: usize = 4096;

    fn leave(&self, left: Left) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() < Self::MAX {
            all.push(left);
        }
    }

    fn take(&self) -> Vec<Left> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Bill {
    /// Ends it as if it had not been.
    pub(super) async fn waive(mut self) {
        self.spent = 0;
        self.settle().await;
    }

    /// Ends it: what was spent replaces what was set aside. A store that cannot do it leaves all of that spent, which harms nobody else.
    pub(super) async fn settle(mut self) {
        if let Some((budget, ticket)) = self.open.take() {
            let _ = budget.settle(ticket, self.spent).await;
        }
    }
}

impl Drop for Bill {
    fn drop(&mut self) {
        if let Some((budget, ticket)) = self.open.take() {
            self.arrears.leave((budget, ticket, self.spent));
        }
    }
}

impl<M: ChatModel> GuardedModel<M> {
    /// Settles what streams and requests that were dropped have cost. Each further request does so too; call it where none may come
    /// for long.
    pub async fn settle_cancelled(&self) {
        for (budget, ticket, spent) in self.arrears.take() {
            let _ = budget.settle(ticket, spent).await;
        }
    }

    /// Sets aside what `clamped` may cost.
    pub(super) async fn reserve(&self, caller: &Caller, clamped: &Clamped) -> Result<Bill, ChatError> {
        self.settle_cancelled().await;
        let bill = |open| Bill { open, spent: clamped.input.likely, arrears: Arc::clone(&self.arrears) };
        let Some((budget, on_fault)) = &self.budget else { return Ok(bill(None)) };
        match budget.reserve(caller.subject(), clamped.cost()).await {
            Ok(Reservation::Granted(ticket)) => Ok(bill(Some((Arc::clone(budget), ticket)))),
            Ok(Reservation::Exhausted { retry_after }) => {
                Err(ChatError::Exhausted { retry_after: Some(retry_after) })
            }
            Ok(Reservation::NeverFits) => Err(ChatError::Exhausted { retry_after: None }),
            Err(error) if *on_fault == OnFault::Refuse => Err(ChatError::Budget(error)),
            Err(_) => Ok(bill(None)),
        }
    }
}
