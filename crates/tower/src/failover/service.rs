use super::answer::{Inspection, Landed, land};
use super::body::{FailoverBody, Watch};
use super::flight::{Alarm, Call, Flight, in_time, next};
use super::source::{Again, Source, repeat};
use super::{BoxError, FailoverError};
use crate::Classify;
use bytes::Bytes;
use http::{Request, Response, response};
use http_body::Body;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use stockade_core::Clock;
use stockade_provider_health::{After, Attempt, Chain, Next, Outcome, Pool, Timer};
use tower_service::Service;

/// A client of several upstreams: asks them in turn, until one gives a good answer.
///
/// 1. Whom to ask says the [`Pool`]: its tiers and strategy, its retry budget, its policy for when nobody is well.
/// 2. Each attempt gets its share of **one deadline**, up to the first byte of its answer; and so do waits between attempts.
/// 3. A request is taken elsewhere only **before the first byte** of an answer was given on, and only if that is safe: after a
///    connection that was not made and a 429 always, after other faults if the request is idempotent. That is what the
///    [`Repeat`](stockade_provider_health::Repeat) among its extensions says; without one, if its method is (RFC 9110 §9.2.2), or it has an `idempotency-key`.
/// 4. The last answer is given on where there is no better one, a 503 or a 429 among them, with its headers.
/// 5. A good answer counts once its body has come to an end; one that breaks off is a fault of its provider. A probe counts at
///    its first byte, since streams may last longer than a probe may, and again if it breaks off.
///
/// The services are the pool's members in their order, each ready-made to address its own upstream. They are always ready here:
/// the one that is asked is waited for within its attempt. A call costs an allocation for itself and one for each attempt.
pub struct Failover<S, C, B> {
    shared: Arc<Shared<S, C, B>>,
}

struct Shared<S, C, B> {
    pool: Pool,
    upstreams: Vec<S>,
    classify: C,
    clock: Arc<dyn Clock>,
    timer: Arc<dyn Timer>,
    again: Arc<Again<B>>,
    deadline: Duration,
    stall_after: Option<Duration>,
    inspection: Option<Inspection>,
}

/// Why there can be no [`Failover`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SetupError {
    /// Not one service for each member of the pool.
    #[error("the pool has {members} members and there are {upstreams} services")]
    Count {
        /// How many the pool has.
        members: usize,
        /// How many services were given.
        upstreams: usize,
    },
}

impl From<&SetupError> for stockade_core::Problem {
    fn from(_: &SetupError) -> Self {
        Self::internal()
    }
}

/// The answer of a [`Failover`]. Dropped before it is there, its calls count as cancelled.
#[must_use = "futures do nothing unless polled"]
pub struct FailoverFuture<B, E>(Answering<B, E>);

type Answered<B, E> = Result<Response<FailoverBody<B>>, FailoverError<E>>;
type Answering<B, E> = Pin<Box<dyn Future<Output = Answered<B, E>> + Send>>;

impl<S, C, B> Failover<S, C, B> {
    /// How long a request may take to its first byte, unless [told otherwise](Self::deadline): the patience of a person who waits.
    pub const DEADLINE: Duration = Duration::from_secs(30);

    /// One service for each member of `pool`, in its order, judged by `classify`. Times are read from `clock`, which has to be
    /// that of the pool, and waited for by `timer`.
    ///
    /// # Errors
    /// Not as many services as members.
    pub fn new(
        pool: Pool,
        upstreams: Vec<S>,
        classify: C,
        clock: Arc<dyn Clock>,
        timer: impl Timer + 'static,
    ) -> Result<Self, SetupError>
    where
        B: Clone,
    {
        Self::with_bodies(pool, upstreams, classify, clock, timer, |body| Some(body.clone()))
    }

