//! Another address for an account.

use crate::gate::own_hands;
use crate::handles::{Handles, stands};
use crate::notify::Matter;
use crate::reply::{Stop, reply};
use crate::{Call, FlowError, Reply};
use std::fmt;
use std::sync::Arc;
use stockade_authn::account::{Account, AccountStatus};
use stockade_authn::one_time::{Bound, Purpose as Token};
use stockade_authn::{EmailAddress, Purpose};
use stockade_core::{Action, Outcome, Principal, Problem, Secret};

/// What a caller sends to move their account to another address.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmailChangeRequest {
    /// The address from now on.
    pub new_email: String,
    /// Their password (ASVS 7.5.1).
    pub current_password: Secret<String>,
}

/// Starts changes of address; [`VerifyEmailFlow`](crate::VerifyEmailFlow) completes them.
#[derive(Clone)]
pub struct ChangeEmailFlow {
    pub(crate) with: Arc<Handles>,
}

impl ChangeEmailFlow {
    /// Mails a token to the new address, and a warning to the present one. Nothing changes before the token comes back. Whether
    /// the new address has an account shows neither in the answer nor in its time.
    ///
    /// # Errors
    /// A store or hashing failed.
    pub async fn run(
        &self,
        caller: &Principal,
        request: EmailChangeRequest,
        call: &Call,
    ) -> Result<Reply<()>, FlowError> {
        reply(self.try_run(caller, request, call).await)
    }

    async fn try_run(
        &self,
        caller: &Principal,
        request: EmailChangeRequest,
        call: &Call,
    ) -> Result<(), Stop> {
        own_hands(caller)?;
        let with = &self.with;
        let new = EmailAddress::parse(&request.new_email)
            .map_err(|_| Problem::invalid_field("new_email", "invalid", "not an e-mail address"))?;
        let account = with.confirm_password(caller, request.current_password, call).await?;
        with.gate.pass(Purpose::VERIFY_REQUEST, new.canonical(), call).await?;
        let place = with.post.place()?;
        with.record_own(Action::EMAIL_CHANGE_REQUEST, Outcome::Success, caller, call, |event| event).await?;
        with.afterwards(place, "a change of address", async move |with: Arc<Handles>| {
            with.mail_change(account, new).await
        });
        Ok(())
    }
}

impl Handles {
    async fn mail_change(&self, account: Account, new: EmailAddress) -> Result<(), FlowError> {
        let (owner, name) = (account.email.clone(), account.name.clone());
        self.post.send(owner, Some(name), Matter::EmailChangeRequested).await?;
        let holder = self.accounts.by_email(&new).await?;
        let other =
            holder.filter(|holder| holder.id != account.id && holder.status != AccountStatus::Pending);
        if let Some(other) = other {
            return self.post.send(other.email, Some(other.name), Matter::AlreadyRegistered).await;
        }
        let bound = Bound::new(format!("{} {}", account.email.canonical(), new.as_str()))?;
        let issued = self.one_time.issue(Token::ChangeEmail, &account.id, bound).await?;
        // A change of password voids what was issued before it. What is issued after it, for who asked before, must not be sent.
        if !stands(self.accounts.by_id(&account.id).await?.as_ref(), account.credential_version) {
            self.one_time.void(&account.id, Some(Token::ChangeEmail)).await?;
            return Ok(());
        }
        let matter = Matter::ChangeEmail { token: issued.token, expires_in: issued.expires_in };
        self.post.send(new, Some(account.name), matter).await
    }
}

impl fmt::Debug for ChangeEmailFlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChangeEmailFlow").finish_non_exhaustive()
    }
}
