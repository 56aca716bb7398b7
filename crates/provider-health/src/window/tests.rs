//! The ring against a list of every call.

use super::*;
use proptest::prelude::*;

const SPAN: Duration = Duration::from_nanos(1600);

fn record(window: &Window, now: u64, good: bool) {
    if window.is_over(now) {
        window.turn(now);
    }
    if good { window.success(2_000_000) } else { window.count(Count::Failure) }
}

#[test]
fn a_call_is_forgotten_after_the_window_and_not_much_before() {
    let window = Window::new(SPAN);
    record(&window, 50, false);
    record(&window, 1599, true);
    assert_eq!(window.tally(), Tally { calls: 2, failures: 1, slow: 0 });
    record(&window, 1600, true);
    assert_eq!(window.tally(), Tally { calls: 2, failures: 0, slow: 0 });
}

#[test]
fn clock_jump_far_ahead_empties_it_and_back_counts_as_now() {
    let window = Window::new(SPAN);
    record(&window, 1000, false);
    record(&window, u64::MAX - 1, true);
    assert_eq!(window.tally(), Tally { calls: 1, failures: 0, slow: 0 });
    record(&window, 0, false);
    assert_eq!(window.tally(), Tally { calls: 2, failures: 1, slow: 0 });
}

#[test]
fn flood_of_calls_costs_no_memory_and_keeps_the_sums() {
    let window = Window::new(Duration::from_secs(60));
    for call in 0..1_000_000_u64 {
        record(&window, call * 1000, call % 4 != 0);
    }
    assert_eq!(window.tally(), Tally { calls: 1_000_000, failures: 250_000, slow: 0 });
    assert!(size_of::<Window>() < 16 * 1024);
}

#[test]
fn race_of_more_threads_than_trays_loses_no_success() {
    const THREADS: usize = TRAYS + 8;
    let window = Window::new(Duration::from_secs(60));
    let all_have_asked = std::sync::Barrier::new(THREADS);
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                let mut lease = window.lease();
                all_have_asked.wait();
                for call in 0..1_000 {
                    match &mut lease {
                        Some(lease) => lease.success(call * 1_000_000),
                        None => window.success(call * 1_000_000),
                    }
                }
            });
        }
    });
    assert_eq!(window.tally().calls, THREADS as u64 * 1_000);
    assert_eq!(window.summary().successes, THREADS as u64 * 1_000);
    let again: Vec<_> = (0..=TRAYS).map(|_| window.lease()).collect();
    assert_eq!(again.iter().flatten().count(), TRAYS, "they were given back, and are no more than before");
}

#[test]
fn a_tray_that_goes_to_somebody_else_keeps_its_counts() {
    let window = Window::new(SPAN);
    for _ in 0..3 {
        window.lease().unwrap().success(5);
    }
    assert_eq!(window.tally().calls, 3);
    window.clear();
    window.lease().unwrap().success(5);
    assert_eq!((window.tally().calls, window.summary().successes), (1, 1));
}

proptest! {
    #[test]
    fn the_sums_lie_between_fifteen_and_sixteen_sixteenths_of_the_window(
        steps in proptest::collection::vec((0_u64..400, any::<bool>()), 1..200)
    ) {
        let window = Window::new(SPAN);
        let (mut now, mut calls) = (0, Vec::new());
        for (step, good) in steps {
            now += step;
            record(&window, now, good);
            calls.push((now, good));
            let within = |span: u64| calls.iter().filter(move |(at, _)| at + span > now);
            let tally = window.tally();
            prop_assert!(tally.calls <= within(1600).count() as u64);
            prop_assert!(tally.calls >= within(1500).count() as u64);
            prop_assert!(tally.failures <= within(1600).filter(|(_, good)| !good).count() as u64);
            prop_assert!(tally.failures >= within(1500).filter(|(_, good)| !good).count() as u64);
            let summary = window.summary();
            prop_assert_eq!(summary.successes + summary.failures, tally.calls);
        }
    }
}
