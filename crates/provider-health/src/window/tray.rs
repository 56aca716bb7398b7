//! Where successes are counted: each thread in a place of its own.

use super::histogram::{self, BINS};
use std::array;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

/// Counts that only ever grow, so that whoever reads them takes nothing from whoever writes them: what the window holds is the
/// difference to what they were when it began.
///
/// The bins wrap around; a difference of two is right as long as one window holds less than 2³² successes of one latency.
#[derive(Debug)]
#[repr(align(128))]
pub(super) struct Tray {
    successes: AtomicU64,
    taken: AtomicBool,
    bins: [AtomicU32; BINS],
}

/// The right to count in a tray by a load and a store instead of an atomic addition, which costs ten times as much: there is
/// never a second one for the same tray, so no count is lost. Dropped, it makes the tray free for somebody else.
#[derive(Debug)]
pub(crate) struct Lease(Arc<Tray>);

impl Tray {
    pub(super) fn new() -> Self {
        Self {
            successes: AtomicU64::new(0),
            taken: AtomicBool::new(false),
            bins: array::from_fn(|_| AtomicU32::new(0)),
        }
    }

    /// The lease of this tray, if nobody has it.
    pub(super) fn lease(self: &Arc<Self>) -> Option<Lease> {
        // What the one before has counted is seen by the one who goes on from there.
        let free = !self.taken.load(Ordering::Relaxed) && !self.taken.swap(true, Ordering::Acquire);
        free.then(|| Lease(self.clone()))
    }

    /// Counts where many may count at once.
    pub(super) fn success_among_others(&self, latency: u64) {
        if let Some(bin) = self.bins.get(histogram::bin(latency)) {
            bin.fetch_add(1, Ordering::Relaxed);
            self.successes.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[inline]
    pub(super) fn successes(&self) -> u64 {
        self.successes.load(Ordering::Relaxed)
    }

    pub(super) fn add_to(&self, bins: &mut [u32; BINS]) {
        for (sum, bin) in bins.iter_mut().zip(&self.bins) {
            *sum = sum.wrapping_add(bin.load(Ordering::Relaxed));
        }
    }
}

impl Lease {
    /// Counts a success: two loads, two stores.
    #[inline]
    pub(crate) fn success(&mut self, latency: u64) {
        let tray = &*self.0;
        if let Some(bin) = tray.bins.get(histogram::bin(latency)) {
            bin.store(bin.load(Ordering::Relaxed).wrapping_add(1), Ordering::Relaxed);
            tray.successes.store(tray.successes() + 1, Ordering::Relaxed);
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.0.taken.store(false, Ordering::Release);
    }
}
