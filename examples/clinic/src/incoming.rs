//! A body on its way in, from the socket to whoever seals it on another thread.

use axum::body::{Body, Bytes, HttpBody};
use http_body_util::BodyExt;
use std::io::{self, Read};
use std::time::Duration;
use stockade::core::{Problem, ProblemKind};
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// How long a client may keep silent in the middle of a body. One that sends a byte now and then is bounded by the number of
/// transfers that go on at once.
const PATIENCE: Duration = Duration::from_secs(30);

enum Piece {
    Data(Bytes),
    /// The body was whole. A channel that closes without it broke off.
    End,
}

/// Where the pieces go in.
pub(crate) struct Feed(Sender<Piece>);

/// Where they come out: blocks, and so belongs on a thread that may.
pub(crate) struct Incoming {
    pieces: Receiver<Piece>,
    rest: Bytes,
    ended: bool,
}

impl Incoming {
    /// Both ends. A few pieces wait between them: a disk slower than the network slows the network.
    pub(crate) fn channel() -> (Feed, Self) {
        let (send, pieces) = channel(4);
        (Feed(send), Self { pieces, rest: Bytes::new(), ended: false })
    }
}

impl Read for Incoming {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.rest.is_empty() && !self.ended {
            match self.pieces.blocking_recv() {
                Some(Piece::Data(data)) => self.rest = data,
                Some(Piece::End) => self.ended = true,
                None => return Err(io::ErrorKind::UnexpectedEof.into()),
            }
        }
        let count = self.rest.len().min(buffer.len());
        let (into, _) = buffer.split_at_mut(count);
        into.copy_from_slice(&self.rest.split_to(count));
        Ok(count)
    }
}

impl Feed {
    /// Passes all of `body` on, if it is neither empty nor longer than `max`.
    ///
    /// `Ok` also where the other end went away: why it did is its own to tell.
    pub(crate) async fn pour(self, mut body: Body, max: u64) -> Result<(), Problem> {
        // What is announced is refused before any of it has come.
        if body.size_hint().lower() > max {
            return Err(too_large());
        }
        let mut len = 0;
        while let Some(frame) = tokio::time::timeout(PATIENCE, body.frame()).await.map_err(|_| broken())? {
            let Ok(data) = frame.map_err(|_| broken())?.into_data() else { continue };
            len += data.len() as u64;
            if len > max {
                return Err(too_large());
            }
            if self.0.send(Piece::Data(data)).await.is_err() {
                return Ok(());
            }
        }
        if len == 0 {
            return Err(Problem::new(
                ProblemKind::InvalidInput,
                "image_empty",
                "an image has at least one byte",
            ));
        }
        // Nobody left to hear it is somebody who failed before.
        let _ = self.0.send(Piece::End).await;
        Ok(())
    }
}

pub(crate) fn too_large() -> Problem {
    Problem::new(ProblemKind::TooLarge, "image_too_large", "the image is too large")
}

fn broken() -> Problem {
    Problem::new(ProblemKind::InvalidInput, "body_unreadable", "the request's body broke off")
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn received(body: Body, max: u64) -> (Result<(), Problem>, io::Result<Vec<u8>>) {
        let (feed, mut incoming) = Incoming::channel();
        let reader = tokio::task::spawn_blocking(move || {
            let mut bytes = Vec::new();
            incoming.read_to_end(&mut bytes).map(|_| bytes)
        });
        (feed.pour(body, max).await, reader.await.unwrap())
    }

    #[tokio::test]
    async fn a_body_arrives_as_it_was_sent() {
        let (poured, read) = received(Body::from("some bytes"), 10).await;
        assert!(poured.is_ok());
        assert_eq!(read.unwrap(), b"some bytes");
    }

    #[tokio::test]
    async fn truncation_what_breaks_off_is_an_error_at_the_other_end() {
        let (feed, mut incoming) = Incoming::channel();
        feed.0.send(Piece::Data("half".into())).await.unwrap();
        drop(feed);
        let read = tokio::task::spawn_blocking(move || incoming.read_to_end(&mut Vec::new())).await.unwrap();
        assert_eq!(read.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }

    #[tokio::test]
    async fn flood_and_nothing_are_refused_and_never_end_well() {
        for (body, code) in [("eleven byte", "image_too_large"), ("", "image_empty")] {
            let (poured, read) = received(Body::from(body), 10).await;
            assert_eq!(poured.unwrap_err().code(), code);
            assert!(read.is_err());
        }
    }
}
