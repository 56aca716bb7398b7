//! One shape for every error that leaves the service.

mod future;
mod layer;
mod service;
#[cfg(test)]
mod tests;

pub use future::EnvelopedFuture;
pub use layer::EnvelopeLayer;
pub use service::Enveloped;

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, Response, StatusCode};
use serde::Serialize;
use std::time::Duration;
use stockade_core::{FieldProblem, Problem, ProblemKind, RequestId};

/// The code of a [`Problem`] that tells a client that the token it sent is no good, and not that it sent none. With it the
/// envelope adds `error="invalid_token"` to `www-authenticate` (RFC 6750 §3.1); with any other code it names the scheme only.
pub const INVALID_TOKEN: &str = "invalid_token";

/// How a refusal is put into words of the protocol.
///
/// [`Envelope`] is what every layer uses unless told otherwise; implement this for a service whose clients expect another
/// shape, such as gRPC, and hand it to [`Guard::reject_with`](crate::Guard::reject_with).
///
/// An implementation must say no more than the problem says.
pub trait Reject<B> {
    /// The response for `problem`, in a request known as `request_id`.
    fn reject(&self, problem: &Problem, request_id: Option<&RequestId>) -> Response<B>;
}

/// Refuses with [`envelope`], in any body that can be made from bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Envelope;

impl<B: From<Bytes>> Reject<B> for Envelope {
    fn reject(&self, problem: &Problem, request_id: Option<&RequestId>) -> Response<B> {
        envelope(problem, request_id).map(B::from)
    }
}

/// The error envelope: `{"error":{"code","message","details","request_id"}}`.
///
/// `details` is an array of `{"field","code","message"}`, empty if no field is to blame; `request_id` is null where none is
/// known. The response is never cached. A problem with a time to wait has `retry-after` in whole seconds, rounded up, so that a
/// client that obeys it does not come too early; a 401 has `www-authenticate: Bearer`, and where a fresh sign-in is what is
/// missing, how fresh and by what (RFC 9470 §3).
///
/// ```
/// use stockade_core::Problem;
/// use stockade_tower::envelope;
/// let response = envelope(&Problem::forbidden(), None);
/// assert_eq!(response.status(), 403);
/// assert!(response.body().starts_with(br#"{"error":{"code":"forbidden","#));
/// ```
#[must_use]
pub fn envelope(problem: &Problem, request_id: Option<&RequestId>) -> Response<Bytes> {
    let mut response = Response::new(body(problem, request_id));
    *response.status_mut() = status_of(problem.kind());
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(after) = problem.retry_after() {
        headers.insert(RETRY_AFTER, HeaderValue::from(whole_seconds(after)));
    }
    if problem.kind() == ProblemKind::Unauthenticated {
        headers.insert(WWW_AUTHENTICATE, challenge(problem));
    }
    response
}

fn challenge(problem: &Problem) -> HeaderValue {
    if let Some((max_age, assurance)) = problem.reauthentication() {
        let demand = format!(
            r#"Bearer error="insufficient_user_authentication", acr_values="{assurance}", max_age="{}""#,
            max_age.as_secs()
        );
        return HeaderValue::from_str(&demand).unwrap_or(HeaderValue::from_static("Bearer"));
    }
    HeaderValue::from_static(match problem.code() {
        INVALID_TOKEN => r#"Bearer error="invalid_token""#,
        _ => "Bearer",
    })
}

/// The status code for a class of problem. A class that this version does not know is a fault of the service.
#[must_use]
pub fn status_of(kind: ProblemKind) -> StatusCode {
    match kind {
        ProblemKind::InvalidInput => StatusCode::BAD_REQUEST,
        ProblemKind::Unauthenticated => StatusCode::UNAUTHORIZED,
        ProblemKind::Forbidden => StatusCode::FORBIDDEN,
        ProblemKind::NotFound => StatusCode::NOT_FOUND,
        ProblemKind::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        ProblemKind::Conflict => StatusCode::CONFLICT,
        ProblemKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ProblemKind::UnsupportedMedia => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ProblemKind::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
        ProblemKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ProblemKind::Timeout => StatusCode::GATEWAY_TIMEOUT,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

#[derive(Serialize)]
struct Document<'a> {
    error: Error<'a>,
}

#[derive(Serialize)]
struct Error<'a> {
    code: &'a str,
    message: &'a str,
    details: &'a [FieldProblem],
    request_id: Option<&'a RequestId>,
}

fn body(problem: &Problem, request_id: Option<&RequestId>) -> Bytes {
    let error =
        Error { code: problem.code(), message: problem.message(), details: problem.fields(), request_id };
    // Strings and arrays of strings always serialise; an empty body is still the right status.
    serde_json::to_vec(&Document { error }).map(Bytes::from).unwrap_or_default()
}

fn whole_seconds(span: Duration) -> u64 {
    span.as_secs().saturating_add(u64::from(span.subsec_nanos() > 0))
}
