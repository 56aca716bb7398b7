//! Writes that are under way, so that a rotation can wait for those that seal under the key before it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How often is looked whether the last one has ended.
const GLANCE: Duration = Duration::from_millis(20);

/// Counts writes. A clone is another handle.
#[derive(Clone, Default)]
pub(crate) struct Writes(Arc<Mutex<Arc<()>>>);

/// A write that is under way, until it is dropped.
#[must_use = "the write counts as ended when this is dropped"]
pub(crate) struct Writing(#[expect(dead_code, reason = "counted, not read")] Arc<()>);

impl Writes {
    /// Begins a write: before the key is looked up that it seals under, and until its row is there.
    pub(crate) fn begin(&self) -> Writing {
        Writing(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    /// Waits until all writes have ended that had begun by now. New ones begin meanwhile, and nobody waits for those.
    pub(crate) async fn settle(&self) {
        let before = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        while Arc::strong_count(&before) > 1 {
            tokio::time::sleep(GLANCE).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn race_only_writes_that_had_begun_are_waited_for() {
        let writes = Writes::default();
        let early = writes.begin();
        let settling = tokio::spawn({
            let writes = writes.clone();
            async move { writes.settle().await }
        });
        tokio::time::sleep(5 * GLANCE).await;
        let _late = writes.begin();
        assert!(!settling.is_finished(), "one is under way");
        drop(early);
        settling.await.unwrap();
    }
}
