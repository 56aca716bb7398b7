//! A bounded hand-off, so that a request pays a channel send instead of a disk write.

mod config;
mod place;
mod stats;
#[cfg(test)]
mod tests;
mod writer;

pub use config::{InvalidQueueConfig, Overflow, QueueConfig};
pub use place::QueuePlace;
pub use stats::QueueStats;

use crate::AuditStore;
use stats::Counters;
use std::fmt;
use std::sync::Arc;
use stockade_core::{Event, Recorder, StoreError};
use tokio::sync::{mpsc, oneshot, watch};
use writer::{Message, Writer};

/// A [`Recorder`] that takes events into a bounded queue, from which one task appends them to the store in batches.
///
/// `Ok` from [`record`](Recorder::record) means *accepted*, not stored: **what waits in the queue when the process is killed or
/// loses power is gone.** Events that must not be lost, such as a role that was granted, go to [`AuditLog`](crate::AuditLog)
/// directly; requests served and limits hit can go through here.
///
/// Nothing is dropped in silence. An event finds room, or the caller waits or is refused ([`Overflow`]). A batch that the store
/// does not take is offered again with growing waits; when the last offer fails, each of its events is written to the process
/// log (`tracing`, level error, with the whole event) and counted in [`QueueStats::lost`]. An offer that failed on the way back
/// may have been stored: an event can then stand in the log twice, under one [`EventId`](stockade_core::EventId).
///
/// A clone is a handle on the same queue. When all handles are gone, the task stores what is left and ends; [`shutdown`](Self::shutdown)
/// does the same and waits for it.
#[derive(Clone)]
pub struct AuditQueue {
    inbox: mpsc::Sender<Message>,
    ended: watch::Receiver<bool>,
    overflow: Overflow,
    counters: Arc<Counters>,
}

impl AuditQueue {
    /// A queue in front of `store`, with its task on the current Tokio runtime, whose timer must be enabled.
    ///
    /// # Errors
    /// A value of `config` is out of bounds, or the caller is not on a Tokio runtime.
    pub fn start(store: Arc<dyn AuditStore>, config: QueueConfig) -> Result<Self, StartError> {
        config.validate()?;
        let runtime = tokio::runtime::Handle::try_current().map_err(|_| StartError::NoRuntime)?;
        let (inbox, outbox) = mpsc::channel(config.capacity);
        let (end, ended) = watch::channel(false);
        let overflow = config.overflow;
        let counters = Arc::new(Counters::default());
        runtime.spawn(Writer::new(store, config, Arc::clone(&counters), outbox).run(end));
        Ok(Self { inbox, ended, overflow, counters })
    }

    /// Takes `event` if there is room now, whatever the [`Overflow`] policy; never waits. Costs one channel send.
    ///
    /// # Errors
    /// [`Unavailable`](stockade_core::StoreErrorKind::Unavailable): the queue is full or shut down ([`QueueError`] is the source).
    pub fn try_record(&self, event: Event) -> Result<(), StoreError> {
        self.inbox.try_send(Message::Event(event)).map_err(|full| {
            self.refused(match full {
                mpsc::error::TrySendError::Full(_) => QueueError::Full,
                mpsc::error::TrySendError::Closed(_) => QueueError::ShutDown,
            })
        })?;
        self.counters.accepted();
        Ok(())
    }

    /// Waits until every event accepted before this call is stored.
    ///
    /// # Errors
    /// Some of them were lost, or the queue's task has ended before it came to them.
    pub async fn flush(&self) -> Result<(), StoreError> {
        let lost_before = self.stats().lost;
        let (ack, reached) = oneshot::channel();
        if self.inbox.send(Message::Flush(ack)).await.is_err() {
            return self.shutdown().await;
        }
        reached.await.map_err(|_| StoreError::unavailable(QueueError::ShutDown))?;
        self.none_lost_since(lost_before)
    }

    /// Takes no more events, stores what waits, and ends. A further call waits for the same end.
    ///
    /// While the store is down this lasts as long as the offers of all waiting batches; put a timeout around it where the
    /// service must be gone by a certain time.
    ///
    /// # Errors
    /// Events were lost while waiting, or the task was stopped from outside.
    pub async fn shutdown(&self) -> Result<(), StoreError> {
        let lost_before = self.stats().lost;
        // An error says that the queue is closed already: then its end is all there is to wait for.
        let _ = self.inbox.send(Message::Shutdown).await;
        let mut ended = self.ended.clone();
        ended.wait_for(|ended| *ended).await.map_err(|_| StoreError::unavailable(QueueError::ShutDown))?;
        self.none_lost_since(lost_before)
    }

    /// What became of the events so far.
    #[must_use]
    pub fn stats(&self) -> QueueStats {
        self.counters.read()
    }

    fn none_lost_since(&self, lost_before: u64) -> Result<(), StoreError> {
        match self.stats().lost - lost_before {
            0 => Ok(()),
            _ => Err(StoreError::unavailable(QueueError::Lost)),
        }
    }

    fn refused(&self, why: QueueError) -> StoreError {
        self.counters.refused();
        StoreError::unavailable(why)
    }
}

#[async_trait::async_trait]
impl Recorder for AuditQueue {
    async fn record(&self, event: Event) -> Result<(), StoreError> {
        if self.overflow == Overflow::Refuse {
            return self.try_record(event);
        }
        let sent = self.inbox.send(Message::Event(event)).await;
        sent.map_err(|_| self.refused(QueueError::ShutDown))?;
        self.counters.accepted();
        Ok(())
    }
}

impl fmt::Debug for AuditQueue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuditQueue")
            .field("overflow", &self.overflow)
            .field("stats", &self.stats())
            .finish_non_exhaustive()
    }
}

/// Why the queue did not take or keep an event: the source of its [`StoreError`]s.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QueueError {
    /// No room.
    #[error("the audit queue is full")]
    Full,
    /// The queue takes no more events.
    #[error("the audit queue is shut down")]
    ShutDown,
    /// The store took none of the offers.
    #[error("queued audit events were lost, the process log has them")]
    Lost,
}

/// Why a queue could not start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// A value is out of bounds.
    #[error(transparent)]
    Config(#[from] InvalidQueueConfig),
    /// There is no Tokio runtime to run the task on.
    #[error("the audit queue needs a tokio runtime")]
    NoRuntime,
}
