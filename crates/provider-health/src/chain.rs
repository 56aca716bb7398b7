//! One request over several providers, without I/O: it says whom to ask and for how long, and is told what became of it.

use crate::machine::Heard;
use crate::pool::{AllDown, Mask, NoneAvailable, Pool, Probes, Withdrawal};
use crate::random::nanos;
use crate::{Outcome, Permit, Provider};
use std::time::Duration;

/// Whether the request may be made twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// Twice is as good as once (RFC 9110 §9.2.2): it is taken elsewhere after every fault of a provider, may be hedged, and
    /// may be the one by which a provider is tried again.
    Idempotent,
    /// It is taken elsewhere only where it cannot have been carried out: after [`Outcome::ConnectFault`] and
    /// [`Outcome::Throttled`]. It is not hedged, and tries nobody again while somebody else is well.
    Once,
}

/// The course of one request. It holds no place anywhere itself; its [`Attempt`]s do.
#[derive(Debug)]
pub struct Chain {
    pool: Pool,
    repeat: Repeat,
    deadline: Option<Duration>,
    wait_until: Option<Duration>,
    tried: Mask,
    attempts: u8,
    last_begun: Option<Duration>,
    hedged: bool,
    settled: Option<After>,
}

/// What to do next.
#[derive(Debug)]
#[must_use]
pub enum Next {
    /// Make this call.
    Attempt(Attempt),
    /// Nobody is available; ask again after this.
    Wait(Duration),
    /// There is nothing more to be done.
    GiveUp(GiveUp),
}

/// One call to one provider. Dropped, it counts as cancelled.
#[derive(Debug)]
#[must_use = "an attempt that is dropped counts as a cancelled call"]
pub struct Attempt {
    index: usize,
    permit: Permit,
    within: Option<Duration>,
}

/// What follows from an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum After {
    /// The answer goes to the client: it is a good one, or one that every provider would give.
    Done,
    /// Ask [`Chain::next_attempt`] for somebody else; if it gives up, this answer goes to the client.
    TryNext,
    /// The answer goes to the client: it is a fault, but the request may have been carried out, and must not be twice.
    MustNotRepeat,
}

/// Why a request is given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GiveUp {
    /// The time for the whole request is over.
    #[error("the deadline of the request is over")]
    Deadline,
    /// Nobody was available from the beginning.
    #[error("no provider is available")]
    AllDown(#[source] NoneAvailable),
    /// Everybody was asked, or as many as may be.
    #[error("every provider that may be asked was asked")]
    Exhausted,
    /// So many requests fail that a further attempt would only add to the load.
    #[error("the retry budget is spent")]
    Budget,
    /// It was settled before.
    #[error("the request is settled")]
    Settled,
}

impl Pool {
    /// Begins a request that has to be over at `deadline`, by the pool's monotonic clock, over all attempts and waits together.
    #[must_use]
    pub fn chain(&self, repeat: Repeat, deadline: Option<Duration>) -> Chain {
        Chain {
            pool: self.clone(),
            repeat,
            deadline,
            wait_until: None,
            tried: Mask::default(),
            attempts: 0,
            last_begun: None,
            hedged: false,
            settled: None,
        }
    }
}

impl Chain {
    /// Whom to ask now. No provider is asked twice. The second attempt and those after it are paid for from the pool's retry
    /// budget; a failed one counts against its provider as a first one does.
    pub fn next_attempt(&mut self, now: Duration) -> Next {
        if self.settled.is_some_and(|after| after != After::TryNext) {
            return Next::GiveUp(GiveUp::Settled);
        }
        if self.deadline.is_some_and(|deadline| now >= deadline) {
            return Next::GiveUp(GiveUp::Deadline);
        }
        let first = self.attempts == 0;
        if self.attempts >= self.pool.config().max_attempts {
            return Next::GiveUp(GiveUp::Exhausted);
        }
        let probes = match self.repeat {
            Repeat::Idempotent => Probes::First,
            Repeat::Once => Probes::Last,
        };
        if !first && self.pool.budget().withdraw() == Withdrawal::Spent {
            return Next::GiveUp(GiveUp::Budget);
        }
        let Some((index, permit)) = self.pool.take(self.tried, probes, nanos(now)) else {
            if first {
                return self.all_down(now);
            }
            self.pool.budget().refund();
            return Next::GiveUp(GiveUp::Exhausted);
        };
        if first {
            self.pool.budget().deposit();
        }
        Next::Attempt(self.begin(index, permit, now))
    }

    /// When a second provider should be asked too, if the first has not answered by then. `None`: never.
    #[must_use]
    pub fn hedge_at(&self) -> Option<Duration> {
        let open = self.settled.is_none() && !self.hedged && self.repeat == Repeat::Idempotent;
        let after = self.pool.config().hedge_after.filter(|_| open)?;
        self.last_begun.map(|begun| begun.saturating_add(after))
    }

    /// A second call beside the one under way, once its time has come; at most one for each request, and only while the retry
    /// budget lasts. Report the first answer that is good, and drop the other.
    pub fn hedge(&mut self, now: Duration) -> Option<Attempt> {
        let due = self.hedge_at().is_some_and(|at| now >= at) && self.deadline.is_none_or(|end| now < end);
        if !due || self.attempts >= self.pool.config().max_attempts {
            return None;
        }
        self.hedged = true;
        if self.pool.budget().withdraw() == Withdrawal::Spent {
            return None;
        }
        match self.pool.take(self.tried, Probes::Last, nanos(now)) {
            Some((index, permit)) => Some(self.begin(index, permit, now)),
            None => {
                self.pool.budget().refund();
                None
            }
        }
    }

