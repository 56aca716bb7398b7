//! Who pays, and how much.

use super::{ChatError, GuardedModel, OnFault};
use crate::chat::{Caller, ChatModel, ModelErrorKind};
use crate::{Budget, Clamped, Reservation, Ticket};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A reservation under way. Dropped before it is settled, it leaves what it has cost to be settled by the next call.
pub(super) struct Bill {
    open: Option<(Arc<dyn Budget>, Ticket)>,
    /// What is known to be spent at most: nothing until the model is asked, and then all that was set aside until somebody says what it did cost.
    /// Whoever hangs up just before the end has had the answer.
    pub(super) spent: u64,
    arrears: Arc<Arrears>,
}

/// What cancelled requests left to be settled: a drop cannot wait for a store. Bounded; what does not fit stays spent in full.
#[derive(Default)]
pub(super) struct Arrears(Mutex<VecDeque<Left>>);

/// Where, of what, and how much.
type Left = (Arc<dyn Budget>, Ticket, u64);

impl Arrears {
    const MAX: usize = 4096;
    /// So many are settled by a request that is not to wait for the others' sake.
    const AT_ONCE: usize = 16;

    fn lock(&self) -> MutexGuard<'_, VecDeque<Left>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn leave(&self, left: Left) {
        let mut all = self.lock();
        if all.len() < Self::MAX {
            all.push_back(left);
        }
    }

    /// One by one, so that a caller that is cancelled here takes one with it and not all.
    async fn settle(&self, at_most: usize) {
        for _ in 0..at_most {
            let Some((budget, ticket, spent)) = self.take() else { return };
            let _ = budget.settle(ticket, spent).await;
        }
    }

    fn take(&self) -> Option<Left> {
        self.lock().pop_front()
    }
}

impl Bill {
    /// Ends it as if it had not been.
    pub(super) async fn waive(mut self) {
        self.spent = 0;
        self.settle().await;
    }

    /// What is left of it where the model did not answer.
    pub(super) fn lower(&mut self, kind: ModelErrorKind, question: u64) {
        match kind {
            ModelErrorKind::Unavailable => self.spent = 0,
            ModelErrorKind::Rejected => self.spent = question,
            ModelErrorKind::Interrupted => {}
        }
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
        // What was spent in full is so already.
        if let Some((budget, ticket)) = self.open.take()
            && ticket.tokens() != self.spent
        {
            self.arrears.leave((budget, ticket, self.spent));
        }
    }
}

impl<M: ChatModel> GuardedModel<M> {
    /// Settles what requests and streams that were dropped have cost: nothing, if the model was not asked yet; what the model said it cost; otherwise
    /// all that was set aside. Each further request does so for a few; call it where none may come for long.
    pub async fn settle_cancelled(&self) {
        self.arrears.settle(Arrears::MAX).await;
    }

    /// Sets aside what `clamped` may cost.
    pub(super) async fn reserve(&self, caller: &Caller, clamped: &Clamped) -> Result<Bill, ChatError> {
        self.arrears.settle(Arrears::AT_ONCE).await;
        let bill = |open| Bill { open, spent: 0, arrears: Arc::clone(&self.arrears) };
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
