//! What an attacker tries.

use super::*;
use std::num::NonZeroU32;
use std::sync::Barrier;
use std::thread;

const LOGIN: Quota = Quota::literal(10, Duration::from_secs(600));

fn units(count: u32) -> NonZeroU32 {
    NonZeroU32::new(count).unwrap()
}

#[test]
fn asvs_v15_4_2_race_64_threads_for_the_last_unit() {
    for round in 0..200 {
        let limiter = MemoryLimiter::with_capacity(1_000);
        let charge = text("t", "victim", Quota::literal(1, SECOND));
        let start = Barrier::new(64);
        let winners: usize = thread::scope(|threads| {
            let callers: Vec<_> = (0..64)
                .map(|_| {
                    threads.spawn(|| {
                        start.wait();
                        usize::from(passes(&limiter, &charge, Duration::ZERO))
                    })
                })
                .collect();
            callers.into_iter().map(|caller| caller.join().unwrap()).sum()
        });
        assert_eq!(winners, 1, "round {round}");
    }
}

#[test]
fn asvs_v2_4_1_flood_of_a_million_keys_neither_grows_the_table_nor_locks_anybody_out() {
    let limiter = MemoryLimiter::with_capacity(10_000);
    for client in 0..1_000_000 {
        assert!(passes(&limiter, &text("t", &client.to_string(), LOGIN), Duration::ZERO), "client {client}");
    }
    assert!(limiter.keys_in_debt(Duration::ZERO) <= limiter.capacity());
}

#[test]
fn asvs_v2_4_1_flood_does_not_wash_away_a_key_at_its_limit() {
    let limiter = MemoryLimiter::with_capacity(10_000);
    let victim = text("login.email", "victim@example.org", LOGIN);
    for _ in 0..10 {
        assert!(passes(&limiter, &victim, Duration::ZERO));
    }
    for client in 0..200_000 {
        assert!(passes(&limiter, &text("login.email", &client.to_string(), LOGIN), Duration::ZERO));
        assert!(client % 1_000 != 0 || !passes(&limiter, &victim, Duration::ZERO), "after {client}");
    }
}

#[test]
fn asvs_v2_4_1_ipv6_rotation_through_a_64_is_one_client() {
    let limiter = MemoryLimiter::default();
    let passed = (0..10_000_u128)
        .filter(|host| {
            let ip = std::net::Ipv6Addr::from((0x2001_0db8_u128 << 96) | (host << 32) | host);
            passes(&limiter, &Charge::one(Key::ip("login.ip", ip.into()), LOGIN), Duration::ZERO)
        })
        .count();
    assert_eq!(passed, 10);
}

#[test]
fn clock_jump_of_the_wall_neither_opens_nor_shuts_a_limit() {
    let clock = Arc::new(ManualClock::at(UnixMillis::from_secs(1_700_000_000)));
    let limiter = LocalLimiter::new(Arc::new(MemoryLimiter::default()), clock.clone());
    let charge = [text("t", "victim", Quota::literal(1, SECOND))];
    assert!(matches!(limiter.decide(&charge), Verdict::Allowed { .. }));
    for jump in [0, 1_600_000_000, 1_800_000_000, u64::MAX] {
        clock.jump_to(UnixMillis::from_secs(jump));
        assert_eq!(limiter.decide(&charge), Verdict::Denied { retry_after: SECOND, limit: "t" });
    }
    clock.advance(SECOND);
    assert!(matches!(limiter.decide(&charge), Verdict::Allowed { .. }));
}

#[test]
fn asvs_v1_4_2_cost_overflow_is_refused_and_charges_nothing() {
    let limiter = MemoryLimiter::default();
    let yearly = Quota::literal(1, Duration::from_secs(365 * 24 * 60 * 60)).burst(units(100)).unwrap();
    let unit = text("t", "victim", yearly);
    let hostile = vec![unit.clone().costing(units(u32::MAX)); 100];
    assert_eq!(limiter.decide(&hostile, Duration::ZERO), Verdict::Unpayable { limit: "t" });
    assert_eq!(limiter.keys_in_debt(Duration::ZERO), 0);
    let whole = unit.costing(units(100));
    assert!(passes(&limiter, &whole, Duration::ZERO));
    assert!(!passes(&limiter, &whole, Quota::MAX_REFILL - Duration::from_nanos(1)));
    assert!(passes(&limiter, &whole, Quota::MAX_REFILL));
}

#[test]
fn asvs_v1_4_2_at_the_end_of_time_a_limit_stays_shut() {
    let limiter = MemoryLimiter::default();
    let charge = text("t", "victim", Quota::literal(1, Quota::MAX_REFILL));
    assert!(passes(&limiter, &charge, Duration::MAX));
    for now in [Duration::MAX, Duration::from_nanos(u64::MAX), Duration::ZERO] {
        assert!(!passes(&limiter, &charge, now), "at {now:?}");
    }
}

#[test]
fn threads_that_overtake_each_other_gain_nothing() {
    let limiter = MemoryLimiter::default();
    let charge = text("t", "victim", Quota::literal(1, SECOND));
    assert!(passes(&limiter, &charge, SECOND * 10));
    assert!(!passes(&limiter, &charge, SECOND * 9));
    assert!(!passes(&limiter, &charge, SECOND * 10));
    assert!(passes(&limiter, &charge, SECOND * 11));
}

#[test]
fn no_address_rests_in_memory_nor_in_debug_output() {
    let limiter = MemoryLimiter::with_capacity(16);
    assert!(passes(&limiter, &text("t", "alice@example.org", LOGIN), Duration::ZERO));
    assert_eq!(format!("{limiter:?}"), "MemoryLimiter { capacity: 16, .. }");
    let key = Key::text("t", "alice@example.org");
    let elsewhere = MemoryLimiter::with_capacity(16);
    assert!(limiter.hash(&key) != elsewhere.hash(&key), "each limiter has a hash key of its own");
}