    /// Takes the outcome of an attempt, and says what follows from it.
    pub fn report(&mut self, attempt: Attempt, outcome: Outcome, now: Duration) -> After {
        let latency = now.saturating_sub(attempt.permit.started());
        let _: Heard = attempt.permit.record_at(outcome, latency, now);
        let after = match outcome {
            Outcome::Ok | Outcome::Slow | Outcome::ClientFault | Outcome::Cancelled => After::Done,
            Outcome::ConnectFault | Outcome::Throttled(_) => After::TryNext,
            Outcome::ServerFault | Outcome::Timeout => match self.repeat {
                Repeat::Idempotent => After::TryNext,
                Repeat::Once => After::MustNotRepeat,
            },
        };
        self.settled = Some(after);
        after
    }

    /// When the whole request has to be over.
    #[must_use]
    pub fn deadline(&self) -> Option<Duration> {
        self.deadline
    }

    /// How many attempts have begun.
    #[must_use]
    pub fn attempts(&self) -> u8 {
        self.attempts
    }

    fn begin(&mut self, index: usize, permit: Permit, now: Duration) -> Attempt {
        self.tried = self.tried.with(index);
        self.attempts = self.attempts.saturating_add(1);
        self.last_begun = Some(now);
        self.settled = None;
        Attempt { index, permit, within: self.share_of_time(now) }
    }

    /// What one attempt may take: no more than is left, and where nothing else is said an even share of it.
    fn share_of_time(&self, now: Duration) -> Option<Duration> {
        let left = self.deadline.map(|deadline| deadline.saturating_sub(now));
        let config = self.pool.config();
        match (config.attempt_at_most, left) {
            (Some(most), Some(left)) => Some(most.min(left)),
            (Some(most), None) => Some(most),
            (None, None) => None,
            (None, Some(left)) => {
                let untried = self.pool.untried(self.tried, now);
                let may_follow = config.max_attempts.saturating_sub(self.attempts);
                Some(left / (1 + untried.min(u32::from(may_follow))))
            }
        }
    }

    fn all_down(&mut self, now: Duration) -> Next {
        let none = self.pool.none_available(nanos(now));
        let give_up = Next::GiveUp(GiveUp::AllDown(none));
        match self.pool.config().all_down {
            AllDown::Fail => give_up,
            AllDown::LeastBad => match self.pool.least_bad(self.tried, nanos(now)) {
                Some((index, permit)) => {
                    self.pool.budget().deposit();
                    Next::Attempt(self.begin(index, permit, now))
                }
                None => give_up,
            },
            AllDown::WaitUpTo(longest) => {
                let end = *self.wait_until.get_or_insert(now.saturating_add(longest));
                let end = self.deadline.map_or(end, |deadline| deadline.min(end));
                // Where probes are under way, one of them may end well at any moment.
                let hopeful = self.pool.providers().any(Provider::is_probed_now);
                let in_time =
                    none.retry_after.filter(|shut_for| hopeful || now.saturating_add(*shut_for) < end);
                match in_time {
                    Some(shut_for) if now < end => {
                        let wait = shut_for.clamp(SHORTEST_WAIT, LONGEST_WAIT);
                        Next::Wait(wait.min(end.saturating_sub(now)))
                    }
                    _ => give_up,
                }
            }
        }
    }
}

/// Below this, waiting would be spinning.
const SHORTEST_WAIT: Duration = Duration::from_millis(1);

/// How often a waiting request looks again: a provider may be marked healthy, or its probe may succeed, before its time.
const LONGEST_WAIT: Duration = Duration::from_millis(100);

impl Attempt {
    /// The member's index in the pool.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    /// For how long to wait for the answer; then report [`Outcome::Timeout`]. `None`: as long as it takes.
    #[must_use]
    pub fn within(&self) -> Option<Duration> {
        self.within
    }

    /// Whether an unwell provider is tried by it.
    #[must_use]
    pub fn is_probe(&self) -> bool {
        self.permit.is_probe()
    }

    /// The permit alone, for a call whose end comes later than the decision about its answer: a stream reports when it ends.
    pub fn into_permit(self) -> Permit {
        self.permit
    }
}

impl Pool {
    /// How many could still be asked.
    fn untried(&self, tried: Mask, now: Duration) -> u32 {
        let now = nanos(now);
        let untried =
            |(index, provider): &(usize, &Provider)| !tried.has(*index) && provider.is_available_at(now);
        u32::try_from(self.providers().enumerate().filter(untried).count()).unwrap_or(u32::MAX)
    }
}

impl From<&GiveUp> for stockade_core::Problem {
    /// An open circuit is not to be retried at once: the world is told when.
    fn from(given_up: &GiveUp) -> Self {
        match given_up {
            GiveUp::Deadline => Self::new(
                stockade_core::ProblemKind::Timeout,
                "upstream_timeout",
                "no answer in time, try later",
            ),
            GiveUp::AllDown(none) => Self::from(none),
            GiveUp::Exhausted | GiveUp::Budget | GiveUp::Settled => Self::unavailable(),
        }
    }
}
