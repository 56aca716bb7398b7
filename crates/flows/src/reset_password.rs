//! A new password for who has lost theirs, by mail.

use crate::handles::{Handles, is_open};
use crate::notify::Matter;
use crate::reply::{Stop, reply};
use crate::{Call, FlowError, Hashed, Refusal, Reply};
use std::fmt;
use std::sync::Arc;
use stockade_authn::account::{Account, AccountStatus, Replacement};
use stockade_authn::one_time::{self, Bound, Redemption};
use stockade_authn::session::EndReason;
use stockade_authn::{EmailAddress, Purpose};
use stockade_core::{Action, Outcome, Resource, Secret};

/// What somebody sends to have a reset mailed.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResetRequest {
    /// The address of the account.
    pub email: String,
}

/// What the owner sends back.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResetConfirmation {
    /// The token from the mail.
    pub token: Secret<String>,
    /// The password from now on.
    pub new_password: Secret<String>,
}

/// Resets passwords.
///
/// A token is good once, for 15 minutes, for one account, and for as long as that account keeps the password and the address that
/// it had. Stores hold an HMAC of it. A second factor stays in force: a reset signs nobody in.
#[derive(Clone)]
pub struct ResetPasswordFlow {
    pub(crate) with: Arc<Handles>,
}

impl ResetPasswordFlow {
    /// Mails a token to the owner of the address. Known or unknown, the answer and its time are the same: everything else
    /// happens after it.
    ///
    /// # Errors
    /// Attempts cannot be counted.
    pub async fn request(&self, request: ResetRequest, call: &Call) -> Result<Reply<()>, FlowError> {
        reply(self.try_request(request, call).await)
    }

    async fn try_request(&self, request: ResetRequest, call: &Call) -> Result<(), Stop> {
        let email = EmailAddress::parse(&request.email).map_err(stockade_core::Problem::from)?;
        self.with.gate.pass(Purpose::RESET_REQUEST, email.canonical(), call).await?;
        let (place, call) = (self.with.post.place()?, call.clone());
        self.with.afterwards(place, "a password reset", async move |with: Arc<Handles>| {
            match with.accounts.by_email(&email).await? {
                Some(account) => with.mail_reset(&account, &call).await,
                None => Ok(()),
            }
        });
        Ok(())
    }

    /// Puts a new password in the place of the old one, ends every session and revokes every API key. A password that is not accepted leaves the
    /// token as good as it was.
    ///
    /// A crash in the middle leaves the old password with no session, or the new one: never a token to use again, never a
    /// session of the old password that can go on.
    ///
    /// # Errors
    /// A store or hashing failed. The token may be spent; another can be asked for.
    pub async fn confirm(&self, request: ResetConfirmation, call: &Call) -> Result<Reply<()>, FlowError> {
        reply(self.try_confirm(request, call).await)
    }

    async fn try_confirm(&self, request: ResetConfirmation, call: &Call) -> Result<(), Stop> {
        let (with, token) = (&self.with, request.token.expose());
        with.gate.pass_token(Purpose::RESET, token, call).await?;
        let grant = with.one_time.find(one_time::Purpose::ResetPassword, token).await?;
        let grant = grant.ok_or(Refusal::InvalidToken)?;
        let account = with.accounts.by_id(&grant.subject).await?.ok_or(Refusal::InvalidToken)?;
        if !is_open(&account) || bound(&account)? != grant.bound {
            return Err(Refusal::InvalidToken.into());
        }
        let accepted = with.accept(request.new_password, &account).await?;
        let Hashed::Done(hash) = with.hashing.hash(accepted).await? else { return Err(Refusal::Busy.into()) };
        let Redemption::Redeemed(_) = with.one_time.redeem(one_time::Purpose::ResetPassword, token).await?
        else {
            return Err(Refusal::InvalidToken.into());
        };
        let event = with.trail.event(call, Action::PASSWORD_RESET, Outcome::Success)?;
        with.trail.record(event.by(account.id.clone()).on(Resource::new("account", &account.id))).await?;
        with.put_password(&account, hash).await?;
        // Whoever resets may have had an intruder, who leaves a key behind. Who changes a password has theirs in use.
        with.api_keys.revoke_all(&account.id).await?;
        with.post.tell(&account, Matter::PasswordReset);
        Ok(())
    }
}

impl Handles {
    /// Mails a reset to the owner of `account`, or what they need first.
    pub(crate) async fn mail_reset(&self, account: &Account, call: &Call) -> Result<(), FlowError> {
        if account.status == AccountStatus::Pending {
            return self.mail_verification(account).await;
        }
        if account.status != AccountStatus::Active {
            return Ok(());
        }
        let bound = bound(account)?;
        let matter = |token, expires_in| Matter::ResetPassword { token, expires_in };
        self.send_token(account, one_time::Purpose::ResetPassword, bound, matter).await?;
        let event = self.trail.event(call, Action::PASSWORD_RESET_REQUEST, Outcome::Success)?;
        self.trail.record(event.on(Resource::new("account", &account.id))).await
    }

    /// Puts `hash` in the place of the password that `account` had when it was read.
    ///
    /// Sessions end before and after: before, so that a crash leaves none of the old password; after, for those that were opened
    /// with it meanwhile.
    pub(crate) async fn put_password(
        &self,
        account: &Account,
        hash: stockade_authn::password::PasswordHash,
    ) -> Result<(), Stop> {
        self.sessions.end_all(&account.id, EndReason::CredentialChange).await?;
        match self.accounts.change_password(&account.id, account.credential_version, hash).await? {
            Replacement::Replaced => {}
            Replacement::Changed => return Err(Refusal::Overtaken.into()),
        }
        self.sessions.end_all(&account.id, EndReason::CredentialChange).await?;
        self.one_time.void(&account.id, None).await?;
        Ok(())
    }
}

/// A reset holds for one password and one address.
fn bound(account: &Account) -> Result<Bound, FlowError> {
    Ok(Bound::new(format!("{} {}", account.credential_version, account.email.canonical()))?)
}

impl fmt::Debug for ResetPasswordFlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResetPasswordFlow").finish_non_exhaustive()
    }
}
