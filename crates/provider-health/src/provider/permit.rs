//! The right to one call, given back whatever becomes of it.

use super::{Provider, seat};
use crate::machine::{Heard, Pass};
use crate::outcome::Bearing;
use crate::random::nanos;
use crate::{Outcome, ProviderName};
use std::borrow::Borrow;
use std::fmt;
use std::time::Duration;

/// The right to make one call. Report its outcome; a permit that is dropped instead, because the caller was cancelled or
/// panicked, counts as [`Outcome::Cancelled`], and the place of a probe is free again at once.
///
/// It borrows its provider ([`Provider::acquire`]) or owns a handle of it ([`Provider::acquire_owned`]), for futures that outlive
/// their service.
#[must_use = "a permit that is dropped counts as a cancelled call"]
pub struct Permit<P: Holder = Provider> {
    /// Until it is reported or dropped: whatever ends the permit takes this out.
    live: Option<Live<P>>,
}

struct Live<P> {
    provider: P,
    /// In nanoseconds.
    started: u64,
    pass: Pass,
    counted: bool,
    answered: bool,
}

/// What may still be said of a call whose answer began well and was [reported](Permit::record_begun) then: that it broke off.
///
/// It belongs to the epoch that followed from that report: a fault that comes after the circuit has opened, been tried or closed again is
/// not heard. Dropped, it says nothing.
#[derive(Debug)]
#[must_use = "a fault that comes later is told by it"]
pub struct Aftermath {
    provider: Provider,
    pass: Pass,
}

/// How a [`Permit`] has its provider: `Provider` or `&Provider`.
pub trait Holder: Borrow<Provider> + sealed::Keep {}

impl Holder for Provider {}

impl Holder for &Provider {}

pub(super) mod sealed {
    /// What becomes of the hold on the provider when a call has gone well.
    pub trait Keep {
        /// Counts a success of so many nanoseconds.
        fn count(self, latency: u64);
    }
}

impl sealed::Keep for Provider {
    #[inline(always)]
    fn count(self, latency: u64) {
        // What finds no place is dropped here, with nothing borrowed: it may be the last handle.
        drop(seat::success_and_keep(self, latency));
    }
}

impl sealed::Keep for &Provider {
    #[inline(always)]
    fn count(self, latency: u64) {
        seat::success(self, latency);
    }
}

impl<P: Holder> Permit<P> {
    #[inline(always)]
    pub(super) fn new(provider: P, pass: Pass, started: u64) -> Self {
        Self { live: Some(Live { provider, started, pass, counted: false, answered: false }) }
    }

    /// Counts the call as under way until the permit is gone.
    pub(crate) fn counting(mut self) -> Self {
        if let Some(live) = self.live.as_mut().filter(|live| !live.counted) {
            live.counted = true;
            live.provider.borrow().load().begin();
        }
        self
    }

    /// Says that the answer has begun, so that nobody waits for it any more: a permit that is cancelled after this says nothing about how
    /// long answers take.
    pub fn answered(mut self) -> Self {
        if let Some(live) = &mut self.live {
            live.answered = true;
        }
        self
    }

    /// Reports the outcome, which took from the permit's beginning until now. A success that took longer than
    /// [`Config::slow_after`](crate::Config::slow_after) is a slow one.
    #[inline(always)]
    pub fn record(self, outcome: Outcome) -> Heard {
        Self::record_in(&mut Some(self), outcome)
    }

    /// [`record`](Self::record) of a permit where it lies, as in a pinned future, which is emptied. [`Heard::Late`] where there
    /// is none.
    #[inline(always)]
    pub fn record_in(place: &mut Option<Self>, outcome: Outcome) -> Heard {
        let Some(Self { live: Some(live) }) = place else { return Heard::Late };
        let provider = live.provider.borrow();
        let now = provider.now_nanos();
        let latency = now.saturating_sub(live.started);
        if !provider.is_plain(&live.pass, outcome, latency, now) {
            return Self::record_unusual(place, outcome, latency, now);
        }
        if live.counted {
            provider.load().end();
        }
        provider.load().succeeded(latency, now);
        if let Some(live) = place.take().and_then(|mut permit| permit.live.take()) {
            live.provider.count(latency);
        }
        Heard::Counted
    }

