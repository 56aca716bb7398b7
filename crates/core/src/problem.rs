//! The public face of an error.

use crate::Assurance;
use std::borrow::Cow;
use std::time::Duration;

/// What the world may know of a failure: a stable code, a generic message, and nothing of the inside.
///
/// An error has two faces. Its `Display` is for the operator; its `Problem` is for whoever sent the request, friend or
/// attacker. Adapters turn the kind into a status code; nothing in here knows HTTP.
///
/// ```
/// use stockade_core::{Problem, ProblemKind};
/// let problem = Problem::new(ProblemKind::Conflict, "email_taken", "an account with this e-mail exists");
/// assert_eq!(problem.code(), "email_taken");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    kind: ProblemKind,
    code: Cow<'static, str>,
    message: Cow<'static, str>,
    fields: Vec<FieldProblem>,
    remedy: Option<Remedy>,
}

/// What the caller can do about it. One field for both, so that a [`Problem`] stays small enough for the `Err` of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Remedy {
    Wait(Duration),
    Reauthenticate(Duration, Assurance),
}

/// The class of a [`Problem`], from which an adapter derives its protocol's status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProblemKind {
    /// The request makes no sense as it stands.
    InvalidInput,
    /// No valid credential came with it.
    Unauthenticated,
    /// The caller is known and may not.
    Forbidden,
    /// There is no such thing, or none that this caller may know of.
    NotFound,
    /// The operation is not offered on this thing.
    MethodNotAllowed,
    /// The current state forbids it.
    Conflict,
    /// More bytes than are accepted.
    TooLarge,
    /// A form of content that is not accepted.
    UnsupportedMedia,
    /// Too often; [`Problem::retry_after`] says when.
    TooManyRequests,
    /// A dependency is out of reach or a queue is full; later may work.
    Unavailable,
    /// It took too long.
    Timeout,
    /// A fault of the service.
    Internal,
}

/// What is wrong with one input field.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct FieldProblem {
    /// The field's name in the request.
    pub field: Cow<'static, str>,
    /// A stable code for programs.
    pub code: Cow<'static, str>,
    /// A sentence for people.
    pub message: Cow<'static, str>,
}

impl Problem {
    /// A problem of the given kind. `code` is stable and `snake_case`; `message` holds nothing that came from the inside.
    pub fn new(
        kind: ProblemKind,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { kind, code: code.into(), message: message.into(), fields: Vec::new(), remedy: None }
    }

    /// A fault of the service, of which nothing else is said.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(ProblemKind::Internal, "internal", "something went wrong on our side")
    }

    /// A dependency is out of reach or a queue is full.
    #[must_use]
    pub fn unavailable() -> Self {
        Self::new(ProblemKind::Unavailable, "unavailable", "the service cannot do this right now, try later")
    }

    /// No valid credential.
    #[must_use]
    pub fn unauthenticated() -> Self {
        Self::new(ProblemKind::Unauthenticated, "unauthenticated", "a valid access token is required")
    }

    /// Known, and has to prove once more who they are: within `max_age`, by means worth at least `assurance` (RFC 9470).
    #[must_use]
    pub fn reauthenticate(max_age: Duration, assurance: Assurance) -> Self {
        let problem = Self::new(
            ProblemKind::Unauthenticated,
            "reauthentication_required",
            "this needs a fresh sign-in, or one by more factors",
        );
        Self { remedy: Some(Remedy::Reauthenticate(max_age, assurance)), ..problem }
    }

    /// Known, and may not.
    #[must_use]
    pub fn forbidden() -> Self {
        Self::new(ProblemKind::Forbidden, "forbidden", "you may not do this")
    }

    /// No such thing.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(ProblemKind::NotFound, "not_found", "there is nothing here")
    }

    /// Too often.
    #[must_use]
    pub fn too_many_requests(retry_after: Duration) -> Self {
        Self::new(ProblemKind::TooManyRequests, "rate_limited", "too many requests, try later")
            .with_retry_after(retry_after)
    }

    /// One input field is wrong.
    pub fn invalid_field(
        field: impl Into<Cow<'static, str>>,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::new(ProblemKind::InvalidInput, "invalid_input", "the request is not valid")
            .with_field(field, code, message)
    }

    /// Adds what is wrong with one field.
    #[must_use]
    pub fn with_field(
        mut self,
        field: impl Into<Cow<'static, str>>,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        self.fields.push(FieldProblem { field: field.into(), code: code.into(), message: message.into() });
        self
    }

    /// Says after how long a new try makes sense.
    #[must_use]
    pub fn with_retry_after(mut self, after: Duration) -> Self {
        self.remedy = Some(Remedy::Wait(after));
        self
    }

    /// Where a fresh proof of identity is what is missing: how fresh, and worth how much.
    #[must_use]
    pub fn reauthentication(&self) -> Option<(Duration, Assurance)> {
        match self.remedy {
            Some(Remedy::Reauthenticate(max_age, assurance)) => Some((max_age, assurance)),
            _ => None,
        }
    }

    /// The class.
    #[must_use]
    pub fn kind(&self) -> ProblemKind {
        self.kind
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The sentence for people.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What is wrong with which field.
    #[must_use]
    pub fn fields(&self) -> &[FieldProblem] {
        &self.fields
    }

    /// After how long a new try makes sense, if known.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self.remedy {
            Some(Remedy::Wait(after)) => Some(after),
            _ => None,
        }
    }
}

impl From<&crate::StoreError> for Problem {
    fn from(error: &crate::StoreError) -> Self {
        match error.kind() {
            crate::StoreErrorKind::Unavailable | crate::StoreErrorKind::Conflict => Self::unavailable(),
            crate::StoreErrorKind::Corrupt => Self::internal(),
        }
    }
}

impl From<crate::EntropyError> for Problem {
    fn from(_: crate::EntropyError) -> Self {
        Self::unavailable()
    }
}