    /// [`new`](Self::new) for bodies that are not `Clone`. Where `again` gives no second one, the request is made once.
    ///
    /// # Errors
    /// Not as many services as members.
    pub fn with_bodies(
        pool: Pool,
        upstreams: Vec<S>,
        classify: C,
        clock: Arc<dyn Clock>,
        timer: impl Timer + 'static,
        again: impl Fn(&B) -> Option<B> + Send + Sync + 'static,
    ) -> Result<Self, SetupError> {
        let members = pool.providers().count();
        if members != upstreams.len() {
            return Err(SetupError::Count { members, upstreams: upstreams.len() });
        }
        let shared = Shared {
            pool,
            upstreams,
            classify,
            clock,
            timer: Arc::new(timer),
            again: Arc::new(again),
            deadline: Self::DEADLINE,
            stall_after: None,
            inspection: None,
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// How long a request may take to the first byte of its answer, over all attempts.
    #[must_use]
    pub fn deadline(self, deadline: Duration) -> Self {
        self.change(|shared| shared.deadline = deadline)
    }

    /// How long an answer may pause once it has begun. It then ends in [`BodyFault::Stalled`](super::BodyFault), and its provider has
    /// timed out. Default: as long as it likes.
    #[must_use]
    pub fn stall_after(self, pause: Duration) -> Self {
        self.change(|shared| shared.stall_after = Some(pause))
    }

    /// Reads the good answers that `wants` says to their end before they are given on, and judges them by `judge`: an answer that
    /// is no JSON may be a fault like any other. One of more than `at_most` bytes is given on unread.
    #[must_use]
    pub fn inspect(
        self,
        at_most: usize,
        wants: impl Fn(&response::Parts) -> bool + Send + Sync + 'static,
        judge: impl Fn(&response::Parts, &[u8]) -> Outcome + Send + Sync + 'static,
    ) -> Self {
        let inspection = Inspection { at_most, wants: Arc::new(wants), judge: Arc::new(judge) };
        self.change(|shared| shared.inspection = Some(inspection))
    }

    /// Whom it asks.
    #[must_use]
    pub fn pool(&self) -> &Pool {
        &self.shared.pool
    }

    /// Before the service is cloned the handle is the only one, and nothing is lost.
    fn change(mut self, change: impl FnOnce(&mut Shared<S, C, B>)) -> Self {
        if let Some(shared) = Arc::get_mut(&mut self.shared) {
            change(shared);
        }
        self
    }
}

impl<S, C, B, R> Service<Request<B>> for Failover<S, C, B>
where
    S: Service<Request<B>, Response = Response<R>> + Clone + Send + Sync + 'static,
    S::Future: Send + 'static,
    S::Error: Send + 'static,
    C: Classify<Response<R>, S::Error> + Send + Sync + 'static,
    B: Send + Sync + 'static,
    R: Body<Data = Bytes> + Unpin + Send + 'static,
    R::Error: Into<BoxError>,
{
    type Response = Response<FailoverBody<R>>;
    type Error = FailoverError<S::Error>;
    type Future = FailoverFuture<R, S::Error>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let shared = Arc::clone(&self.shared);
        FailoverFuture(Box::pin(answer(shared, request)))
    }
}

async fn answer<S, C, B, R>(shared: Arc<Shared<S, C, B>>, request: Request<B>) -> Answered<R, S::Error>
where
    S: Service<Request<B>, Response = Response<R>> + Clone + Send + Sync + 'static,
    S::Future: Send + 'static,
    S::Error: Send + 'static,
    C: Classify<Response<R>, S::Error> + Send + Sync + 'static,
    B: Send + Sync + 'static,
    R: Body<Data = Bytes> + Unpin + Send + 'static,
    R::Error: Into<BoxError>,
{
    let deadline = shared.now().saturating_add(shared.deadline);
    let mut chain = shared.pool.chain(repeat(&request), Some(deadline));
    let mut source = Source::new(request);
    let mut last = None;
    loop {
        if source.is_spent() {
            return last.unwrap_or(Err(FailoverError::TimedOut));
        }
        let first = match chain.next_attempt(shared.now()) {
            Next::Attempt(attempt) => attempt,
            Next::Wait(span) => {
                shared.timer.sleep(span).await;
                continue;
            }
            Next::GiveUp(given_up) => return last.unwrap_or(Err(FailoverError::GivenUp(given_up))),
        };
        let mut flights: Vec<Flight<R, S::Error>> = Vec::with_capacity(1);
        flights.extend(shared.launch(first, &mut source));
        let mut hedge = shared.hedge(&chain);
        while !flights.is_empty() {
            match next(&mut flights, &mut hedge).await {
                None => {
                    if let Some(second) = chain.hedge(shared.now()) {
                        flights.extend(shared.launch(second, &mut source));
                    }
                }
                Some((
                    attempt,
                    Landed { outcome: outcome @ (Outcome::Ok | Outcome::Slow), result: Ok(good) },
                )) => {
                    return Ok(shared.give_on(attempt, outcome, good));
                }
                Some((attempt, Landed { outcome, result })) => {
                    if chain.report(attempt, outcome, shared.now()) != After::TryNext {
                        return result;
                    }
                    last = Some(result);
                }
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
        let timer = Arc::clone(&self.timer);
        Some(Box::pin(async move { timer.sleep(span).await }))
    }

    /// Gives a good answer on. Its permit goes along, to the end of the body; a probe's does not.
    fn give_on<R>(
        &self,
        attempt: Attempt,
        outcome: Outcome,
        response: Response<FailoverBody<R>>,
    ) -> Response<FailoverBody<R>> {
        let (probe, index, permit) = (attempt.is_probe(), attempt.index(), attempt.into_permit());
        let latency = self.now().saturating_sub(permit.started());
        let watch = if probe {
            let _ = permit.record_timed(outcome, latency);
            self.pool.provider(index).cloned().map_or(Watch::Settled, Watch::FaultsOf)
        } else {
            Watch::Held(permit, outcome, latency)
        };
        response.map(|body| body.stalling(&self.timer, self.stall_after).watched(watch))
    }

    /// Begins a call, if there is a request left to make it with.
    fn launch<R>(self: &Arc<Self>, attempt: Attempt, source: &mut Source<B>) -> Option<Flight<R, S::Error>>
    where
        S: Service<Request<B>, Response = Response<R>> + Clone + Send + Sync + 'static,
        S::Future: Send + 'static,
        S::Error: Send + 'static,
        C: Classify<Response<R>, S::Error> + Send + Sync + 'static,
        B: Send + Sync + 'static,
        R: Body<Data = Bytes> + Unpin + Send + 'static,
        R::Error: Into<BoxError>,
    {
        let mut upstream = self.upstreams.get(attempt.index())?.clone();
        let request = source.take(&*self.again)?;
        let (shared, within) = (Arc::clone(self), attempt.within());
        let call: Call<R, S::Error> = Box::pin(async move {
            let work = async {
                let result = match poll_fn(|cx| upstream.poll_ready(cx)).await {
                    Ok(()) => upstream.call(request).await,
                    Err(error) => Err(error),
                };
                let outcome = shared.classify.classify(result.as_ref());
                match result {
                    Ok(response) => land(response, outcome, shared.inspection.as_ref()).await,
                    Err(error) => Landed::failed(outcome, FailoverError::Upstream(error)),
                }
            };
            in_time(&*shared.timer, within, work)
                .await
                .unwrap_or(Landed::failed(Outcome::Timeout, FailoverError::TimedOut))
        });
        Some(Flight { attempt, call })
    }
}

impl<B, E> Future for FailoverFuture<B, E> {
    type Output = Answered<B, E>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(cx)
    }
}

impl<B, E> fmt::Debug for FailoverFuture<B, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FailoverFuture")
    }
}

impl<S, C, B> Clone for Failover<S, C, B> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

impl<S, C, B> fmt::Debug for Failover<S, C, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Failover")
            .field("pool", &self.shared.pool)
            .field("deadline", &self.shared.deadline)
            .finish_non_exhaustive()
    }
}
