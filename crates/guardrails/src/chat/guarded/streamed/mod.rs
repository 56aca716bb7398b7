//! An answer as it comes, guarded.

mod closing;
mod reading;

pub(super) use reading::{Cost, Reading};

use super::{ChatError, Withheld};
use crate::chat::Delta;
use closing::Closing;
use futures_core::Stream;
use reading::End;
use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// An answer that comes piece by piece, each guarded; see [`GuardedModel::stream`](super::GuardedModel::stream).
///
/// - **Text** comes as soon as nothing that may still follow can change what is said of it; together it is what a guard would have made of the whole.
/// - **Calls** come after all of the text, whole, once the text and each of them has passed the guard and the tool policy: a call is never made
///   for the sake of an answer that is withheld in the end.
/// - **What is withheld** ends the answer: what the policy says instead is the last text, after an empty line where some had come
///   before, and [`FinishReason::ContentFilter`](crate::FinishReason::ContentFilter) the reason. The model's own stream is dropped there and then. Why is
///   in [`withheld`](Self::withheld).
/// - **At the end** what it cost is settled and the outcome recorded, before the calls and the [`Delta::Finish`] are given out. Where it
///   cannot be recorded the last item is an error, unless the model was told to [carry on](super::OnFault::CarryOn).
/// - **An error** is the last item: a call that is not allowed, a model that broke off. A stream that ends without [`Delta::Finish`] was cut off,
///   and nothing that was still held comes.
///
/// Where the model does not say what it cost, an answer that came to its end costs an estimate, and one that was withheld or cut off all that
/// was set aside. So does a stream that is dropped; of that there is no event but the one of the request, since a drop cannot wait for a log.
pub struct GuardedStream {
    ready: VecDeque<Delta>,
    phase: Phase,
    withheld: Option<Withheld>,
}

enum Phase {
    Reading(Box<Reading>),
    Closing(Closing),
    Done,
}

impl GuardedStream {
    pub(super) fn new(reading: Reading) -> Self {
        Self { ready: VecDeque::new(), phase: Phase::Reading(Box::new(reading)), withheld: None }
    }

    /// Why the answer was ended by a guard; `None` while it was not.
    #[must_use]
    pub fn withheld(&self) -> Option<&Withheld> {
        self.withheld.as_ref()
    }

    fn close(&mut self, end: End) {
        if let Phase::Reading(reading) = std::mem::replace(&mut self.phase, Phase::Done) {
            let (closing, withheld) = Closing::of(*reading, end, &mut self.ready);
            self.withheld = withheld;
            self.phase = Phase::Closing(closing);
        }
    }
}

impl Stream for GuardedStream {
    type Item = Result<Delta, ChatError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(delta) = self.ready.pop_front() {
                return Poll::Ready(Some(Ok(delta)));
            }
            let this = &mut *self;
            match &mut this.phase {
                Phase::Reading(reading) => {
                    let next = ready!(reading.upstream.as_mut().poll_next(context));
                    if let Some(end) = reading.take(next, &mut this.ready) {
                        this.close(end);
                    }
                }
                Phase::Closing(closing) => {
                    let closed = ready!(closing.poll(context));
                    this.phase = Phase::Done;
                    match closed {
                        Ok(last) => this.ready.extend(last),
                        Err(error) => return Poll::Ready(Some(Err(error))),
                    }
                }
                Phase::Done => return Poll::Ready(None),
            }
        }
    }
}

impl fmt::Debug for GuardedStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GuardedStream").field("withheld", &self.withheld).finish_non_exhaustive()
    }
}

#[expect(dead_code, reason = "that a stream may go to another thread is checked as it is compiled")]
fn is_send(stream: GuardedStream) -> impl Send + 'static {
    stream
}
