//! Bytes on their way to a client, a few at a time.

use axum::body::{Body, Bytes, HttpBody};
use http_body::{Frame, SizeHint};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// How long a client may leave a piece untaken.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where the pieces go in. Dropped before all have, it cuts the connection.
pub(crate) struct Tap(Sender<Bytes>);

impl Tap {
    /// Waits until there is room.
    pub(crate) async fn send(&self, piece: Bytes) -> Taken {
        match tokio::time::timeout(PATIENCE, self.0.send(piece)).await {
            Ok(Ok(())) => Taken::Yes,
            Ok(Err(_)) | Err(_) => Taken::NobodyIsThere,
        }
    }
}

/// Whether somebody still takes the pieces.
#[derive(Debug, PartialEq, Eq)]
#[must_use]
pub(crate) enum Taken {
    Yes,
    NobodyIsThere,
}

/// A body of exactly `left` further bytes, which come through a channel. If they stop early the connection is cut, so that the
/// client does not take a part for the whole.
pub(crate) struct Pieces {
    incoming: Receiver<Bytes>,
    left: u64,
}

impl Pieces {
    /// The body, and where to send its pieces. Two wait at most: who reads them from a disk does not run ahead of the client.
    pub(crate) fn of(len: u64) -> (Tap, Body) {
        let (send, incoming) = channel(2);
        (Tap(send), Body::new(Self { incoming, left: len }))
    }
}

impl HttpBody for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let Some(piece) = ready!(self.incoming.poll_recv(cx)) else {
            return Poll::Ready(Some(Err(io::ErrorKind::UnexpectedEof.into())));
        };
        let Some(left) = self.left.checked_sub(piece.len() as u64) else {
            return Poll::Ready(Some(Err(io::ErrorKind::InvalidData.into())));
        };
        self.left = left;
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt;

    #[tokio::test]
    async fn all_pieces_arrive_in_order() {
        let (send, body) = Pieces::of(5);
        assert_eq!(send.send("ab".into()).await, Taken::Yes);
        assert_eq!(send.send("cde".into()).await, Taken::Yes);
        assert_eq!(body.size_hint().exact(), Some(5));
        assert_eq!(body.collect().await.unwrap().to_bytes(), "abcde");
    }

    #[tokio::test]
    async fn truncation_a_part_is_not_taken_for_the_whole() {
        let (send, body) = Pieces::of(5);
        assert_eq!(send.send("ab".into()).await, Taken::Yes);
        drop(send);
        assert!(body.collect().await.is_err());
    }

    #[tokio::test]
    async fn more_than_was_announced_does_not_arrive() {
        let (send, body) = Pieces::of(1);
        assert_eq!(send.send("ab".into()).await, Taken::Yes);
        assert!(body.collect().await.is_err());
    }
}
