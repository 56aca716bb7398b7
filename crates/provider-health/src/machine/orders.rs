//! What is said by others than calls: operators, checks and other instances.

use super::Machine;
use crate::{Overlay, Phase, Reason, State};
use std::time::Duration;

/// How far the word of another instance goes, that a provider is down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credence {
    /// It opens the circuit: nothing of one's own speaks against it.
    Opens,
    /// It makes a healthy provider degraded: calls of one's own succeed, or nobody else is left to ask.
    Degrades,
}

/// What has become of another instance's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Peer {
    /// None was heard, or calls made here have failed since.
    Silent,
    /// It opened the circuit, and no call made here has judged it yet.
    Believed,
    /// It opened the circuit, and calls made here closed it.
    Disproved,
}

impl Machine {
    /// Orders an overlay, or ends it. While forced up or down nothing that calls show is heard; the phase goes on as it was.
    pub fn force(&mut self, overlay: Option<Overlay>, now: Duration) {
        self.settle(now);
        if overlay == self.state.overlay {
            return;
        }
        let froze = self.frozen();
        self.enter(State { overlay, ..self.state }, Reason::Overlay);
        if froze || self.frozen() {
            self.next_epoch();
        }
    }

    /// Says that the provider is well: everything held against it is forgotten, also how often it failed before.
    pub fn mark_healthy(&mut self, reason: Reason, now: Duration) {
        self.settle(now);
        self.recovery.forget();
        self.cooling_until = Duration::ZERO;
        (self.peer, self.ramp_from) = (Peer::Silent, None);
        self.close(reason);
    }

    /// Closes the circuit as enough successful probes do: how often it was open before is not forgotten, nor a throttle. Not
    /// heard while forced.
    pub fn recover(&mut self, reason: Reason, now: Duration) {
        self.settle(now);
        if !self.frozen() {
            self.prove(reason);
        }
    }

    /// Says that the provider is to be asked after the healthy ones, until [`Config::healthy_after`](crate::Config::healthy_after)
    /// successes.
    pub fn mark_degraded(&mut self, reason: Reason, now: Duration) {
        self.settle(now);
        self.next_epoch();
        self.recovery.well(self.latest);
        self.enter(State { phase: Phase::Degraded, ..self.state }, reason);
    }

    /// Opens the circuit as failures do.
    pub fn mark_unhealthy(&mut self, reason: Reason, now: Duration) {
        self.settle(now);
        self.trip(reason, self.latest);
    }

    /// Takes the word of another instance that the provider is down for `span`, of which
    /// [`Config::open_at_most`](crate::Config::open_at_most) is believed. At most it opens the circuit for that long, drawn longer by
    /// jitter, and then a probe of this instance decides: what is open already, or tried, does not become open for longer, so that an
    /// instance whose own way to the provider is broken holds nobody else down.
    ///
    /// It degrades at most where `credence` says so, for [`Config::window`](crate::Config::window) after calls or checks closed the
    /// circuit, and where they have closed what such a word had opened, until a call made here fails. Nothing changes while forced.
    pub fn eject(&mut self, span: Duration, credence: Credence, reason: Reason, now: Duration) {
        self.settle(now);
        if self.frozen() || matches!(self.state.phase, Phase::Unhealthy | Phase::Probing) {
            return;
        }
        let known = self.proved_at.is_some_and(|at| self.latest.saturating_sub(at) < self.config.window);
        if credence == Credence::Degrades || known || self.peer == Peer::Disproved {
            if self.state.phase == Phase::Healthy {
                self.successes = 0;
                self.enter(State { phase: Phase::Degraded, ..self.state }, reason);
            }
            return;
        }
        let wide = self.recovery.jitter(self.config.share(span));
        let span = span.saturating_add(wide).min(self.config.open_at_most);
        self.open_until = self.latest.saturating_add(span);
        self.recovery.unwell(&self.config, self.latest);
        self.peer = Peer::Believed;
        self.next_epoch();
        self.enter(State { phase: Phase::Unhealthy, ..self.state }, reason);
    }

    /// Lets probes begin at some moment within the next [`Config::open_for`](crate::Config::open_for), if they were to begin later:
    /// what another instance has found out. It never closes the circuit; probes of this instance do.
    pub fn probe_sooner(&mut self, now: Duration) {
        self.settle(now);
        if self.state.phase == Phase::Unhealthy {
            let soon = self.recovery.jitter(self.config.open_for);
            self.open_until = self.open_until.min(self.latest.saturating_add(soon));
        }
    }
}
