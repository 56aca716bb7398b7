use super::answer::{Inspection, Judge, Seen};
use super::body::FailoverBody;
use super::course::answer;
use super::settings::{Members, Settings};
use super::source::Again;
use super::{BoxError, FailoverError, SetupError};
use crate::Classify;
use bytes::Bytes;
use http::{Request, Response, response};
use http_body::Body;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use stockade_core::Clock;
use stockade_provider_health::{Outcome, Pool, Timer};
use tower_service::Service;

/// A client of several upstreams: asks them in turn, until one gives a good answer.
///
/// 1. Whom to ask says the [`Pool`]: its tiers and strategy, its retry budget, its policy for when nobody is well.
/// 2. All attempts, and waits between them, have **one deadline**, to the first byte of an answer, or to the end of one that is read
///    whole. Each attempt has a share of it; when that is over somebody else is asked **beside** it if the request may be repeated,
///    and whoever answers first is given on: an answer may take longer than its share. Overtaken, it has timed out.
/// 3. A request is taken elsewhere only **before the first byte** of an answer was given on, and only if that is safe: after a
///    connection that was not made and a 429 always, after other faults if it may be made twice. That is what the
///    [`Repeat`](stockade_provider_health::Repeat) among its extensions says; without one, if its method is safe (RFC 9110 §9.2.1). A `PUT`, or an
///    `idempotency-key`, is a promise of the server that knows it, and moves on only among [replicas](Self::replicas).
/// 4. The last answer is given on where there is no better one, a 503 or a 429 among them, with its headers. What is no good
///    answer has the [`Outcome`] that it was judged to be among its extensions.
/// 5. A good answer counts once its body has come to an end; one that breaks off is a fault of its provider. A probe counts at
///    its first byte, since streams may last longer than a probe may, and again if it breaks off.
/// 6. A request that fails everywhere alike is likely the cause, and does not shut a provider for everybody: see
///    [`Chain`](stockade_provider_health::Chain). With a [`Sender`](stockade_provider_health::Sender) among its extensions that also holds for many requests of one sender.
///
/// The services are the pool's members in their order, each ready-made to address its own upstream. They are always ready here:
/// the one that is asked is waited for within its attempt. A call costs an allocation for itself and a few for each attempt.
///
/// Clones share pool and services. Settings are of each handle, and changed before it is cloned.
pub struct Failover<S, C, B> {
    pub(super) shared: Arc<Shared<S, C, B>>,
    pub(super) settings: Arc<Settings>,
}

/// [`Failover`] by the name that others know it by.
pub type FailoverService<S, C, B> = Failover<S, C, B>;

pub(super) struct Shared<S, C, B> {
    pub(super) pool: Pool,
    pub(super) upstreams: Vec<S>,
    pub(super) classify: C,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) timer: Arc<dyn Timer>,
    pub(super) again: Arc<Again<B>>,
}

/// The answer of a [`Failover`]. Dropped before it is there, its calls count as cancelled.
#[must_use = "futures do nothing unless polled"]
pub struct FailoverFuture<B, E>(Answering<B, E>);

pub(super) type Answered<B, E> = Result<Response<FailoverBody<B>>, FailoverError<E>>;
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
        let shared =
            Shared { pool, upstreams, classify, clock, timer: Arc::new(timer), again: Arc::new(again) };
        Ok(Self { shared: Arc::new(shared), settings: Arc::new(Settings::new(Self::DEADLINE)) })
    }

    /// How long a request may take to the first byte of its answer, or to the end of one that is [read whole](Self::inspect), over
    /// all attempts.
    #[must_use]
    pub fn deadline(self, deadline: Duration) -> Self {
        self.change(|settings| settings.deadline = deadline)
    }

    /// How long an answer, good or not, may pause once it has begun. It then ends in [`BodyFault::Stalled`](super::BodyFault), and its
    /// provider has timed out; where nothing of it was given on yet, somebody else is asked. Default: as long as it likes. It is watched
    /// while the answer is read: a client who stops reading has to be bounded by whoever serves it.
    #[must_use]
    pub fn stall_after(self, pause: Duration) -> Self {
        self.change(|settings| settings.stall_after = Some(pause))
    }

    /// Among the members a request that has a `PUT`'s or `DELETE`'s method, or an `idempotency-key`, is as good twice as once: they are replicas
    /// of one system, and what one of them has carried out the others know. Never for providers that know nothing of each other:
    /// each of them would make the payment.
    #[must_use]
    pub fn replicas(self) -> Self {
        self.change(|settings| settings.members = Members::Replicas)
    }

    /// Reads the answers that `wants` says to their end before they are given on, and judges them by `judge`: an answer that
    /// is no JSON may be a fault like any other. Asked are those that are good, and those that say that the client is wrong; the
    /// judge can make a fault of either, and a success of none. One of more than `at_most` bytes is given on unread. Of several inspections
    /// the first that wants an answer has it.
    #[must_use]
    pub fn inspect(
        self,
        at_most: usize,
        wants: impl Fn(&response::Parts) -> bool + Send + Sync + 'static,
        judge: impl Fn(&response::Parts, &[u8]) -> Outcome + Send + Sync + 'static,
    ) -> Self {
        self.inspecting(at_most, wants, Judge::Whole(Arc::new(judge)))
    }

    /// Holds the answers that `wants` says back until `look` has seen enough of their beginning: a stream that begins with an error,
    /// or ends before it has said anything, may be a fault like any other, and can be taken elsewhere as long as nothing of it was
    /// given on. `look` is shown all that has come, each time that more has, 1,024 times at most; it gives `None` while it
    /// cannot tell. Where it never can, in `at_most` bytes or to the end, the answer is a [`ServerFault`](Outcome::ServerFault).
    #[must_use]
    pub fn inspect_start(
        self,
        at_most: usize,
        wants: impl Fn(&response::Parts) -> bool + Send + Sync + 'static,
        look: impl Fn(&response::Parts, &[u8], Seen) -> Option<Outcome> + Send + Sync + 'static,
    ) -> Self {
        self.inspecting(at_most, wants, Judge::Start(Arc::new(look)))
    }

    fn inspecting(
        self,
        at_most: usize,
        wants: impl Fn(&response::Parts) -> bool + Send + Sync + 'static,
        judge: Judge,
    ) -> Self {
        let inspection = Inspection { at_most, wants: Arc::new(wants), judge };
        self.change(|settings| settings.inspections.push(inspection))
    }

    /// Whom it asks.
    #[must_use]
    pub fn pool(&self) -> &Pool {
        &self.shared.pool
    }

    fn change(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(Arc::make_mut(&mut self.settings));
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
        FailoverFuture(Box::pin(answer(self.clone(), request)))
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
        Self { shared: Arc::clone(&self.shared), settings: Arc::clone(&self.settings) }
    }
}

impl<S, C, B> fmt::Debug for Failover<S, C, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Failover")
            .field("pool", &self.shared.pool)
            .field("deadline", &self.settings.deadline)
            .finish_non_exhaustive()
    }
}
