//! Circuit breakers around a service that answers at once, and failsafe asked whether it would let a call through.

use crate::Failure;
use crate::asked::{answer, answer_batches, nanos_of};
use failsafe::futures::CircuitBreaker;
use recloser::{AsyncRecloser, Recloser};
use std::fmt::Debug;
use std::future::{Ready, poll_fn, ready};
use std::hint::black_box;
use std::time::Duration;
use tokio::runtime::Runtime;
use tower::{Layer, Service, service_fn};
use tower_resilience_circuitbreaker::{CircuitBreakerLayer, SlidingWindowType};

/// As many as `compare` puts into its window, and as many of them fail.
const IN_WINDOW: u32 = 24_000;
const FAILS_EVERY: u32 = 100;

/// As many as `compare` chooses from.
const PROVIDERS: usize = 8;

/// What the service says when it fails.
#[derive(Debug)]
struct Broken;

pub(crate) fn run(role: &str) -> Result<(), Failure> {
    match role {
        "tower-resilience" => tower_resilience(),
        "window" => window(),
        "failsafe" => failsafe(),
        "recloser" => recloser(),
        "permitted" => permitted(),
        "next-of-8" => next_of_eight(),
        _ => Err(format!("no breaker is asked for `{role}`").into()),
    }
}

fn tower_resilience() -> Result<(), Failure> {
    let layer = CircuitBreakerLayer::builder().build()?;
    let mut breaker = layer.layer(service_fn(well));
    let (mut bare, here) = (service_fn(well), runtime()?);
    answer_batches(|times| {
        let with = nanos_of(|| drive(&here, &mut breaker, times, 0))?;
        Ok(with - nanos_of(|| drive(&here, &mut bare, times, 0))?)
    })
}

/// What `times` calls cost when so many others are in the window. A new breaker for each question, so that they are never many more.
fn window() -> Result<(), Failure> {
    let (mut bare, here) = (service_fn(hardly_ill), runtime()?);
    answer_batches(|times| {
        let layer = CircuitBreakerLayer::builder()
            .sliding_window_type(SlidingWindowType::TimeBased)
            .sliding_window_duration(Duration::from_secs(60))
            .failure_rate_threshold(0.5)
            .minimum_number_of_calls(20)
            .build()?;
        let mut breaker = layer.layer(service_fn(hardly_ill));
        drive(&here, &mut breaker, IN_WINDOW, IN_WINDOW / FAILS_EVERY)?;
        let with = nanos_of(|| drive(&here, &mut breaker, times, times.div_ceil(FAILS_EVERY)))?;
        Ok(with - nanos_of(|| drive(&here, &mut bare, times, times.div_ceil(FAILS_EVERY)))?)
    })
}

fn failsafe() -> Result<(), Failure> {
    let breaker = failsafe::Config::new().build();
    around(|number| CircuitBreaker::call(&breaker, well(number)))
}

fn recloser() -> Result<(), Failure> {
    let breaker = AsyncRecloser::from(Recloser::custom().build());
    around(|number| breaker.call(well(number)))
}

/// A breaker that wraps futures rather than services.
fn around<F, E: Debug>(call: impl Fn(u32) -> F) -> Result<(), Failure>
where
    F: Future<Output = Result<u32, E>>,
{
    let (mut with, mut bare, here) = (service_fn(call), service_fn(well), runtime()?);
    answer_batches(|times| {
        let guarded = nanos_of(|| drive(&here, &mut with, times, 0))?;
        Ok(guarded - nanos_of(|| drive(&here, &mut bare, times, 0))?)
    })
}

fn permitted() -> Result<(), Failure> {
    let breaker = failsafe::Config::new().build();
    answer(|_| {
        let permitted = CircuitBreaker::is_call_permitted(black_box(&breaker));
        if permitted { Ok(()) } else { Err("a breaker that was never asked is open".into()) }
    })
}

fn next_of_eight() -> Result<(), Failure> {
    let breakers: [_; PROVIDERS] = std::array::from_fn(|_| failsafe::Config::new().build());
    for breaker in &breakers {
        for _ in 0..100 {
            let called = failsafe::CircuitBreaker::call(breaker, || Ok::<(), Broken>(()));
            called.map_err(|_| "a success is refused")?;
        }
    }
    let mut turn = 0_usize;
    answer(|_| {
        turn = turn.wrapping_add(1);
        let mut indices = (0..PROVIDERS).map(|step| (turn + step) % PROVIDERS);
        let next = indices.find(|index| CircuitBreaker::is_call_permitted(&breakers[*index]));
        black_box(next).map(|_| ()).ok_or_else(|| "all of them are open".into())
    })
}

fn well(number: u32) -> Ready<Result<u32, Broken>> {
    ready(Ok(number))
}

fn hardly_ill(number: u32) -> Ready<Result<u32, Broken>> {
    ready(if number.is_multiple_of(FAILS_EVERY) { Err(Broken) } else { Ok(number) })
}

fn runtime() -> Result<Runtime, Failure> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_time().build()?)
}

/// So many calls, one after the other, of which so many have to fail. Without tokio's budget for a task, which would make a peer
/// with asynchronous locks pause every now and then.
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
