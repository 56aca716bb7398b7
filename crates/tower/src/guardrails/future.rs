use super::asked::{self, Asked, Fate};
use super::body::GuardedBody;
use super::collect::{Collect, Unread};
use super::relay::Relay;
use super::settings::Job;
use super::{answer, replies, service};
use crate::{AuditNotes, Reject};
use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, ETAG};
use http::{HeaderValue, Request, Response, request, response};
use http_body::Body;
use pin_project_lite::pin_project;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use stockade_core::{Problem, ProblemKind};
use tower_service::Service;

pin_project! {
    /// The response of a [`Guardrails`](super::Guardrails) service.
    pub struct GuardrailsFuture<S, R, B, C>
    where
        S: Service<Request<B>>,
    {
        #[pin]
        state: State<S::Future, B, C, Box<Waiting<S>>>,
        reject: R,
    }
}

pin_project! {
    #[project = StateProj]
    enum State<F, B, C, W> {
        Passing { #[pin] response: F },
        Reading { #[pin] body: Collect<B>, waiting: Option<W> },
        Asking { #[pin] response: F, job: Option<Box<Job>> },
        Answered { #[pin] body: Collect<C>, head: Option<response::Parts>, job: Box<Job> },
        Done { response: Option<Response<GuardedBody<C>>> },
    }
}

/// A request whose body is being read, and who is to get it. Boxed, so that the rest of the way does not carry room for it.
pub(super) struct Waiting<S> {
    pub(super) inner: S,
    pub(super) head: request::Parts,
    pub(super) job: Job,
}

impl<S, R, B, C> GuardrailsFuture<S, R, B, C>
where
    S: Service<Request<B>>,
{
    pub(super) fn passing(response: S::Future, reject: R) -> Self {
        Self { state: State::Passing { response }, reject }
    }

    pub(super) fn refused(response: Response<GuardedBody<C>>, reject: R) -> Self {
        Self { state: State::Done { response: Some(response) }, reject }
    }

    pub(super) fn reading(body: Collect<B>, waiting: Waiting<S>, reject: R) -> Self {
        Self { state: State::Reading { body, waiting: Some(Box::new(waiting)) }, reject }
    }
}

impl<S, R, B, C> Future for GuardrailsFuture<S, R, B, C>
where
    S: Service<Request<B>, Response = Response<C>>,
    R: Reject<GuardedBody<C>>,
    B: Body + From<Bytes>,
    C: Body<Data = Bytes>,
{
    type Output = Result<Response<GuardedBody<C>>, S::Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        loop {
            let next = match this.state.as_mut().project() {
                StateProj::Passing { response } => {
                    let response = ready!(response.poll(cx))?;
                    return Poll::Ready(Ok(response.map(GuardedBody::passing)));
                }
                StateProj::Reading { body, waiting } => {
                    let read = ready!(body.poll(cx));
                    let Some(waiting) = waiting.take() else { return Poll::Pending };
                    admit(*waiting, read, this.reject)
                }
                StateProj::Asking { response, job } => {
                    let response = ready!(response.poll(cx))?;
                    let Some(job) = job.take() else { return Poll::Pending };
                    receive(response, job, this.reject)
                }
                StateProj::Answered { body, head, job } => {
                    let read = ready!(body.poll(cx));
                    let Some(head) = head.take() else { return Poll::Pending };
                    let judged = match read {
                        Ok(bytes) => answer::judge(job, bytes),
                        Err(Unread::TooLarge | Unread::Broken) => Err(answer::unreadable()),
                    };
                    State::Done { response: Some(finish(judged, head, job, this.reject)) }
                }
                // Asked again after it was answered, which no executor does: pending forever beats a panic.
                StateProj::Done { response } => {
                    return response.take().map_or(Poll::Pending, |response| Poll::Ready(Ok(response)));
                }
            };
            this.state.set(next);
        }
    }
}

type Next<S, B, C> = State<<S as Service<Request<B>>>::Future, B, C, Box<Waiting<S>>>;

/// The request is read: it is passed on, answered here, or refused.
fn admit<S, R, B, C>(waiting: Waiting<S>, read: Result<Bytes, Unread>, reject: &R) -> Next<S, B, C>
where
    S: Service<Request<B>>,
    R: Reject<GuardedBody<C>>,
    B: From<Bytes>,
{
    let Waiting { mut inner, mut head, mut job } = waiting;
    let judged = read.map_err(|unread| problem(&unread)).and_then(|bytes| asked::judge(&job, bytes));
    let asked = match judged {
        Ok(asked) => asked,
        Err(problem) => {
            return State::Done { response: Some(reject.reject(&problem, job.request_id.as_ref())) };
        }
    };
    match asked {
        Asked { fate: Fate::Passes(bytes), choices, .. } => {
            job.choices = choices;
            // An answer that is encoded could not be judged.
            head.headers.remove(ACCEPT_ENCODING);
            head.headers.insert(CONTENT_LENGTH, HeaderValue::from(bytes.len()));
            let response = inner.call(Request::from_parts(head, B::from(bytes)));
            State::Asking { response, job: Some(Box::new(job)) }
        }
        Asked { fate: Fate::Withheld(verdict), streamed, model, .. } => {
            if let Some(notes) = head.extensions.get::<AuditNotes>() {
                notes.note_reason("guardrails_input");
            }
            let text = job.instead(Some(&verdict));
            let (body, media) = match streamed {
                true => (replies::streamed(&model, text), "text/event-stream"),
                false => (replies::whole(&model, text), "application/json"),
            };
            let mut response = Response::new(GuardedBody::from(body));
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media));
            response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            State::Done { response: Some(response) }
        }
    }
}

fn problem(unread: &Unread) -> Problem {
    match unread {
        Unread::TooLarge => asked::too_large(),
        Unread::Broken => {
            Problem::new(ProblemKind::InvalidInput, "body_incomplete", "the body did not come through")
        }
    }
}

/// The head of an answer is there.
fn receive<F, R, B, C, W>(response: Response<C>, job: Box<Job>, reject: &R) -> State<F, B, C, W>
where
    R: Reject<GuardedBody<C>>,
    C: Body<Data = Bytes>,
{
    if !response.status().is_success() {
        return State::Done { response: Some(response.map(GuardedBody::passing)) };
    }
    let media = match service::is_encoded(response.headers()) {
        true => None,
        false => service::media_type(response.headers()),
    };
    let (mut head, body) = response.into_parts();
    match media.as_deref() {
        Some("text/event-stream") => {
            head.headers.remove(CONTENT_LENGTH);
            head.headers.remove(ETAG);
            let body = GuardedBody::relayed(body, Relay::new(*job));
            State::Done { response: Some(Response::from_parts(head, body)) }
        }
        Some("application/json") => match Collect::new(body, job.settings.max_answer) {
            Ok(body) => State::Answered { body, head: Some(head), job },
            Err(_) => State::Done { response: Some(refuse(&job, reject)) },
        },
        _ => State::Done { response: Some(refuse(&job, reject)) },
    }
}

fn refuse<R: Reject<GuardedBody<C>>, C>(job: &Job, reject: &R) -> Response<GuardedBody<C>> {
    reject.reject(&answer::unreadable(), job.request_id.as_ref())
}

fn finish<R, C>(
    judged: Result<Bytes, Problem>,
    mut head: response::Parts,
    job: &Job,
    reject: &R,
) -> Response<GuardedBody<C>>
where
    R: Reject<GuardedBody<C>>,
{
    match judged {
        Ok(bytes) => {
            head.headers.insert(CONTENT_LENGTH, HeaderValue::from(bytes.len()));
            head.headers.remove(ETAG);
            Response::from_parts(head, GuardedBody::from(bytes))
        }
        Err(problem) => reject.reject(&problem, job.request_id.as_ref()),
    }
}
