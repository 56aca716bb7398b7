//! The right to one call, given back whatever becomes of it.

use super::Provider;
use crate::machine::{Heard, Pass};
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
pub struct Permit<P: Borrow<Provider> = Provider> {
    provider: P,
    pass: Option<Pass>,
    started: Duration,
    counted: bool,
}

impl<P: Borrow<Provider>> Permit<P> {
    pub(super) fn new(provider: P, pass: Pass, started: Duration) -> Self {
        Self { provider, pass: Some(pass), started, counted: false }
    }

    /// Counts the call as under way until the permit is gone.
    pub(crate) fn counting(mut self) -> Self {
        if !self.counted {
            self.counted = true;
            self.provider.borrow().load().begin();
        }
        self
    }

    /// Reports the outcome, which took from the permit's beginning until now. A success that took longer than
    /// [`Config::slow_after`](crate::Config::slow_after) is a slow one.
    pub fn record(self, outcome: Outcome) -> Heard {
        let now = self.provider.borrow().now();
        let latency = now.saturating_sub(self.started);
        self.record_at(outcome, latency, now)
    }

    /// Reports the outcome with a latency that the caller has measured, say up to the first byte.
    pub fn record_timed(self, outcome: Outcome, latency: Duration) -> Heard {
        let now = self.provider.borrow().now();
        self.record_at(outcome, latency, now)
    }

    /// [`record_timed`](Self::record_timed) at a time that the caller has read from the provider's clock.
    pub fn record_at(mut self, outcome: Outcome, latency: Duration, now: Duration) -> Heard {
        match self.pass.take() {
            Some(pass) => self.provider.borrow().report(&pass, outcome, latency, now),
            None => Heard::Late,
        }
    }

    /// Whose permit it is.
    pub fn name(&self) -> &ProviderName {
        self.provider.borrow().name()
    }

    /// When it was given, by the monotonic clock.
    pub fn started(&self) -> Duration {
        self.started
    }

    /// Whether the provider is tried again by this call.
    pub fn is_probe(&self) -> bool {
        self.pass.as_ref().is_some_and(Pass::is_probe)
    }
}

impl<P: Borrow<Provider>> Drop for Permit<P> {
    fn drop(&mut self) {
        if self.counted {
            self.provider.borrow().load().end();
        }
        if let Some(pass) = self.pass.take() {
            let provider = self.provider.borrow();
            let _ = provider.report(&pass, Outcome::Cancelled, Duration::ZERO, self.started);
        }
    }
}

impl<P: Borrow<Provider>> fmt::Debug for Permit<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit")
            .field("provider", self.name())
            .field("pass", &self.pass)
            .finish_non_exhaustive()
    }
}
