//! A new account.

use crate::{Call, FlowError, HashPool, Hashed, LimitedAttempts, Trail};
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use stockade_authn::account::{Account, AccountStore, Creation, DisplayName};
use stockade_authn::password::{AcceptedPassword, Password, PasswordContext, PasswordPolicy};
use stockade_authn::{Admission, Attempt, AttemptGuard, EmailAddress};
use stockade_core::{
    Action, Clock, Entropy, Outcome, Problem, ProblemKind, Resource, RoleName, Secret, SubjectId,
};
use stockade_rbac::{FirstGrant, RoleAssignments};

/// What somebody sends to sign up.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignUpRequest {
    /// How the person wants to be called.
    pub name: String,
    /// The address to sign in with.
    pub email: String,
    /// The password.
    pub password: Secret<String>,
}

/// What came of it.
#[derive(Debug)]
#[must_use]
#[non_exhaustive]
pub enum SignUp {
    /// The account exists.
    Created {
        /// Its id.
        id: SubjectId,
        /// The role that it got for being the first, if it did.
        first_user_role: Option<RoleName>,
    },
    /// The address belongs to another account. Telling this leaks it; see the crate's honest limits.
    EmailTaken,
    /// The request breaks rules; each broken one is named.
    Invalid(Problem),
    /// Too many from there.
    Wait(Duration),
    /// Too much hashing is going on.
    Busy,
}

impl SignUp {
    /// The new account's id, or what to tell the world.
    ///
    /// # Errors
    /// No account was made.
    pub fn into_result(self) -> Result<SubjectId, Problem> {
        Err(match self {
            Self::Created { id, .. } => return Ok(id),
            Self::EmailTaken => {
                Problem::new(ProblemKind::Conflict, "email_taken", "an account with this e-mail exists")
            }
            Self::Invalid(problem) => problem,
            Self::Wait(after) => Problem::too_many_requests(after),
            Self::Busy => Problem::unavailable().with_retry_after(Hashed::<()>::RETRY_AFTER),
        })
    }
}

/// Signs people up.
#[derive(Clone)]
pub struct SignUpFlow {
    pub(crate) accounts: Arc<dyn AccountStore>,
    pub(crate) roles: Arc<dyn RoleAssignments>,
    pub(crate) first_user_role: Option<RoleName>,
    pub(crate) policy: PasswordPolicy,
    pub(crate) hashing: HashPool,
    pub(crate) attempts: Arc<dyn AttemptGuard>,
    pub(crate) trail: Trail,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
}

impl SignUpFlow {
    /// Makes an account, if the request is valid and its address is free. The hash is computed before the address is looked
    /// up, so that a taken one costs what a free one costs.
    ///
    /// # Errors
    /// A store, hashing or the audit trail failed. An account may have been made; signing up again then says that the
    /// address is taken, and signing in works.
    pub async fn run(&self, request: SignUpRequest, call: &Call) -> Result<SignUp, FlowError> {
        let valid = match self.validate(request) {
            Ok(valid) => valid,
            Err(problem) => return Ok(SignUp::Invalid(problem)),
        };
        let attempt = Attempt::new(LimitedAttempts::SIGN_UP, valid.email.canonical(), call.client.ip);
        if let Admission::Wait { after, .. } = self.attempts.admit(&attempt).await? {
            return Ok(SignUp::Wait(after));
        }
        let Hashed::Done(password) = self.hashing.hash(valid.password).await? else {
            return Ok(SignUp::Busy);
        };
        let created_at = self.clock.now();
        let id = SubjectId::generate(created_at, &*self.entropy)?;
        let account = Account::new(id.clone(), valid.email, valid.name, password, created_at);
        match self.accounts.create(account).await? {
            Creation::Created => {
                self.record(call, Outcome::Success, Some(&id), None).await?;
                let first_user_role = self.claim_first_user_role(&id, call).await?;
                Ok(SignUp::Created { id, first_user_role })
            }
            Creation::Taken => {
                self.record(call, Outcome::Denied, None, Some("email_taken")).await?;
                Ok(SignUp::EmailTaken)
            }
        }
    }

    fn validate(&self, request: SignUpRequest) -> Result<ValidRequest, Problem> {
        let name = DisplayName::parse(&request.name).map_err(Problem::from);
        let email = EmailAddress::parse(&request.email).map_err(Problem::from);
        let context = PasswordContext::only_factor().with_name(&request.name);
        let context = email.iter().fold(context, PasswordContext::with_email);
        let password = Password::try_from(request.password)
            .and_then(|typed| self.policy.accept(typed, &context))
            .map_err(Problem::from);
        match (name, email, password) {
            (Ok(name), Ok(email), Ok(password)) => Ok(ValidRequest { name, email, password }),
            (name, email, password) => {
                let broken = [name.err(), email.err(), password.err()];
                Err(broken.into_iter().flatten().reduce(merge).unwrap_or_else(Problem::internal))
            }
        }
    }

    async fn claim_first_user_role(
        &self,
        id: &SubjectId,
        call: &Call,
    ) -> Result<Option<RoleName>, FlowError> {
        let Some(role) = &self.first_user_role else { return Ok(None) };
        match self.roles.grant_first(id, role).await? {
            FirstGrant::Granted => {
                tracing::warn!(subject = %id, %role, "the first account got the role");
                let event = self.trail.event(call, Action::ROLE_GRANT, Outcome::Success)?;
                let event = event.on(Resource::new("account", id)).with("role", role.as_str());
                if let Err(error) = self.trail.record(event.because("first_user")).await {
                    // The error to tell is the first one, whether or not this works.
                    let _ = self.roles.revoke(id, role).await;
                    tracing::error!(%role, "the first grant was not recorded and is void; an operator has to grant the role");
                    return Err(error);
                }
                Ok(Some(role.clone()))
            }
            FirstGrant::HeldBefore => Ok(None),
        }
    }

    async fn record(
        &self,
        call: &Call,
        outcome: Outcome,
        id: Option<&SubjectId>,
        reason: Option<&'static str>,
    ) -> Result<(), FlowError> {
        let mut event = self.trail.event(call, Action::SIGN_UP, outcome)?;
        if let Some(id) = id {
            event = event.by(id.clone()).on(Resource::new("account", id));
        }
        if let Some(reason) = reason {
            event = event.because(reason);
        }
        self.trail.record(event).await
    }
}

struct ValidRequest {
    name: DisplayName,
    email: EmailAddress,
    password: AcceptedPassword,
}

fn merge(first: Problem, second: Problem) -> Problem {
    second.fields().iter().fold(first, |problem, field| {
        let owned = |text: &Cow<'static, str>| text.clone();
        problem.with_field(owned(&field.field), owned(&field.code), owned(&field.message))
    })
}

impl fmt::Debug for SignUpFlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignUpFlow").field("policy", &self.policy).finish_non_exhaustive()
    }
}
