//! Several upstreams that serve as one.

mod budget;
mod config;
mod mask;
mod strategy;
#[cfg(test)]
mod tests;
mod trouble;

use crate::provider::Door;
use crate::random::{SharedMix, nanos};
use crate::watch::{TooManyWatchers, Watch};
use crate::{Permit, Provider, Stats};
use std::sync::Arc;
use std::time::Duration;
use stockade_core::{Clock, Entropy};

pub(crate) use budget::{RetryBudget, Withdrawal};
pub use config::{AllDown, Member, PoolConfig, PoolError};
pub(crate) use mask::Mask;
pub use strategy::{Candidate, Rank, Strategy};
pub(crate) use trouble::{Blame, Fare, Trouble};

/// A handle of a pool. Clones share it.
///
/// A choice goes by availability first, then by tier, then by the [`Strategy`] within the tier. A provider that is due to be
/// tried again comes first in its tier: it is asked so rarely that it would otherwise wait long. One that has just come back, from an open
/// circuit or a throttle, has at most twice as many calls under way as it may have probes, and twice as many each second for ten
/// seconds; beyond that others are asked, while there are any that are well.
#[derive(Debug, Clone)]
pub struct Pool(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    config: PoolConfig,
    strategy: Strategy,
    members: Vec<Member>,
    /// The members of each tier, the first tier first.
    tiers: Vec<Mask>,
    all: Mask,
    budget: RetryBudget,
    troubles: Vec<Trouble>,
    random: SharedMix,
    clock: Arc<dyn Clock>,
}

/// Nobody is available.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no provider of the pool is available")]
pub struct NoneAvailable {
    /// When the first of them is tried again; `None` where only an operator changes it.
    pub retry_after: Option<Duration>,
}

/// Whether a call may be one by which an unwell provider is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Probes {
    First,
    Last,
}

impl Pool {
    /// The most members.
    pub const MAX_MEMBERS: usize = 64;

    /// A pool of `members`, whose indices are their places in this list. `entropy` seeds its choices, once.
    ///
    /// # Errors
    /// No member or too many, two of one name, or settings that do not hold.
    pub fn new(
        config: PoolConfig,
        strategy: Strategy,
        members: Vec<Member>,
        clock: Arc<dyn Clock>,
        entropy: &dyn Entropy,
    ) -> Result<Self, PoolError> {
        config.validate()?;
        if members.is_empty() {
            return Err(PoolError::Empty);
        }
        if members.len() > Self::MAX_MEMBERS {
            return Err(PoolError::TooMany);
        }
        for (index, member) in members.iter().enumerate() {
            if members.iter().skip(index + 1).any(|other| other.provider.name() == member.provider.name()) {
                return Err(PoolError::Twice(member.provider.name().clone()));
            }
        }
        let mut seed = [0; 8];
        entropy.fill(&mut seed)?;
        let all = (0..members.len()).fold(Mask::default(), Mask::with);
        let mut numbers: Vec<u8> = members.iter().map(|member| member.tier).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let in_tier = |tier| all.keep(|index| members.get(index).is_some_and(|member| member.tier == tier));
        let tiers = numbers.into_iter().map(in_tier).collect();
        let budget = RetryBudget::new(config.retry_percent, config.retry_reserve);
        let random = SharedMix::new(u64::from_le_bytes(seed));
        let troubles = members.iter().map(|_| Trouble::default()).collect();
        Ok(Self(Arc::new(Inner { config, strategy, members, tiers, all, budget, troubles, random, clock })))
    }

    /// Chooses a member by its index. It takes nothing: by the time it is asked it may be gone.
    #[must_use]
    pub fn pick(&self) -> Option<usize> {
        self.choose(Mask::default(), Probes::First, self.now_nanos()).map(|choice| choice.index)
    }

    /// [`pick`](Self::pick) at a time that the caller has read from the clock.
    #[must_use]
    pub fn pick_at(&self, now: Duration) -> Option<usize> {
        self.choose(Mask::default(), Probes::First, nanos(now)).map(|choice| choice.index)
    }

