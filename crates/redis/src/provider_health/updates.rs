//! A subscription: bounded, though the driver's own queue is not.

use futures_core::Stream;
use redis::aio::PubSub;
use std::future::poll_fn;
use std::pin::pin;
use stockade_core::StoreError;
use stockade_provider_health::{HealthRecord, Update, Updates};
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::task::JoinHandle;

/// How many updates wait for a slow reader.
const CAPACITY: usize = 256;

pub(super) struct Subscription {
    queue: broadcast::Receiver<Update>,
    task: JoinHandle<()>,
}

impl Subscription {
    /// Needs a tokio runtime, as the driver does.
    pub(super) fn new(mut pubsub: PubSub) -> Self {
        let (inlet, queue) = broadcast::channel(CAPACITY);
        let task = tokio::spawn(async move {
            let mut messages = pin!(pubsub.on_message());
            while let Some(message) = poll_fn(|cx| messages.as_mut().poll_next(cx)).await {
                // What cannot be read may be a publication of another version: the latest is asked for.
                let record = HealthRecord::parse(message.get_payload_bytes());
                let update = record.map_or(Update::Missed, Update::Record);
                if inlet.send(update).is_err() {
                    return;
                }
            }
        });
        Self { queue, task }
    }
}

#[async_trait::async_trait]
impl Updates for Subscription {
    async fn next(&mut self) -> Result<Update, StoreError> {
        match self.queue.recv().await {
            Ok(update) => Ok(update),
            Err(RecvError::Lagged(_)) => Ok(Update::Missed),
            Err(RecvError::Closed) => Err(StoreError::unavailable("the subscription's connection ended")),
        }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.task.abort();
    }
}
