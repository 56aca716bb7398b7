//! What a pool may know of a provider before it asks, and how it asks one that is not well.

use super::hot::Word;
use super::{Permit, Provider, seat};
use crate::Refusal;
use crate::machine::{Pass, RAMP, ramp_allows};
use std::time::Duration;

/// What a caller would find.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    Free,
    /// It has just come back, and as many calls are under way as it should have for now.
    Full,
    /// A call would be a probe.
    Due,
    Shut,
}

impl Provider {
    /// Whether it lets everybody through, not only probes. One load.
    pub(crate) fn is_open_to_all(&self) -> bool {
        self.0.hot.word().is_free()
    }

    /// A permit whatever the state: for when there is no better provider. Unless it was due for one, it is no probe, and its
    /// success heals nothing.
    pub(crate) fn acquire_regardless(&self, now: u64) -> Permit {
        let pass = self.admit(now).unwrap_or_else(|_| Pass::of_epoch(self.0.hot.word().epoch()));
        Permit::new(seat::handle(self), pass, now)
    }

    /// The same of one whose circuit is open and that is asked because too many are. Nobody else than its probes gets to one that is
    /// tried again, nor anybody to one that asked to be left alone.
    pub(crate) fn acquire_kept_in(&self, now: u64) -> Option<Permit> {
        let pass = match self.admit(now) {
            Ok(pass) => pass,
            Err(refused) if refused.why == Refusal::Open => Pass::of_epoch(self.0.hot.word().epoch()),
            Err(_) => return None,
        };
        Some(Permit::new(seat::handle(self), pass, now))
    }

    /// For how long it is shut at least; `None` where only an operator opens it.
    pub(crate) fn shut_for(&self, now: u64) -> Option<Duration> {
        let word = self.0.hot.word();
        if word.is_free() {
            return Some(Duration::ZERO);
        }
        let gate = self.0.hot.gate();
        (gate != u64::MAX).then(|| Duration::from_nanos(gate.saturating_sub(now)))
    }

    /// What is held against it is the operator's order and nothing else counts.
    pub(crate) fn is_ordered_down(&self) -> bool {
        let word = self.0.hot.word();
        !word.is_free() && matches!(word.why(), Refusal::ForcedDown | Refusal::Draining)
    }

    /// Whether a call would be let through, and whether as a probe.
    #[inline]
    pub(crate) fn door(&self, now: u64) -> Door {
        let word = self.0.hot.word();
        if word.is_steady() { Door::Free } else { self.unsteady_door(word, now) }
    }

    #[cold]
    fn unsteady_door(&self, word: Word, now: u64) -> Door {
        if !word.is_free() {
            if !self.would_admit(Some(now)) {
                return Door::Shut;
            }
            if matches!(word.why(), Refusal::Open | Refusal::Probing) {
                return Door::Due;
            }
        }
        if word.is_ramping() && self.is_full(now) { Door::Full } else { Door::Free }
    }

    fn is_full(&self, now: u64) -> bool {
        let since = Duration::from_nanos(now.saturating_sub(self.0.hot.ramp_from()));
        if since >= RAMP {
            // From here on nobody comes this way.
            self.with_machine(|machine| machine.settle(Duration::from_nanos(now)));
            return false;
        }
        self.0.load.in_flight() >= ramp_allows(self.0.probes, since)
    }

    /// Whether its circuit is open, or tried by as many as may.
    pub(crate) fn is_ejected(&self, now: u64) -> bool {
        let word = self.0.hot.word();
        let ejected = !word.is_free() && matches!(word.why(), Refusal::Open | Refusal::Probing);
        ejected && !self.would_admit(Some(now))
    }

    /// Whether it is shut because its probes are under way.
    pub(crate) fn is_probed_now(&self) -> bool {
        let word = self.0.hot.word();
        !word.is_free() && word.why() == Refusal::Probing
    }

    #[cold]
    #[inline(never)]
    pub(super) fn would_admit(&self, now: Option<u64>) -> bool {
        let now = now.unwrap_or_else(|| self.now_nanos());
        // Before the gate nothing can have changed; after it the machine knows.
        now >= self.0.hot.gate() && self.lock().is_available(Duration::from_nanos(now))
    }
}
