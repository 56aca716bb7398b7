use super::blame::invalid_input;
use crate::Rejection;
use axum::extract::FromRequestParts;
use axum::extract::path::ErrorKind;
use axum::extract::rejection::PathRejection;
use http::request::Parts;
use serde::de::DeserializeOwned;
use stockade_core::Problem;

/// The parameters of the path. One that does not fit the type is refused with 400 `invalid_input` and the parameter's name.
#[derive(Debug, Clone, Copy, Default)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection> {
        match axum::extract::Path::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(error) => Err(Rejection::new(problem(error)).in_request(&parts.extensions)),
        }
    }
}

fn problem(error: PathRejection) -> Problem {
    let PathRejection::FailedToDeserializePathParams(error) = error else { return Problem::internal() };
    match error.into_kind() {
        ErrorKind::ParseErrorAtKey { key, .. }
        | ErrorKind::InvalidUtf8InPathParam { key }
        | ErrorKind::DeserializeError { key, .. } => {
            Problem::invalid_field(key, "invalid", "this value is not of the right kind")
        }
        // The route and the handler's type disagree: no request can help it.
        ErrorKind::WrongNumberOfParameters { .. } | ErrorKind::UnsupportedType { .. } => Problem::internal(),
        _ => invalid_input(),
    }
}
