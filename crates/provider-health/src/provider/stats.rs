//! How it stands, for people and dashboards.

use super::Provider;
use crate::{Phase, ProviderName, Reason, State};
use std::time::Duration;

/// How a provider stands, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Status {
    /// Phase and overlay.
    pub state: State,
    /// Why it stands so.
    pub reason: Reason,
    /// For how long it has.
    #[serde(rename = "for_ms", serialize_with = "millis")]
    pub since: Duration,
    /// Whether a call would be let through.
    pub available: bool,
    /// For how long its circuit is still open; zero once a probe is due.
    #[serde(rename = "open_for_ms", serialize_with = "optional_millis")]
    pub open_for: Option<Duration>,
    /// For how long it asked to be left alone.
    #[serde(rename = "cooling_for_ms", serialize_with = "optional_millis")]
    pub cooling_for: Option<Duration>,
    /// How many failures in a row.
    pub streak: usize,
    /// Which cycle of its life it is.
    pub epoch: u32,
}

/// A snapshot of one provider: its standing and what its window holds. The window is emptied when a provider recovers.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Stats {
    /// Whose it is.
    pub name: ProviderName,
    /// How it stands.
    #[serde(flatten)]
    pub status: Status,
    /// Successes and failures in the window.
    pub calls: u64,
    /// Successes, slow ones included.
    pub successes: u64,
    /// Slow successes.
    pub slow: u64,
    /// Failures.
    pub failures: u64,
    /// Calls that were throttled.
    pub throttled: u64,
    /// Calls that were the client's fault; not among `calls`.
    pub client_faults: u64,
    /// Calls for whose answer nobody waited; not among `calls`.
    pub cancelled: u64,
    /// Failures among calls, from 0 to 1.
    pub failure_rate: f64,
    /// Slow ones among calls, from 0 to 1.
    pub slow_rate: f64,
    /// Half of the successes took at most so long. Percentiles are rounded up, by an eighth at most.
    #[serde(rename = "p50_ms", serialize_with = "optional_millis")]
    pub p50: Option<Duration>,
    /// 95 of a hundred successes took at most so long.
    #[serde(rename = "p95_ms", serialize_with = "optional_millis")]
    pub p95: Option<Duration>,
    /// 99 of a hundred successes took at most so long.
    #[serde(rename = "p99_ms", serialize_with = "optional_millis")]
    pub p99: Option<Duration>,
    /// How reliable it has been of late, from 0 to 1: what a pool weighs it by.
    pub score: f64,
    /// Calls of a pool that are under way.
    pub in_flight: u32,
    /// Probes under way.
    pub probes: usize,
}

impl Provider {
    /// How it stands.
    #[must_use]
    pub fn status(&self) -> Status {
        let now = self.now();
        let machine = self.lock();
        let (reason, since) = machine.reason();
        let state = machine.state();
        Status {
            state,
            reason,
            since: now.saturating_sub(since),
            available: machine.is_available(now),
            open_for: machine.open_until().map(|until| until.saturating_sub(now)),
            cooling_for: machine
                .cooling_until()
                .map(|until| until.saturating_sub(now))
                .filter(|span| !span.is_zero()),
            streak: machine.streak(),
            epoch: machine.epoch(),
        }
    }

    /// Its standing, rates and percentiles. It adds up the whole window: a few microseconds, for whoever looks.
    #[must_use]
    pub fn stats(&self) -> Stats {
        let inner = &*self.0;
        let status = self.status();
        let probes = self.lock().probes_out();
        let now = crate::random::nanos(self.now());
        if inner.window.is_over(now) {
            inner.window.turn(now);
        }
        let sums = inner.window.summary();
        let calls = sums.successes + sums.failures;
        let rate = |count: u64| if calls == 0 { 0.0 } else { count as f64 / calls as f64 };
        let [p50, p95, p99] = sums.percentiles.map_or([None; 3], |all| all.map(Some));
        Stats {
            name: self.name().clone(),
            status,
            calls,
            successes: sums.successes,
            slow: sums.slow,
            failures: sums.failures,
            throttled: sums.throttled,
            client_faults: sums.client,
            cancelled: sums.cancelled,
            failure_rate: rate(sums.failures),
            slow_rate: rate(sums.slow),
            p50,
            p95,
            p99,
            score: f64::from(inner.load.score(now)) / f64::from(super::FULL_SCORE),
            in_flight: inner.load.in_flight(),
            probes,
        }
    }

    /// What its calls have shown.
    #[must_use]
    pub fn phase(&self) -> Phase {
        self.lock().state().phase
    }
}

fn millis<S: serde::Serializer>(span: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(span.as_secs_f64() * 1000.0)
}

fn optional_millis<S: serde::Serializer>(span: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
    match span {
        Some(span) => serializer.serialize_some(&(span.as_secs_f64() * 1000.0)),
        None => serializer.serialize_none(),
    }
}
