//! An address and a password for a session.

use crate::grants::Grants;
use crate::{Call, FlowError, HashPool, Hashed, LimitedAttempts, TokenPair, Trail};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use stockade_authn::account::{Account, AccountStore, Replacement};
use stockade_authn::password::{Password, PasswordError, Verification};
use stockade_authn::session::{EndReason, OpenedSession, Sessions, SignIn};
use stockade_authn::{Admission, Attempt, AttemptGuard, EmailAddress};
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
    /// The tokens, or what to tell the world.
    ///
    /// # Errors
    /// The person is not signed in.
    pub fn into_result(self) -> Result<TokenPair, Problem> {
        Err(match self {
            Self::SignedIn(pair) => return Ok(pair),
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
    pub(crate) accounts: Arc<dyn AccountStore>,
    pub(crate) sessions: Sessions,
    pub(crate) grants: Grants,
    pub(crate) hashing: HashPool,
    pub(crate) attempts: Arc<dyn AttemptGuard>,
    pub(crate) trail: Trail,
}

impl LoginFlow {
    /// Opens a session for whoever knows an account's password. An unknown address takes the same path as a wrong password,
    /// gives the same answer and costs the same hash.
    ///
    /// # Errors
    /// A store, hashing or the audit trail failed. No session stays open.
    pub async fn run(&self, request: LoginRequest, call: &Call) -> Result<Login, FlowError> {
        let (email, password) = match validate(request) {
            Ok(valid) => valid,
            Err(problem) => return Ok(Login::Invalid(problem)),
        };
        if let Some(wait) = self.must_wait(&email, call).await? {
            return Ok(Login::Wait(wait));
        }
        let account = self.accounts.by_email(&email).await?;
        let stored = account.as_ref().map(|account| account.password.clone());
        let verification = match self.hashing.verify(password.clone(), stored).await {
            Ok(Hashed::Done(verification)) => verification,
            Ok(Hashed::Busy) => return Ok(Login::Busy),
            Err(FlowError::Password(error)) if is_of_the_hash(&error) => {
                return self.refuse_unusable(account, password, &error, call).await;
            }
            Err(error) => return Err(error),
        };
        match (verification, account) {
            (Verification::Match, Some(account)) => self.sign_in(account, call).await,
            (Verification::MatchOutdated, Some(account)) => {
                self.renew_hash(&account, password, call).await;
                self.sign_in(account, call).await
            }
            (_, account) => self.refuse(account, call).await,
        }
    }

    async fn must_wait(&self, email: &EmailAddress, call: &Call) -> Result<Option<Duration>, FlowError> {
        let attempt = Attempt::new(LimitedAttempts::LOGIN, email.canonical(), call.client.ip);
        match self.attempts.admit(&attempt).await? {
            Admission::Proceed => Ok(None),
            Admission::Wait { after, notable } => {
                if notable {
                    let event = self.trail.event(call, Action::RATE_LIMIT, Outcome::Denied)?;
                    self.trail.record(event.because(LimitedAttempts::LOGIN)).await?;
                }
                Ok(Some(after))
            }
        }
    }

    async fn sign_in(&self, account: Account, call: &Call) -> Result<Login, FlowError> {
        let opened = {
            let methods = AuthMethods::of(AuthMethod::Password);
            let sign_in = SignIn::new(account.id.clone(), call.client.clone(), methods);
            self.sessions.open(sign_in.at_credential_version(account.credential_version)).await?
        };
        let session = opened.binding.session;
        match self.finish(&account, opened, call).await {
            Ok(pair) => Ok(Login::SignedIn(pair)),
            Err(error) => {
                // Nobody got a token for it; what stays is tidying up, so its failure adds nothing.
                let _ = self.sessions.end(session, &account.id, EndReason::Revoked).await;
                Err(error)
            }
        }
    }

    async fn finish(
        &self,
        account: &Account,
        opened: OpenedSession,
        call: &Call,
    ) -> Result<TokenPair, FlowError> {
        let event = self.trail.event(call, Action::LOGIN, Outcome::Success)?;
        let event =
            event.by(account.id.clone()).in_session(opened.binding.session).with("method", "password");
        let event = event.with("evicted_sessions", opened.evicted.len());
        self.trail.record(event).await?;
        let (subject, methods) = (account.id.clone(), AuthMethods::of(AuthMethod::Password));
        self.grants
            .pair(subject, opened.binding, opened.authenticated_at, methods, opened.refresh_token)
            .await
    }

    async fn refuse(&self, account: Option<Account>, call: &Call) -> Result<Login, FlowError> {
        let why = if account.is_some() { "wrong_password" } else { "unknown_account" };
        self.refuse_because(why, account, call).await
    }

    /// No password can match such a hash. An answer of its own, or a quicker one, would tell that the account exists.
    async fn refuse_unusable(
        &self,
        account: Option<Account>,
        password: Password,
        error: &PasswordError,
        call: &Call,
    ) -> Result<Login, FlowError> {
        let id = account.as_ref().map(|account| &account.id);
        tracing::error!(account = ?id, %error, "nobody can sign in with the stored hash of this account");
        match self.hashing.verify(password, None).await? {
            Hashed::Done(_) => self.refuse_because("unusable_hash", account, call).await,
            Hashed::Busy => Ok(Login::Busy),
        }
    }

    async fn refuse_because(
        &self,
        why: &'static str,
        account: Option<Account>,
        call: &Call,
    ) -> Result<Login, FlowError> {
        let event = self.trail.event(call, Action::LOGIN, Outcome::Failure)?.with("method", "password");
        let event = match account {
            Some(account) => event.on(Resource::new("account", &account.id)),
            None => event,
        };
        self.trail.record(event.because(why)).await?;
        Ok(Login::Refused)
    }

    /// Renewing is a courtesy of a login that has succeeded: whatever comes in between leaves the old hash in force.
    async fn renew_hash(&self, account: &Account, password: Password, call: &Call) {
        if let Err(error) = self.try_renew_hash(account, password, call).await {
            tracing::warn!(account = %account.id, %error, "an outdated hash could not be renewed");
        }
    }

    async fn try_renew_hash(
        &self,
        account: &Account,
        password: Password,
        call: &Call,
    ) -> Result<(), FlowError> {
        let Hashed::Done(new) = self.hashing.rehash(password).await? else { return Ok(()) };
        match self.accounts.replace_password(&account.id, &account.password, new).await? {
            Replacement::Replaced => {
                let event = self.trail.event(call, Action::PASSWORD_REHASH, Outcome::Success)?;
                self.trail.record(event.on(Resource::new("account", &account.id))).await
            }
            Replacement::Changed => Ok(()),
        }
    }
}

fn is_of_the_hash(error: &PasswordError) -> bool {
    matches!(
        error,
        PasswordError::MalformedHash | PasswordError::CostlyHash { .. } | PasswordError::UnknownPepper
    )
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
