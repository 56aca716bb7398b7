//! The task that empties the queue.

use super::QueueConfig;
use super::stats::Counters;
use crate::{AuditStore, Entry};
use std::sync::Arc;
use std::time::Duration;
use stockade_core::{Event, StoreError};
use tokio::sync::{mpsc, oneshot, watch};

#[expect(
    clippy::large_enum_variant,
    reason = "nearly all messages are events: a box would cost each an allocation"
)]
pub(super) enum Message {
    Event(Event),
    Flush(oneshot::Sender<()>),
    Shutdown,
}

pub(super) struct Writer {
    store: Arc<dyn AuditStore>,
    config: QueueConfig,
    counters: Arc<Counters>,
    outbox: mpsc::Receiver<Message>,
}

impl Writer {
    pub(super) fn new(
        store: Arc<dyn AuditStore>,
        config: QueueConfig,
        counters: Arc<Counters>,
        outbox: mpsc::Receiver<Message>,
    ) -> Self {
        Self { store, config, counters, outbox }
    }

    /// Runs until the queue is closed and empty. Batches form by themselves: while one is being stored, the next gathers.
    pub(super) async fn run(mut self, end: watch::Sender<bool>) {
        let mut messages = Vec::with_capacity(self.config.batch);
        while self.outbox.recv_many(&mut messages, self.config.batch).await > 0 {
            self.linger(&mut messages).await;
            let mut batch = Vec::with_capacity(messages.len());
            for message in messages.drain(..) {
                match message {
                    Message::Event(event) => batch.push(event),
                    Message::Flush(ack) => {
                        self.store(std::mem::take(&mut batch)).await;
                        // Whoever asked may have stopped waiting.
                        let _ = ack.send(());
                    }
                    Message::Shutdown => self.outbox.close(),
                }
            }
            self.store(batch).await;
        }
        end.send_replace(true);
    }

    /// Waits for more where a batch is not full and nobody waits for it. It sleeps instead of taking each as it comes, so that
    /// whoever records wakes nobody; a flush that comes meanwhile waits with it.
    async fn linger(&mut self, messages: &mut Vec<Message>) {
        let awaited = messages.iter().any(|message| !matches!(message, Message::Event(_)));
        if self.config.linger_ms == 0 || awaited || messages.len() >= self.config.batch {
            return;
        }
        tokio::time::sleep(Duration::from_millis(self.config.linger_ms)).await;
        while messages.len() < self.config.batch
            && let Ok(message) = self.outbox.try_recv()
        {
            messages.push(message);
        }
    }

    async fn store(&self, batch: Vec<Event>) {
        if batch.is_empty() {
            return;
        }
        match self.offer(&batch).await {
            Ok(()) => self.counters.written(batch.len()),
            Err(error) => {
                self.counters.lost(batch.len());
                batch.into_iter().for_each(|event| leave_to_the_process_log(event, &error));
            }
        }
    }

    async fn offer(&self, batch: &[Event]) -> Result<(), StoreError> {
        let mut backoff = self.config.first_backoff();
        let mut offers = 1;
        loop {
            let error = match self.store.append(batch.to_vec()).await {
                Ok(_) => return Ok(()),
                Err(error) => error,
            };
            self.counters.failed_offer();
            if offers >= self.config.attempts {
                return Err(error);
            }
            tracing::warn!(%error, cause = cause(&error), offers, events = batch.len(), "audit events wait for the store");
            tokio::time::sleep(backoff).await;
            backoff = self.config.longer(backoff);
            offers += 1;
        }
    }
}

pub(super) fn leave_to_the_process_log(event: Event, error: &StoreError) {
    let id = event.id;
    match Entry::new(event) {
        Ok(entry) => tracing::error!(event = entry.body(), %error, cause = cause(error), "audit event lost"),
        Err(unreadable) => tracing::error!(%id, %error, %unreadable, "audit event lost"),
    }
}

fn cause(error: &StoreError) -> String {
    std::error::Error::source(error).map(ToString::to_string).unwrap_or_default()
}
