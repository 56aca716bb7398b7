//! The calls of one request that are under way: one, or more where it is hedged or an answer takes longer than its share.

use super::answer::Landed;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::Poll;
use std::time::Duration;
use stockade_provider_health::{Attempt, Timer};

pub(super) type Call<B, E> = Pin<Box<dyn Future<Output = Landed<B, E>> + Send>>;

pub(super) type Alarm = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Whether anything of an answer has come.
#[derive(Clone, Default)]
pub(super) struct Begun(Arc<AtomicBool>);

impl Begun {
    pub(super) fn now(&self) {
        self.0.store(true, Relaxed);
    }

    pub(super) fn is(&self) -> bool {
        self.0.load(Relaxed)
    }
}

/// One call, with its place at the provider. Dropped, both are given up.
pub(super) struct Flight<B, E> {
    pub(super) attempt: Attempt,
    pub(super) call: Call<B, E>,
    /// When its share of the time is over, if it may go on after that.
    pub(super) share: Option<Alarm>,
    /// An answer that has begun is bounded by its pauses instead, if they are watched.
    pub(super) begun: Option<Begun>,
    pub(super) overdue: bool,
}

/// What happens next.
#[expect(
    clippy::large_enum_variant,
    reason = "it lives for one step of a loop; a box would be an allocation for each answer"
)]
pub(super) enum News<B, E> {
    /// A call has ended.
    Landed(Attempt, Landed<B, E>),
    /// The share of the call at this place is over.
    Overdue(usize),
    /// It is time for a hedge.
    Hedge,
}

/// Waits for the first thing to happen to `flights`, or for the time to send another one after them.
pub(super) async fn next<B, E>(flights: &mut Vec<Flight<B, E>>, hedge: &mut Option<Alarm>) -> News<B, E> {
    poll_fn(|cx| {
        for index in 0..flights.len() {
            let Some(flight) = flights.get_mut(index) else { break };
            if let Poll::Ready(landed) = flight.call.as_mut().poll(cx) {
                return Poll::Ready(News::Landed(flights.remove(index).attempt, landed));
            }
            if let Some(Poll::Ready(())) = flight.share.as_mut().map(|alarm| alarm.as_mut().poll(cx)) {
                flight.share = None;
                if !flight.begun.as_ref().is_some_and(Begun::is) {
                    flight.overdue = true;
                    return Poll::Ready(News::Overdue(index));
                }
            }
        }
        match hedge.as_mut().map(|alarm| alarm.as_mut().poll(cx)) {
            Some(Poll::Ready(())) => {
                *hedge = None;
                Poll::Ready(News::Hedge)
            }
            Some(Poll::Pending) | None => Poll::Pending,
        }
    })
    .await
}

/// What `work` gives, if it does so within that time. What is ready at once costs no alarm.
pub(super) async fn in_time<T>(
    timer: &dyn Timer,
    within: Option<Duration>,
    work: impl Future<Output = T>,
) -> Option<T> {
    let Some(within) = within else { return Some(work.await) };
    let (mut work, mut alarm) = (std::pin::pin!(work), None);
    poll_fn(|cx| match work.as_mut().poll(cx) {
        Poll::Ready(result) => Poll::Ready(Some(result)),
        Poll::Pending => {
            let alarm = alarm.get_or_insert_with(|| timer.sleep(within));
            alarm.as_mut().poll(cx).map(|()| None)
        }
    })
    .await
}
