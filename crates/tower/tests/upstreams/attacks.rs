//! What a client, or an upstream that is not quite dead, can do to everybody else.

use crate::client::{Setup, text};
use crate::faulty::{Manner, Upstream};
use bytes::Bytes;
use http::{Method, Request};
use http_body_util::{BodyExt, Full};
use std::sync::Arc;
use std::time::Duration;
use stockade_core::SystemClock;
use stockade_provider_health::{Outcome, PoolConfig, TokioTimer};
use stockade_tower::{BodyFault, Failover, FailoverError, HttpClassifier};
use tower::ServiceExt;

/// Longer than anything here takes on a busy machine.
const AT_LAST: Duration = Duration::from_secs(30);

fn request(method: Method) -> Request<Full<Bytes>> {
    let request = Request::builder().method(method).uri("/v1").header("idempotency-key", "8e03978e");
    request.body(Full::default()).unwrap()
}

#[tokio::test]
async fn replay_what_one_provider_may_have_carried_out_is_not_done_again_at_a_stranger() {
    let setup = Setup::of([Manner::Resets, Manner::good()]).await;
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        let error = setup.gateway.clone().oneshot(request(method.clone())).await.unwrap_err();
        assert!(matches!(error, FailoverError::Upstream(_)), "{method}: {error:?}");
    }
    assert_eq!(setup.upstreams[1].requests(), 0, "a key means nothing to who has not seen it");
}

#[tokio::test]
async fn starvation_an_answer_slower_than_its_share_of_the_deadline_arrives_and_is_held_against_nobody() {
    let late = || Manner::Late(Duration::from_secs(3), "{}");
    let mut setup = Setup::of([late(), late(), late()]).await;
    setup.gateway = setup.gateway.deadline(Duration::from_secs(7));
    assert_eq!(text(setup.get().await.unwrap()).await, "{}");
    let failures: u64 = (0..3).map(|index| setup.stats(index).failures).sum();
    assert_eq!((failures, setup.stats(0).successes), (0, 1));
    let in_flight: u32 = (0..3).map(|index| setup.stats(index).in_flight).sum();
    assert_eq!(in_flight, 0);
}

#[tokio::test]
async fn a_black_hole_that_another_one_outruns_has_failed() {
    let mut setup = Setup::of([Manner::black_hole(), Manner::good()]).await;
    setup.gateway = setup.gateway.deadline(Duration::from_secs(4));
    assert_eq!(text(setup.get().await.unwrap()).await, crate::client::GOOD);
    assert_eq!((setup.stats(0).failures, setup.stats(0).in_flight), (1, 0));
}

#[tokio::test]
async fn a_bad_answer_has_a_clock_too() {
    let stalls = "HTTP/1.1 400 Bad Request\r\ncontent-length: 100\r\n\r\n{\"err";
    let mut setup = Setup::of([Manner::SaysAndStalls(stalls.to_owned())]).await;
    setup.gateway = setup.gateway.stall_after(Duration::from_millis(200));
    let body = setup.get().await.unwrap().into_body();
    let fault = tokio::time::timeout(AT_LAST, body.collect()).await.expect("it ends").unwrap_err();
    assert!(matches!(fault, BodyFault::Stalled), "{fault:?}");
}

#[tokio::test]
async fn flood_of_tiny_frames_is_inspected_like_a_single_one() {
    let mut tiny = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_owned();
    (0..9000).for_each(|_| tiny.push_str("1\r\nx\r\n"));
    tiny.push_str("0\r\n\r\n");
    let mut setup = Setup::of([Manner::Says(tiny), Manner::good()]).await;
    setup.gateway = setup.gateway.inspect(
        1 << 16,
        |_| true,
        |_, body| match body.first() {
            Some(b'{') => Outcome::Ok,
            _ => Outcome::ServerFault,
        },
    );
    assert_eq!(text(setup.get().await.unwrap()).await, crate::client::GOOD);
    assert_eq!(setup.stats(0).failures, 1);
}

#[tokio::test]
async fn a_setting_of_a_handle_that_was_cloned_holds() {
    let setup = Setup::of([Manner::slow("begun")]).await;
    let strict = setup.gateway.clone().stall_after(Duration::from_millis(200));
    let answer = strict.oneshot(Request::get("/v1").body(Full::default()).unwrap()).await.unwrap();
    let fault =
        tokio::time::timeout(AT_LAST, answer.into_body().collect()).await.expect("it ends").unwrap_err();
    assert!(matches!(fault, BodyFault::Stalled), "{fault:?}");
}

#[tokio::test]
async fn a_hedge_that_cannot_be_made_takes_nothing_from_anybody() {
    let upstreams = vec![Upstream::start(Manner::black_hole()).await, Upstream::start(Manner::good()).await];
    let config = PoolConfig {
        hedge_after: Some(Duration::from_millis(20)),
        attempt_at_most: Some(Duration::from_secs(1)),
        ..PoolConfig::default()
    };
    let setup = Setup::over(upstreams, config);
    let clock = Arc::new(SystemClock::new());
    let once = Failover::with_bodies(
        setup.gateway.pool().clone(),
        setup.clients(),
        HttpClassifier::new(clock.clone()),
        clock,
        TokioTimer,
        |_| None,
    );
    let error = once.unwrap().oneshot(Request::get("/v1").body(Full::default()).unwrap()).await.unwrap_err();
    assert!(matches!(error, FailoverError::TimedOut), "{error:?}");
    assert_eq!((setup.stats(0).failures, setup.stats(1).cancelled), (1, 0));
}

#[tokio::test]
async fn flood_a_reader_who_is_away_while_the_answer_breaks_off_blames_nobody() {
    let mut setup = Setup::of([Manner::truncated("data: begun")]).await;
    setup.gateway = setup.gateway.stall_after(Duration::from_millis(200));
    let mut body = setup.get().await.unwrap().into_body();
    assert!(body.frame().await.unwrap().is_ok());
    tokio::time::sleep(Duration::from_millis(500)).await;
    let fault = body.frame().await.unwrap().unwrap_err();
    assert!(matches!(fault, BodyFault::Broken(_)), "{fault:?}");
    assert_eq!((setup.stats(0).failures, setup.stats(0).cancelled, setup.stats(0).in_flight), (0, 1, 0));
}

#[tokio::test]
async fn flood_a_reader_who_comes_back_to_what_was_left_of_a_broken_answer_blames_nobody() {
    let begun = format!("HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n{}", "x".repeat(256 * 1024));
    let mut setup = Setup::of([Manner::Says(begun)]).await;
    setup.gateway = setup.gateway.stall_after(Duration::from_secs(2));
    let mut body = setup.get().await.unwrap().into_body();
    assert!(body.frame().await.unwrap().is_ok());
    // Never long away at a time, and too long in sum for an upstream that bounds how long it writes.
    let mut pauses = 0;
    let fault = loop {
        if pauses < 4 {
            tokio::time::sleep(Duration::from_millis(300)).await;
            pauses += 1;
        }
        match body.frame().await.unwrap() {
            Ok(frame) => assert!(frame.is_data()),
            Err(fault) => break fault,
        }
    };
    assert_eq!(pauses, 4, "it came in pieces");
    assert!(matches!(fault, BodyFault::Broken(_)), "{fault:?}");
    assert_eq!((setup.stats(0).failures, setup.stats(0).cancelled, setup.stats(0).in_flight), (0, 1, 0));
}
