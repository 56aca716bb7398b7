//! What every call reads: the machine's answer, published, so that a healthy provider costs no lock.

use crate::Phase;
use crate::machine::{Gate, Machine};
use crate::random::nanos;
use crate::{Overlay, Refusal};
use std::sync::atomic::{AtomicU64, Ordering};

/// Written under the machine's lock, read without it. On a cache line of its own (two, for the pairs that processors prefetch):
/// counters that all threads write must not take it away from those who only ask.
#[derive(Debug)]
#[repr(align(128))]
pub(super) struct Hot {
    word: AtomicU64,
    /// The moment from which the machine has to be asked, in nanoseconds; `u64::MAX` is never.
    gate: AtomicU64,
    /// Since when the provider is back, in nanoseconds; only while that is not long ago.
    ramp_from: AtomicU64,
}

/// The machine at a glance: the epoch, and what there is to mind.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word(u64);

const GATED: u64 = 1;
const HEED: u64 = 1 << 1;
const WELL: u64 = 1 << 2;
const RAMPING: u64 = 1 << 3;
const WHY_SHIFT: u32 = 8;
const EPOCH_SHIFT: u32 = 32;

impl Hot {
    pub(super) fn new(machine: &Machine) -> Self {
        let hot = Self { word: AtomicU64::new(0), gate: AtomicU64::new(0), ramp_from: AtomicU64::new(0) };
        hot.publish(machine);
        hot
    }

    #[inline]
    pub(super) fn word(&self) -> Word {
        Word(self.word.load(Ordering::Acquire))
    }

    #[inline]
    pub(super) fn gate(&self) -> u64 {
        self.gate.load(Ordering::Acquire)
    }

    pub(super) fn ramp_from(&self) -> u64 {
        self.ramp_from.load(Ordering::Acquire)
    }

    /// Under the machine's lock.
    pub(super) fn publish(&self, machine: &Machine) {
        let mut word = u64::from(machine.epoch()) << EPOCH_SHIFT;
        if machine.heeds_success() {
            word |= HEED;
        }
        let state = machine.state();
        if state.phase == Phase::Healthy && matches!(state.overlay, None | Some(Overlay::ForcedUp)) {
            word |= WELL;
        }
        if let Some(from) = machine.ramp_from() {
            word |= RAMPING;
            self.ramp_from.store(nanos(from), Ordering::Release);
        }
        if let Gate::Shut { until, why } = machine.gate() {
            word |= GATED | (why as u64) << WHY_SHIFT;
            self.gate.store(until.map_or(u64::MAX, nanos), Ordering::Release);
        }
        self.word.store(word, Ordering::Release);
    }
}

impl Word {
    /// Whether everybody is let through.
    #[inline]
    pub(super) fn is_free(self) -> bool {
        self.0 & GATED == 0
    }

    /// Whether that is all there is to say: nobody has to count how many.
    #[inline]
    pub(super) fn is_steady(self) -> bool {
        self.0 & (GATED | RAMPING) == 0
    }

    pub(super) fn is_ramping(self) -> bool {
        self.0 & RAMPING != 0
    }

    /// Whether the machine wants to hear of a success.
    #[inline]
    pub(super) fn heeds_success(self) -> bool {
        self.0 & HEED != 0
    }

    /// Whether the epoch is still this one, and a success changes nothing in it.
    #[inline]
    pub(super) fn is_calm_since(self, epoch: u32) -> bool {
        self.epoch() == epoch && !self.heeds_success()
    }

    #[inline]
    pub(super) fn is_well(self) -> bool {
        self.0 & WELL != 0
    }

    #[inline]
    pub(super) fn epoch(self) -> u32 {
        (self.0 >> EPOCH_SHIFT) as u32
    }

    pub(super) fn why(self) -> Refusal {
        const ALL: [Refusal; 5] =
            [Refusal::Open, Refusal::Probing, Refusal::Cooling, Refusal::ForcedDown, Refusal::Draining];
        let code = (self.0 >> WHY_SHIFT) & 0xff;
        ALL.into_iter().find(|why| *why as u64 == code).unwrap_or(Refusal::Open)
    }
}
