//! Whom of several that are available.

use super::config::Member;
use super::mask::Mask;
use crate::provider::FULL_SCORE;
use crate::random::{SharedMix, below};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// How a tier's traffic is divided among those of it that are available.
///
/// Whatever the strategy, each is weighed by the square of its success score: a provider that fails fast is neither quick nor
/// cheap. Nor is one that throttles, that answers what serves nobody, or for whose answers nobody waits: these lower the score without
/// counting as failures. One choice in 256 does without, so that a provider that has recovered is found out.
#[derive(Clone, Default)]
pub enum Strategy {
    /// At random, in proportion to the members' weights.
    Weighted,
    /// The better of two drawn at random, by the peak-sensitive mean of the latency of its successes, times the calls under way,
    /// divided by its weight. The default.
    #[default]
    PeakEwma,
    /// The cheapest, by the members' prices.
    Cost,
    /// At random, in proportion to what this says.
    Custom(Arc<dyn Rank>),
}

/// A weight of your own making.
pub trait Rank: Send + Sync {
    /// How much of the traffic this candidate should get, relative to what the others get; it is called for every choice, so it
    /// should be quick. Zero counts as one.
    fn weight(&self, candidate: &Candidate<'_>) -> u32;
}

impl<F: Fn(&Candidate<'_>) -> u32 + Send + Sync> Rank for F {
    fn weight(&self, candidate: &Candidate<'_>) -> u32 {
        self(candidate)
    }
}

/// What a [`Rank`] may go by.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    member: &'a Member,
    now: u64,
}

impl<'a> Candidate<'a> {
    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &'a crate::ProviderName {
        self.member.provider.name()
    }

    /// The weight given to it.
    #[must_use]
    pub fn weight(&self) -> u16 {
        self.member.weight
    }

    /// The price given to it.
    #[must_use]
    pub fn price(&self) -> u32 {
        self.member.price
    }

    /// Calls under way.
    #[must_use]
    pub fn in_flight(&self) -> u32 {
        self.member.provider.load().in_flight()
    }

    /// The peak-sensitive mean latency of its successes.
    #[must_use]
    pub fn latency(&self) -> Duration {
        Duration::from_micros(self.member.provider.load().latency(self.now))
    }
}

/// One choice in so many takes no notice of success.
const EXPLORE: u64 = 256;

/// What a degraded provider's share is divided by.
const DEGRADED: u64 = 4;

impl Strategy {
    /// One of `candidates`, which are indices into `members`; `None` only if there is none.
    pub(super) fn choose(
        &self,
        members: &[Member],
        candidates: Mask,
        now: u64,
        random: &SharedMix,
    ) -> Option<usize> {
        let count = candidates.len();
        if count <= 1 {
            return candidates.nth(0);
        }
        let random = random.next();
        // Three draws out of one: they use different bits.
        let explore = random.is_multiple_of(EXPLORE);
        match self {
            _ if explore && !matches!(self, Self::PeakEwma) => {
                candidates.nth(below(random, u64::from(count)) as u32)
            }
            Self::Weighted => draw(members, candidates, now, random, |member| u64::from(member.weight)),
            Self::Custom(rank) => draw(members, candidates, now, random, |member| {
                u64::from(rank.weight(&Candidate { member, now }).max(1))
            }),
            Self::Cost => candidates.iter().min_by(|a, b| {
                let price = |member: &Member| (u64::from(member.price) << 20) / share(member, now);
                let [a, b] = [*a, *b].map(|index| members.get(index).map_or(u64::MAX, price));
                a.cmp(&b)
            }),
            Self::PeakEwma => {
                let first = below(random, u64::from(count)) as u32;
                let second = below(random.rotate_left(32), u64::from(count - 1)) as u32;
                let second = second + u32::from(second >= first);
                let (one, two) = (candidates.nth(first)?, candidates.nth(second)?);
                let (a, b) = (Cost::of(members.get(one)?, now), Cost::of(members.get(two)?, now));
                Some(if a.is_at_most(b) == explore { two } else { one })
            }
        }
    }
}

/// From 1 to 2¹⁶: the square of the success score, of which a degraded provider gets a quarter.
fn share(member: &Member, now: u64) -> u64 {
    let score = u64::from(member.provider.load().score(now));
    let share = score * score / u64::from(FULL_SCORE);
    let degraded = !member.provider.is_healthy();
    (if degraded { share / DEGRADED } else { share }).max(1)
}

/// What a call would cost, compared without a division.
#[derive(Debug, Clone, Copy)]
struct Cost {
    faded: u64,
    last: u64,
    calls: u64,
    share: u64,
}

impl Cost {
    fn of(member: &Member, now: u64) -> Self {
        let load = member.provider.load();
        let (faded, last) = load.faded_and_last_latency(now);
        let calls = u64::from(load.in_flight()) + 1;
        Self { faded: faded.max(1), last, calls, share: share(member, now) * u64::from(member.weight) }
    }

    /// What is forgotten makes one that was slow as good as the other one, never better: who has not been heard of for long would
    /// otherwise get everything at once.
    fn busy_beside(self, other: Self) -> u128 {
        let latency = self.faded.max(self.last.min(other.faded));
        u128::from(latency) * u128::from(self.calls)
    }

    fn is_at_most(self, other: Self) -> bool {
        self.busy_beside(other) * u128::from(other.share) <= other.busy_beside(self) * u128::from(self.share)
    }
}

/// At random in proportion to weight and share. Weights may move between the two passes; then the last is taken.
fn draw(
    members: &[Member],
    candidates: Mask,
    now: u64,
    random: u64,
    weight: impl Fn(&Member) -> u64,
) -> Option<usize> {
    let of = |index: usize| members.get(index).map_or(0, |member| weight(member) * share(member, now));
    let total: u64 = candidates.iter().map(of).sum();
    let mut point = below(random, total);
    let mut last = None;
    for index in candidates.iter() {
        let width = of(index);
        if point < width {
            return Some(index);
        }
        point -= width;
        last = Some(index);
    }
    last
}

impl fmt::Debug for Strategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Weighted => "Weighted",
            Self::PeakEwma => "PeakEwma",
            Self::Cost => "Cost",
            Self::Custom(_) => "Custom",
        })
    }
}
