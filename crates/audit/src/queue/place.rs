//! Room in the queue, taken before the event is known.

use super::stats::Counters;
use super::writer::{Message, leave_to_the_process_log};
use super::{AuditQueue, QueueError};
use std::fmt;
use std::sync::Arc;
use stockade_core::{Event, StoreError};
use tokio::sync::{mpsc, watch};

/// Room for one event in an [`AuditQueue`]: what "no audit, no action" needs, since after the action it is too late to be refused.
///
/// Dropping it gives the room back. While it is held, [`AuditQueue::shutdown`] waits for it.
pub struct QueuePlace {
    permit: mpsc::OwnedPermit<Message>,
    ended: watch::Receiver<bool>,
    counters: Arc<Counters>,
}

impl AuditQueue {
    /// Takes room for one event if there is some now, whatever the [`Overflow`](super::Overflow) policy; never waits.
    ///
    /// # Errors
    /// [`Unavailable`](stockade_core::StoreErrorKind::Unavailable): the queue is full or shut down ([`QueueError`] is the source).
    pub fn try_reserve(&self) -> Result<QueuePlace, StoreError> {
        match self.inbox.clone().try_reserve_owned() {
            Ok(permit) => {
                Ok(QueuePlace { permit, ended: self.ended.clone(), counters: Arc::clone(&self.counters) })
            }
            Err(mpsc::error::TrySendError::Full(_)) => Err(self.refused(QueueError::Full)),
            Err(mpsc::error::TrySendError::Closed(_)) => Err(self.refused(QueueError::ShutDown)),
        }
    }
}

impl QueuePlace {
    /// Fills the room. The queue's task cannot have ended in order while it was held; if it was torn down with its runtime, the
    /// event is written to the process log and counted as lost.
    pub fn record(self, event: Event) {
        self.counters.accepted();
        if self.ended.has_changed().is_ok() {
            self.permit.send(Message::Event(event));
        } else {
            self.counters.lost(1);
            leave_to_the_process_log(event, &StoreError::unavailable(QueueError::ShutDown));
        }
    }
}

impl fmt::Debug for QueuePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("QueuePlace")
    }
}
