//! A stream of events on its way to the client: whole events only, and no end without a word.

mod lines;

use axum::http::HeaderMap;
use bytes::{Bytes, BytesMut};
use http_body::{Body, Frame};
use serde_json::json;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use stockade::provider_health::Outcome;
use stockade::tower::{BodyFault, FailoverBody, Seen};

use lines::{end_of_whole, is_done, whole_events};

/// The most of an event that is held until the rest of it comes.
pub(crate) const MAX_EVENT: usize = 256 * 1024;

/// The body of a stream (WHATWG HTML §9.2, "server-sent events").
///
/// Events are given on as they come. Of one that has not come whole nothing is, since nothing could be taken back: where the upstream
/// breaks off, stalls, or ends without `[DONE]`, an event of the type `error` follows, and the stream ends in good order. After `[DONE]` any
/// end is the end.
#[derive(Debug)]
pub(crate) struct Events<B> {
    upstream: B,
    /// What has come of the next event.
    held: BytesMut,
    done: bool,
    over: bool,
    provider: String,
}

/// Hears how a stream was: its end alone does not tell.
pub(crate) trait Settle {
    fn settle(&mut self, outcome: Outcome);
}

impl<B> Settle for FailoverBody<B> {
    fn settle(&mut self, outcome: Outcome) {
        Self::settle(self, outcome);
    }
}

/// Whether a stream has begun well, as soon as that can be told: with an event that has data, and is no error. Comments say nothing.
pub(crate) fn begins(bytes: &[u8], seen: Seen) -> Option<Outcome> {
    let first = whole_events(bytes).find(|event| event.is_error() || !event.data.is_empty());
    match (first, seen) {
        (None, Seen::Part) => None,
        (Some(event), _) if event.is_error() || event.is_done() => Some(Outcome::ServerFault),
        (Some(_), Seen::Part) => Some(Outcome::Ok),
        (Some(_), Seen::Whole) if is_done(bytes) => Some(Outcome::Ok),
        (_, Seen::Whole) => Some(Outcome::ServerFault),
    }
}

/// How a stream ended that should have gone on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Broken,
    Stalled,
    Truncated,
    TooLong,
}

impl<B> Events<B> {
    /// `provider` is named in the log, never to the client.
    pub(crate) fn new(upstream: B, provider: String) -> Self {
        Self { upstream, held: BytesMut::new(), done: false, over: false, provider }
    }

    /// What of `held` and `data` is whole events.
    fn whole(&mut self, mut data: Bytes) -> Bytes {
        if self.held.is_empty() {
            let end = end_of_whole(&data, 0);
            self.held.extend_from_slice(&data.split_off(end));
            return data;
        }
        // An end of two or three bytes may have begun in what is held.
        let from = self.held.len().saturating_sub(3);
        self.held.extend_from_slice(&data);
        let end = end_of_whole(&self.held, from);
        self.held.split_to(end).freeze()
    }

    /// The upstream says no more. What has come after `[DONE]` is of no use to anybody.
    fn end(&mut self, end: End) -> Poll<Option<Result<Frame<Bytes>, Infallible>>>
    where
        B: Settle,
    {
        self.over = true;
        self.held = BytesMut::new();
        if self.done {
            return Poll::Ready(None);
        }
        self.upstream.settle(Outcome::ServerFault);
        tracing::warn!(provider = self.provider, ?end, "a stream ended before its time");
        Poll::Ready(Some(Ok(Frame::data(end.event()))))
    }
}

impl<B> Body for Events<B>
where
    B: Body<Data = Bytes, Error = BodyFault> + Settle + Unpin,
{
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.over {
            return Poll::Ready(None);
        }
        loop {
            let frame = match Pin::new(&mut self.upstream).poll_frame(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Some(Ok(frame))) => frame,
                Poll::Ready(Some(Err(BodyFault::Stalled))) => return self.end(End::Stalled),
                Poll::Ready(Some(Err(_))) => return self.end(End::Broken),
                Poll::Ready(None) => return self.end(End::Truncated),
            };
            let Ok(data) = frame.into_data() else { continue };
            let whole = self.whole(data);
            if self.held.len() > MAX_EVENT {
                return self.end(End::TooLong);
            }
            if !whole.is_empty() {
                if !self.done && is_done(&whole) {
                    self.done = true;
                    self.upstream.settle(Outcome::Ok);
                }
                return Poll::Ready(Some(Ok(Frame::data(whole))));
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.over
    }
}

impl End {
    fn event(self) -> Bytes {
        let (code, message) = match self {
            Self::Broken => ("upstream_broken", "the answer broke off"),
            Self::Stalled => ("upstream_stalled", "the answer did not go on"),
            Self::Truncated => ("upstream_truncated", "the answer ended before it was complete"),
            Self::TooLong => ("upstream_event_too_long", "the answer cannot be passed on"),
        };
        let error = json!({"error": {"code": code, "message": message, "type": "upstream_error"}});
        format!("event: error\ndata: {error}\n\n").into()
    }
}

/// What a stream is announced with: nothing of it is kept or held back on the way.
pub(crate) fn announce(headers: &mut HeaderMap) {
    use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue};
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
}

#[cfg(test)]
mod tests;
