use bytes::{Buf, Bytes, BytesMut};
use http_body::Body;
use pin_project_lite::pin_project;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

pin_project! {
    /// Reads a body whole, up to a bound.
    pub(super) struct Collect<B> {
        #[pin]
        body: B,
        read: BytesMut,
        at_most: usize,
    }
}

/// Why a body was not read.
pub(super) enum Unread {
    TooLarge,
    Broken,
}

impl<B: Body> Collect<B> {
    /// Nothing is read of a body that says itself that it is larger.
    pub(super) fn new(body: B, at_most: usize) -> Result<Self, Unread> {
        let least = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
        if least > at_most {
            return Err(Unread::TooLarge);
        }
        Ok(Self { body, read: BytesMut::new(), at_most })
    }
}

impl<B: Body> Future for Collect<B> {
    type Output = Result<Bytes, Unread>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        loop {
            match ready!(this.body.as_mut().poll_frame(cx)) {
                None => return Poll::Ready(Ok(this.read.split().freeze())),
                Some(Err(_)) => return Poll::Ready(Err(Unread::Broken)),
                Some(Ok(frame)) => {
                    let Ok(mut data) = frame.into_data() else { continue };
                    if data.remaining() > *this.at_most - this.read.len() {
                        return Poll::Ready(Err(Unread::TooLarge));
                    }
                    while data.has_remaining() {
                        let chunk = data.chunk();
                        this.read.extend_from_slice(chunk);
                        let len = chunk.len();
                        data.advance(len);
                    }
                }
            }
        }
    }
}
