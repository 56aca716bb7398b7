use super::relay::Relay;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

pin_project! {
    /// The body of a response that passed a [`Guardrails`](super::Guardrails) service.
    pub struct GuardedBody<C> {
        #[pin]
        kind: Kind<C>,
    }
}

pin_project! {
    #[project = KindProj]
    enum Kind<C> {
        Whole { bytes: Bytes },
        Passing { #[pin] body: C },
        Relayed { #[pin] body: C, relay: Box<Relay> },
    }
}

impl<C> GuardedBody<C> {
    pub(super) fn passing(body: C) -> Self {
        Self { kind: Kind::Passing { body } }
    }

    pub(super) fn relayed(body: C, relay: Relay) -> Self {
        Self { kind: Kind::Relayed { body, relay: Box::new(relay) } }
    }
}

impl<C> From<Bytes> for GuardedBody<C> {
    fn from(bytes: Bytes) -> Self {
        Self { kind: Kind::Whole { bytes } }
    }
}

impl<C: Body<Data = Bytes>> Body for GuardedBody<C> {
    type Data = Bytes;
    type Error = C::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        match self.project().kind.project() {
            KindProj::Whole { bytes } => {
                let whole = std::mem::take(bytes);
                Poll::Ready((!whole.is_empty()).then(|| Ok(Frame::data(whole))))
            }
            KindProj::Passing { body } => body.poll_frame(cx),
            KindProj::Relayed { mut body, relay } => loop {
                if let Some(bytes) = relay.take() {
                    return Poll::Ready(Some(Ok(Frame::data(bytes))));
                }
                if relay.is_over() {
                    return Poll::Ready(None);
                }
                match ready!(body.as_mut().poll_frame(cx)) {
                    None => relay.finish(),
                    Some(Err(error)) => {
                        relay.abandon();
                        return Poll::Ready(Some(Err(error)));
                    }
                    // Trailers of an event stream say nothing that anybody waits for.
                    Some(Ok(frame)) => match frame.into_data() {
                        Ok(data) => relay.push(&data),
                        Err(_) => relay.finish(),
                    },
                }
            },
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.kind {
            Kind::Whole { bytes } => bytes.is_empty(),
            Kind::Passing { body } => body.is_end_stream(),
            Kind::Relayed { relay, .. } => relay.is_over() && relay.is_empty(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.kind {
            Kind::Whole { bytes } => SizeHint::with_exact(u64::try_from(bytes.len()).unwrap_or(u64::MAX)),
            Kind::Passing { body } => body.size_hint(),
            Kind::Relayed { .. } => SizeHint::default(),
        }
    }
}

impl<C> fmt::Debug for GuardedBody<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match &self.kind {
            Kind::Whole { .. } => "whole",
            Kind::Passing { .. } => "passing",
            Kind::Relayed { .. } => "relayed",
        };
        f.debug_tuple("GuardedBody").field(&kind).finish()
    }
}
