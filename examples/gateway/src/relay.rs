//! An answer on its way to a client who may not read it.

use bytes::Bytes;
use http_body::{Body, Frame};
use http_body_util::BodyExt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use stockade::provider_health::Background;
use tokio::sync::mpsc;

/// A body that a task reads, a few frames ahead of the client. Where the client takes none of them for as long as `patience`, the upstream is
/// let go and the client's answer breaks off: otherwise whoever asks and reads nothing would hold connections to upstreams
/// for as long as they like.
#[derive(Debug)]
pub(crate) struct Relay<E> {
    frames: mpsc::Receiver<Step<E>>,
    over: bool,
    _task: Background,
}

#[derive(Debug)]
enum Step<E> {
    Frame(Frame<Bytes>),
    Fault(E),
    End,
}

/// Why the client's answer broke off.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RelayFault<E> {
    #[error(transparent)]
    Upstream(E),
    #[error("the client did not read the answer")]
    Unread,
}

/// How many frames are read ahead.
const AHEAD: usize = 4;

impl<E: Send + 'static> Relay<E> {
    pub(crate) fn new<B>(body: B, patience: Duration) -> Self
    where
        B: Body<Data = Bytes, Error = E> + Unpin + Send + 'static,
    {
        let (sender, frames) = mpsc::channel(AHEAD);
        Self { frames, over: false, _task: Background::spawn(read(body, sender, patience)) }
    }
}

async fn read<B, E>(mut body: B, sender: mpsc::Sender<Step<E>>, patience: Duration)
where
    B: Body<Data = Bytes, Error = E> + Unpin,
{
    loop {
        let step = match body.frame().await {
            Some(Ok(frame)) => Step::Frame(frame),
            Some(Err(fault)) => Step::Fault(fault),
            None => Step::End,
        };
        let last = !matches!(step, Step::Frame(_));
        // Whoever waits for the rest gets `None` without an end, which is a fault.
        match tokio::time::timeout(patience, sender.send(step)).await {
            Ok(Ok(())) if !last => {}
            Ok(_) => return,
            Err(_) => return tracing::info!("a client did not read its answer, which was given up"),
        }
    }
}

impl<E: std::error::Error> Body for Relay<E> {
    type Data = Bytes;
    type Error = RelayFault<E>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, RelayFault<E>>>> {
        if self.over {
            return Poll::Ready(None);
        }
        let step = std::task::ready!(self.frames.poll_recv(cx));
        self.over = !matches!(step, Some(Step::Frame(_)));
        Poll::Ready(match step {
            Some(Step::Frame(frame)) => Some(Ok(frame)),
            Some(Step::Fault(fault)) => Some(Err(RelayFault::Upstream(fault))),
            Some(Step::End) => None,
            None => Some(Err(RelayFault::Unread)),
        })
    }

    fn is_end_stream(&self) -> bool {
        self.over
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;
    use tokio::sync::oneshot;

    /// So many frames; it holds the other end of the channel until it is let go.
    struct Frames(usize, #[expect(dead_code, reason = "its end is the news")] oneshot::Sender<()>);

    impl Body for Frames {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            let left = self.0.checked_sub(1);
            self.0 = left.unwrap_or(0);
            Poll::Ready(left.map(|_| Ok(Frame::data(Bytes::from_static(b"x")))))
        }
    }

    fn relay(count: usize, patience: Duration) -> (Relay<Infallible>, oneshot::Receiver<()>) {
        let (alive, gone) = oneshot::channel();
        (Relay::new(Frames(count, alive), patience), gone)
    }

    #[tokio::test]
    async fn who_reads_gets_all_of_it() {
        let (relay, gone) = relay(1000, Duration::from_secs(600));
        assert_eq!(relay.collect().await.unwrap().to_bytes().len(), 1000);
        assert!(gone.await.is_err());
    }

    #[tokio::test]
    async fn slow_read_who_reads_nothing_does_not_hold_the_upstream() {
        let (mut relay, gone) = relay(1000, Duration::from_millis(20));
        assert!(gone.await.is_err(), "it is let go");
        let mut frames = 0;
        let end = loop {
            match relay.frame().await {
                Some(Ok(_)) => frames += 1,
                end => break end,
            }
        };
        assert!(matches!(end, Some(Err(RelayFault::Unread))), "no half answer looks whole: {end:?}");
        assert!(frames <= AHEAD && relay.frame().await.is_none());
    }

    #[tokio::test]
    async fn who_hangs_up_lets_the_upstream_go() {
        let (relay, gone) = relay(usize::MAX, Duration::from_secs(600));
        drop(relay);
        assert!(gone.await.is_err());
    }
}
