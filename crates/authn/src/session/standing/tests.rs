use super::*;
use crate::session::MemorySessions;
use stockade_core::ManualClock;

const SESSION: [u8; 16] = [7; 16];

fn cache() -> Arc<StandingCache> {
    let clock = Arc::new(ManualClock::at(UnixMillis::from_secs(1_700_000_000)));
    Arc::new(StandingCache::new(Arc::new(MemorySessions::new()), clock, Duration::from_secs(5)))
}

fn session() -> SessionId {
    SessionId::from_bytes(SESSION)
}

fn live_until(cache: &StandingCache, valid_until: UnixMillis) -> Live {
    Live {
        owner: "ada".parse().unwrap(),
        security_version: 3,
        valid_until,
        checked_at: cache.clock.monotonic(),
    }
}

fn live(cache: &StandingCache) -> Live {
    live_until(cache, cache.clock.now().plus(Duration::from_secs(60)))
}

fn check(cache: &Arc<StandingCache>, subject: &str) -> StandingCheck {
    let binding = SessionBinding { session: session(), security_version: 3 };
    cache.check(binding, &subject.parse().unwrap())
}

#[test]
fn race_an_answer_under_way_does_not_revive_a_session_that_ended_meanwhile() {
    let cache = cache();
    let asked_after = cache.changes.load(Ordering::SeqCst);
    cache.has_ended(session());
    cache.remember(session(), live(&cache), asked_after);
    assert!(matches!(check(&cache, "ada"), StandingCheck::Known(Err(StandingError::Over))));
    cache.is_outdated(session());
    assert!(matches!(check(&cache, "ada"), StandingCheck::Known(Err(StandingError::Over))));
}

#[test]
fn race_an_answer_under_way_does_not_hide_a_change_that_came_meanwhile() {
    let cache = cache();
    let asked_after = cache.changes.load(Ordering::SeqCst);
    cache.is_outdated(session());
    cache.remember(session(), live(&cache), asked_after);
    assert!(matches!(check(&cache, "ada"), StandingCheck::Ask(_)), "asked for before the change");
    cache.remember(session(), live(&cache), cache.changes.load(Ordering::SeqCst));
    assert!(matches!(check(&cache, "ada"), StandingCheck::Known(Ok(()))), "asked for after it");
}

#[test]
fn confusion_what_is_remembered_of_a_session_counts_for_its_owner_only() {
    let cache = cache();
    cache.remember(session(), live(&cache), 0);
    assert!(matches!(check(&cache, "mallory"), StandingCheck::Known(Err(StandingError::Over))));
    assert!(matches!(check(&cache, "ada"), StandingCheck::Known(Ok(()))));
}

#[test]
fn what_is_remembered_ends_with_the_session() {
    let cache = cache();
    cache.remember(session(), live_until(&cache, cache.clock.now()), 0);
    assert!(matches!(check(&cache, "ada"), StandingCheck::Ask(_)));
}