    /// Chooses a member and takes the right to one call of it.
    ///
    /// # Errors
    /// Nobody is available. [`PoolConfig::all_down`] is for [chains](Self::chain); here the caller decides.
    pub fn acquire(&self) -> Result<(usize, Permit), NoneAvailable> {
        let now = self.now_nanos();
        self.take(Mask::default(), Probes::First, now).ok_or_else(|| self.none_available(now))
    }

    /// The provider that would be chosen now.
    #[must_use]
    pub fn healthy_provider(&self) -> Option<Provider> {
        self.provider(self.pick()?).cloned()
    }

    /// All that are available, in the order in which they would be asked: by tier, the healthy before the others, then those that
    /// failed least of late.
    #[must_use]
    pub fn fallback_chain(&self) -> Vec<Provider> {
        let now = self.now_nanos();
        let mut available: Vec<&Member> =
            self.0.members.iter().filter(|member| member.provider.is_available_at(now)).collect();
        available.sort_by_key(|member| {
            let provider = &member.provider;
            (member.tier, !provider.is_healthy(), std::cmp::Reverse(provider.load().score(now)))
        });
        available.into_iter().map(|member| member.provider.clone()).collect()
    }

    /// The members, in the order of their indices.
    pub fn providers(&self) -> impl Iterator<Item = &Provider> {
        self.0.members.iter().map(|member| &member.provider)
    }

    /// The member at `index`.
    #[must_use]
    pub fn provider(&self, index: usize) -> Option<&Provider> {
        self.0.members.get(index).map(|member| &member.provider)
    }

