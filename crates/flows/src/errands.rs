//! Work that is done after the answer was given.

use crate::FlowError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Runs what must not show in an answer or in its time: looking an address up, sending mail to it. Bounded: when too much is
/// under way, requests are refused **before** anything about them is known, all alike.
///
/// An errand that is cut off by the end of the process is lost; whoever asked asks again. `Clone` gives another handle.
#[derive(Clone)]
pub struct Errands {
    places: Arc<Semaphore>,
    notices: Arc<Semaphore>,
    all: u32,
}

impl Errands {
    /// The most errands at once, unless set otherwise: what a slow mail server may hold up, at a few kilobytes each.
    pub const DEFAULT_PLACES: u32 = 1024;

    const NOTICES: u32 = 256;

    /// Longer than any mail server should take; then the errand is given up.
    const PATIENCE: Duration = Duration::from_secs(60);

    /// At most so many at once; at least one.
    #[must_use]
    pub fn new(places: u32) -> Self {
        let all = places.max(1);
        let semaphore = |places: u32| Arc::new(Semaphore::new(places as usize));
        Self { places: semaphore(all), notices: semaphore(Self::NOTICES), all }
    }

    /// Waits until all errands under way have ended. For shutting down, and for tests.
    pub async fn finished(&self) {
        // The semaphore is never closed.
        let _ = self.places.acquire_many(self.all).await;
        let _ = self.notices.acquire_many(Self::NOTICES).await;
    }

    /// A place for telling somebody what was done to their account. Apart from the others: whoever makes many notices keeps nobody
    /// from asking for a reset.
    pub(crate) fn notice_place(&self) -> Option<Place> {
        Arc::clone(&self.notices).try_acquire_owned().ok().map(Place)
    }

    /// A place for an errand, to be taken before the answer is decided.
    pub(crate) fn place(&self) -> Option<Place> {
        Arc::clone(&self.places).try_acquire_owned().ok().map(Place)
    }
}

/// The right to one errand.
pub(crate) struct Place(OwnedSemaphorePermit);

impl Place {
    /// Runs `errand` in the background. What it ends with goes to the log of the process, and to nobody else.
    pub(crate) fn run(
        self,
        what: &'static str,
        errand: impl Future<Output = Result<(), FlowError>> + Send + 'static,
    ) {
        tokio::spawn(async move {
            match tokio::time::timeout(Errands::PATIENCE, errand).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => {
                    tracing::error!(what, error = &error as &dyn std::error::Error, "an errand failed");
                }
                Err(_) => tracing::error!(what, "an errand took too long and was given up"),
            }
            drop(self.0);
        });
    }
}

impl fmt::Debug for Errands {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Errands").field("places", &self.all).finish_non_exhaustive()
    }
}
