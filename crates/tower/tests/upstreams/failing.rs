//! Faults before the first byte of the answer: nobody notices.

use crate::client::{GOOD, PATIENCE, Setup, patient, text};
use crate::faulty::{Manner, Upstream};
use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::Full;
use std::time::Duration;
use stockade_core::Problem;
use stockade_provider_health::{GiveUp, Outcome, PoolConfig, Refusal, Repeat};
use stockade_tower::FailoverError;
use tower::ServiceExt;

#[tokio::test]
async fn a_connection_that_is_refused_fails_over_even_for_what_must_not_be_done_twice() {
    let upstreams = vec![Upstream::refusing().await, Upstream::start(Manner::good()).await];
    let setup = Setup::over(upstreams, PoolConfig::default());
    assert_eq!(text(setup.post().await.unwrap()).await, GOOD);
    assert_eq!((setup.stats(0).failures, setup.stats(1).successes), (1, 1));
    assert_eq!((setup.stats(0).in_flight, setup.stats(1).in_flight), (0, 0));
}

#[tokio::test]
async fn a_reset_connection_fails_over_what_may_be_repeated_and_nothing_else() {
    let setup = Setup::of([Manner::Resets, Manner::good()]).await;
    assert_eq!(text(setup.get().await.unwrap()).await, GOOD);

    let error = setup.post().await.unwrap_err();
    assert!(matches!(error, FailoverError::Upstream(_)), "{error:?}");
    assert_eq!(Problem::from(&error).code(), "unavailable");
    assert_eq!(
        (setup.upstreams[1].requests(), setup.stats(0).failures),
        (1, 2),
        "it may have been carried out"
    );

    let mut safe = Request::post("/v1").body(Full::<Bytes>::default()).unwrap();
    safe.extensions_mut().insert(Repeat::Idempotent);
    assert_eq!(
        text(setup.gateway.clone().oneshot(safe).await.unwrap()).await,
        GOOD,
        "its sender says that it is safe"
    );
    let keyed = Request::post("/v1").header("idempotency-key", "8e03978e").body(Full::default()).unwrap();
    let replicas = setup.gateway.clone().replicas();
    assert_eq!(
        text(replicas.oneshot(keyed).await.unwrap()).await,
        GOOD,
        "what one replica has carried out the others know"
    );
}

#[tokio::test]
async fn a_black_hole_costs_its_share_of_the_deadline_and_no_more() {
    let upstreams = vec![Upstream::start(Manner::black_hole()).await, Upstream::start(Manner::good()).await];
    let setup = Setup::over(upstreams, patient());
    assert_eq!(text(setup.get().await.unwrap()).await, GOOD);
    assert_eq!((setup.stats(0).failures, setup.stats(0).in_flight), (1, 0));
}

#[tokio::test]
async fn an_answer_that_ends_before_its_first_byte_fails_over() {
    let setup = Setup::of([Manner::truncated(""), Manner::good()]).await;
    assert_eq!(text(setup.get().await.unwrap()).await, GOOD);
    assert_eq!(setup.stats(0).failures, 1);
}

#[tokio::test]
async fn an_inspected_answer_that_is_no_json_is_truncated_or_stalls_fails_over() {
    for bad in [
        Manner::answers("200 OK", "", "{\"good\": <html>"),
        Manner::truncated("{\"go"),
        Manner::slow("{\"go"),
    ] {
        let upstreams = vec![Upstream::start(bad.clone()).await, Upstream::start(Manner::good()).await];
        let mut setup = Setup::over(upstreams, patient());
        setup.gateway = setup.gateway.inspect(
            1 << 16,
            |_| true,
            |_, body| match serde_json::from_slice::<serde_json::Value>(body) {
                Ok(_) => Outcome::Ok,
                Err(_) => Outcome::ServerFault,
            },
        );
        assert_eq!(text(setup.get().await.unwrap()).await, GOOD, "{bad:?}");
        assert_eq!((setup.stats(0).failures, setup.stats(0).in_flight), (1, 0), "{bad:?}");
    }
}

