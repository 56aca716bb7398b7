use super::Reject;
use crate::AuditNotes;
use http::{Extensions, Response};
use pin_project_lite::pin_project;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use stockade_core::{Problem, RequestId};

pin_project! {
    /// The response of an [`Enveloped`](super::Enveloped) service.
    pub struct EnvelopedFuture<F, R> {
        #[pin]
        state: State<F>,
        wording: Wording<R>,
    }
}

pin_project! {
    #[project = StateProj]
    enum State<F> {
        Running { #[pin] response: F },
        Panicked { panic: Option<Panic> },
    }
}

type Panic = Box<dyn Any + Send>;

/// What is needed to word an error, saved from the request before it goes.
pub(super) struct Wording<R> {
    reject: R,
    request_id: Option<RequestId>,
    notes: Option<AuditNotes>,
}

impl<F, R> EnvelopedFuture<F, R> {
    pub(super) fn running(response: F, wording: Wording<R>) -> Self {
        Self { state: State::Running { response }, wording }
    }

    pub(super) fn panicked(panic: Panic, wording: Wording<R>) -> Self {
        Self { state: State::Panicked { panic: Some(panic) }, wording }
    }
}

impl<F, R, C, E> Future for EnvelopedFuture<F, R>
where
    F: Future<Output = Result<Response<C>, E>>,
    R: Reject<C>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let panic = match this.state.as_mut().project() {
            StateProj::Running { response } => match catch_unwind(AssertUnwindSafe(|| response.poll(cx))) {
                Ok(answer) => {
                    return Poll::Ready(ready!(answer).map(|response| this.wording.reword(response)));
                }
                Err(panic) => panic,
            },
            // Asked again after it was answered, which no executor does: pending forever beats a panic.
            StateProj::Panicked { panic } => match panic.take() {
                Some(panic) => panic,
                None => return Poll::Pending,
            },
        };
        this.state.set(State::Panicked { panic: None });
        Poll::Ready(Ok(this.wording.last_words(panic.as_ref())))
    }
}

impl<R> Wording<R> {
    pub(super) fn new(reject: R, request: &Extensions) -> Self {
        Self { reject, request_id: request.get().cloned(), notes: request.get().cloned() }
    }

    fn reword<C>(&self, mut response: Response<C>) -> Response<C>
    where
        R: Reject<C>,
    {
        let Some(problem) = response.extensions_mut().remove::<Problem>() else { return response };
        self.note(problem.code().to_owned());
        let (worded, body) = self.reject.reject(&problem, self.request_id.as_ref()).into_parts();
        let (mut head, _) = response.into_parts();
        head.status = worded.status;
        // A length that the handler stated was that of the body that goes.
        head.headers.remove(http::header::CONTENT_LENGTH);
        for (name, value) in &worded.headers {
            head.headers.insert(name, value.clone());
        }
        Response::from_parts(head, body)
    }

    fn last_words<C>(&self, panic: &(dyn Any + Send)) -> Response<C>
    where
        R: Reject<C>,
    {
        let text = panic.downcast_ref::<&str>().copied();
        let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
        let request_id = self.request_id.as_ref().map(RequestId::as_str);
        tracing::error!(request_id, panic = text.unwrap_or("of another type"), "a handler panicked");
        self.note("panic");
        self.reject.reject(&Problem::internal(), self.request_id.as_ref())
    }

    fn note(&self, reason: impl Into<std::borrow::Cow<'static, str>>) {
        if let Some(notes) = &self.notes {
            notes.note_reason(reason);
        }
    }
}
