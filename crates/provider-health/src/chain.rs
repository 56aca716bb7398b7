//! One request over several providers, without I/O: it says whom to ask and for how long, and is told what became of it.

use crate::pool::{AllDown, Fare, Mask, NoneAvailable, Pool, Probes, Withdrawal};
use crate::random::nanos;
use crate::suspects::{Proof, Suspects};
use crate::{Outcome, Permit, Provider};
use std::time::Duration;

/// Whether the request may be made twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// Twice is as good as once (RFC 9110 §9.2.2): it is taken elsewhere after every fault of a provider, may be hedged, and
    /// may be the one by which a provider is tried again.
    Idempotent,
    /// It is taken elsewhere only where it cannot have been carried out: after [`Outcome::ConnectFault`],
    /// [`Outcome::Throttled`] and [`Outcome::Declined`]. It is not hedged, and tries nobody again while somebody else is well.
    Once,
}

/// Who a request comes from, as a number: a hash of the account, say. It is compared, and nothing else.
///
/// With it one sender whose requests fail wherever they are taken counts once against each provider, until somebody else has failed
/// there too or half a minute is over. Without it every such request counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sender(pub u64);

/// The course of one request. It holds no place anywhere itself; its [`Attempt`]s do.
///
/// Faults that may be the request's own are told to their providers when it is settled, or when this is dropped: what fails
/// alike at several providers counts at the first of them alone, unless another one serves it. To the others it is a
/// [client's fault](Outcome::ClientFault). A fault of another kind, and one that the next provider disproves, counts at a
/// fallback as it does at the first one.
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
    suspects: Suspects,
    /// The next attempt costs nothing of the budget.
    free: bool,
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
    at_most: Option<Duration>,
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
            suspects: Suspects::default(),
            free: false,
        }
    }
}

impl Chain {
    /// The same, of a request whose sender is known.
    #[must_use]
    pub fn sent_by(mut self, sender: Sender) -> Self {
        self.suspects = Suspects::of(sender);
        self
    }

    /// Whom to ask now. No provider is asked twice. The second attempt and those after it are paid for from the pool's retry
    /// budget, but for that of a call which was under way when its provider began to fail: there are never more of these in half a
    /// minute than calls under way at one moment.
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
        let paid = !first && !std::mem::take(&mut self.free);
        if paid && self.withdraw() == Withdrawal::Spent {
            return Next::GiveUp(GiveUp::Budget);
        }
        let least_bad = || {
            let any = !first && self.pool.config().all_down == AllDown::LeastBad;
            any.then(|| self.pool.least_bad(self.tried, nanos(now))).flatten()
        };
        let Some((index, permit)) = self.pool.take(self.tried, probes, nanos(now)).or_else(least_bad) else {
            if first {
                return self.all_down(now);
            }
            if paid {
                self.pool.budget().refund();
            }
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
        let after = match outcome {
            Outcome::Ok | Outcome::Slow | Outcome::ClientFault | Outcome::Cancelled => After::Done,
            Outcome::ConnectFault | Outcome::Throttled(_) | Outcome::Declined => After::TryNext,
            Outcome::ServerFault | Outcome::Timeout => match self.repeat {
                Repeat::Idempotent => After::TryNext,
                Repeat::Once => After::MustNotRepeat,
            },
        };
        if let Outcome::ServerFault | Outcome::Timeout | Outcome::ConnectFault = outcome {
            self.overdue(&attempt, now);
        }
        self.suspects.take(&self.pool, attempt.index, attempt.permit, outcome, now);
        self.settled = Some(after);
        if after != After::TryNext {
            let served = matches!(outcome, Outcome::Ok | Outcome::Slow);
            self.suspects.settle(&self.pool, if served { Proof::Served } else { Proof::Nobody });
        }
        after
    }

    /// Takes the attempt whose answer is good and goes to the client. The request is settled; what its permit reports is how the
    /// answer ended, whenever that is.
    pub fn accept(&mut self, attempt: Attempt) -> Permit {
        self.settled = Some(After::Done);
        self.suspects.settle(&self.pool, Proof::Served);
        attempt.permit
    }

    /// Says that the [share](Attempt::within) of an attempt is over while it goes on up to [`Attempt::at_most`], so that the
    /// [next attempt](Self::next_attempt) is made beside it. Report [`Outcome::Timeout`] for it once another one is good.
    pub fn overdue(&mut self, attempt: &Attempt, now: Duration) {
        let fare =
            self.pool.trouble(attempt.index).map(|trouble| trouble.fare(attempt.permit.started(), now));
        self.free = fare == Some(Fare::Free);
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

    fn withdraw(&self) -> Withdrawal {
        let budget = self.pool.budget();
        if self.suspects.any() { budget.withdraw_modestly() } else { budget.withdraw() }
    }

    fn begin(&mut self, index: usize, permit: Permit, now: Duration) -> Attempt {
        self.tried = self.tried.with(index);
        self.attempts = self.attempts.saturating_add(1);
        self.last_begun = Some(now);
        self.settled = None;
        let at_most = self.most_of_time(now);
        Attempt { index, permit, within: self.share_of_time(at_most, now), at_most }
    }

    /// What one attempt may take: no more than is left.
    fn most_of_time(&self, now: Duration) -> Option<Duration> {
        let left = self.deadline.map(|deadline| deadline.saturating_sub(now));
        [self.pool.config().attempt_at_most, left].into_iter().flatten().min()
    }

    /// Where nothing else is said an even share of what is left, if somebody else may be asked after it.
    fn share_of_time(&self, at_most: Option<Duration>, now: Duration) -> Option<Duration> {
        let config = self.pool.config();
        if config.attempt_at_most.is_some() || self.repeat == Repeat::Once {
            return at_most;
        }
        let may_follow = config.max_attempts.saturating_sub(self.attempts);
        let untried = self.pool.untried(self.tried, now).min(u32::from(may_follow));
        at_most.map(|left| left / (1 + untried))
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

    /// Its share of the time: for how long to wait for the answer before somebody else is asked. Either report
    /// [`Outcome::Timeout`] then, or say that it is [overdue](Chain::overdue) and let it go on: a share is no judgement on how long an answer may
    /// take. `None`: as long as it takes.
    #[must_use]
    pub fn within(&self) -> Option<Duration> {
        self.within
    }

    /// How long it may take at all; then report [`Outcome::Timeout`]. `None`: as long as it takes.
    #[must_use]
    pub fn at_most(&self) -> Option<Duration> {
        self.at_most
    }

    /// Whether an unwell provider is tried by it.
    #[must_use]
    pub fn is_probe(&self) -> bool {
        self.permit.is_probe()
    }

    /// The permit alone, for a call that no longer is part of the chain. For an answer that is good use [`Chain::accept`].
    pub fn into_permit(self) -> Permit {
        self.permit
    }
}

impl Drop for Chain {
    fn drop(&mut self) {
        self.suspects.settle(&self.pool, Proof::Nobody);
    }
}

impl Pool {
    /// How many could still be asked.
    fn untried(&self, tried: Mask, now: Duration) -> u32 {
        let now = nanos(now);
        let untried =
            |(index, provider): &(usize, &Provider)| !tried.has(*index) && provider.is_available_at(now);
        let well = u32::try_from(self.providers().enumerate().filter(untried).count()).unwrap_or(u32::MAX);
        if well == 0 && self.config().all_down == AllDown::LeastBad {
            let unwell = self
                .providers()
                .enumerate()
                .filter(|(index, provider)| !tried.has(*index) && !provider.is_ordered_down());
            return u32::try_from(unwell.count()).unwrap_or(u32::MAX);
        }
        well
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
