//! Reading an answer as far as it has to be read before it is given on.

use super::body::FailoverBody;
use super::flight::{Begun, in_time};
use super::held::Held;
use super::{BoxError, FailoverError};
use bytes::Bytes;
use http::{Response, response};
use http_body::Body;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use stockade_provider_health::{Outcome, Timer};

/// Reads the answers that it wants to, up to so many bytes, and judges them.
#[derive(Clone)]
pub(super) struct Inspection {
    pub(super) at_most: usize,
    pub(super) wants: Arc<Wants>,
    pub(super) judge: Judge,
}

pub(super) type Wants = dyn Fn(&response::Parts) -> bool + Send + Sync;

pub(super) type JudgeWhole = dyn Fn(&response::Parts, &[u8]) -> Outcome + Send + Sync;
pub(super) type JudgeStart = dyn Fn(&response::Parts, &[u8], Seen) -> Option<Outcome> + Send + Sync;

#[derive(Clone)]
pub(super) enum Judge {
    Whole(Arc<JudgeWhole>),
    Start(Arc<JudgeStart>),
}

/// How much of an answer has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// There is more, or may be.
    Part,
    /// That was all.
    Whole,
}

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

/// Reads to the first byte; an answer that is inspected as far as it takes to judge it.
pub(super) async fn land<B, E>(
    response: Response<B>,
    outcome: Outcome,
    inspections: &[Inspection],
    pause: (&dyn Timer, Option<Duration>),
    begun: &Begun,
) -> Landed<B, E>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: Into<BoxError>,
{
    let (mut head, mut rest) = response.into_parts();
    let useful = matches!(outcome, Outcome::Ok | Outcome::Slow);
    // What is a fault already is not read: it may be given on, or thrown away.
    let readable = useful || outcome == Outcome::ClientFault;
    let inspection = inspections.iter().find(|inspection| readable && (inspection.wants)(&head));
    let most = match inspection {
        Some(inspection) => inspection.at_most.saturating_add(1),
        None => usize::from(useful),
    };
    let (mut held, mut trailers, mut looks) = (Held::new(), None, 0);
    let mut over = rest.is_end_stream();
    let mut verdict = None;
    while verdict.is_none() && !over && trailers.is_none() && held.bytes().len() < most {
        let frame = poll_fn(|cx| Pin::new(&mut rest).poll_frame(cx));
        // From its first byte on an answer has begun, and what counts is that it goes on.
        let patience = pause.1.filter(|_| begun.is());
        match in_time(pause.0, patience, frame).await {
            Some(Some(Ok(frame))) => {
                match frame.into_data() {
                    Ok(data) => held.push(data),
                    Err(other) => trailers = Some(other),
                }
                if !held.bytes().is_empty() {
                    begun.now();
                }
                over = rest.is_end_stream();
                if let Some(Judge::Start(look)) = inspection.map(|inspection| &inspection.judge)
                    && !over
                {
                    looks += 1;
                    verdict = look(&head, held.bytes(), Seen::Part);
                    if verdict.is_none() && looks == MAX_LOOKS {
                        verdict = Some(Outcome::ServerFault);
                    }
                }
            }
            Some(Some(Err(error))) => {
                return Landed::failed(Outcome::ServerFault, FailoverError::Broken(error.into()));
            }
            Some(None) => over = true,
            None => return Landed::failed(Outcome::Timeout, FailoverError::TimedOut),
        }
    }
    let read_up = held.bytes().len() >= most;
    let judged = match inspection.map(|inspection| &inspection.judge) {
        Some(Judge::Whole(judge)) if !read_up => judge(&head, held.bytes()),
        Some(Judge::Start(look)) if over || trailers.is_some() => {
            verdict.or_else(|| look(&head, held.bytes(), Seen::Whole)).unwrap_or(Outcome::ServerFault)
        }
        Some(Judge::Start(_)) => verdict.unwrap_or(Outcome::ServerFault),
        Some(Judge::Whole(_)) | None => outcome,
    };
    // No judge makes a refusal a success.
    let outcome = match judged {
        Outcome::Ok | Outcome::Slow => outcome,
        fault => fault,
    };
    if !matches!(outcome, Outcome::Ok | Outcome::Slow) {
        head.extensions.insert(outcome);
    }
    let body = FailoverBody::new(held.frames(trailers), rest, over);
    Landed { outcome, result: Ok(Response::from_parts(head, body)) }
}

/// How often the start of one answer is looked at: each time costs as much as all that was held before.
const MAX_LOOKS: u32 = 1024;
