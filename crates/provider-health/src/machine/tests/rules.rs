//! Each rule once, and each attack on it.

use super::*;

#[test]
fn the_preset_three_five_three_hundred_three() {
    let mut m = machine(config());
    fail(&mut m, 2, at(1));
    assert_eq!(phase(&m), Phase::Healthy);
    fail(&mut m, 1, at(2));
    assert_eq!(phase(&m), Phase::Degraded);
    assert!(m.is_available(at(2)));
    fail(&mut m, 2, at(3));
    assert_eq!(phase(&m), Phase::Unhealthy);
    assert_eq!(m.open_until(), Some(at(303)));
    let refused = Refused { why: Refusal::Open, retry_after: Some(SECOND) };
    assert_eq!(m.admit(at(302)), Err(refused));
    for _ in 0..3 {
        assert!(m.is_available(at(303)));
        call(&mut m, Outcome::Ok, at(303));
    }
    assert_eq!(phase(&m), Phase::Healthy);
    let steps: Vec<_> = m.take_changes().into_iter().map(|t| (t.new.phase, t.reason)).collect();
    assert_eq!(
        steps,
        [
            (Phase::Degraded, Reason::Consecutive(3)),
            (Phase::Unhealthy, Reason::Consecutive(5)),
            (Phase::Probing, Reason::TimeToProbe),
            (Phase::Healthy, Reason::Recovered),
        ]
    );
}

#[test]
fn a_success_ends_a_row_and_three_heal_a_degraded_one() {
    let mut m = machine(config());
    fail(&mut m, 4, at(1));
    call(&mut m, Outcome::Ok, at(1));
    fail(&mut m, 4, at(1));
    assert_eq!(phase(&m), Phase::Degraded);
    call(&mut m, Outcome::Ok, at(1));
    call(&mut m, Outcome::Slow, at(1));
    assert_eq!(phase(&m), Phase::Degraded);
    call(&mut m, Outcome::Ok, at(1));
    assert_eq!(phase(&m), Phase::Healthy);
}

#[test]
fn a_failure_is_forgotten_after_the_window() {
    let mut m = machine(config());
    fail(&mut m, 4, at(0));
    fail(&mut m, 1, at(3601));
    assert_eq!((phase(&m), m.streak()), (Phase::Degraded, 1));
    fail(&mut m, 4, at(7201));
    assert_eq!(phase(&m), Phase::Unhealthy, "an hour old is not older than an hour");
}

#[test]
fn a_clients_own_faults_and_cancellations_never_count() {
    let mut m = machine(config());
    fail(&mut m, 4, at(1));
    for _ in 0..100 {
        call(&mut m, Outcome::ClientFault, at(1));
        call(&mut m, Outcome::Cancelled, at(1));
    }
    assert_eq!((phase(&m), m.streak()), (Phase::Degraded, 4));
}

#[test]
fn rates_trip_at_their_limit_and_not_below_the_minimum_volume() {
    let config = Config { failure_percent: Some(50), slow_percent: Some(80), ..config() };
    let trips = |outcome, calls, failures, slow| {
        let mut m = machine(config);
        let pass = m.admit(at(1)).unwrap();
        let _ = m.report(&pass, outcome, Tally { calls, failures, slow }, at(1));
        m.reason().0
    };
    assert_eq!(trips(Outcome::Timeout, 19, 19, 0), Reason::Initial);
    assert_eq!(trips(Outcome::Timeout, 20, 9, 0), Reason::Initial);
    assert_eq!(trips(Outcome::Timeout, 20, 10, 0), Reason::FailureRate(50));
    assert_eq!(trips(Outcome::Slow, 100, 0, 79), Reason::Initial);
    assert_eq!(trips(Outcome::Slow, 100, 0, 80), Reason::SlowRate(80));
    assert_eq!(trips(Outcome::Timeout, u64::MAX, u64::MAX, 0), Reason::Initial, "nonsense does not overflow");
}

#[test]
fn throttling_cools_and_leaves_the_phase_alone() {
    let mut m = machine(config());
    call(&mut m, Outcome::Throttled(Some(at(7))), at(1));
    assert_eq!(phase(&m), Phase::Healthy);
    assert_eq!(m.admit(at(7)), Err(Refused { why: Refusal::Cooling, retry_after: Some(SECOND) }));
    call(&mut m, Outcome::Throttled(None), at(8));
    assert!(!m.is_available(at(12)) && m.is_available(at(13)));
    call(&mut m, Outcome::Throttled(Some(Duration::MAX)), at(13));
    assert!(m.is_available(at(313)), "a provider cannot banish itself for longer than the cap");
    assert_eq!(m.streak(), 0);
}

#[test]
fn a_throttle_of_nothing_is_one_that_says_nothing() {
    let mut m = machine(config());
    call(&mut m, Outcome::Throttled(Some(Duration::ZERO)), at(1));
    assert_eq!(m.cooling_until(), Some(at(6)));
}