    #[cold]
    #[inline(never)]
    fn record_unusual(place: &mut Option<Self>, outcome: Outcome, latency: u64, now: u64) -> Heard {
        let live = place.take().and_then(|mut permit| permit.live.take());
        live.map_or(Heard::Late, |live| live.end(outcome, latency, now))
    }

    /// Reports the outcome with a latency that the caller has measured, say up to the first byte.
    pub fn record_timed(mut self, outcome: Outcome, latency: Duration) -> Heard {
        let Some(live) = self.live.take() else { return Heard::Late };
        let now = live.provider.borrow().now_nanos();
        live.end(outcome, nanos(latency), now)
    }

    /// [`record_timed`](Self::record_timed) at a time that the caller has read from the provider's clock.
    pub fn record_at(mut self, outcome: Outcome, latency: Duration, now: Duration) -> Heard {
        let Some(live) = self.live.take() else { return Heard::Late };
        live.end(outcome, nanos(latency), nanos(now))
    }

    /// Whose permit it is.
    pub fn name(&self) -> &ProviderName {
        self.live().provider.borrow().name()
    }

    /// When it was given, by the monotonic clock.
    pub fn started(&self) -> Duration {
        Duration::from_nanos(self.live().started)
    }

    /// Whether the provider is tried again by this call.
    pub fn is_probe(&self) -> bool {
        self.live().pass.is_probe()
    }

    #[expect(clippy::expect_used, reason = "only what consumes the permit takes it out")]
    fn live(&self) -> &Live<P> {
        self.live.as_ref().expect("a permit lives until it is reported")
    }
}

impl Permit {
    /// [`record_timed`](Self::record_timed) of an answer that has begun, for whoever does not hold the permit until its end. A
    /// fault that comes later is told by what is returned.
    pub fn record_begun(mut self, outcome: Outcome, latency: Duration) -> Option<Aftermath> {
        let live = self.live.take()?;
        let (provider, mut pass) = (live.provider.clone(), live.pass.again());
        let now = provider.now_nanos();
        if live.end(outcome, nanos(latency), now) == Heard::Counted {
            let epoch = provider.0.hot.word().epoch();
            if epoch != pass.epoch() {
                // It has closed the circuit: from here on it is a call like any other.
                pass = Pass::of_epoch(epoch);
            }
        }
        Some(Aftermath { provider, pass })
    }
}

impl Aftermath {
    /// Reports that the answer broke off or stalled. Everything but a fault says nothing.
    pub fn record(self, outcome: Outcome) -> Heard {
        match outcome.bearing() {
            Bearing::Bad => self.provider.report(self.pass, outcome, 0, self.provider.now_nanos()),
            _ => Heard::Late,
        }
    }
}

impl<P: Holder> Live<P> {
    fn end(self, outcome: Outcome, latency: u64, now: u64) -> Heard {
        let latency = if outcome == Outcome::Cancelled && self.answered { 0 } else { latency };
        let provider = self.provider.borrow();
        if self.counted {
            provider.load().end();
        }
        provider.report(self.pass, outcome, latency, now)
    }

    #[cold]
    #[inline(never)]
    fn cancel(self) {
        let now = self.provider.borrow().now_nanos();
        let waited = now.saturating_sub(self.started);
        let _ = self.end(Outcome::Cancelled, waited, now);
    }
}

impl<P: Holder> Drop for Permit<P> {
    #[inline(always)]
    fn drop(&mut self) {
        if let Some(live) = self.live.take() {
            live.cancel();
        }
    }
}

impl<P: Holder> fmt::Debug for Permit<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit")
            .field("provider", self.name())
            .field("pass", &self.live().pass)
            .finish_non_exhaustive()
    }
}
