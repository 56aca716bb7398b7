//! One upstream: the machine, with a clock, a window and a lock around it.

mod hot;
mod load;
mod orders;
mod permit;
mod stats;
#[cfg(test)]
mod tests;

use crate::machine::{Heard, Machine, Pass, Tally};
use crate::outcome::Bearing;
use crate::random::nanos;
use crate::watch::Hub;
use crate::window::{Count, Window};
use crate::{Config, ConfigError, Outcome, Phase, ProviderName, Refusal, Refused};
use hot::Hot;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use stockade_core::{Clock, Entropy, EntropyError};

pub(crate) use load::{FULL_SCORE, Load};
pub use permit::Permit;
pub use stats::{Stats, Status};

/// A handle of one upstream. Clones share its state.
///
/// Asking and reporting cost no lock while the provider is well and calls succeed: an acquire is one load, a success one atomic
/// addition. Failures, and everything while it is not well, take a short lock. All times are the monotonic reading of its
/// clock, so that no jump of the wall clock opens or closes anything.
#[derive(Clone)]
pub struct Provider(Arc<Inner>);

struct Inner {
    hot: Hot,
    load: Load,
    window: Window,
    machine: Mutex<Machine>,
    hub: Hub,
    name: ProviderName,
    /// In nanoseconds; `u64::MAX` where no success is slow.
    slow_after: u64,
    rates: bool,
    clock: Arc<dyn Clock>,
}

