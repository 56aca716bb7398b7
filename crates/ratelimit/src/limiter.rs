//! What flows and layers hold.

use crate::{Charge, MemoryLimiter, Verdict};
use std::sync::Arc;
use stockade_core::{Clock, StoreError};

/// Decides whether an action may go on, and charges for it, in one atomic step.
///
/// Two callers that ask at the same moment for the last unit must not both get it. A false `Allowed` lets an attacker guess
/// once more than stated; a false `Denied` keeps a user out for as long as `retry_after` says. Under pressure (a full table, a
/// lost replica) an implementation states which of the two it prefers.
///
/// What an error means, to carry on unlimited or to refuse, is the caller's explicit choice.
#[async_trait::async_trait]
pub trait Limiter: Send + Sync {
    /// Makes all of `charges` or none of them. A key that stands in several charges owes their sum. No charges: allowed.
    ///
    /// # Errors
    /// The decision could not be taken. Whether the charges were made is unknown.
    async fn measure(&self, charges: &[Charge]) -> Result<Verdict, StoreError>;
}

#[async_trait::async_trait]
impl<L: Limiter + ?Sized> Limiter for Arc<L> {
    async fn measure(&self, charges: &[Charge]) -> Result<Verdict, StoreError> {
        (**self).measure(charges).await
    }
}

/// A [`MemoryLimiter`] with the clock that it is read by. Clones share the same budgets.
///
/// Never fails and never waits for anything but a short lock, so it may be called from an async task. It knows this process
/// only: behind `n` instances a client has up to `n` times the quota.
#[derive(Debug, Clone)]
pub struct LocalLimiter {
    memory: Arc<MemoryLimiter>,
    clock: Arc<dyn Clock>,
}

impl LocalLimiter {
    /// Reads `clock` (its monotonic side) for every decision of `memory`.
    #[must_use]
    pub fn new(memory: Arc<MemoryLimiter>, clock: Arc<dyn Clock>) -> Self {
        Self { memory, clock }
    }

    /// [`Limiter::measure`] where no store can fail.
    pub fn decide(&self, charges: &[Charge]) -> Verdict {
        self.memory.decide(charges, self.clock.monotonic())
    }
}

#[async_trait::async_trait]
impl Limiter for LocalLimiter {
    async fn measure(&self, charges: &[Charge]) -> Result<Verdict, StoreError> {
        Ok(self.decide(charges))
    }
}
