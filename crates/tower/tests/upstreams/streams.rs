//! Faults after the first byte: the client gets what there is, and the provider is held to account.

use crate::client::{Setup, text};
use crate::faulty::{Manner, Upstream};
use http_body::Body;
use http_body_util::BodyExt;
use std::sync::Arc;
use std::time::Duration;
use stockade_core::{ManualClock, UnixMillis};
use stockade_provider_health::{Phase, PoolConfig};
use stockade_tower::BodyFault;

#[tokio::test]
async fn truncation_after_the_first_byte_is_passed_on_as_such_and_counts_as_a_failure() {
    let setup = Setup::of([Manner::truncated("data: begun"), Manner::good()]).await;
    let mut body = setup.get().await.unwrap().into_body();
    assert_eq!(body.frame().await.unwrap().unwrap().into_data().unwrap(), "data: begun");
    assert_eq!((setup.stats(0).calls, setup.stats(0).in_flight), (0, 1), "not yet over");
    let fault = body.frame().await.unwrap().unwrap_err();
    assert!(matches!(fault, BodyFault::Broken(_)), "{fault:?}");
    assert!(body.frame().await.is_none());
    assert_eq!((setup.stats(0).failures, setup.stats(0).successes, setup.stats(0).in_flight), (1, 0, 0));
    assert_eq!(setup.upstreams[1].requests(), 0, "the client has seen a part of the answer");
}

#[tokio::test]
async fn answers_that_always_break_off_open_the_circuit() {
    let setup = Setup::of([Manner::truncated("data: begun"), Manner::good()]).await;
    for _ in 0..5 {
        assert!(setup.get().await.unwrap().into_body().collect().await.is_err());
    }
    assert_eq!(setup.provider(0).phase(), Phase::Unhealthy);
    assert_eq!(text(setup.get().await.unwrap()).await, crate::client::GOOD);
}

#[tokio::test]
async fn a_slow_body_ends_where_it_stalls_if_told_so() {
    let mut setup = Setup::of([Manner::slow("data: begun")]).await;
    setup.gateway = setup.gateway.stall_after(Duration::from_millis(200));
    let mut body = setup.get().await.unwrap().into_body();
    assert!(body.frame().await.unwrap().is_ok());
    let fault = body.frame().await.unwrap().unwrap_err();
    assert!(matches!(fault, BodyFault::Stalled), "{fault:?}");
    assert_eq!((setup.stats(0).failures, setup.stats(0).in_flight), (1, 0));
}

#[tokio::test]
async fn a_body_that_nobody_reads_on_counts_as_cancelled() {
    let setup = Setup::of([Manner::slow("data: begun")]).await;
    drop(setup.get().await.unwrap());
    assert_eq!((setup.stats(0).cancelled, setup.stats(0).calls, setup.stats(0).in_flight), (1, 0, 0));
}

#[tokio::test]
async fn a_whole_answer_counts_at_its_end_and_keeps_its_length() {
    let setup = Setup::of([Manner::good()]).await;
    let answer = setup.get().await.unwrap();
    assert_eq!(answer.body().size_hint().exact(), Some(crate::client::GOOD.len() as u64));
    assert_eq!(text(answer).await, crate::client::GOOD);
    assert_eq!((setup.stats(0).successes, setup.stats(0).in_flight), (1, 0));
}

#[tokio::test]
async fn a_probe_counts_at_its_first_byte_and_is_taken_back_if_it_breaks_off() {
    // Who comes back after ten minutes may have been given up by the upstream with every right.
    for (away, phase) in [(Duration::ZERO, Phase::Unhealthy), (Duration::from_secs(600), Phase::Probing)] {
        let clock = Arc::new(ManualClock::at(UnixMillis::from_secs(1_700_000_000)));
        let upstreams = vec![Upstream::start(Manner::truncated("data: begun")).await];
        let setup = Setup::timed(upstreams, PoolConfig::default(), clock.clone());
        setup.provider(0).mark_unhealthy();
        clock.advance(Duration::from_secs(400));
        let mut body = setup.get().await.unwrap().into_body();
        assert_eq!(
            (setup.stats(0).probes, setup.stats(0).successes),
            (0, 1),
            "others may probe while it streams"
        );
        assert!(body.frame().await.unwrap().is_ok());
        clock.advance(away);
        assert!(setup.provider(0).is_available(), "a long stream is no overdue probe");
        assert!(body.frame().await.unwrap().is_err());
        assert_eq!(setup.provider(0).phase(), phase);
    }
}
