//! Whom a pool asks, and what a request costs the upstreams.

mod attraction;
mod chain;
mod choice;
mod comeback;
mod poison;
mod simulation;

use super::*;
use crate::{After, Attempt, Chain, Config, GiveUp, Next, Outcome, Overlay, Phase, ProviderName, Repeat};
use stockade_core::{ManualClock, UnixMillis};
use stockade_testkit::SeededEntropy;

const SECOND: Duration = Duration::from_secs(1);

struct Scene {
    clock: Arc<ManualClock>,
    pool: Pool,
}

impl Scene {
    /// Members of the given tiers, called `p0`, `p1` and so on.
    fn new(config: PoolConfig, strategy: Strategy, tiers: &[u8]) -> Self {
        Self::with(config, strategy, Config { jitter_percent: 0, ..Config::default() }, |clock, rules| {
            let member = |(index, tier): (usize, &u8)| Member::new(provider(index, rules, clock)).tier(*tier);
            tiers.iter().enumerate().map(member).collect()
        })
    }

    fn with(
        config: PoolConfig,
        strategy: Strategy,
        rules: Config,
        members: impl FnOnce(&Arc<ManualClock>, Config) -> Vec<Member>,
    ) -> Self {
        let clock = Arc::new(ManualClock::at(UnixMillis::from_secs(1_700_000_000)));
        let members = members(&clock, rules);
        let pool = Pool::new(config, strategy, members, clock.clone(), &SeededEntropy::new(99)).unwrap();
        Self { clock, pool }
    }

    fn down(&self, indices: &[usize]) {
        indices.iter().for_each(|index| self.provider(*index).mark_unhealthy());
    }

    fn provider(&self, index: usize) -> &Provider {
        self.pool.provider(index).unwrap()
    }

    /// How often each is chosen in so many choices.
    fn picks(&self, times: usize) -> Vec<usize> {
        let mut counts = vec![0; self.pool.len()];
        (0..times).filter_map(|_| self.pool.pick()).for_each(|index| counts[index] += 1);
        counts
    }

    fn now(&self) -> Duration {
        self.clock.monotonic()
    }

    fn next(&self, chain: &mut Chain) -> Next {
        chain.next_attempt(self.now())
    }

    fn attempt(&self, chain: &mut Chain) -> Attempt {
        match self.next(chain) {
            Next::Attempt(attempt) => attempt,
            other => panic!("no attempt: {other:?}"),
        }
    }

    fn gives_up(&self, chain: &mut Chain) -> GiveUp {
        match self.next(chain) {
            Next::GiveUp(why) => why,
            other => panic!("goes on: {other:?}"),
        }
    }
}

fn provider(index: usize, rules: Config, clock: &Arc<ManualClock>) -> Provider {
    let name = ProviderName::new(format!("p{index}")).unwrap();
    Provider::new(name, rules, clock.clone(), &SeededEntropy::new(index as u64)).unwrap()
}
