//! Answers that begin well and end badly, and callers who do not wait.

use super::*;
use std::time::Duration;

fn streaming(provider: &Provider) -> Aftermath {
    let permit = provider.acquire_owned().unwrap();
    permit.record_begun(Outcome::Ok, Duration::from_millis(20)).unwrap()
}

#[test]
fn replay_a_stream_of_an_older_cycle_that_breaks_is_not_heard() {
    let clock = clock();
    let provider = provider(Config { healthy_after: 1, ..config() }, &clock);
    trip(&provider);
    clock.advance(300 * SECOND);
    let old = streaming(&provider);
    assert!(provider.is_healthy(), "its first byte was the proof");
    trip(&provider);
    clock.advance(3600 * SECOND);
    let probe = provider.acquire_owned().unwrap();
    assert_eq!(old.record(Outcome::ServerFault), Heard::Late);
    assert_eq!(provider.phase(), Phase::Probing);
    assert_eq!(probe.record(Outcome::Ok), Heard::Counted, "today's probe decides");
    assert!(provider.is_healthy());
}

#[test]
fn a_probe_that_breaks_after_its_first_byte_has_failed() {
    let clock = clock();
    let provider = provider(config(), &clock);
    trip(&provider);
    clock.advance(300 * SECOND);
    let first = streaming(&provider);
    assert_eq!(first.record(Outcome::ServerFault), Heard::Counted);
    assert_eq!(provider.status().reason, Reason::ProbeFailed);
}

#[test]
fn a_stream_of_this_cycle_that_breaks_is_a_failure_and_its_good_end_is_no_news() {
    let provider = provider(config(), &clock());
    let streams: Vec<_> = (0..6).map(|_| streaming(&provider)).collect();
    let mut heard = streams.into_iter().map(|stream| stream.record(Outcome::Timeout));
    assert!(heard.by_ref().take(5).all(|heard| heard == Heard::Counted));
    assert_eq!(provider.phase(), Phase::Unhealthy);
    assert_eq!(heard.next(), Some(Heard::Late), "the circuit is open already");
    provider.reset();
    assert_eq!(streaming(&provider).record(Outcome::Ok), Heard::Late);
    assert_eq!(provider.stats().failures + provider.stats().cancelled, 0);
}

#[test]
fn whoever_leaves_after_a_long_wait_has_said_something_and_a_reader_who_leaves_has_not() {
    let clock = clock();
    let provider = provider(config(), &clock);
    (0..50).for_each(|_| _ = provider.record_success(Duration::from_millis(20)));
    let usual = provider.load().latency(provider.now_nanos());
    let reading = provider.acquire_owned().unwrap().answered();
    clock.advance(3 * SECOND);
    drop(reading);
    assert_eq!(provider.load().latency(provider.now_nanos()), usual);
    let waiting = provider.acquire_owned().unwrap();
    clock.advance(3 * SECOND);
    drop(waiting);
    let now = provider.now_nanos();
    assert!(provider.load().latency(now) > 2_800_000 && provider.load().score(now) < FULL_SCORE);
    assert_eq!((provider.stats().cancelled, provider.status().streak), (2, 0), "and its phase is left alone");
}
