//! Who is let through.

use super::{Machine, Pass};
use crate::{Overlay, Phase, Refusal, Refused};
use std::time::Duration;

/// What a caller may know without asking the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gate {
    /// Everybody is let through.
    Free,
    /// Nobody is before this moment; from then on the machine has to be asked. Never, where there is none.
    Shut { until: Option<Duration>, why: Refusal },
}

/// For how long the number of calls at once grows after a provider has come back: ten doublings, one each second, from twice the
/// probes to a thousand times that. It is this crate's own choice, of the size of the slow start that load balancers have.
pub(crate) const RAMP: Duration = Duration::from_secs(10);

/// How many calls a pool should have under way at a provider that is back `since` so long.
pub(crate) fn ramp_allows(probes: u8, since: Duration) -> u32 {
    (2 * u32::from(probes)) << since.min(RAMP).as_secs()
}

impl Machine {
    /// Asks to make one call. The first who asks after the time alone is over begins the probing; exactly
    /// [`Config::probes`](crate::Config::probes) are under way at a time.
    ///
    /// # Errors
    /// Why not, and when it makes sense to ask again.
    pub fn admit(&mut self, now: Duration) -> Result<Pass, Refused> {
        self.settle(now);
        if let Gate::Shut { until, why } = self.gate()
            && until.is_none_or(|until| self.latest < until)
        {
            let retry_after = until.map(|until| until.saturating_sub(self.latest));
            return Err(Refused { why, retry_after });
        }
        if self.state.overlay.is_some() || matches!(self.state.phase, Phase::Healthy | Phase::Degraded) {
            return Ok(self.unconditional());
        }
        if self.state.phase == Phase::Unhealthy {
            self.begin_probing();
        }
        let deadline = self.latest.saturating_add(self.config.probe_timeout);
        match self.probes.take(deadline) {
            Some(ticket) => Ok(Pass { epoch: self.epoch, probe: Some(ticket) }),
            None => Err(Refused { why: Refusal::Probing, retry_after: Some(self.config.probe_timeout) }),
        }
    }

    /// Whether [`admit`](Self::admit) would let a caller through.
    #[must_use]
    pub fn is_available(&self, now: Duration) -> bool {
        let now = self.latest.max(now);
        let overdue = self.probes.earliest_deadline().is_some_and(|deadline| deadline <= now);
        match self.gate() {
            Gate::Free => true,
            Gate::Shut { until, .. } => !overdue && until.is_some_and(|until| until <= now),
        }
    }

    /// A pass that is no probe: what a healthy provider gives, and what is left when there is no better one.
    pub(crate) fn unconditional(&self) -> Pass {
        Pass::of_epoch(self.epoch)
    }

    /// Since when it is back, or from when on it will be, if that is not long ago.
    pub(crate) fn ramp_from(&self) -> Option<Duration> {
        self.ramp_from.filter(|from| self.latest < from.saturating_add(RAMP))
    }

    pub(crate) fn gate(&self) -> Gate {
        let ordered = |why| Gate::Shut { until: None, why };
        match self.state.overlay {
            Some(Overlay::ForcedUp) => return Gate::Free,
            Some(Overlay::ForcedDown) => return ordered(Refusal::ForcedDown),
            Some(Overlay::Draining) => return ordered(Refusal::Draining),
            None => {}
        }
        let circuit = match self.state.phase {
            Phase::Healthy | Phase::Degraded => None,
            Phase::Unhealthy => Some((self.open_until, Refusal::Open)),
            Phase::Probing if self.probes.any_free() => Some((Duration::ZERO, Refusal::Probing)),
            Phase::Probing => self.probes.earliest_deadline().map(|deadline| (deadline, Refusal::Probing)),
        };
        let cooling = (self.cooling_until > self.latest).then_some((self.cooling_until, Refusal::Cooling));
        let later = circuit.into_iter().chain(cooling).max_by_key(|(until, _)| *until);
        later.map_or(Gate::Free, |(until, why)| Gate::Shut { until: Some(until), why })
    }
}

impl Pass {
    /// The same right, for what is said later of the same call.
    pub(crate) fn again(&self) -> Self {
        Self { epoch: self.epoch, probe: self.probe }
    }

    #[inline]
    pub(crate) fn of_epoch(epoch: u32) -> Self {
        Self { epoch, probe: None }
    }

    /// In which epoch it was given.
    #[must_use]
    #[inline]
    pub fn epoch(&self) -> u32 {
        self.epoch
    }

    /// Whether it holds one of the places for probes.
    #[must_use]
    #[inline]
    pub fn is_probe(&self) -> bool {
        self.probe.is_some()
    }
}
