//! What a flow answers: done, or refused for a reason that the caller may know.

use crate::{FlowError, Hashed};
use std::time::Duration;
use stockade_authn::access::IssueError;
use stockade_authn::account::Account;
use stockade_authn::api_key::ApiKeyError;
use stockade_authn::factor::FactorError;
use stockade_authn::one_time::OneTimeError;
use stockade_authn::session::SessionError;
use stockade_core::{EntropyError, Problem, ProblemKind, StoreError};

/// What came of a flow.
#[derive(Debug)]
#[must_use = "an unread refusal protects nothing"]
pub enum Reply<T> {
    /// It was done.
    Granted(T),
    /// It was not.
    Refused(Refusal),
}

impl<T> Reply<T> {
    /// What was granted, or what to tell the world.
    ///
    /// # Errors
    /// The flow refused.
    pub fn into_result(self) -> Result<T, Problem> {
        match self {
            Self::Granted(granted) => Ok(granted),
            Self::Refused(refusal) => Err(refusal.into()),
        }
    }
}

/// Why a flow did not do what it was asked to. Says nothing that a stranger must not learn: what exactly was wrong with a secret
/// stands in the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// The request breaks rules; each broken one is named.
    Invalid(Problem),
    /// The password of the caller, who is signed in, is wrong.
    WrongPassword,
    /// The code is wrong or was used before.
    WrongCode,
    /// The token is not good: unknown, expired, used, or overtaken by another change.
    InvalidToken,
    /// Too many attempts.
    Wait(Duration),
    /// Too much is going on.
    Busy,
    /// Only the owner may do this, signed in as themselves: no API key, and nobody in their name.
    NotOwnHands,
    /// The caller signed in too long ago for this: sign in again, or send the password.
    ReauthenticationRequired,
    /// There is a second factor already.
    AlreadyEnrolled,
    /// There is no second factor, or no enrolment under way.
    NotEnrolled,
    /// There is no such thing, or none that this caller may know of.
    NotFound,
    /// Somebody else changed it meanwhile.
    Overtaken,
    /// The caller may not do this to that account.
    Forbidden,
    /// This service sends no mail, so that it cannot do this.
    NoMail,
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let of = |kind, code: &'static str, message: &'static str| Self::new(kind, code, message);
        match refusal {
            Refusal::Invalid(problem) => problem,
            // Not 401: the access token is good, and clients must not throw the session away.
            Refusal::WrongPassword => of(ProblemKind::Forbidden, "wrong_password", "the password is wrong"),
            Refusal::WrongCode => of(ProblemKind::Forbidden, "wrong_code", "the code is wrong or was used"),
            Refusal::InvalidToken => of(
                ProblemKind::InvalidInput,
                "invalid_token",
                "the token is not valid or was used, ask for a new one",
            ),
            Refusal::Wait(after) => Self::too_many_requests(after),
            Refusal::Busy => Self::unavailable().with_retry_after(Hashed::<()>::RETRY_AFTER),
            Refusal::NotOwnHands => {
                of(ProblemKind::Forbidden, "in_person_only", "only the owner, signed in, may do this")
            }
            Refusal::ReauthenticationRequired => of(
                ProblemKind::Forbidden,
                "reauthentication_required",
                "you signed in too long ago for this, send your password",
            ),
            Refusal::AlreadyEnrolled => {
                of(ProblemKind::Conflict, "already_enrolled", "a second factor is in force already")
            }
            Refusal::NotEnrolled => {
                of(ProblemKind::Conflict, "not_enrolled", "no second factor is in force or being set up")
            }
            Refusal::NotFound => Self::not_found(),
            Refusal::Overtaken => {
                of(ProblemKind::Conflict, "overtaken", "it was changed meanwhile, look at it again")
            }
            Refusal::Forbidden => Self::forbidden(),
            Refusal::NoMail => of(ProblemKind::NotFound, "not_offered", "this service sends no mail"),
        }
    }
}

/// Ends a flow early: refused, or failed. What `?` carries inside a flow.
#[derive(Debug)]
pub(crate) enum Stop {
    Refused(Refusal),
    Failed(FlowError),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Refused(Refusal::Invalid(problem))
    }
}

/// A failure on the way is the failure of the flow.
macro_rules! fails {
    ($($error:ty),* $(,)?) => {$(
        impl From<$error> for Stop {
            fn from(error: $error) -> Self {
                Self::Failed(error.into())
            }
        }
    )*};
}

fails!(FlowError, StoreError, SessionError, IssueError, EntropyError, OneTimeError, FactorError, ApiKeyError);

/// The answer of a flow whose steps ended so.
pub(crate) fn reply<T>(outcome: Result<T, Stop>) -> Result<Reply<T>, FlowError> {
    match outcome {
        Ok(granted) => Ok(Reply::Granted(granted)),
        Err(Stop::Refused(refusal)) => Ok(Reply::Refused(refusal)),
        Err(Stop::Failed(error)) => Err(error),
    }
}

/// The caller's account, which must be there: whoever has an access token had one a moment ago.
pub(crate) fn present(account: Option<Account>) -> Result<Account, Stop> {
    account.ok_or(Stop::Refused(Refusal::NotFound))
}
