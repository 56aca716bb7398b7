//! How much somebody may spend.

#[cfg(any(test, feature = "laws"))]
pub mod laws;
mod memory;
#[cfg(test)]
mod tests;

pub use memory::MemoryBudget;

use std::sync::Arc;
use std::time::Duration;
use stockade_core::{StoreError, SubjectId};

/// What came of a wish to spend.
#[must_use]
#[derive(Debug, PartialEq, Eq)]
pub enum Reservation {
    /// So much is set aside; [`Budget::settle`] takes the ticket and what was really spent.
    Granted(Ticket),
    /// Too little is left. Nothing was set aside.
    Exhausted {
        /// When the whole allowance is there again.
        retry_after: Duration,
    },
    /// More than the whole allowance: waiting does not help. Nothing was set aside.
    NeverFits,
}

/// What was set aside, for whom and in which window. Not `Clone`: it is settled once, or never, and then counts as spent.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a ticket that is not settled counts as spent in full"]
pub struct Ticket {
    subject: SubjectId,
    window: u64,
    tokens: u64,
}

impl Ticket {
    /// For stores: `tokens` of `subject` in the window that the store calls `window`.
    pub fn new(subject: SubjectId, window: u64, tokens: u64) -> Self {
        Self { subject, window, tokens }
    }

    /// Whose it is.
    #[must_use]
    pub fn subject(&self) -> &SubjectId {
        &self.subject
    }

    /// What the store calls the window that it was set aside in.
    #[must_use]
    pub fn window(&self) -> u64 {
        self.window
    }

    /// How much.
    #[must_use]
    pub fn tokens(&self) -> u64 {
        self.tokens
    }
}

/// Who may still spend how much. A subject has an allowance of tokens for each window of time; both are the store's.
///
/// What a request may cost at most is reserved before the model is asked, and settled by what it did cost. Between both the
/// whole reservation counts, so that no number of requests at once exceeds the allowance. Where a process dies before it has settled, the
/// reservation stays spent until the window ends.
///
/// A false `Granted` is money spent over the allowance, by one request at a time. A false `Exhausted` turns away somebody who has paid, until
/// the window ends.
#[async_trait::async_trait]
pub trait Budget: Send + Sync {
    /// Sets `tokens` of `subject` aside if so many are left in its window, in one step with the look at what is left.
    ///
    /// # Errors
    /// The store could not decide. Something may have been set aside, and counts as spent until the window ends.
    async fn reserve(&self, subject: &SubjectId, tokens: u64) -> Result<Reservation, StoreError>;

    /// Replaces what the ticket set aside by `spent`, in the window that it was set aside in. If that is over, what was left of
    /// it has lapsed, and nothing changes. More than was set aside counts too, beyond the allowance if need be: it was spent.
    ///
    /// # Errors
    /// The store could not do it. What was set aside counts as spent.
    async fn settle(&self, ticket: Ticket, spent: u64) -> Result<(), StoreError>;
}

#[async_trait::async_trait]
impl<B: Budget + ?Sized> Budget for Arc<B> {
    async fn reserve(&self, subject: &SubjectId, tokens: u64) -> Result<Reservation, StoreError> {
        (**self).reserve(subject, tokens).await
    }

    async fn settle(&self, ticket: Ticket, spent: u64) -> Result<(), StoreError> {
        (**self).settle(ticket, spent).await
    }
}
