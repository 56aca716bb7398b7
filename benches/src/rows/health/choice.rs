//! Whether one may be asked, and which of eight.

use super::clock::Ticking;
use crate::Failure;
use crate::measure::{Time, batch_size, in_turn, micros_each};
use crate::peers::Breaker;
use crate::row::{Row, Unit};
use crate::rows::Plan;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;
use stockade_core::{Clock, SystemClock, SystemEntropy};
use stockade_provider_health::{Config, Member, Pool, PoolConfig, Provider, ProviderName, Strategy};

/// As many as `benches/peers` chooses from.
const PROVIDERS: u64 = 8;

pub(in crate::rows) fn is_available(id: &'static str, plan: &Plan) -> Result<Row, Failure> {
    let ticking = Ticking::start()?;
    let provider = provider(0, ticking.clock())?;
    let ours = || match black_box(&provider).is_available() {
        true => Ok(()),
        false => Err("a provider that is well is not available".into()),
    };
    compare(id, plan, Breaker::Permitted, "failsafe, is_call_permitted", &ours)
}

pub(in crate::rows) fn pick(id: &'static str, plan: &Plan) -> Result<Row, Failure> {
    let ticking = Ticking::start()?;
    let clock: Arc<dyn Clock> = match id {
        "health.pick_8.exact" => Arc::new(SystemClock::new()),
        _ => ticking.clock(),
    };
    let members: Vec<_> = (0..PROVIDERS)
        .map(|n| Ok(Member::new(provider(n, clock.clone())?)))
        .collect::<Result<_, Failure>>()?;
    let pool = Pool::new(PoolConfig::default(), Strategy::PeakEwma, members, clock, &SystemEntropy)?;
    let ours = || match black_box(&pool).pick() {
        Some(index) => {
            black_box(index);
            Ok(())
        }
        None => Err("of eight that are well none is chosen".into()),
    };
    compare(id, plan, Breaker::NextOfEight, "failsafe, the next of 8 by turns", &ours)
}

fn compare(
    id: &'static str,
    plan: &Plan,
    peer: Breaker,
    name: &'static str,
    ours: &dyn Fn() -> Result<(), Failure>,
) -> Result<Row, Failure> {
    let mut peer = plan.peers()?.breaker(peer)?;
    let runs = plan.runs(31);
    let size = batch_size(0.02, ours)?;
    let medians = in_turn(
        runs,
        || Ok(micros_each(Time::Cpu, size, ours)? * 1e3),
        || Ok(peer.micros_each(size)? * 1e3),
    )?;
    Ok(Row::new(id, medians, name, Unit::Nanos, runs))
}

/// One that has answered for a while, each as quickly as becomes its number.
fn provider(number: u64, clock: Arc<dyn Clock>) -> Result<Provider, Failure> {
    let name = ProviderName::new(format!("provider-{number}"))?;
    let provider = Provider::new(name, Config::default(), clock, &SystemEntropy)?;
    for _ in 0..100 {
        let _ = provider.record_success(Duration::from_millis(20 + number));
    }
    Ok(provider)
}
