//! One upstream: the machine, with a clock, a window and a lock around it.

mod door;
mod hot;
mod load;
mod orders;
mod permit;
mod report;
mod seat;
mod stats;
#[cfg(test)]
mod tests;

use crate::clock::Time;
use crate::machine::{Machine, Pass};
use crate::random::nanos;
use crate::watch::Hub;
use crate::window::Window;
use crate::{CoarseClock, Config, ConfigError, Phase, ProviderName, Refusal, Refused};
use hot::{Hot, Word};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use stockade_core::{Clock, Entropy, EntropyError};

pub(crate) use door::Door;
pub(crate) use load::{FULL_SCORE, Load};
pub use permit::{Aftermath, Holder, Permit};
pub use stats::{Stats, Status};

/// A handle of one upstream. Clones share its state.
///
/// Asking and reporting cost neither a lock nor an atomic read-modify-write while the provider is well and calls succeed: an acquire
/// is one load, a success is counted in memory of the calling thread's own. Failures, and everything while it is not well, take
/// a short lock. All times are the monotonic reading of its clock, so that no jump of the wall clock opens or closes anything.
///
/// A thread keeps handles of the 8 providers that it has to do with, until it ends or others take their places: that long a
/// provider lives on whose other handles are gone.
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
    probes: u8,
    time: Time,
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
        Self::with_time(name, config, Time::Other(clock), entropy)
    }

    /// [`new`](Self::new) with a clock whose readings cost a load each, for the hottest paths.
    ///
    /// # Errors
    /// Those of [`new`](Self::new).
    pub fn with_coarse_clock(
        name: ProviderName,
        config: Config,
        clock: Arc<CoarseClock>,
        entropy: &dyn Entropy,
    ) -> Result<Self, SetupError> {
        Self::with_time(name, config, Time::Coarse(clock), entropy)
    }

    fn with_time(
        name: ProviderName,
        config: Config,
        time: Time,
        entropy: &dyn Entropy,
    ) -> Result<Self, SetupError> {
        let mut seed = [0; 8];
        entropy.fill(&mut seed)?;
        let machine = Machine::new(config, u64::from_le_bytes(seed))?;
        let window = Window::new(config.window);
        window.turn(time.nanos());
        Ok(Self(Arc::new(Inner {
            hot: Hot::new(&machine),
            load: Load::new(),
            window,
            machine: Mutex::new(machine),
            hub: Hub::default(),
            name,
            slow_after: config.slow_after.map_or(u64::MAX, nanos),
            rates: config.failure_percent.is_some() || config.slow_percent.is_some(),
            probes: config.probes,
            time,
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
    #[inline]
    pub fn acquire(&self) -> Result<Permit<&Self>, Refused> {
        let now = self.now_nanos();
        self.admit(now).map(|pass| Permit::new(self, pass, now))
    }

    /// [`acquire`](Self::acquire) at a time that the caller has read from the provider's clock.
    ///
    /// # Errors
    /// Those of [`acquire`](Self::acquire).
    pub fn acquire_at(&self, now: Duration) -> Result<Permit<&Self>, Refused> {
        let now = nanos(now);
        self.admit(now).map(|pass| Permit::new(self, pass, now))
    }

    /// [`acquire`](Self::acquire), with a permit that owns its handle.
    ///
    /// # Errors
    /// Those of [`acquire`](Self::acquire).
    #[inline(always)]
    pub fn acquire_owned(&self) -> Result<Permit, Refused> {
        self.acquire_owned_at(self.now_nanos())
    }

    #[inline(always)]
    pub(crate) fn acquire_owned_at(&self, now: u64) -> Result<Permit, Refused> {
        self.admit(now).map(|pass| Permit::new(seat::handle(self), pass, now))
    }

    /// Whether a call would be let through now. One load while the provider is well. For a provider that is tried again it is a
    /// hint: somebody else may take the last place before you do.
    #[must_use]
    #[inline]
    pub fn is_available(&self) -> bool {
        self.0.hot.word().is_free() || self.would_admit(None)
    }

    #[inline]
    pub(crate) fn is_available_at(&self, now: u64) -> bool {
        self.0.hot.word().is_free() || self.would_admit(Some(now))
    }

    /// Whether nothing is held against it: healthy by its calls, and not ordered down. One load.
    #[must_use]
    #[inline]
    pub fn is_healthy(&self) -> bool {
        self.0.hot.word().is_well()
    }

    pub(crate) fn now(&self) -> Duration {
        Duration::from_nanos(self.now_nanos())
    }

    #[inline]
    pub(crate) fn now_nanos(&self) -> u64 {
        self.0.time.nanos()
    }

    #[inline]
    pub(crate) fn load(&self) -> &Load {
        &self.0.load
    }

    pub(crate) fn hub(&self) -> &Hub {
        &self.0.hub
    }

    #[inline(always)]
    fn admit(&self, now: u64) -> Result<Pass, Refused> {
        let word = self.0.hot.word();
        if word.is_free() { Ok(Pass::of_epoch(word.epoch())) } else { self.admit_gated(word, now) }
    }

    #[cold]
    #[inline(never)]
    fn admit_gated(&self, word: Word, now: u64) -> Result<Pass, Refused> {
        let gate = self.0.hot.gate();
        if now < gate {
            let retry_after = (gate != u64::MAX).then(|| Duration::from_nanos(gate - now));
            return Err(Refused { why: word.why(), retry_after });
        }
        if matches!(word.why(), Refusal::ForcedDown | Refusal::Draining) {
            return Err(Refused { why: word.why(), retry_after: None });
        }
        self.with_machine(|machine| machine.admit(Duration::from_nanos(now)))
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
            self.0.load.restart(self.now_nanos());
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
