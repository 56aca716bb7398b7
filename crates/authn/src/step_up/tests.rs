use super::*;
use proptest::prelude::*;
use std::time::Duration;
use stockade_core::{
    ApiKeyId, Assurance, AuthMethod, AuthMethods, Principal, Problem, ProblemKind, UnixMillis,
};

const NOW: UnixMillis = UnixMillis::from_millis(1_700_000_000_000);
const FIVE_MINUTES: Duration = Duration::from_secs(300);
const RULE: StepUp = StepUp::require_recent(FIVE_MINUTES, Assurance::Aal1);

fn ada(at: UnixMillis) -> Principal {
    Principal::user("ada".parse().unwrap())
        .authenticated_at(at)
        .with_methods(AuthMethods::of(AuthMethod::Password))
}

fn key() -> Principal {
    let id: ApiKeyId = "0123456789abcdef".parse().unwrap();
    Principal::api_key("ada".parse().unwrap(), id, []).authenticated_at(NOW)
}

#[test]
fn asvs_v7_5_3_an_old_sign_in_does_not_open_what_demands_a_fresh_one() {
    assert_eq!(RULE.check(&ada(NOW), NOW), Freshness::Fresh);
    assert_eq!(RULE.check(&ada(NOW.minus(FIVE_MINUTES)), NOW), Freshness::Fresh);
    let older = NOW.minus(FIVE_MINUTES + Duration::from_millis(1));
    assert_eq!(RULE.check(&ada(older), NOW), Freshness::Stale(StaleReason::TooOld));
    let nameless = Principal::user("ada".parse().unwrap());
    assert_eq!(RULE.check(&nameless, NOW), Freshness::Stale(StaleReason::Unknown));
}

#[test]
fn downgrade_a_fresh_password_does_not_stand_in_for_two_factors() {
    let rule = StepUp::require_recent(FIVE_MINUTES, Assurance::Aal2);
    assert_eq!(rule.check(&ada(NOW), NOW), Freshness::Stale(StaleReason::Assurance));
    let both = AuthMethods::of(AuthMethod::Password).with(AuthMethod::BackupCode);
    assert_eq!(rule.check(&ada(NOW).with_methods(both), NOW), Freshness::Fresh);
}

#[test]
fn clock_jump_back_does_not_keep_a_sign_in_fresh() {
    let ahead = |millis| RULE.check(&ada(NOW.plus(Duration::from_millis(millis))), NOW);
    assert_eq!(ahead(5_000), Freshness::Fresh, "two clocks are not one");
    assert_eq!(ahead(5_001), Freshness::Stale(StaleReason::Future));
    assert_eq!(ahead(u64::MAX), Freshness::Stale(StaleReason::Future));
}

#[test]
fn escalation_neither_a_key_nor_an_impersonator_passes_for_the_person() {
    let by_key = Borrowed::Program;
    let by_root = Borrowed::Impersonator;
    let root = ada(NOW).acted_by("root".parse().unwrap());
    let service = Principal::service("ada".parse().unwrap()).authenticated_at(NOW);
    for (principal, by) in [(key(), by_key), (service, by_key), (root, by_root)] {
        assert_eq!(RULE.check(&principal, NOW), Freshness::Stale(StaleReason::Borrowed(by)));
        assert_eq!(require_own_hands(&principal), Hands::Borrowed(by));
        let problem = Problem::from(RULE.enforce(&principal, NOW).unwrap_err());
        assert_eq!((problem.kind(), problem.code()), (ProblemKind::Forbidden, "in_person_only"));
        assert!(problem.reauthentication().is_none(), "signing in again would not help");
    }
    assert_eq!(require_own_hands(&ada(NOW)).into_result(), Ok(()));
}

#[test]
fn a_refusal_says_what_would_do() {
    let rule = StepUp::require_recent(Duration::from_secs(60), Assurance::Aal2);
    let problem = Problem::from(rule.enforce(&ada(NOW), NOW).unwrap_err());
    assert_eq!((problem.kind(), problem.code()), (ProblemKind::Unauthenticated, "reauthentication_required"));
    assert_eq!(problem.reauthentication(), Some((Duration::from_secs(60), Assurance::Aal2)));
}

proptest! {
    #[test]
    fn no_time_of_any_clock_panics_and_fresh_means_near(now in any::<u64>(), at in any::<u64>(), age in any::<u64>()) {
        let (now, at, max_age) = (UnixMillis::from_millis(now), UnixMillis::from_millis(at), Duration::from_millis(age));
        let fresh = StepUp::require_recent(max_age, Assurance::Aal1).check(&ada(at), now) == Freshness::Fresh;
        prop_assert_eq!(fresh, now.since(at) <= max_age && at.since(now) <= StepUp::LEEWAY);
    }
}