#[test]
fn a_throttle_is_exceeded_by_jitter_at_most() {
    for seed in 0..100 {
        let config = Config::default();
        let mut m = Machine::new(config, seed).unwrap();
        call(&mut m, Outcome::Throttled(Some(Duration::MAX)), at(0));
        let until = m.cooling_until().unwrap();
        assert!(
            (at(300)..=at(360)).contains(&until),
            "heeded in full, and a fifth at most on top: {until:?}"
        );
    }
}

#[test]
fn a_shorter_throttle_does_not_shorten_a_longer_one() {
    let mut m = machine(config());
    let (one, two) = (m.admit(at(1)).unwrap(), m.admit(at(1)).unwrap());
    let _ = m.report(&one, Outcome::Throttled(Some(at(100))), Tally::default(), at(1));
    let _ = m.report(&two, Outcome::Throttled(Some(at(1))), Tally::default(), at(1));
    assert_eq!(m.cooling_until(), Some(at(101)));
}

#[test]
fn exactly_so_many_probes_and_a_cancelled_one_makes_room() {
    let mut m = machine(Config { probes: 3, ..config() });
    fail(&mut m, 5, at(0));
    let passes: Vec<_> = (0..3).map(|_| m.admit(at(300)).unwrap()).collect();
    assert!(passes.iter().all(Pass::is_probe));
    assert_eq!(m.admit(at(300)).unwrap_err().why, Refusal::Probing);
    assert!(!m.is_available(at(300)));
    let _ = m.report(&passes[0], Outcome::Cancelled, Tally::default(), at(301));
    assert!(m.is_available(at(301)));
    // Reported twice, it frees nobody else's place.
    let again = m.admit(at(301)).unwrap();
    let _ = m.report(&passes[0], Outcome::Cancelled, Tally::default(), at(301));
    assert_eq!(m.probes_out(), 3);
    let _ = m.report(&again, Outcome::Cancelled, Tally::default(), at(301));
    assert_eq!(m.probes_out(), 2);
}

#[test]
fn a_probe_that_never_returns_has_failed_when_its_time_is_over() {
    let mut m = machine(config());
    fail(&mut m, 5, at(0));
    let lost = m.admit(at(300)).unwrap();
    assert!(m.admit(at(329)).is_err());
    assert_eq!(m.admit(at(330)).unwrap_err().why, Refusal::Open);
    assert_eq!(m.reason().0, Reason::ProbeOverdue);
    assert_eq!(
        m.open_until(),
        Some(at(330 + 600)),
        "from the moment it should have been back, twice as long"
    );
    assert_eq!(m.report(&lost, Outcome::Ok, Tally::default(), at(331)), Heard::Late);
    assert_eq!(phase(&m), Phase::Unhealthy);
}

#[test]
fn replay_a_late_result_of_an_older_cycle_changes_nothing() {
    let mut m = machine(Config { probes: 2, ..config() });
    let before: Vec<_> = (0..20).map(|_| m.admit(at(0)).unwrap()).collect();
    fail(&mut m, 5, at(0));
    let (good, bad) = (m.admit(at(300)).unwrap(), m.admit(at(300)).unwrap());
    let _ = m.report(&bad, Outcome::ConnectFault, Tally::default(), at(300));
    assert_eq!(phase(&m), Phase::Unhealthy);
    assert_eq!(m.report(&good, Outcome::Ok, Tally::default(), at(300)), Heard::Late);
    (0..3).for_each(|_| call(&mut m, Outcome::Ok, at(900)));
    assert_eq!(phase(&m), Phase::Healthy);
    for late in &before {
        assert_eq!(m.report(late, Outcome::Timeout, Tally::default(), at(901)), Heard::Late);
    }
    assert_eq!((phase(&m), m.streak()), (Phase::Healthy, 0));
}

#[test]
fn clock_jump_back_neither_opens_nor_closes() {
    let mut m = machine(config());
    fail(&mut m, 5, at(1000));
    assert!(m.admit(at(0)).is_err());
    assert_eq!(m.open_until(), Some(at(1300)));
    assert!(!m.is_available(at(1299)) && m.is_available(at(1300)));
    assert!(m.admit(at(1_000_000)).is_ok());
    assert!(m.admit(Duration::ZERO).is_err(), "the one probe is out, whatever the time");
}

#[test]
fn overlays_stand_above_the_phase_and_leave_it_as_it_was() {
    let mut m = machine(config());
    m.force(Some(Overlay::ForcedDown), at(1));
    assert_eq!(m.admit(at(1)), Err(Refused { why: Refusal::ForcedDown, retry_after: None }));
    assert!(!m.is_available(Duration::MAX));
    m.force(None, at(2));
    fail(&mut m, 5, at(2));
    m.force(Some(Overlay::ForcedUp), at(3));
    fail(&mut m, 50, at(4));
    (0..50).for_each(|_| call(&mut m, Outcome::Ok, at(4)));
    assert_eq!(phase(&m), Phase::Unhealthy, "nothing is heard while it is forced");
    let forced = m.admit(at(4)).unwrap();
    m.force(None, at(5));
    assert_eq!(m.report(&forced, Outcome::Ok, Tally::default(), at(5)), Heard::Late);
    assert!(m.admit(at(6)).is_err());
}

