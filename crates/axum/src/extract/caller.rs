use crate::Rejection;
use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::request::Parts;
use std::convert::Infallible;
use stockade_core::{Principal, Problem};
use stockade_tower::AuditNotes;

/// Who asks. Without a principal, which only the authentication layer puts there, the request is refused with 401; as
/// `Option<Caller>` it is not.
///
/// ```
/// use stockade_axum::Caller;
/// async fn me(Caller(principal): Caller) -> String {
///     principal.subject().to_string()
/// }
/// # let _ = me;
/// ```
#[derive(Debug, Clone)]
pub struct Caller(pub Principal);

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Rejection> {
        principal(parts).map(Self)
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Infallible> {
        Ok(parts.extensions.get().cloned().map(Self))
    }
}

pub(super) fn principal(parts: &Parts) -> Result<Principal, Rejection> {
    parts.extensions.get().cloned().ok_or_else(|| refused(parts, Problem::unauthenticated(), "no_principal"))
}

/// A refusal for which the audit log gets a reason of its own.
pub(super) fn refused(parts: &Parts, problem: Problem, reason: &'static str) -> Rejection {
    if let Some(notes) = parts.extensions.get::<AuditNotes>() {
        notes.note_reason(reason);
    }
    Rejection::new(problem).in_request(&parts.extensions)
}
