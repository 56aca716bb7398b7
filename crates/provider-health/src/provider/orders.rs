//! What an operator, a check or another instance says, as opposed to what calls show.

use super::Provider;
use crate::machine::Credence;
use crate::watch::{TooManyWatchers, Watch};
use crate::{Overlay, Reason};
use std::time::Duration;

impl Provider {
    /// Says that it is well: nothing is held against it any more, neither failures nor a throttle nor how often it was
    /// unhealthy before. It does not end an overlay.
    pub fn mark_healthy(&self) {
        let now = self.now();
        self.with_machine(|machine| machine.mark_healthy(Reason::Marked, now));
    }

    /// Says that it is to be asked after the healthy ones.
    pub fn mark_degraded(&self) {
        let now = self.now();
        self.with_machine(|machine| machine.mark_degraded(Reason::Marked, now));
    }

    /// Opens its circuit as failures do.
    pub fn mark_unhealthy(&self) {
        self.mark_unhealthy_for(Reason::Marked);
    }

    /// Orders an overlay, or ends it.
    pub fn force(&self, overlay: Option<Overlay>) {
        let now = self.now();
        self.with_machine(|machine| machine.force(overlay, now));
    }

    /// Takes nothing new; what is under way still counts.
    pub fn drain(&self) {
        self.force(Some(Overlay::Draining));
    }

    /// Begins anew: no overlay, healthy.
    pub fn reset(&self) {
        let now = self.now();
        self.with_machine(|machine| {
            machine.force(None, now);
            machine.mark_healthy(Reason::Marked, now);
        });
    }

    /// Follows its changes from here on.
    ///
    /// # Errors
    /// As many watch already as are allowed.
    pub fn watch(&self) -> Result<Watch, TooManyWatchers> {
        let watch = Watch::new();
        self.0.hub.join(&watch)?;
        Ok(watch)
    }

    /// Changes whenever its state does: the epoch, and since when it stands so.
    pub(crate) fn standing(&self) -> (u32, Duration) {
        let machine = self.lock();
        (machine.epoch(), machine.reason().1)
    }

    pub(crate) fn recover(&self, reason: Reason) {
        let now = self.now();
        self.with_machine(|machine| machine.recover(reason, now));
    }

    pub(crate) fn mark_unhealthy_for(&self, reason: Reason) {
        let now = self.now();
        self.with_machine(|machine| machine.mark_unhealthy(reason, now));
    }

    /// What a peer has found out: not well for about so long. Where calls of one's own succeed it does not go beyond degraded.
    pub(crate) fn eject(&self, span: Duration, credence: Credence) {
        let now = self.now_nanos();
        if self.0.window.is_over(now) {
            self.0.window.turn(now);
        }
        let tally = self.0.window.tally();
        let serves = tally.calls.saturating_sub(tally.failures) > tally.failures;
        let credence = if serves { Credence::Degrades } else { credence };
        let now = Duration::from_nanos(now);
        self.with_machine(|machine| machine.eject(span, credence, Reason::Peer, now));
    }

    /// What a peer has found out: well again.
    pub(crate) fn probe_sooner(&self) {
        let now = self.now();
        self.with_machine(|machine| machine.probe_sooner(now));
    }
}
