//! Where events go.

use super::Event;
use crate::StoreError;
use std::sync::Arc;

/// Takes custody of security events.
///
/// `Ok` means that the event is in the recorder's custody under the durability that the recorder documents. What an error
/// means for the action at hand ("no audit, no action", or carry on) is the caller's explicit choice, never the recorder's.
///
/// A false `Ok` loses evidence; a false error stops an action that was fit to go on.
#[async_trait::async_trait]
pub trait Recorder: Send + Sync {
    /// Takes `event`.
    ///
    /// # Errors
    /// The event is not in custody.
    async fn record(&self, event: Event) -> Result<(), StoreError>;
}

#[async_trait::async_trait]
impl<R: Recorder + ?Sized> Recorder for Arc<R> {
    async fn record(&self, event: Event) -> Result<(), StoreError> {
        (**self).record(event).await
    }
}
