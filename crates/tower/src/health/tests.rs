use super::*;
use crate::status_of;
use http::Response;
use std::future::{Ready, ready};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use stockade_core::{Clock, ManualClock, Problem, SystemEntropy, UnixMillis};
use stockade_provider_health::{Config, Outcome, Phase, Provider, ProviderName};
use tower::{Layer, Service, ServiceExt};

/// 06 Nov 1994 08:49:17 GMT: twenty seconds before the date of RFC 9110's examples.
const NOW: UnixMillis = UnixMillis::from_secs(784_111_757);

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at(NOW))
}

fn provider(clock: &Arc<ManualClock>) -> Provider {
    let name = ProviderName::new("upstream").unwrap();
    Provider::new(name, Config::default(), clock.clone(), &SystemEntropy).unwrap()
}

type Judge = fn(Result<&u16, &io::Error>) -> Outcome;

const JUDGE: Judge = |result| match result {
    Ok(status) => stockade_provider_health::classify(*status, None),
    Err(error) => classify_error(error),
};

/// Answers with the number that it is asked with, never if that is 0; ready or not as it is told.
#[derive(Clone)]
struct Echo {
    ready: bool,
    asked: Arc<AtomicUsize>,
    calls: Arc<AtomicUsize>,
}

impl Echo {
    fn new(ready: bool) -> Self {
        Self { ready, asked: Arc::default(), calls: Arc::default() }
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }
}

enum Answer {
    Now(Ready<Result<u16, io::Error>>),
    Never,
}

impl Future for Answer {
    type Output = Result<u16, io::Error>;

    fn poll(self: std::pin::Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.get_mut() {
            Self::Now(answer) => std::pin::Pin::new(answer).poll(cx),
            Self::Never => Poll::Pending,
        }
    }
}

impl Service<u16> for Echo {
    type Response = u16;
    type Error = io::Error;
    type Future = Answer;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), io::Error>> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        if self.ready { Poll::Ready(Ok(())) } else { Poll::Pending }
    }

    fn call(&mut self, status: u16) -> Answer {
        self.calls.fetch_add(1, Ordering::Relaxed);
        if status == 0 { Answer::Never } else { Answer::Now(ready(Ok(status))) }
    }
}

#[tokio::test]
async fn an_open_circuit_is_said_before_the_inner_service_is_asked_whether_it_is_ready() {
    let (clock, inner) = (clock(), Echo::new(false));
    let provider = provider(&clock);
    provider.mark_unhealthy();
    let mut service = HealthLayer::new(provider, JUDGE).layer(inner.clone());
    let error = service.ready().await.unwrap().call(200).await.unwrap_err();
    assert!(error.refused().is_some());
    assert!(error.retry_after().unwrap() >= Duration::from_secs(299), "{:?}", error.retry_after());
    assert_eq!((inner.asked.load(Ordering::Relaxed), inner.calls()), (0, 0));

    let problem = Problem::from(&error);
    assert_eq!(
        (status_of(problem.kind()), problem.retry_after()),
        (503.try_into().unwrap(), error.retry_after())
    );
}

#[tokio::test]
async fn failures_open_the_circuit_and_probes_close_it() {
    let (clock, inner) = (clock(), Echo::new(true));
    let provider = provider(&clock);
    let service = HealthLayer::new(provider.clone(), JUDGE).layer(inner.clone());
    for _ in 0..5 {
        assert_eq!(service.clone().oneshot(503).await.unwrap(), 503, "the answer is given on as it is");
    }
    assert!(matches!(service.clone().oneshot(200).await, Err(HealthError::Refused(_))));
    assert_eq!(inner.calls(), 5);

    clock.advance(Duration::from_secs(400));
    for _ in 0..3 {
        assert_eq!(service.clone().oneshot(200).await.unwrap(), 200);
    }
    assert_eq!(provider.phase(), Phase::Healthy);
}

#[tokio::test]
async fn asvs_v15_4_2_flood_of_clones_gets_one_probe_through_and_a_dropped_one_frees_its_place() {
    let (clock, inner) = (clock(), Echo::new(true));
    let provider = provider(&clock);
    provider.mark_unhealthy();
    clock.advance(Duration::from_secs(400));
    let mut service = HealthLayer::new(provider.clone(), JUDGE).layer(inner.clone());
    // Each is ready while the place is free, and only then do they call.
    let mut ready: Vec<_> = (0..64).map(|_| service.clone()).collect();
    for one in &mut ready {
        one.ready().await.unwrap();
    }
    let calls: Vec<_> = ready.iter_mut().map(|one| one.call(0)).collect();
    assert_eq!(inner.calls(), 1, "one is let through");
    assert_eq!(provider.stats().probes, 1);
    drop(calls);
    assert_eq!(provider.stats().probes, 0, "nobody waits for it any more");
    assert_eq!(service.ready().await.unwrap().call(200).await.unwrap(), 200);
}