/// Why a provider cannot be set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SetupError {
    /// Its rules make no sense.
    #[error("the provider's rules do not hold")]
    Config(#[from] ConfigError),
    /// No seed for its jitter.
    #[error("no randomness for the provider's jitter")]
    Entropy(#[from] EntropyError),
}

impl Provider {
    /// A healthy provider. `entropy` seeds its jitter, once.
    ///
    /// # Errors
    /// `config` does not [validate](Config::validate), or the system gives no randomness.
    pub fn new(
        name: ProviderName,
        config: Config,
        clock: Arc<dyn Clock>,
        entropy: &dyn Entropy,
    ) -> Result<Self, SetupError> {
        let mut seed = [0; 8];
        entropy.fill(&mut seed)?;
        let machine = Machine::new(config, u64::from_le_bytes(seed))?;
        let window = Window::new(config.window);
        window.turn(nanos(clock.monotonic()));
        Ok(Self(Arc::new(Inner {
            hot: Hot::new(&machine),
            load: Load::new(),
            window,
            machine: Mutex::new(machine),
            hub: Hub::default(),
            name,
            slow_after: config.slow_after.map_or(u64::MAX, nanos),
            rates: config.failure_percent.is_some() || config.slow_percent.is_some(),
            clock,
        })))
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &ProviderName {
        &self.0.name
    }

    /// Asks to make one call. A healthy or degraded provider lets everybody through; of the callers of one that is tried again
    /// exactly [`Config::probes`] are under way at a time.
    ///
    /// # Errors
    /// Why not, and when it makes sense to ask again.
    pub fn acquire(&self) -> Result<Permit<&Self>, Refused> {
        self.acquire_at(self.now())
    }

    /// [`acquire`](Self::acquire) at a time that the caller has read from the provider's clock.
    ///
    /// # Errors
    /// Those of [`acquire`](Self::acquire).
    pub fn acquire_at(&self, now: Duration) -> Result<Permit<&Self>, Refused> {
        self.admit(now).map(|pass| Permit::new(self, pass, now))
    }

    /// [`acquire`](Self::acquire), with a permit that owns its handle.
    ///
    /// # Errors
    /// Those of [`acquire`](Self::acquire).
    pub fn acquire_owned(&self) -> Result<Permit, Refused> {
        self.acquire_owned_at(self.now())
    }

    pub(crate) fn acquire_owned_at(&self, now: Duration) -> Result<Permit, Refused> {
        self.admit(now).map(|pass| Permit::new(self.clone(), pass, now))
    }

    /// A permit whatever the state: for when there is no better provider. Unless it was due for one, it is no probe, and its
    /// success heals nothing.
    pub(crate) fn acquire_regardless(&self, now: Duration) -> Permit {
        let pass = self.admit(now).unwrap_or_else(|_| Pass::of_epoch(self.0.hot.word().epoch()));
        Permit::new(self.clone(), pass, now)
    }

    /// Whether a call would be let through now. One load while the provider is well. For a provider that is tried again it is a
    /// hint: somebody else may take the last place before you do.
    #[must_use]
    pub fn is_available(&self) -> bool {
        self.0.hot.word().is_free() || self.would_admit(self.now())
    }

    pub(crate) fn is_available_at(&self, now: Duration) -> bool {
        self.0.hot.word().is_free() || self.would_admit(now)
    }

    /// Whether nothing is held against it: healthy by its calls, and not ordered down. One load.
    #[must_use]
    pub fn is_healthy(&self) -> bool {
        self.0.hot.word().is_well()
    }

    /// Reports a call for which no permit was asked. Where a probe is due it counts as one; nobody limits their number then.
    pub fn record(&self, outcome: Outcome, latency: Duration) -> Heard {
        let (now, word) = (self.now(), self.0.hot.word());
        let outcome = self.slowed(outcome, latency);
        if outcome == Outcome::Ok && !word.heeds_success() {
            self.count(outcome, latency, now);
            return Heard::Counted;
        }
        self.with_machine(|machine| {
            self.count(outcome, latency, now);
            machine.observe(outcome, self.tally(), now)
        })
    }

    /// [`record`](Self::record) of an [`Outcome::Ok`].
    pub fn record_success(&self, latency: Duration) -> Heard {
        self.record(Outcome::Ok, latency)
    }

    /// [`record`](Self::record) of an [`Outcome::ServerFault`].
    pub fn record_failure(&self) -> Heard {
        self.record(Outcome::ServerFault, Duration::ZERO)
    }

    pub(crate) fn now(&self) -> Duration {
        self.0.clock.monotonic()
    }

    pub(crate) fn load(&self) -> &Load {
        &self.0.load
    }

    /// For how long it is shut at least; `None` where only an operator opens it.
    pub(crate) fn shut_for(&self, now: Duration) -> Option<Duration> {
        let word = self.0.hot.word();
        if word.is_free() {
            return Some(Duration::ZERO);
        }
        let gate = self.0.hot.gate();
        (gate != u64::MAX).then(|| Duration::from_nanos(gate.saturating_sub(nanos(now))))
    }

    /// What is held against it is the operator's order and nothing else counts.
    pub(crate) fn is_ordered_down(&self) -> bool {
        let word = self.0.hot.word();
        !word.is_free() && matches!(word.why(), Refusal::ForcedDown | Refusal::Draining)
    }

    /// Whether the next call would be a probe.
    pub(crate) fn is_probed_next(&self) -> bool {
        let word = self.0.hot.word();
        !word.is_free() && matches!(word.why(), Refusal::Open | Refusal::Probing)
    }

    /// Whether it is shut because its probes are under way.
    pub(crate) fn is_probed_now(&self) -> bool {
        let word = self.0.hot.word();
        !word.is_free() && word.why() == Refusal::Probing
    }

    pub(crate) fn hub(&self) -> &Hub {
        &self.0.hub
    }

    fn admit(&self, now: Duration) -> Result<Pass, Refused> {
        let word = self.0.hot.word();
        if word.is_free() {
            return Ok(Pass::of_epoch(word.epoch()));
        }
        let gate = self.0.hot.gate();
        if nanos(now) < gate {
            let retry_after =
                (gate != u64::MAX).then(|| Duration::from_nanos(gate.saturating_sub(nanos(now))));
            return Err(Refused { why: word.why(), retry_after });
        }
        if matches!(word.why(), Refusal::ForcedDown | Refusal::Draining) {
            return Err(Refused { why: word.why(), retry_after: None });
        }
        self.with_machine(|machine| machine.admit(now))
    }

    fn would_admit(&self, now: Duration) -> bool {
        // Before the gate nothing can have changed; after it the machine knows.
        nanos(now) >= self.0.hot.gate() && self.lock().is_available(now)
    }

    fn report(&self, pass: &Pass, outcome: Outcome, latency: Duration, now: Duration) -> Heard {
        let word = self.0.hot.word();
        if word.epoch() != pass.epoch() {
            return Heard::Late;
        }
        let outcome = self.slowed(outcome, latency);
        let quiet = match outcome.bearing() {
            Bearing::Good => !word.heeds_success(),
            Bearing::Silent => !pass.is_probe(),
            Bearing::Slow | Bearing::Bad | Bearing::Throttled(_) => false,
        };
        if quiet {
            self.count(outcome, latency, now);
            return Heard::Counted;
        }
        self.with_machine(|machine| {
            if machine.epoch() == pass.epoch() {
                self.count(outcome, latency, now);
            }
            machine.report(pass, outcome, self.tally(), now)
        })
    }

    fn slowed(&self, outcome: Outcome, latency: Duration) -> Outcome {
        match outcome {
            Outcome::Ok if nanos(latency) > self.0.slow_after => Outcome::Slow,
            other => other,
        }
    }

    /// Counts in the window and in the load. It takes no lock but the one for the turn of a slice.
    fn count(&self, outcome: Outcome, latency: Duration, now: Duration) {
        let (inner, latency, now) = (&*self.0, nanos(latency), nanos(now));
        if inner.window.is_over(now) {
            inner.window.turn(now);
        }
        match outcome.bearing() {
            Bearing::Good => {
                inner.window.success(latency);
                inner.load.succeeded(latency, now);
            }
            Bearing::Slow => {
                inner.window.success(latency);
                inner.window.count(Count::Slow);
                inner.load.succeeded(latency, now);
            }
            Bearing::Bad => {
                inner.window.count(Count::Failure);
                inner.load.failed(now);
            }
            Bearing::Throttled(_) => inner.window.count(Count::Throttled),
            Bearing::Silent if outcome == Outcome::ClientFault => inner.window.count(Count::Client),
            Bearing::Silent => inner.window.count(Count::Cancelled),
        }
    }

    /// Nothing is added up where no rate is watched.
    fn tally(&self) -> Tally {
        if self.0.rates { self.0.window.tally() } else { Tally::default() }
    }

    /// Every change of the machine goes through here: what it says is published before the lock is let go, and whoever watches
    /// is woken after.
    fn with_machine<T>(&self, change: impl FnOnce(&mut Machine) -> T) -> T {
        let mut machine = self.lock();
        let before = machine.state().phase;
        let result = change(&mut machine);
        let after = machine.state().phase;
        if after == Phase::Healthy && matches!(before, Phase::Unhealthy | Phase::Probing) {
            self.0.window.clear();
            self.0.load.restart(nanos(self.now()));
        }
        self.0.hot.publish(&machine);
        let wakers = self.0.hub.send(&self.0.name, machine.take_changes());
        drop(machine);
        wakers.into_iter().for_each(std::task::Waker::wake);
        result
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Machine> {
        self.0.machine.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Provider")
            .field("name", self.name())
            .field("state", &self.lock().state())
            .finish_non_exhaustive()
    }
}

impl From<&SetupError> for stockade_core::Problem {
    fn from(_: &SetupError) -> Self {
        Self::internal()
    }
}
