use super::slot::{Slot, Tried};
use super::{Found, Lure};
use crate::lexicon::{Hit, Job, Tables, Window};

/// One decoder of each kind, over one text.
#[derive(Debug)]
pub(crate) struct Decoders {
    slots: [Slot; Lure::ALL.len()],
}

impl Decoders {
    /// What they say is scanned at `depth`.
    pub(crate) fn new(depth: u8) -> Self {
        Self { slots: Lure::ALL.map(|lure| Slot::new(lure, depth)) }
    }

    pub(crate) fn reset(&mut self) {
        self.slots.iter_mut().for_each(Slot::reset);
    }

    /// Whether none is in the middle of something.
    pub(crate) fn is_idle(&self) -> bool {
        !self.slots.iter().any(Slot::is_open)
    }

    /// The first byte of what is being decoded that a hit still to come may include.
    pub(crate) fn held_from(&self, tables: &Tables) -> usize {
        self.slots.iter().filter_map(|slot| slot.held_from(tables)).min().unwrap_or(usize::MAX)
    }

    /// Decodes what is open and what was found, up to `limit`; leaves in `lures` what has to wait for more.
    #[expect(clippy::too_many_arguments, reason = "the source, its limits, and where hits go")]
    pub(crate) fn run(
        &mut self,
        job: &mut Job<'_>,
        window: &Window<'_>,
        limit: usize,
        last: bool,
        lures: &mut Vec<Found>,
        count: &mut dyn FnMut(usize) -> usize,
        hits: &mut Vec<Hit>,
    ) {
        for slot in &mut self.slots {
            slot.resume(job, window, limit, last, hits);
        }
        lures.retain(|found| {
            let slot = self.slots.get_mut(found.lure as usize);
            slot.is_some_and(|slot| slot.start(job, window, *found, limit, last, count, hits) == Tried::Again)
        });
    }
}