    /// The member called `name`.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Provider> {
        self.providers().find(|provider| provider.name().as_str() == name)
    }

    /// Whether anybody is available.
    #[must_use]
    pub fn is_available(&self) -> bool {
        let now = self.now_nanos();
        self.providers().any(|provider| provider.is_available_at(now))
    }

    /// A snapshot of every member.
    #[must_use]
    pub fn all_stats(&self) -> Vec<Stats> {
        self.providers().map(Provider::stats).collect()
    }

    /// Follows the changes of all members from here on, in one queue.
    ///
    /// # Errors
    /// As many watch one of them already as are allowed.
    pub fn watch(&self) -> Result<Watch, TooManyWatchers> {
        let watch = Watch::new();
        self.providers().try_for_each(|provider| provider.hub().join(&watch))?;
        Ok(watch)
    }

    /// The settings.
    #[must_use]
    pub fn config(&self) -> &PoolConfig {
        &self.0.config
    }

    fn now_nanos(&self) -> u64 {
        self.0.clock.monotonic_nanos()
    }

    pub(crate) fn budget(&self) -> &RetryBudget {
        &self.0.budget
    }

    pub(crate) fn trouble(&self, index: usize) -> Option<&Trouble> {
        self.0.troubles.get(index)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.members.len()
    }

    pub(crate) fn none_available(&self, now: u64) -> NoneAvailable {
        NoneAvailable { retry_after: self.providers().filter_map(|provider| provider.shut_for(now)).min() }
    }

    /// Chooses until a choice holds: between the choice and the asking somebody else may have taken the last probe.
    pub(crate) fn take(&self, tried: Mask, probes: Probes, now: u64) -> Option<(usize, Permit)> {
        let mut passed_over = tried;
        while let Some(Choice { index, regardless }) = self.choose(passed_over, probes, now) {
            let provider = self.provider(index)?;
            let permit =
                if regardless { provider.acquire_kept_in(now) } else { provider.acquire_owned_at(now).ok() };
            if let Some(permit) = permit {
                return Some((index, permit.counting()));
            }
            passed_over = passed_over.with(index);
        }
        None
    }

    /// The one that looks best of those that are not well: the most reliable, then the first to be tried again.
    pub(crate) fn least_bad(&self, tried: Mask, now: u64) -> Option<(usize, Permit)> {
        let index = self.by_badness(self.0.all.without(tried), now).into_iter().next()?;
        Some((index, self.provider(index)?.acquire_regardless(now).counting()))
    }

    fn choose(&self, tried: Mask, probes: Probes, now: u64) -> Option<Choice> {
        let mut kept_in = self.kept_in(now);
        let (mut crowded, mut second) = (None, None);
        let ask = |index| Choice { index, regardless: false };
        for tier in &self.0.tiers {
            let Doors { open, due, full } = self.doors(tier.without(tried), now);
            if !full.is_empty() {
                // Better one that is well and has enough to do than one that is not well.
                crowded = crowded.or_else(|| self.one_of(full, now).map(ask));
                kept_in = Mask::default();
            }
            let candidates = open.or(kept_in.and(tier.without(tried)));
            if candidates.is_empty() {
                continue;
            }
            let known = candidates.without(due);
            let preferred = match probes {
                Probes::First if !due.is_empty() => due,
                Probes::Last if known.is_empty() => {
                    second = second.or_else(|| self.one_of(due, now).map(ask));
                    continue;
                }
                Probes::First | Probes::Last => known,
            };
            let index = self.one_of(preferred, now)?;
            return Some(Choice { index, regardless: !open.has(index) });
        }
        crowded.or(second)
    }

    fn one_of(&self, candidates: Mask, now: u64) -> Option<usize> {
        self.0.strategy.choose(&self.0.members, candidates, now, &self.0.random)
    }

    /// Who would let a call through, whose next call would be a probe, and who should have no more of them for now.
    fn doors(&self, among: Mask, now: u64) -> Doors {
        let mut doors = Doors::default();
        for (index, member) in self.0.members.iter().enumerate() {
            match if among.has(index) { member.provider.door(now) } else { Door::Shut } {
                Door::Free => doors.open = doors.open.with(index),
                Door::Due => (doors.open, doors.due) = (doors.open.with(index), doors.due.with(index)),
                Door::Full => doors.full = doors.full.with(index),
                Door::Shut => {}
            }
        }
        doors
    }

    /// Those whose circuit is open but who stay in, because more circuits are open than may be. One that is being tried is left to
    /// its probes, and one that asked to be left alone is left alone.
    fn kept_in(&self, now: u64) -> Mask {
        let percent = usize::from(self.0.config.max_ejected_percent);
        if percent >= 100 {
            return Mask::default();
        }
        let ejected =
            self.0.all.keep(|index| self.provider(index).is_some_and(|provider| provider.is_ejected(now)));
        let may_be_out = (self.len() * percent / 100).min(self.len() - 1);
        let too_many = (ejected.len() as usize).saturating_sub(may_be_out);
        if too_many == 0 {
            return Mask::default();
        }
        let alone = ejected.keep(|index| self.provider(index).is_some_and(|it| !it.is_probed_now()));
        self.by_badness(alone, now).into_iter().take(too_many).fold(Mask::default(), Mask::with)
    }

    /// The least bad first; those an operator has ordered down are not among them.
    fn by_badness(&self, among: Mask, now: u64) -> Vec<usize> {
        let mut members: Vec<(u32, Duration, usize)> = among
            .iter()
            .filter_map(|index| {
                let provider = self.provider(index)?;
                let shut_for = provider.shut_for(now)?;
                Some((u32::MAX - provider.load().score(now), shut_for, index))
            })
            .collect();
        members.sort_unstable();
        members.into_iter().map(|(_, _, index)| index).collect()
    }
}

/// What a choice goes by. Whoever is due is open, and nobody is open and full.
#[derive(Debug, Clone, Copy, Default)]
struct Doors {
    open: Mask,
    due: Mask,
    full: Mask,
}

/// Whom to ask, and whether although it is not well.
#[derive(Debug, Clone, Copy)]
struct Choice {
    index: usize,
    regardless: bool,
}

impl From<&NoneAvailable> for stockade_core::Problem {
    fn from(none: &NoneAvailable) -> Self {
        match none.retry_after {
            Some(wait) => Self::unavailable().with_retry_after(wait),
            None => Self::unavailable(),
        }
    }
}
