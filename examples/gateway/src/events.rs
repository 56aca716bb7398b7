//! A stream of events on its way to the client: whole events only, and no end without a word.

use axum::http::HeaderMap;
use bytes::{Bytes, BytesMut};
use http_body::{Body, Frame};
use serde_json::json;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use stockade::tower::BodyFault;

/// The most of an event that is held until the rest of it comes.
const MAX_EVENT: usize = 256 * 1024;

/// The body of a stream (WHATWG HTML §9.2, "server-sent events").
///
/// Events are given on as they come. Of one that has not come whole nothing is, since nothing could be taken back: where the upstream
/// breaks off, stalls, or ends without `[DONE]`, an event of the type `error` follows, and the stream ends in good order.
#[derive(Debug)]
pub(crate) struct Events<B> {
    upstream: B,
    /// What has come of the next event.
    held: BytesMut,
    done: bool,
    over: bool,
    provider: String,
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

    fn end(&mut self, end: End) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.over = true;
        self.held = BytesMut::new();
        tracing::warn!(provider = self.provider, ?end, "a stream ended before its time");
        Poll::Ready(Some(Ok(Frame::data(end.event()))))
    }
}

impl<B> Body for Events<B>
where
    B: Body<Data = Bytes, Error = BodyFault> + Unpin,
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
                Poll::Ready(None) if self.done && self.held.trim_ascii().is_empty() => {
                    self.over = true;
                    return Poll::Ready(None);
                }
                Poll::Ready(None) => return self.end(End::Truncated),
            };
            let Ok(data) = frame.into_data() else { continue };
            let whole = self.whole(data);
            if self.held.len() > MAX_EVENT {
                return self.end(End::TooLong);
            }
            if !whole.is_empty() {
                self.done |= is_done(&whole);
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

/// Where the last whole event in `bytes` ends, looking no further back than `from`; 0 if none does. An event ends with an empty
/// line, and a line with LF, CR LF or CR.
fn end_of_whole(bytes: &[u8], from: usize) -> usize {
    let ends = |end: &usize| {
        let head = bytes.get(..*end).unwrap_or_default();
        [&b"\n\n"[..], b"\n\r\n", b"\r\r"].iter().any(|blank| head.ends_with(blank))
    };
    (from + 1..=bytes.len()).rev().find(ends).unwrap_or(0)
}

/// Whether the last of these events says that the stream is complete.
fn is_done(events: &[u8]) -> bool {
    let events = events.trim_ascii_end();
    let line = events.rsplit(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    line.strip_prefix(b"data:").is_some_and(|data| data.trim_ascii() == b"[DONE]")
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
