use super::BoxError;
use super::reader::{Reader, State};
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use stockade_core::Clock;
use stockade_provider_health::{Aftermath, Outcome, Permit, Timer};

/// The body of an answer through [`Failover`](super::Failover). Its end is part of the outcome: an answer that breaks off is a fault
/// of its provider, and one that is read to its end a success. Dropped before, it counts as cancelled; and so does one that
/// breaks off for a reader who is behind, who was away for more than five seconds (or half of the pause that is allowed, if that
/// is less) and has not waited as long since: an upstream that cannot write for long enough gives up with every right.
pub struct FailoverBody<B> {
    /// What was read before the answer was given on.
    held: VecDeque<Frame<Bytes>>,
    rest: B,
    /// There is nothing more in `rest`.
    over: bool,
    watch: Watch,
    stall: Option<Stall>,
    reader: Option<Reader>,
    /// Whoever reads it says how it ended.
    judged: bool,
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
    /// The success was said; only a fault would be news, and only while it is of the same epoch.
    Aftermath(Aftermath),
}

struct Stall {
    timer: Arc<dyn Timer>,
    after: Duration,
    alarm: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl<B> FailoverBody<B> {
    pub(super) fn new(held: VecDeque<Frame<Bytes>>, rest: B, over: bool) -> Self {
        Self { held, rest, over, watch: Watch::Settled, stall: None, reader: None, judged: false }
    }

    pub(super) fn watched(mut self, watch: Watch) -> Self {
        self.watch = watch;
        if self.over {
            self.finish();
        }
        self
    }

    pub(super) fn timed(
        mut self,
        timer: &Arc<dyn Timer>,
        clock: &Arc<dyn Clock>,
        stall_after: Option<Duration>,
    ) -> Self {
        self.stall = stall_after.map(|after| Stall { timer: Arc::clone(timer), after, alarm: None });
        self.reader = Some(Reader::new(clock, stall_after));
        self
    }

    /// Whether all of it is here already, so that nothing is waited for any more.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.over
    }

    /// From here on only [`settle`](Self::settle) says that the answer was a good one: for a protocol in which an answer can end in
    /// good order and yet be cut short. Not told before it is dropped, it counts as cancelled.
    #[must_use]
    pub fn judged_by_reader(mut self) -> Self {
        self.judged = true;
        self
    }

    /// Says how the answer was, once: what its upstream does after that no longer matters.
    pub fn settle(&mut self, outcome: Outcome) {
        match std::mem::replace(&mut self.watch, Watch::Settled) {
            Watch::Held(permit, good, latency) if matches!(outcome, Outcome::Ok | Outcome::Slow) => {
                let _ = permit.record_timed(good, latency);
            }
            Watch::Held(permit, _, _) => _ = permit.record(outcome),
            Watch::Aftermath(aftermath) => _ = aftermath.record(outcome),
            Watch::Settled => {}
        }
    }

    fn reader(&mut self, state: State) {
        if let Some(reader) = &mut self.reader {
            reader.is(state);
        }
    }

    fn finish(&mut self) {
        if !self.judged {
            self.settle(Outcome::Ok);
        }
        self.stall = None;
        self.over = true;
    }

    fn fail(&mut self, outcome: Outcome) {
        self.settle(outcome);
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
            self.reader(State::Away);
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
                self.reader(State::Away);
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(Some(Err(error))) => {
                self.reader(State::Away);
                let behind = self.reader.as_ref().is_some_and(Reader::is_behind);
                self.fail(if behind { Outcome::Cancelled } else { Outcome::ServerFault });
                Poll::Ready(Some(Err(BodyFault::Broken(error.into()))))
            }
            Poll::Ready(None) => {
                self.finish();
                Poll::Ready(None)
            }
            Poll::Pending => {
                self.reader(State::Waiting);
                match self.stall.as_mut().map(|stall| stall.poll(cx)) {
                    Some(Poll::Ready(())) => {
                        self.fail(Outcome::Timeout);
                        Poll::Ready(Some(Err(BodyFault::Stalled)))
                    }
                    Some(Poll::Pending) | None => Poll::Pending,
                }
            }
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