#[tokio::test]
async fn a_service_that_is_ready_and_left_alone_holds_no_place() {
    let clock = clock();
    let provider = provider(&clock);
    provider.mark_unhealthy();
    clock.advance(Duration::from_secs(400));
    let mut idle = HealthLayer::new(provider.clone(), JUDGE).layer(Echo::new(true));
    idle.ready().await.unwrap();
    assert_eq!(provider.stats().probes, 0);
}

#[tokio::test]
async fn a_call_that_is_given_up_counts_as_cancelled() {
    let clock = clock();
    let provider = provider(&clock);
    let mut service = HealthLayer::new(provider.clone(), JUDGE).layer(Echo::new(true));
    drop(service.ready().await.unwrap().call(0));
    assert_eq!((provider.stats().cancelled, provider.stats().calls), (1, 0));
}

#[tokio::test]
async fn an_inner_service_that_cannot_become_ready_is_a_failure() {
    #[derive(Clone)]
    struct Broken;

    impl Service<u16> for Broken {
        type Response = u16;
        type Error = io::Error;
        type Future = Ready<Result<u16, io::Error>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), io::Error>> {
            Poll::Ready(Err(io::ErrorKind::ConnectionRefused.into()))
        }

        fn call(&mut self, _: u16) -> Self::Future {
            unreachable!("it is never ready")
        }
    }

    let clock = clock();
    let provider = provider(&clock);
    let service = HealthLayer::new(provider.clone(), JUDGE).layer(Broken);
    for _ in 0..5 {
        assert!(matches!(service.clone().oneshot(200).await, Err(HealthError::Inner(_))));
    }
    assert!(matches!(service.oneshot(200).await, Err(HealthError::Refused(_))));
}

#[test]
fn each_form_of_retry_after_is_read_and_nothing_else_is_believed() {
    let classifier = HttpClassifier::new(clock() as Arc<dyn Clock>);
    let throttled = |values: &[&str]| {
        let mut response = Response::new(());
        *response.status_mut() = 429.try_into().unwrap();
        for value in values {
            response.headers_mut().append("retry-after", value.parse().unwrap());
        }
        classifier.response(&response)
    };
    let wait = |seconds| Outcome::Throttled(Some(Duration::from_secs(seconds)));
    for (values, outcome) in [
        (&["120"][..], wait(120)),
        (&["Sun, 06 Nov 1994 08:49:37 GMT"], wait(20)),
        (&["Sunday, 06-Nov-94 08:49:37 GMT"], wait(20)),
        (&["Sun Nov  6 08:49:37 1994"], wait(20)),
        (&["Sun, 06 Nov 1994 08:00:00 GMT"], Outcome::Throttled(None)),
        (&["0"], Outcome::Throttled(None)),
        (&["3", "7", "soon"], wait(7)),
        (&["soon"], Outcome::Throttled(None)),
        (&[], Outcome::Throttled(None)),
    ] {
        assert_eq!(throttled(values), outcome, "{values:?}");
    }
}

#[test]
fn confusion_only_a_connection_that_was_not_made_counts_as_such() {
    #[derive(Debug, thiserror::Error)]
    #[error("it failed")]
    struct Wrapped(#[source] io::Error);

    for (kind, outcome) in [
        (io::ErrorKind::ConnectionRefused, Outcome::ConnectFault),
        (io::ErrorKind::NetworkUnreachable, Outcome::ConnectFault),
        (io::ErrorKind::ConnectionReset, Outcome::ServerFault),
        (io::ErrorKind::BrokenPipe, Outcome::ServerFault),
        (io::ErrorKind::UnexpectedEof, Outcome::ServerFault),
        (io::ErrorKind::TimedOut, Outcome::Timeout),
    ] {
        assert_eq!(classify_error(&Wrapped(kind.into())), outcome, "{kind}");
    }
    assert_eq!(classify_error(&std::fmt::Error), Outcome::ServerFault);
}
