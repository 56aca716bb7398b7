//! A new account.

use crate::handles::Handles;
use crate::notify::Matter;
use crate::reply::Stop;
use crate::{Call, FlowError, Hashed, Refusal};
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use stockade_authn::account::{Account, AccountStatus, Creation, DisplayName};
use stockade_authn::password::PasswordContext;
use stockade_authn::{EmailAddress, Purpose};
use stockade_core::{Action, Outcome, Problem, ProblemKind, Resource, RoleName, Secret, SubjectId};

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
    /// The mail says the rest: how to finish, or that there is an account already. What came of it, nobody learns who cannot read
    /// that mail.
    Accepted,
    /// The address belongs to another account. Only a service that sends no mail answers this, and leaks it with that.
    EmailTaken,
    /// The request breaks rules; each broken one is named.
    Invalid(Problem),
    /// Too many from there.
    Wait(Duration),
    /// Too much hashing is going on.
    Busy,
}

impl SignUp {
    /// The new account's id, `None` where the mail says the rest, or what to tell the world.
    ///
    /// # Errors
    /// The request was refused.
    pub fn into_result(self) -> Result<Option<SubjectId>, Problem> {
        Err(match self {
            Self::Created { id, .. } => return Ok(Some(id)),
            Self::Accepted => return Ok(None),
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
    pub(crate) with: Arc<Handles>,
}

impl SignUpFlow {
    /// Takes a sign-up, if the request is valid.
    ///
    /// With a [`Notifier`](crate::notify::Notifier) every valid request is [`SignUp::Accepted`], in the same time: whether the
    /// address is free is looked up after the answer. A free one gets a pending account and a mail to verify it, a known one
    /// a mail that says so. Without one the account is made at once, and a taken address is told.
    ///
    /// # Errors
    /// A store, hashing or the audit trail failed. An account may have been made.
    pub async fn run(&self, request: SignUpRequest, call: &Call) -> Result<SignUp, FlowError> {
        match self.try_run(request, call).await {
            Ok(signed_up) => Ok(signed_up),
            Err(Stop::Failed(error)) => Err(error),
            Err(Stop::Refused(refusal)) => Ok(match refusal {
                Refusal::Wait(after) => SignUp::Wait(after),
                Refusal::Busy => SignUp::Busy,
                refusal => SignUp::Invalid(refusal.into()),
            }),
        }
    }

    async fn try_run(&self, request: SignUpRequest, call: &Call) -> Result<SignUp, Stop> {
        let with = &self.with;
        let ValidRequest { name, email, password, context } = self.validate(request)?;
        with.gate.pass(Purpose::SIGN_UP, email.canonical(), call).await?;
        // Lists and estimates cost more than what was judged before, so that they come after the count.
        let password = with.accept_for(password, context, "password").await?;
        let place = if with.post.is_there() { Some(with.post.place()?) } else { None };
        // Hashed before the address is looked up: a taken one costs what a free one costs.
        let Hashed::Done(hash) = with.hashing.hash(password).await? else { return Err(Refusal::Busy.into()) };
        let created_at = with.clock.now();
        let id = SubjectId::generate(created_at, &*with.entropy)?;
        let account = Account::new(id, email, name, hash, created_at);
        match place {
            None => with.open_account(account, call).await,
            Some(place) => {
                let (account, call) = (account.with_status(AccountStatus::Pending), call.clone());
                with.afterwards(place, "a sign-up", async move |with: Arc<Handles>| {
                    with.await_verification(account, &call).await
                });
                Ok(SignUp::Accepted)
            }
        }
    }

    fn validate(&self, request: SignUpRequest) -> Result<ValidRequest, Stop> {
        let name = DisplayName::parse(&request.name).map_err(Problem::from);
        let email = EmailAddress::parse(&request.email).map_err(Problem::from);
        let context = PasswordContext::only_factor().with_name(&request.name);
        let context = email.iter().fold(context, PasswordContext::with_email);
        let judged = self.with.judge_new(&request.password, &context, "password");
        match (name, email, judged) {
            (Ok(name), Ok(email), Ok(())) => {
                Ok(ValidRequest { name, email, password: request.password, context })
            }
            (name, email, judged) => {
                let broken = [name.err(), email.err(), judged.err()];
                Err(broken.into_iter().flatten().reduce(merge).unwrap_or_else(Problem::internal).into())
            }
        }
    }
}

impl Handles {
    /// The way without mail.
    async fn open_account(&self, account: Account, call: &Call) -> Result<SignUp, Stop> {
        let id = account.id.clone();
        match self.accounts.create(account).await? {
            Creation::Created => {
                self.record_sign_up(call, Outcome::Success, Some(&id), None).await?;
                self.grant_default_role(&id, call).await?;
                let first_user_role = self.claim_first_user_role(&id, call).await?;
                Ok(SignUp::Created { id, first_user_role })
            }
            Creation::Taken => {
                self.record_sign_up(call, Outcome::Denied, None, Some("email_taken")).await?;
                Ok(SignUp::EmailTaken)
            }
        }
    }

    /// The way by mail.
    async fn await_verification(&self, account: Account, call: &Call) -> Result<(), FlowError> {
        match self.accounts.create(account.clone()).await? {
            Creation::Created => {
                self.record_sign_up(call, Outcome::Success, Some(&account.id), Some("pending")).await?;
                self.mail_verification(&account).await
            }
            Creation::Taken => {
                self.record_sign_up(call, Outcome::Denied, None, Some("email_taken")).await?;
                // To the address as its account has it: the one just typed may be spelt like it and be another mailbox.
                match self.accounts.by_email(&account.email).await? {
                    Some(known) => {
                        self.post.send(known.email, Some(known.name), Matter::AlreadyRegistered).await
                    }
                    None => Ok(()),
                }
            }
        }
    }

    async fn record_sign_up(
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
    password: Secret<String>,
    context: PasswordContext,
}

fn merge(first: Problem, second: Problem) -> Problem {
    second.fields().iter().fold(first, |problem, field| {
        let owned = |text: &Cow<'static, str>| text.clone();
        problem.with_field(owned(&field.field), owned(&field.code), owned(&field.message))
    })
}

impl fmt::Debug for SignUpFlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignUpFlow").field("rules", &self.with.rules).finish_non_exhaustive()
    }
}
