//! Showing that mail arrives.

use crate::handles::Handles;
use crate::notify::Matter;
use crate::reply::{Stop, reply};
use crate::{Call, FlowError, Refusal, Reply};
use std::fmt;
use std::sync::Arc;
use stockade_authn::account::{Account, AccountStatus, EmailChange, EmailVerification};
use stockade_authn::one_time::{self, Bound, Grant, Redemption};
use stockade_authn::{EmailAddress, Purpose};
use stockade_core::{Action, Outcome, Problem, Resource, Secret};

/// What the reader of a mail sends back.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmailProof {
    /// The token from the mail: of a sign-up or of a change of address.
    pub token: Secret<String>,
}

/// What somebody sends to have the mail sent again.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResendRequest {
    /// The address.
    pub email: String,
}

/// Verifies addresses, and completes their change.
#[derive(Clone)]
pub struct VerifyEmailFlow {
    pub(crate) with: Arc<Handles>,
}

impl VerifyEmailFlow {
    /// Takes a token from a mail: its account's address is verified, and is the new one if the token is of a change. Signs
    /// nobody in.
    ///
    /// # Errors
    /// A store failed. The token may be spent; another can be asked for.
    pub async fn run(&self, proof: EmailProof, call: &Call) -> Result<Reply<()>, FlowError> {
        reply(self.try_run(proof, call).await)
    }

    async fn try_run(&self, proof: EmailProof, call: &Call) -> Result<(), Stop> {
        let (with, token) = (&self.with, proof.token.expose());
        with.gate.pass_token(Purpose::VERIFY, token, call).await?;
        if let Redemption::Redeemed(grant) =
            with.one_time.redeem(one_time::Purpose::VerifyEmail, token).await?
        {
            return self.verify(&grant, call).await;
        }
        match with.one_time.redeem(one_time::Purpose::ChangeEmail, token).await? {
            Redemption::Redeemed(grant) => self.change(&grant, call).await,
            Redemption::Refused => Err(Refusal::InvalidToken.into()),
        }
    }

    async fn verify(&self, grant: &Grant, call: &Call) -> Result<(), Stop> {
        let with = &self.with;
        let email = address(grant.bound.as_str())?;
        // A second mail of the same sign-up must not bring a role back that was taken away since.
        let account = with.accounts.by_id(&grant.subject).await?;
        if account.is_some_and(|account| account.status == AccountStatus::Pending) {
            with.grant_default_role(&grant.subject, call).await?;
            with.claim_first_user_role(&grant.subject, call).await?;
        }
        let event = with.trail.event(call, Action::EMAIL_VERIFY, Outcome::Success)?;
        let event = event.by(grant.subject.clone()).on(Resource::new("account", &grant.subject));
        with.trail.record(event).await?;
        match with.accounts.verify_email(&grant.subject, &email, with.clock.now()).await? {
            EmailVerification::Verified => Ok(()),
            EmailVerification::Stale => Err(Refusal::InvalidToken.into()),
        }
    }

    async fn change(&self, grant: &Grant, call: &Call) -> Result<(), Stop> {
        let with = &self.with;
        let (old, new) = grant.bound.as_str().split_once(' ').ok_or(Refusal::InvalidToken)?;
        let (old, new) = (address(old)?, address(new)?);
        let account = with.accounts.by_id(&grant.subject).await?.ok_or(Refusal::InvalidToken)?;
        let event = with.trail.event(call, Action::EMAIL_CHANGE, Outcome::Success)?;
        let event = event.by(grant.subject.clone()).on(Resource::new("account", &grant.subject));
        with.trail.record(event).await?;
        // Whoever asked knows the address is theirs, and learns no more than that mail could have told: it was taken meanwhile.
        match with.accounts.change_email(&grant.subject, &old, new, with.clock.now()).await? {
            EmailChange::Changed => {}
            EmailChange::Taken | EmailChange::Stale => {
                let event = with.trail.event(call, Action::EMAIL_CHANGE, Outcome::Failure)?;
                let event = event.on(Resource::new("account", &grant.subject)).because("stale");
                with.trail.record(event).await?;
                return Err(Refusal::InvalidToken.into());
            }
        }
        with.post.tell(&account, Matter::EmailChanged);
        // What was mailed to the old address must not open the account any more.
        with.one_time.void(&grant.subject, None).await?;
        Ok(())
    }

    /// Mails the token of a sign-up once more. Known, unknown or verified long ago, the answer and its time are the same.
    ///
    /// # Errors
    /// Attempts cannot be counted.
    pub async fn resend(&self, request: ResendRequest, call: &Call) -> Result<Reply<()>, FlowError> {
        reply(self.try_resend(request, call).await)
    }

    async fn try_resend(&self, request: ResendRequest, call: &Call) -> Result<(), Stop> {
        let email = EmailAddress::parse(&request.email).map_err(Problem::from)?;
        self.with.gate.pass(Purpose::VERIFY_REQUEST, email.canonical(), call).await?;
        let place = self.with.post.place()?;
        self.with.afterwards(place, "a verification mail", async move |with: Arc<Handles>| {
            match with.accounts.by_email(&email).await? {
                Some(account) if account.status == AccountStatus::Pending => {
                    with.mail_verification(&account).await
                }
                _ => Ok(()),
            }
        });
        Ok(())
    }
}

impl Handles {
    /// Mails the owner of a pending account what makes it active.
    pub(crate) async fn mail_verification(&self, account: &Account) -> Result<(), FlowError> {
        let bound = Bound::new(account.email.canonical())?;
        let matter = |token, expires_in| Matter::VerifyEmail { token, expires_in };
        self.send_token(account, one_time::Purpose::VerifyEmail, bound, matter).await
    }
}

/// An address out of our own store.
fn address(text: &str) -> Result<EmailAddress, Stop> {
    Ok(EmailAddress::parse(text).map_err(|_| Refusal::InvalidToken)?)
}

impl fmt::Debug for VerifyEmailFlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyEmailFlow").finish_non_exhaustive()
    }
}
