use super::BoxError;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use stockade_provider_health::{Outcome, Permit, Provider, Timer};

/// The body of an answer through [`Failover`](super::Failover). Its end is part of the outcome: an answer that breaks off is a fault
/// of its provider, and one that is read to its end a success. Dropped before, it counts as cancelled.
pub struct FailoverBody<B> {
    /// What was read before the answer was given on.
    held: VecDeque<Frame<Bytes>>,
    rest: B,
    /// There is nothing more in `rest`.
    over: bool,
    watch: Watch,
    stall: Option<Stall>,
}

/// Why a body broke off.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BodyFault {
    /// The connection or the protocol failed.
    #[error("the upstream's answer broke off")]
    Broken(#[source] BoxError),
    /// Nothing came for as long as is allowed.
    #[error("the upstream's answer stalled")]
    Stalled,
}

/// What is still to be said about the call.
pub(super) enum Watch {
    /// Everything was said.
    Settled,
    /// The permit is held to the end; a good one took so long to its first byte.
    Held(Permit, Outcome, Duration),
    /// The success was said; only a fault would be news.
    FaultsOf(Provider),
}

struct Stall {
    timer: Arc<dyn Timer>,
    after: Duration,
    alarm: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl<B> FailoverBody<B> {
    pub(super) fn new(held: VecDeque<Frame<Bytes>>, rest: B, over: bool) -> Self {
        Self { held, rest, over, watch: Watch::Settled, stall: None }
    }

    pub(super) fn watched(mut self, watch: Watch) -> Self {
        self.watch = watch;
        if self.over {
            self.finish();
        }
        self
    }

    pub(super) fn stalling(mut self, timer: &Arc<dyn Timer>, after: Option<Duration>) -> Self {
        self.stall = after.map(|after| Stall { timer: Arc::clone(timer), after, alarm: None });
        self
    }

    fn finish(&mut self) {
        if let Watch::Held(permit, outcome, latency) = std::mem::replace(&mut self.watch, Watch::Settled) {
            let _ = permit.record_timed(outcome, latency);
        }
        self.stall = None;
        self.over = true;
    }

    fn fail(&mut self, outcome: Outcome) {
        match std::mem::replace(&mut self.watch, Watch::Settled) {
            Watch::Held(permit, _, _) => _ = permit.record(outcome),
            Watch::FaultsOf(provider) => _ = provider.record(outcome, Duration::ZERO),
            Watch::Settled => {}
        }
        self.stall = None;
        self.over = true;
    }
}

impl<B> Body for FailoverBody<B>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = BodyFault;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyFault>>> {
        if let Some(frame) = self.held.pop_front() {
            return Poll::Ready(Some(Ok(frame)));
        }
        if self.over {
            return Poll::Ready(None);
        }
        match Pin::new(&mut self.rest).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                if self.rest.is_end_stream() {
                    self.finish();
                }
                if let Some(stall) = &mut self.stall {
                    stall.alarm = None;
                }
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(error))) => {
                self.fail(Outcome::ServerFault);
                Poll::Ready(Some(Err(BodyFault::Broken(error.into()))))
            }
            Poll::Ready(None) => {
                self.finish();
                Poll::Ready(None)
            }
            Poll::Pending => match self.stall.as_mut().map(|stall| stall.poll(cx)) {
                Some(Poll::Ready(())) => {
                    self.fail(Outcome::Timeout);
                    Poll::Ready(Some(Err(BodyFault::Stalled)))
                }
                Some(Poll::Pending) | None => Poll::Pending,
            },
        }
    }

    fn is_end_stream(&self) -> bool {
        self.held.is_empty() && (self.over || self.rest.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        let held: u64 = self.held.iter().filter_map(Frame::data_ref).map(|data| data.len() as u64).sum();
        if self.over {
            return SizeHint::with_exact(held);
        }
        let rest = self.rest.size_hint();
        let mut hint = SizeHint::new();
        if let Some(upper) = rest.upper().and_then(|upper| upper.checked_add(held)) {
            hint.set_upper(upper);
        }
        hint.set_lower(rest.lower().saturating_add(held).min(hint.upper().unwrap_or(u64::MAX)));
        hint
    }
}

impl Stall {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let alarm = self.alarm.get_or_insert_with(|| {
            let (timer, after) = (Arc::clone(&self.timer), self.after);
            Box::pin(async move { timer.sleep(after).await })
        });
        alarm.as_mut().poll(cx)
    }
}

impl<B> fmt::Debug for FailoverBody<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FailoverBody")
            .field("held", &self.held.len())
            .field("over", &self.over)
            .finish_non_exhaustive()
    }
}