#[test]
fn draining_takes_nothing_new_and_hears_what_is_under_way() {
    let mut m = machine(config());
    let under_way: Vec<_> = (0..5).map(|_| m.admit(at(1)).unwrap()).collect();
    m.force(Some(Overlay::Draining), at(1));
    assert_eq!(m.admit(at(1)).unwrap_err().why, Refusal::Draining);
    for pass in &under_way {
        let _ = m.report(pass, Outcome::ServerFault, Tally::default(), at(1));
    }
    assert_eq!(phase(&m), Phase::Unhealthy);
}

#[test]
fn whoever_never_asks_is_heard_all_the_same() {
    let mut m = machine(config());
    (0..5).for_each(|_| _ = m.observe(Outcome::Timeout, Tally::default(), at(0)));
    assert_eq!(phase(&m), Phase::Unhealthy);
    (0..9).for_each(|_| _ = m.observe(Outcome::Ok, Tally::default(), at(299)));
    assert_eq!(phase(&m), Phase::Unhealthy, "a success before its time heals nothing");
    (0..3).for_each(|_| _ = m.observe(Outcome::Ok, Tally::default(), at(300)));
    assert_eq!(phase(&m), Phase::Healthy);
}

fn word(m: &mut Machine, span: Duration, now: Duration) {
    m.eject(span, Credence::Opens, Reason::Peer, now);
}

#[test]
fn a_peer_may_open_and_may_shorten_but_never_closes() {
    let mut m = machine(config());
    word(&mut m, Duration::MAX, at(0));
    assert_eq!(m.open_until(), Some(at(3600)), "nor can a peer banish it for longer than the cap");
    m.probe_sooner(at(1));
    assert!(m.open_until().unwrap() <= at(301));
    assert_eq!(phase(&m), Phase::Unhealthy);
}

#[test]
fn flood_of_peers_words_never_puts_off_an_own_probe() {
    let mut m = machine(config());
    word(&mut m, at(100), at(0));
    (1..=100).for_each(|now| word(&mut m, at(1000), at(now)));
    let probe = m.admit(at(100)).unwrap();
    word(&mut m, at(1000), at(100));
    assert_eq!(m.report(&probe, Outcome::Ok, Tally::default(), at(100)), Heard::Counted, "nor voids it");
}

#[test]
fn confusion_a_peer_that_was_contradicted_is_not_believed_until_a_call_fails() {
    let mut m = machine(config());
    word(&mut m, at(100), at(0));
    (0..3).for_each(|_| call(&mut m, Outcome::Ok, at(100)));
    for now in [101, 10_000] {
        word(&mut m, at(1000), at(now));
        assert_eq!(phase(&m), Phase::Degraded, "at most");
        (0..3).for_each(|_| call(&mut m, Outcome::Ok, at(now)));
    }
    fail(&mut m, 1, at(10_001));
    word(&mut m, at(1000), at(10_001));
    assert_eq!(m.open_until(), Some(at(11_001)));
}

#[test]
fn a_circuit_that_probes_have_just_closed_is_not_opened_by_hearsay() {
    let mut m = machine(config());
    fail(&mut m, 5, at(0));
    (0..3).for_each(|_| call(&mut m, Outcome::Ok, at(300)));
    word(&mut m, at(1000), at(359));
    assert_eq!(phase(&m), Phase::Degraded);
    word(&mut m, at(1000), at(360));
    assert_eq!(phase(&m), Phase::Unhealthy);
}

#[test]
fn a_peers_word_forgets_no_failures_and_voids_no_call() {
    let mut m = machine(config());
    let under_way = m.admit(at(0)).unwrap();
    fail(&mut m, 2, at(0));
    m.eject(at(1000), Credence::Degrades, Reason::Peer, at(0));
    assert_eq!((phase(&m), m.streak(), m.reason().0), (Phase::Degraded, 2, Reason::Peer));
    assert_eq!(m.report(&under_way, Outcome::Timeout, Tally::default(), at(1)), Heard::Counted);
    fail(&mut m, 2, at(1));
    assert_eq!(phase(&m), Phase::Unhealthy);
}

#[test]
fn doublings_are_not_forgotten_while_a_peers_word_keeps_it_open() {
    let mut m = machine(config());
    fail(&mut m, 5, at(0));
    (0..3).for_each(|_| call(&mut m, Outcome::Ok, at(300)));
    word(&mut m, at(3600), at(400));
    assert_eq!(phase(&m), Phase::Unhealthy);
    call(&mut m, Outcome::Timeout, at(4000));
    assert_eq!(m.open_until(), Some(at(4600)), "it was well for 100 seconds, not for an hour");
}

#[test]
fn transitions_nobody_takes_do_not_pile_up() {
    let mut m = machine(config());
    for turn in 0..1000 {
        m.force((turn % 2 == 0).then_some(Overlay::ForcedUp), at(turn));
    }
    let kept = m.take_changes();
    assert_eq!(kept.len(), CHANGES);
    assert_eq!(kept.last().map(|t| t.at), Some(at(999)));
}
