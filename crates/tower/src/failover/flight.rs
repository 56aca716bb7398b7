//! The calls of one request that are under way: one, or two where it is hedged.

use super::answer::Landed;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;
use stockade_provider_health::{Attempt, Timer};

pub(super) type Call<B, E> = Pin<Box<dyn Future<Output = Landed<B, E>> + Send>>;

pub(super) type Alarm = Pin<Box<dyn Future<Output = ()> + Send>>;

/// One call, with its place at the provider. Dropped, both are given up.
pub(super) struct Flight<B, E> {
    pub(super) attempt: Attempt,
    pub(super) call: Call<B, E>,
}

/// Waits for the first of `flights` to land, or for the time to send another one after it, which is `None`.
pub(super) async fn next<B, E>(
    flights: &mut Vec<Flight<B, E>>,
    hedge: &mut Option<Alarm>,
) -> Option<(Attempt, Landed<B, E>)> {
    poll_fn(|cx| {
        for index in 0..flights.len() {
            let Some(flight) = flights.get_mut(index) else { break };
            if let Poll::Ready(landed) = flight.call.as_mut().poll(cx) {
                return Poll::Ready(Some((flights.remove(index).attempt, landed)));
            }
        }
        match hedge.as_mut().map(|alarm| alarm.as_mut().poll(cx)) {
            Some(Poll::Ready(())) => {
                *hedge = None;
                Poll::Ready(None)
            }
            Some(Poll::Pending) | None => Poll::Pending,
        }
    })
    .await
}

/// What `work` gives, if it does so within that time.
pub(super) async fn in_time<T>(
    timer: &dyn Timer,
    within: Option<Duration>,
    work: impl Future<Output = T>,
) -> Option<T> {
    let Some(within) = within else { return Some(work.await) };
    let (mut work, mut alarm) = (std::pin::pin!(work), timer.sleep(within));
    poll_fn(|cx| match work.as_mut().poll(cx) {
        Poll::Ready(result) => Poll::Ready(Some(result)),
        Poll::Pending => alarm.as_mut().poll(cx).map(|()| None),
    })
    .await
}