#[tokio::test]
async fn an_answer_too_large_to_be_inspected_is_given_on_whole() {
    let large = "x".repeat(1 << 16);
    let mut setup = Setup::of([Manner::answers("200 OK", "", &large)]).await;
    setup.gateway = setup.gateway.inspect(1 << 10, |_| true, |_, _| Outcome::ServerFault);
    assert_eq!(text(setup.get().await.unwrap()).await, large);
    assert_eq!(setup.stats(0).successes, 1);
}

#[tokio::test]
async fn the_last_bad_answer_is_given_on_and_then_the_open_circuit_is_told_with_its_time() {
    let setup = Setup::of([Manner::answers("503 Service Unavailable", "x-trace: 7\r\n", "later")]).await;
    for _ in 0..5 {
        let answer = setup.get().await.unwrap();
        assert_eq!(
            (answer.status(), answer.headers()["x-trace"].as_bytes()),
            (StatusCode::SERVICE_UNAVAILABLE, &b"7"[..])
        );
        assert_eq!(text(answer).await, "later");
    }
    let error = setup.get().await.unwrap_err();
    assert!(matches!(error, FailoverError::GivenUp(GiveUp::AllDown(_))), "{error:?}");
    let wait = error.retry_after().unwrap();
    assert!(wait > Duration::from_secs(250), "{wait:?}");
    assert_eq!(Problem::from(&error).retry_after(), Some(wait));
    assert_eq!(setup.upstreams[0].requests(), 5, "it is left alone");
}

#[tokio::test]
async fn what_is_the_clients_fault_is_given_on_and_counts_against_nobody() {
    let setup = Setup::of([Manner::answers("404 Not Found", "", "no"), Manner::good()]).await;
    assert_eq!(setup.get().await.unwrap().status(), 404);
    assert_eq!(
        (setup.stats(0).client_faults, setup.stats(0).calls, setup.upstreams[1].requests()),
        (1, 0, 0)
    );
}

#[tokio::test]
async fn the_deadline_holds_over_all_attempts() {
    let manners = [Manner::black_hole(), Manner::black_hole(), Manner::black_hole()];
    let mut setup = Setup::of(manners).await;
    setup.gateway = setup.gateway.deadline(Duration::from_millis(1500));
    let error = tokio::time::timeout(10 * PATIENCE, setup.get()).await.expect("it ends").unwrap_err();
    assert!(matches!(error, FailoverError::TimedOut), "{error:?}");
    let asked = setup.upstreams.iter().filter(|upstream| upstream.requests() > 0).count();
    assert!(asked >= 2, "the first does not use up the time of the others");
    let failures: u64 = (0..3).map(|index| setup.stats(index).failures).sum();
    assert_eq!(failures, 1, "it may be the request that takes so long everywhere");
}

#[tokio::test]
async fn a_hedge_outruns_a_black_hole_which_is_then_called_off() {
    let upstreams = vec![Upstream::start(Manner::black_hole()).await, Upstream::start(Manner::good()).await];
    let config = PoolConfig { hedge_after: Some(Duration::from_millis(50)), ..PoolConfig::default() };
    let setup = Setup::over(upstreams, config);
    assert_eq!(text(setup.get().await.unwrap()).await, GOOD);
    assert_eq!((setup.stats(0).cancelled, setup.stats(0).failures, setup.stats(0).in_flight), (1, 0, 0));
}

#[tokio::test]
async fn a_client_that_hangs_up_leaves_nothing_under_way() {
    let setup = Setup::of([Manner::black_hole()]).await;
    let mut call = Box::pin(setup.get());
    while setup.upstreams[0].requests() == 0 {
        tokio::select! {
            answer = &mut call => panic!("a black hole answered: {answer:?}"),
            () = tokio::time::sleep(Duration::from_millis(5)) => {}
        }
    }
    assert_eq!(setup.stats(0).in_flight, 1);
    drop(call);
    assert_eq!((setup.stats(0).in_flight, setup.stats(0).cancelled), (0, 1));
}

#[tokio::test]
async fn a_provider_that_is_drained_is_not_asked_and_its_time_is_not_promised() {
    let setup = Setup::of([Manner::good()]).await;
    setup.provider(0).drain();
    let error = setup.get().await.unwrap_err();
    assert_eq!((error.retry_after(), setup.upstreams[0].requests()), (None, 0));
    assert_eq!(setup.provider(0).acquire().unwrap_err().why, Refusal::Draining);
}
