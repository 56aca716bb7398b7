//! Whether a fault is the provider's or the request's: what one request has met so far, until that is known.

use crate::chain::Sender;
use crate::pool::{Blame, Pool};
use crate::{Outcome, Permit};
use std::time::Duration;

/// The faults of one request that are not told yet.
///
/// A request that fails alike at several providers is likely the cause itself, and would otherwise let one sender shut all of them
/// for everybody. So only the first fault of a kind is told at once, and of one sender not twice in a row; the others are told if
/// another provider serves the request, which proves that nothing was wrong with it, and count as its own fault otherwise.
#[derive(Debug, Default)]
pub(crate) struct Suspects {
    sender: Option<Sender>,
    /// How often the request has failed in each way.
    met: [u8; 3],
    held: Vec<Held>,
    declined: bool,
}

#[derive(Debug)]
struct Held {
    permit: Permit,
    outcome: Outcome,
    latency: Duration,
    member: usize,
    at: Duration,
    first: bool,
}

/// What became of the request in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proof {
    /// Somebody served it.
    Served,
    Nobody,
}

/// The ways to fail that a request can be the cause of.
fn kind(outcome: Outcome) -> Option<usize> {
    match outcome {
        Outcome::ServerFault => Some(0),
        Outcome::Timeout => Some(1),
        Outcome::Throttled(_) => Some(2),
        _ => None,
    }
}

impl Suspects {
    pub(crate) fn of(sender: Sender) -> Self {
        Self { sender: Some(sender), ..Self::default() }
    }

    /// Whether the request may well be the cause of how it fares.
    pub(crate) fn any(&self) -> bool {
        self.declined || !self.held.is_empty()
    }

    /// Tells the provider at once, or keeps it.
    pub(crate) fn take(
        &mut self,
        pool: &Pool,
        member: usize,
        permit: Permit,
        outcome: Outcome,
        now: Duration,
    ) {
        let latency = now.saturating_sub(permit.started());
        self.declined |= outcome == Outcome::Declined;
        let Some(met) = kind(outcome).and_then(|kind| self.met.get_mut(kind)) else {
            let _ = permit.record_at(outcome, latency, now);
            return;
        };
        *met = met.saturating_add(1);
        let first = *met == 1;
        let told = first
            && !matches!(outcome, Outcome::Throttled(_))
            && pool.trouble(member).is_none_or(|trouble| trouble.blame(self.sender, now) == Blame::Counts);
        if told {
            let _ = permit.record_at(outcome, latency, now);
        } else {
            self.held.push(Held { permit, outcome, latency, member, at: now, first });
        }
    }

    /// Tells what was kept.
    pub(crate) fn settle(&mut self, pool: &Pool, proof: Proof) {
        let alone = self.met.get(2) == Some(&1);
        for held in std::mem::take(&mut self.held) {
            let outcome = match (proof, held.outcome) {
                (Proof::Served, outcome) => outcome,
                // Nobody else has said that it is the request: the provider is taken at its word.
                (Proof::Nobody, Outcome::Throttled(wait)) if alone => Outcome::Throttled(wait),
                (Proof::Nobody, Outcome::Throttled(_)) if held.first && self.counts(pool, &held) => {
                    Outcome::Throttled(None)
                }
                (Proof::Nobody, _) => Outcome::ClientFault,
            };
            let _ = held.permit.record_timed(outcome, held.latency);
        }
    }

    fn counts(&self, pool: &Pool, held: &Held) -> bool {
        pool.trouble(held.member).is_none_or(|trouble| trouble.blame(self.sender, held.at) == Blame::Counts)
    }
}
