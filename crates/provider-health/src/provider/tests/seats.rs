//! What threads keep at hand changes what a call costs, and nothing else.

use super::*;

/// Strong handles of it, wherever they are.
fn handles(provider: &Provider) -> usize {
    Arc::strong_count(&provider.0)
}

fn many(count: usize) -> Vec<Provider> {
    let clock = clock();
    (0..count as u64).map(|seed| seeded(config(), &clock, seed)).collect()
}

/// On a thread of its own, whose seats are free.
fn alone(work: impl FnOnce() + Send) {
    std::thread::scope(|scope| scope.spawn(work).join().unwrap());
}

fn succeed(provider: &Provider) {
    let _ = provider.acquire_owned().unwrap().record(Outcome::Ok);
}

#[test]
fn a_permit_takes_the_handle_that_lies_ready_and_puts_it_back() {
    let provider = provider(config(), &clock());
    alone(|| {
        (0..2).for_each(|_| succeed(&provider));
        let at_rest = handles(&provider);
        let permit = provider.acquire_owned().unwrap();
        assert_eq!(handles(&provider), at_rest, "taken, not cloned");
        let second = provider.acquire_owned().unwrap();
        assert_eq!(handles(&provider), at_rest + 1, "one lies ready, not two");
        let _ = (permit.record(Outcome::Ok), second.record(Outcome::Ok));
        assert_eq!(handles(&provider), at_rest);
    });
    assert_eq!(handles(&provider), 1, "a thread that is gone keeps nothing");
    assert_eq!(provider.stats().successes, 4);
}

#[test]
fn race_of_threads_that_come_and_go_loses_no_success() {
    let provider = provider(config(), &clock());
    for _ in 0..20 {
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for turn in 0..200 {
                        let _ = match turn % 3 {
                            0 => provider.acquire().unwrap().record(Outcome::Ok),
                            1 => provider.acquire_owned().unwrap().record(Outcome::Ok),
                            _ => provider.record_success(SECOND),
                        };
                    }
                });
            }
        });
    }
    assert_eq!(provider.stats().successes, 20 * 8 * 200);
}

#[test]
fn a_permit_that_ends_on_another_thread_counts_there() {
    let provider = provider(config(), &clock());
    succeed(&provider);
    let permit = provider.acquire_owned().unwrap();
    alone(|| assert_eq!(permit.record(Outcome::Ok), Heard::Counted));
    assert_eq!(provider.stats().successes, 2);
}

#[test]
fn flood_of_providers_is_counted_right_and_keeps_no_more_than_the_seats() {
    let providers = many(50);
    alone(|| {
        for _ in 0..100 {
            providers.iter().for_each(succeed);
        }
        assert!(providers.iter().all(|provider| provider.stats().successes == 100));
        assert_eq!(providers.iter().filter(|provider| handles(provider) > 1).count(), 8);
    });
}

#[test]
fn seats_follow_a_change_of_providers() {
    let providers = many(16);
    let (old, new) = providers.split_at(8);
    alone(|| {
        old.iter().for_each(succeed);
        assert!(old.iter().all(|provider| handles(provider) > 1));
        for _ in 0..1_000 {
            new.iter().for_each(succeed);
        }
        assert!(new.iter().filter(|provider| handles(provider) > 1).count() >= 6);
        assert!(new.iter().all(|provider| provider.stats().successes == 1_000));
    });
}

/// A clock of the caller's that makes a call when it goes.
#[derive(Debug)]
struct LastWords(Provider);

impl Clock for LastWords {
    fn now(&self) -> UnixMillis {
        UnixMillis::default()
    }

    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }
}

impl Drop for LastWords {
    fn drop(&mut self) {
        succeed(&self.0);
    }
}

#[test]
fn whoever_goes_last_may_call_from_its_destructor() {
    let heir = provider(config(), &clock());
    alone(|| {
        let name = ProviderName::new("short-lived").unwrap();
        let clock = Arc::new(LastWords(heir.clone()));
        let provider = Provider::new(name, config(), clock, &SeededEntropy::new(1)).unwrap();
        succeed(&provider);
        drop(provider);
        // It lives on in its seat, until others have taken all of them or the thread has ended.
        for _ in 0..200 {
            many(8).iter().for_each(succeed);
        }
    });
    assert_eq!(heir.stats().successes, 1);
}

#[test]
fn another_report_of_the_same_permit_is_late() {
    let provider = provider(config(), &clock());
    let mut place = Some(provider.acquire_owned().unwrap());
    assert_eq!(Permit::record_in(&mut place, Outcome::Ok), Heard::Counted);
    assert!(place.is_none());
    assert_eq!(Permit::record_in(&mut place, Outcome::Timeout), Heard::Late);
    assert_eq!((provider.stats().calls, provider.stats().failures), (1, 0));
}
