//! Reading an answer as far as it has to be read before it is given on.

use super::body::FailoverBody;
use super::{BoxError, FailoverError};
use bytes::Bytes;
use http::{Response, response};
use http_body::{Body, Frame};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use stockade_provider_health::Outcome;

/// Reads whole the answers that it wants to, up to so many bytes, and judges them.
#[derive(Clone)]
pub(super) struct Inspection {
    pub(super) at_most: usize,
    pub(super) wants: Arc<Wants>,
    pub(super) judge: Arc<Judge>,
}

pub(super) type Wants = dyn Fn(&response::Parts) -> bool + Send + Sync;
pub(super) type Judge = dyn Fn(&response::Parts, &[u8]) -> Outcome + Send + Sync;

/// How a call ended, as far as it goes before the client is answered: nothing of the answer was given on yet.
pub(super) struct Landed<B, E> {
    pub(super) outcome: Outcome,
    pub(super) result: Result<Response<FailoverBody<B>>, FailoverError<E>>,
}

impl<B, E> Landed<B, E> {
    pub(super) fn failed(outcome: Outcome, error: FailoverError<E>) -> Self {
        Self { outcome, result: Err(error) }
    }
}

/// Reads to the first byte; an answer that is inspected to its end, or to the most that is held of one.
pub(super) async fn land<B, E>(
    response: Response<B>,
    outcome: Outcome,
    inspection: Option<&Inspection>,
) -> Landed<B, E>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: Into<BoxError>,
{
    let (head, mut rest) = response.into_parts();
    // What is a fault already is not read: it may be given on, or thrown away.
    let useful = matches!(outcome, Outcome::Ok | Outcome::Slow);
    let inspection = inspection.filter(|inspection| useful && (inspection.wants)(&head));
    let most = inspection.map_or(1, |inspection| inspection.at_most.saturating_add(1));
    let (mut held, mut bytes) = (VecDeque::new(), 0);
    let mut over = rest.is_end_stream();
    while useful && !over && bytes < most && held.len() < MAX_FRAMES {
        match poll_fn(|cx| Pin::new(&mut rest).poll_frame(cx)).await {
            Some(Ok(frame)) => {
                bytes += frame.data_ref().map_or(0, Bytes::len);
                held.push_back(frame);
                over = rest.is_end_stream();
            }
            Some(Err(error)) => {
                return Landed::failed(Outcome::ServerFault, FailoverError::Broken(error.into()));
            }
            None => over = true,
        }
    }
    let outcome = match inspection {
        Some(inspection) if over && bytes < most => (inspection.judge)(&head, &joined(&held)),
        _ => outcome,
    };
    Landed { outcome, result: Ok(Response::from_parts(head, FailoverBody::new(held, rest, over))) }
}

/// The most frames that are held of one answer: tiny ones cost more than their bytes.
const MAX_FRAMES: usize = 4096;

fn joined(frames: &VecDeque<Frame<Bytes>>) -> Bytes {
    let mut data = frames.iter().filter_map(Frame::data_ref);
    match (data.next(), data.next()) {
        (None, _) => Bytes::new(),
        (Some(only), None) => only.clone(),
        _ => frames.iter().filter_map(Frame::data_ref).flatten().copied().collect(),
    }
}
