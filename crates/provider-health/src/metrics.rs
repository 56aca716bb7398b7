//! Gauges and counters through the `metrics` facade: free where no recorder is installed.
//!
//! | name | what |
//! |---|---|
//! | `stockade_provider_available` | gauge by `provider`: 1 if a call would be let through |
//! | `stockade_provider_phase` | gauge by `provider` and `phase`: 1 for the phase that it is in |
//! | `stockade_provider_latency_seconds` | gauge by `provider` and `quantile`, over the window; not a number while that holds no success |
//! | `stockade_provider_failure_rate`, `…_slow_rate`, `…_score` | gauges by `provider`, from 0 to 1 |
//! | `stockade_provider_in_flight` | gauge by `provider`: calls of a pool that are under way |
//! | `stockade_provider_transitions_total` | counter by `provider` and `to` |
//!
//! Labels are names of providers and of phases: there are never more than the pool has members.

use crate::{HealthEvent, Phase, Stats};

/// Sets the gauges to `stats`: call it as often as they are scraped.
pub fn record_stats(stats: &[Stats]) {
    for stats in stats {
        let gauge = |name: &'static str, value: f64| {
            metrics::gauge!(name, "provider" => stats.name.as_str().to_owned()).set(value);
        };
        gauge("stockade_provider_available", f64::from(u8::from(stats.status.available)));
        gauge("stockade_provider_failure_rate", stats.failure_rate);
        gauge("stockade_provider_slow_rate", stats.slow_rate);
        gauge("stockade_provider_score", stats.score);
        gauge("stockade_provider_in_flight", f64::from(stats.in_flight));
        for phase in [Phase::Healthy, Phase::Degraded, Phase::Unhealthy, Phase::Probing] {
            let labels = [("provider", stats.name.as_str().to_owned()), ("phase", phase.to_string())];
            let here = f64::from(u8::from(stats.status.state.phase == phase));
            metrics::gauge!("stockade_provider_phase", &labels).set(here);
        }
        for (quantile, latency) in [("0.5", stats.p50), ("0.95", stats.p95), ("0.99", stats.p99)] {
            let labels = [("provider", stats.name.as_str().to_owned()), ("quantile", quantile.to_owned())];
            let latency = latency.map_or(f64::NAN, |latency| latency.as_secs_f64());
            metrics::gauge!("stockade_provider_latency_seconds", &labels).set(latency);
        }
    }
}

/// Counts a change: call it with what a [`Watch`](crate::Watch) brings.
pub fn record_event(event: &HealthEvent) {
    let labels =
        [("provider", event.provider.as_str().to_owned()), ("to", event.transition.new.phase.to_string())];
    metrics::counter!("stockade_provider_transitions_total", &labels).increment(1);
}

#[cfg(test)]
mod tests;
