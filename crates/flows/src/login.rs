//! An address and a password for a session.

use crate::handles::{Handles, is_open};
use crate::proof::Proof;
use crate::{Call, FlowError, Hashed, TokenPair};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use stockade_authn::account::Account;
use stockade_authn::one_time::IssuedToken;
use stockade_authn::password::Password;
use stockade_authn::{EmailAddress, Purpose};
use stockade_core::{Action, AuthMethod, AuthMethods, Outcome, Problem, ProblemKind, Resource, Secret};

/// What somebody sends to sign in.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoginRequest {
    /// The address.
    pub email: String,
    /// The password.
    pub password: Secret<String>,
}

/// What came of it.
#[derive(Debug)]
#[must_use]
#[non_exhaustive]
pub enum Login {
    /// The person is signed in.
    SignedIn(TokenPair),
    /// The password was right, and a code of the second factor is asked for: see
    /// [`CompleteLoginFlow`](crate::CompleteLoginFlow).
    MfaRequired(IssuedToken),
    /// Address or password is wrong; nobody learns which.
    Refused,
    /// The request cannot be a login: the address has no such form, or the password is longer than any can be.
    Invalid(Problem),
    /// Too many attempts.
    Wait(Duration),
    /// Too much hashing is going on.
    Busy,
}

impl Login {
    /// The tokens, or what to tell the world. A second factor that is asked for is a problem of its own: match on
    /// [`Login::MfaRequired`] before.
    ///
    /// # Errors
    /// The person is not signed in.
    pub fn into_result(self) -> Result<TokenPair, Problem> {
        Err(match self {
            Self::SignedIn(pair) => return Ok(pair),
            Self::MfaRequired(_) => {
                Problem::new(ProblemKind::Unauthenticated, "mfa_required", "a second factor is required")
            }
            Self::Refused => Problem::new(
                ProblemKind::Unauthenticated,
                "invalid_credentials",
                "the e-mail or the password is wrong",
            ),
            Self::Invalid(problem) => problem,
            Self::Wait(after) => Problem::too_many_requests(after),
            Self::Busy => Problem::unavailable().with_retry_after(Hashed::<()>::RETRY_AFTER),
        })
    }
}

/// Signs people in.
#[derive(Clone)]
pub struct LoginFlow {
    pub(crate) with: Arc<Handles>,
}

impl LoginFlow {
    /// Opens a session for whoever knows an account's password, or asks for the second factor where there is one. An unknown
    /// address takes the same path as a wrong password, gives the same answer and costs the same hash; so does an account that
    /// is closed, or whose address nobody has verified.
    ///
    /// # Errors
    /// A store, hashing or the audit trail failed. No session stays open.
    pub async fn run(&self, request: LoginRequest, call: &Call) -> Result<Login, FlowError> {
        let (email, password) = match validate(request) {
            Ok(valid) => valid,
            Err(problem) => return Ok(Login::Invalid(problem)),
        };
        let with = &self.with;
        if let Some(wait) = with.gate.wait(Purpose::LOGIN, email.canonical(), call).await? {
            return Ok(Login::Wait(wait));
        }
        let account = with.accounts.by_email(&email).await?;
        match (with.prove(account.as_ref(), password, call).await?, account) {
            (Proof::Busy, _) => Ok(Login::Busy),
            (Proof::Wrong(why), account) => self.refuse(why, account.as_ref(), call).await,
            (Proof::Right, Some(account)) if is_open(&account) => self.sign_in(&account, call).await,
            (Proof::Right, account) => {
                let why = account.as_ref().map_or("unknown_account", |account| account.status.as_str());
                self.refuse(why, account.as_ref(), call).await
            }
        }
    }

    async fn sign_in(&self, account: &Account, call: &Call) -> Result<Login, FlowError> {
        match self.with.admit(account, call).await? {
            Some(login) => Ok(login),
            None => self.refuse("overtaken", Some(account), call).await,
        }
    }

    async fn refuse(
        &self,
        why: &'static str,
        account: Option<&Account>,
        call: &Call,
    ) -> Result<Login, FlowError> {
        let event = self.with.trail.event(call, Action::LOGIN, Outcome::Failure)?.with("method", "pwd");
        // Something stands there in either case: an event that a store has to index once less is written in less time.
        let event = event.on(match account {
            Some(account) => Resource::new("account", &account.id),
            None => Resource::new("account", "unknown"),
        });
        self.with.trail.record(event.because(why)).await?;
        Ok(Login::Refused)
    }
}

impl Handles {
    /// What the right password of `account` gives: a session, or the question for the second factor. `None` if it changed
    /// meanwhile.
    pub(crate) async fn admit(&self, account: &Account, call: &Call) -> Result<Option<Login>, FlowError> {
        if self.needs_second_factor(account).await? {
            return Ok(Some(Login::MfaRequired(self.challenge(account, call).await?)));
        }
        let methods = AuthMethods::of(AuthMethod::Password);
        Ok(self.enter(account, methods, Action::LOGIN, call).await?.map(Login::SignedIn))
    }
}

fn validate(request: LoginRequest) -> Result<(EmailAddress, Password), Problem> {
    let email = EmailAddress::parse(&request.email)?;
    let password = Password::try_from(request.password)?;
    Ok((email, password))
}

impl fmt::Debug for LoginFlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoginFlow").finish_non_exhaustive()
    }
}
