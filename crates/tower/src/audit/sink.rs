//! Where the events of requests go.

use std::fmt;
use stockade_audit::AuditQueue;
use stockade_core::{Event, StoreError};

/// Takes the events of requests, without ever waiting.
///
/// Room is taken **before** the request is served and filled after, so that "no audit, no action" can be kept: once an
/// action is done it is too late to find the log full.
///
/// A false `Ok` loses the record of an action; a false error stops a request that was fit to be served, or sends its event to
/// the process log.
pub trait AuditSink: Send + Sync {
    /// Takes room for one event. Called on the request path: it must neither block nor do I/O.
    ///
    /// # Errors
    /// There is no room now.
    fn reserve(&self) -> Result<AuditPlace, StoreError>;
}

impl AuditSink for AuditQueue {
    fn reserve(&self) -> Result<AuditPlace, StoreError> {
        let place = self.try_reserve()?;
        Ok(AuditPlace::new(move |event| place.record(event)))
    }
}

/// Room for one event. Dropping it gives the room back.
pub struct AuditPlace(Box<dyn FnOnce(Event) + Send>);

impl AuditPlace {
    /// Room that `record` fills. It must take the event whatever has happened since.
    pub fn new(record: impl FnOnce(Event) + Send + 'static) -> Self {
        Self(Box::new(record))
    }

    /// Fills it.
    pub fn record(self, event: Event) {
        (self.0)(event);
    }
}

impl fmt::Debug for AuditPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuditPlace")
    }
}
