//! An error on its way out.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::Extensions;
use std::error::Error;
use stockade_core::{Problem, ProblemKind, RequestId};
use stockade_tower::envelope;

/// A [`Problem`] as the answer to a request: what handlers and extractors of this crate fail with.
///
/// The response is the error envelope, and has the problem in its extensions: the `EnvelopeLayer` of `stockade-tower` then puts
/// the request's name into it, which a handler that says `?` does not know.
///
/// ```
/// use stockade_axum::Rejection;
/// use stockade_core::{Problem, StoreError};
///
/// async fn handler() -> Result<&'static str, Rejection> {
///     Err(Problem::not_found())?
/// }
///
/// let down = Rejection::of(&StoreError::unavailable("connection refused"));
/// assert_eq!(down.problem().code(), "unavailable");
/// # let _ = handler;
/// ```
#[derive(Debug)]
pub struct Rejection {
    problem: Box<Problem>,
    request_id: Option<RequestId>,
}

impl Rejection {
    /// Answers with `problem`.
    #[must_use]
    pub fn new(problem: Problem) -> Self {
        Self { problem: Box::new(problem), request_id: None }
    }

    /// Answers with the public face of `error`. Where that is a fault of the service or of something that it depends on, the
    /// other face goes to the process log, sources included (ASVS 16.3.4): nobody else will tell the operator.
    #[must_use]
    pub fn of<E: Error>(error: &E) -> Self
    where
        Problem: for<'a> From<&'a E>,
    {
        let problem = Problem::from(error);
        if matches!(problem.kind(), ProblemKind::Internal | ProblemKind::Unavailable) {
            tracing::error!(error = chain(error), "a request failed");
        }
        Self::new(problem)
    }

    /// Names the request from its extensions, for a service without an `EnvelopeLayer`.
    #[must_use]
    pub fn in_request(mut self, extensions: &Extensions) -> Self {
        self.request_id = extensions.get().cloned();
        self
    }

    /// What the world learns.
    #[must_use]
    pub fn problem(&self) -> &Problem {
        &self.problem
    }
}

impl From<Problem> for Rejection {
    fn from(problem: Problem) -> Self {
        Self::new(problem)
    }
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        let mut response = envelope(&self.problem, self.request_id.as_ref()).map(Body::from);
        response.extensions_mut().insert(*self.problem);
        response
    }
}

fn chain(error: &dyn Error) -> String {
    let sources = std::iter::successors(error.source(), |&error| error.source());
    sources.fold(error.to_string(), |chain, source| format!("{chain}: {source}"))
}
