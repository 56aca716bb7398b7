//! What a recorder is told, name by name.

use super::*;
use crate::{Config, Member, Notice, Outcome, Pool, PoolConfig, Provider, ProviderName, Strategy};
use metrics::{
    Counter, CounterFn, Gauge, GaugeFn, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit,
};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use stockade_core::{ManualClock, UnixMillis};
use stockade_testkit::SeededEntropy;

/// The last value of each gauge and the sum of each counter, as `name{label=value,…}`.
#[derive(Debug, Clone, Default)]
struct Book(Arc<Mutex<BTreeMap<String, f64>>>);

struct Line {
    book: Book,
    text: String,
}

impl Book {
    fn line(&self, key: &Key, kind: &str) -> Arc<Line> {
        let labels: Vec<_> = key.labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
        let text = format!("{kind} {}{{{}}}", key.name(), labels.join(","));
        Arc::new(Line { book: self.clone(), text })
    }

    fn told(&self, work: impl FnOnce()) -> BTreeMap<String, f64> {
        metrics::with_local_recorder(self, work);
        self.0.lock().unwrap().clone()
    }
}

impl Line {
    fn change(&self, change: impl FnOnce(f64) -> f64) {
        let mut book = self.book.0.lock().unwrap();
        let value = book.entry(self.text.clone()).or_default();
        *value = change(*value);
    }
}

impl GaugeFn for Line {
    fn increment(&self, value: f64) {
        self.change(|old| old + value);
    }

    fn decrement(&self, value: f64) {
        self.change(|old| old - value);
    }

    fn set(&self, value: f64) {
        self.change(|_| value);
    }
}

impl CounterFn for Line {
    fn increment(&self, value: u64) {
        self.change(|old| old + f64::from(u32::try_from(value).unwrap()));
    }

    fn absolute(&self, _: u64) {
        unreachable!("changes are counted one by one");
    }
}

impl Recorder for Book {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.line(key, "counter"))
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(self.line(key, "gauge"))
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        unreachable!("no histogram is documented: {key}")
    }
}

fn pool() -> (Arc<ManualClock>, Pool) {
    let clock = Arc::new(ManualClock::at(UnixMillis::from_secs(1_700_000_000)));
    let (entropy, rules) = (SeededEntropy::new(1), Config { jitter_percent: 0, ..Config::default() });
    let member = |name: &str| {
        let name = ProviderName::new(name).unwrap();
        Member::new(Provider::new(name, rules, clock.clone(), &entropy).unwrap())
    };
    let members = ["eu", "us"].map(member).into();
    let pool =
        Pool::new(PoolConfig::default(), Strategy::Weighted, members, clock.clone(), &entropy).unwrap();
    (clock, pool)
}

/// The gauge `name` of `eu`, which has no other label.
fn eu(told: &BTreeMap<String, f64>, name: &str) -> f64 {
    told[&format!("gauge stockade_provider_{name}{{provider=eu}}")]
}

fn phases(told: &BTreeMap<String, f64>, provider: &str) -> Vec<String> {
    let of = |phase: &&str| {
        told[&format!("gauge stockade_provider_phase{{provider={provider},phase={phase}}}")] == 1.0
    };
    let phases = ["healthy", "degraded", "unhealthy", "probing"];
    phases.iter().filter(|phase| of(phase)).map(|phase| (*phase).to_owned()).collect()
}

#[test]
fn gauges_are_those_of_the_documentation_and_show_the_snapshot() {
    let (_clock, pool) = pool();
    let eu_1 = pool.named("eu").unwrap();
    for millis in 1..=100 {
        let _ = eu_1.record_success(Duration::from_millis(millis));
    }
    let _ = eu_1.record_failure();
    let under_way: Vec<_> = (0..16).map(|_| pool.acquire().unwrap()).collect();
    let of_eu = under_way.iter().filter(|(index, _)| *index == 0).count();
    let stats = pool.all_stats();
    let told = Book::default().told(|| record_stats(&stats));

    assert_eq!((eu(&told, "available"), eu(&told, "in_flight") as usize), (1.0, of_eu));
    assert!((1..16).contains(&of_eu));
    assert_eq!((eu(&told, "failure_rate"), eu(&told, "slow_rate")), (stats[0].failure_rate, 0.0));
    assert!(eu(&told, "failure_rate") > 0.0 && eu(&told, "failure_rate") < 0.05);
    assert_eq!(eu(&told, "score"), stats[0].score);
    assert_eq!((phases(&told, "eu"), phases(&told, "us")), (vec!["healthy".into()], vec!["healthy".into()]));
    for (quantile, wanted) in [("0.5", 0.050), ("0.95", 0.095), ("0.99", 0.099)] {
        let seconds =
            told[&format!("gauge stockade_provider_latency_seconds{{provider=eu,quantile={quantile}}}")];
        assert!((seconds / wanted - 1.0).abs() < 0.2, "{quantile}: {seconds}");
    }
    let of_us = told.iter().filter(|(key, _)| key.contains("latency") && key.contains("=us"));
    assert!(of_us.map(|(_, latency)| *latency).all(f64::is_nan), "nothing was measured");
    // 5 gauges, 4 phases and 3 quantiles each.
    assert_eq!(told.len(), 2 * 12, "{told:?}");
    let documented = include_str!("../metrics.rs");
    for key in told.keys() {
        let name = key.split([' ', '{']).nth(1).unwrap();
        let short = name.strip_prefix("stockade_provider").unwrap();
        let listed = [format!("`{name}`"), format!("`…{short}`")];
        assert!(listed.iter().any(|word| documented.contains(word)), "`{name}` is not documented");
    }
    drop(under_way);
}

#[test]
fn a_gauge_follows_the_state_and_leaves_none_behind() {
    let (_clock, pool) = pool();
    let book = Book::default();
    let _ = book.told(|| record_stats(&pool.all_stats()));
    (0..5).for_each(|_| _ = pool.named("eu").unwrap().record(Outcome::Timeout, Duration::ZERO));
    let told = book.told(|| record_stats(&pool.all_stats()));
    assert_eq!(eu(&told, "available"), 0.0);
    assert_eq!(phases(&told, "eu"), ["unhealthy"]);
    assert_eq!(phases(&told, "us"), ["healthy"]);
}

#[test]
fn changes_are_counted_by_provider_and_phase() {
    let (clock, pool) = pool();
    let mut watch = pool.watch().unwrap();
    let book = Book::default();
    let eu = pool.named("eu").unwrap();
    for _ in 0..2 {
        (0..5).for_each(|_| _ = eu.record_failure());
        clock.advance(Duration::from_secs(4000));
        (0..3).for_each(|_| _ = eu.acquire().unwrap().record(Outcome::Ok));
    }
    let told = book.told(|| {
        while let Some(Notice::Changed(event)) = watch.try_next() {
            record_event(&event);
        }
    });
    let counts = ["degraded", "healthy", "probing", "unhealthy"]
        .map(|to| (format!("counter stockade_provider_transitions_total{{provider=eu,to={to}}}"), 2.0));
    assert_eq!(told, BTreeMap::from(counts));
}
