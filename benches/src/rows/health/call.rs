//! A call through [`HealthLayer`] while all is well, over the same call of the bare service.

use super::clock::Ticking;
use crate::Failure;
use crate::measure::{Time, batch_size, in_turn};
use crate::peers::Breaker;
use crate::row::{Row, Unit};
use crate::rows::Plan;
use std::fmt::Debug;
use std::future::{Ready, poll_fn, ready};
use std::hint::black_box;
use std::sync::Arc;
use stockade_core::{SystemClock, SystemEntropy};
use stockade_provider_health::{CoarseClock, Config, Outcome, Provider, ProviderName};
use stockade_tower::{Classify, HealthLayer};
use tokio::runtime::Runtime;
use tower::{Layer, Service, service_fn};

/// As many as `benches/peers` puts into its window, and as many of them fail.
const IN_WINDOW: u32 = 24_000;
const FAILS_EVERY: u32 = 100;

/// Calls that are timed after those: few enough that the window stays about as full.
const TIMED: u32 = 2_400;

/// Windows that are filled for a sample.
const WINDOWS: u32 = 40;

/// The peer's calls for each sample. Each walks through its window, and takes microseconds.
const PEER_TIMED: u32 = 200;

/// What the service says when it fails.
#[derive(Debug)]
struct Broken;

pub(in crate::rows) fn closed_path(id: &'static str, plan: &Plan) -> Result<Row, Failure> {
    let ticking = Ticking::start()?;
    let provider = match id {
        "health.closed_path.exact" => {
            Provider::new(name()?, Config::default(), Arc::new(SystemClock::new()), &SystemEntropy)?
        }
        _ => coarse(Config::default(), ticking.clock())?,
    };
    let (peer, peer_name) = match id {
        "health.closed_path.failsafe" => (Breaker::Failsafe, "failsafe"),
        "health.closed_path.recloser" => (Breaker::Recloser, "recloser"),
        _ => (Breaker::TowerResilience, "tower-resilience-circuitbreaker"),
    };
    let mut peer = plan.peers()?.breaker(peer)?;
    let mut guarded = HealthLayer::new(provider, Judge).layer(service_fn(well));
    let (mut bare, here) = (service_fn(well), runtime()?);
    let runs = plan.runs(31);
    let size = batch_size(0.02, || drive(&here, &mut guarded, 16, 0))? * 16;
    let ours = || {
        let with = Time::Cpu.of(|| drive(&here, &mut guarded, size, 0))?;
        Ok((with - Time::Cpu.of(|| drive(&here, &mut bare, size, 0))?) * 1e9 / f64::from(size))
    };
    let medians = in_turn(runs, ours, || Ok(peer.micros_each(size / 16)? * 1e3))?;
    Ok(Row::new(id, medians, peer_name, Unit::Nanos, runs))
}

pub(in crate::rows) fn window(id: &'static str, plan: &Plan) -> Result<Row, Failure> {
    let mut peer = plan.peers()?.breaker(Breaker::Window)?;
    let ticking = Ticking::start()?;
    let runs = plan.runs(Plan::MIN_RUNS);
    let medians =
        in_turn(runs, || windowed(IN_WINDOW, ticking.clock()), || Ok(peer.micros_each(PEER_TIMED)? * 1e3))?;
    Ok(Row::new(id, medians, "tower-resilience-circuitbreaker, window of time", Unit::Nanos, runs))
}

pub(in crate::rows) fn flat(id: &'static str, plan: &Plan) -> Result<Row, Failure> {
    let ticking = Ticking::start()?;
    let runs = plan.runs(31);
    let sample = |calls| windowed(calls, ticking.clock());
    let medians = in_turn(runs, || sample(IN_WINDOW), || sample(0))?;
    Ok(Row::new(id, medians, "ours, with an empty window", Unit::Nanos, runs))
}

/// Nanoseconds that a call costs with so many in the window, rates watched.
fn windowed(in_window: u32, clock: Arc<CoarseClock>) -> Result<f64, Failure> {
    let config = Config { failure_percent: Some(50), ..Config::default() };
    let (mut bare, here) = (service_fn(hardly_ill), runtime()?);
    let mut seconds = 0.0;
    for _ in 0..WINDOWS {
        let mut guarded =
            HealthLayer::new(coarse(config, clock.clone())?, Judge).layer(service_fn(hardly_ill));
        drive(&here, &mut guarded, in_window, in_window / FAILS_EVERY)?;
        let failures = TIMED / FAILS_EVERY;
        seconds += Time::Cpu.of(|| drive(&here, &mut guarded, TIMED, failures))?;
        seconds -= Time::Cpu.of(|| drive(&here, &mut bare, TIMED, failures))?;
    }
    Ok(seconds * 1e9 / f64::from(WINDOWS * TIMED))
}

fn coarse(config: Config, clock: Arc<CoarseClock>) -> Result<Provider, Failure> {
    Ok(Provider::with_coarse_clock(name()?, config, clock, &SystemEntropy)?)
}

fn name() -> Result<ProviderName, Failure> {
    Ok(ProviderName::new("eu-1")?)
}

/// What a classifier costs is its own affair: this one costs nothing.
#[derive(Debug, Clone)]
struct Judge;

impl Classify<u32, Broken> for Judge {
    fn classify(&self, result: Result<&u32, &Broken>) -> Outcome {
        match result {
            Ok(_) => Outcome::Ok,
            Err(Broken) => Outcome::ServerFault,
        }
    }
}

fn well(number: u32) -> Ready<Result<u32, Broken>> {
    ready(Ok(number))
}

fn hardly_ill(number: u32) -> Ready<Result<u32, Broken>> {
    ready(if number.is_multiple_of(FAILS_EVERY) { Err(Broken) } else { Ok(number) })
}

fn runtime() -> Result<Runtime, Failure> {
    Ok(tokio::runtime::Builder::new_current_thread().build()?)
}

/// So many calls, one after the other, of which so many have to fail; as `benches/peers` does it.
fn drive<S>(runtime: &Runtime, service: &mut S, times: u32, failures: u32) -> Result<(), Failure>
where
    S: Service<u32, Response = u32>,
    S::Error: Debug,
{
    let calls = async {
        let mut failed = 0;
        for number in 0..times {
            let ready = poll_fn(|cx| service.poll_ready(cx)).await;
            ready.map_err(|error| format!("a service is not ready: {error:?}"))?;
            failed += u32::from(black_box(service.call(black_box(number)).await).is_err());
        }
        if failed == failures { Ok(()) } else { Err(format!("{failed} calls failed").into()) }
    };
    runtime.block_on(tokio::task::unconstrained(calls))
}
