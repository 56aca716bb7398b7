//! The course of one request: who is asked, beside whom, and whose answer is given on.

use super::answer::{Landed, land};
use super::body::{FailoverBody, Watch};
use super::flight::{Alarm, Begun, Call, Flight, News, in_time, next};
use super::service::{Answered, Failover, Shared};
use super::source::{Source, repeat};
use super::{BoxError, FailoverError};
use crate::Classify;
use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;
use stockade_provider_health::{After, Attempt, Chain, Next, Outcome, Permit, Sender};
use tower_service::Service;

pub(super) async fn answer<S, C, B, R>(
    handle: Failover<S, C, B>,
    request: Request<B>,
) -> Answered<R, S::Error>
where
    S: Service<Request<B>, Response = Response<R>> + Clone + Send + Sync + 'static,
    S::Future: Send + 'static,
    S::Error: Send + 'static,
    C: Classify<Response<R>, S::Error> + Send + Sync + 'static,
    B: Send + Sync + 'static,
    R: Body<Data = Bytes> + Unpin + Send + 'static,
    R::Error: Into<BoxError>,
{
    let shared = &handle.shared;
    let deadline = shared.now().saturating_add(handle.settings.deadline);
    let mut chain = shared.pool.chain(repeat(&request, handle.settings.members), Some(deadline));
    if let Some(sender) = request.extensions().get::<Sender>() {
        chain = chain.sent_by(*sender);
    }
    let mut source = Source::new(request);
    let (mut flights, mut hedge, mut last) = (Vec::with_capacity(1), None, None);
    loop {
        // Whoever is asked, and is in time, is waited for.
        if flights.iter().all(|flight: &Flight<_, _>| flight.overdue) && !source.is_spent() {
            match chain.next_attempt(shared.now()) {
                Next::Attempt(attempt) => {
                    flights.extend(handle.launch(attempt, &mut source));
                    hedge = if source.is_spent() { None } else { shared.hedge(&chain) };
                }
                Next::Wait(span) => {
                    shared.timer.sleep(span).await;
                    continue;
                }
                Next::GiveUp(given_up) if flights.is_empty() => {
                    return last.unwrap_or(Err(FailoverError::GivenUp(given_up)));
                }
                Next::GiveUp(_) => {}
            }
        }
        if flights.is_empty() {
            return last.unwrap_or(Err(FailoverError::TimedOut));
        }
        match next(&mut flights, &mut hedge).await {
            News::Hedge => {
                if let Some(second) = chain.hedge(shared.now()) {
                    flights.extend(handle.launch(second, &mut source));
                }
            }
            News::Overdue(index) => {
                if let Some(flight) = flights.get(index) {
                    chain.overdue(&flight.attempt, shared.now());
                }
            }
            News::Landed(
                attempt,
                Landed { outcome: outcome @ (Outcome::Ok | Outcome::Slow), result: Ok(good) },
            ) => {
                for overtaken in flights.drain(..).filter(|flight| flight.overdue) {
                    let _ = chain.report(overtaken.attempt, Outcome::Timeout, shared.now());
                }
                let probe = attempt.is_probe();
                return Ok(shared.give_on(chain.accept(attempt), probe, outcome, good));
            }
            News::Landed(attempt, Landed { outcome, result }) => {
                if chain.report(attempt, outcome, shared.now()) != After::TryNext {
                    return result;
                }
                last = Some(result);
            }
        }
    }
}

impl<S, C, B> Shared<S, C, B> {
    fn now(&self) -> Duration {
        self.clock.monotonic()
    }

    fn hedge(&self, chain: &Chain) -> Option<Alarm> {
        let span = chain.hedge_at()?.saturating_sub(self.now());
        Some(self.alarm(span))
    }

    fn alarm(&self, span: Duration) -> Alarm {
        let timer = Arc::clone(&self.timer);
        Box::pin(async move { timer.sleep(span).await })
    }

    /// Gives a good answer on. Its permit goes along, to the end of the body; that of the member which was probed does not.
    fn give_on<R>(
        &self,
        permit: Permit,
        probed: bool,
        outcome: Outcome,
        response: Response<FailoverBody<R>>,
    ) -> Response<FailoverBody<R>> {
        let latency = self.now().saturating_sub(permit.started());
        let watch = if probed {
            permit.record_begun(outcome, latency).map_or(Watch::Settled, Watch::Aftermath)
        } else {
            Watch::Held(permit.answered(), outcome, latency)
        };
        response.map(|body| body.watched(watch))
    }
}

impl<S, C, B> Failover<S, C, B> {
    /// Begins a call, if there is a request left to make it with.
    fn launch<R>(&self, attempt: Attempt, source: &mut Source<B>) -> Option<Flight<R, S::Error>>
    where
        S: Service<Request<B>, Response = Response<R>> + Clone + Send + Sync + 'static,
        S::Future: Send + 'static,
        S::Error: Send + 'static,
        C: Classify<Response<R>, S::Error> + Send + Sync + 'static,
        B: Send + Sync + 'static,
        R: Body<Data = Bytes> + Unpin + Send + 'static,
        R::Error: Into<BoxError>,
    {
        let mut upstream = self.shared.upstreams.get(attempt.index())?.clone();
        let request = source.take(&*self.shared.again)?;
        let (handle, begun) = (self.clone(), Begun::default());
        let (at_most, seen) = (attempt.at_most(), begun.clone());
        let call: Call<R, S::Error> = Box::pin(async move {
            let (shared, settings) = (&handle.shared, &handle.settings);
            let work = async {
                let result = match poll_fn(|cx| upstream.poll_ready(cx)).await {
                    Ok(()) => upstream.call(request).await,
                    Err(error) => Err(error),
                };
                let outcome = shared.classify.classify(result.as_ref());
                match result {
                    Ok(response) => {
                        let pause = (&*shared.timer, settings.stall_after);
                        land(response, outcome, &settings.inspections, pause, &seen).await
                    }
                    Err(error) => Landed::failed(outcome, FailoverError::Upstream(error)),
                }
            };
            let mut landed = in_time(&*shared.timer, at_most, work)
                .await
                .unwrap_or(Landed::failed(Outcome::Timeout, FailoverError::TimedOut));
            landed.result = landed.result.map(|response| {
                response.map(|body| body.timed(&shared.timer, &shared.clock, settings.stall_after))
            });
            landed
        });
        let share = attempt.within().filter(|share| Some(*share) < at_most);
        let share = share.map(|share| self.shared.alarm(share));
        let begun = self.settings.stall_after.map(|_| begun);
        Some(Flight { attempt, call, share, begun, overdue: false })
    }
}
