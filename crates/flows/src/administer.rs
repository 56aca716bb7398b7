//! What an administrator may do to somebody else's account. Whether the caller is one, the application has decided before.

use crate::gate::own_hands;
use crate::handles::Handles;
use crate::notify::Matter;
use crate::reply::{Stop, reply};
use crate::{Call, FlowError, Refusal, Reply};
use std::fmt;
use std::sync::Arc;
use stockade_authn::account::{AccountStatus, StatusChange};
use stockade_authn::factor::FactorKind;
use stockade_authn::session::EndReason;
use stockade_core::{Action, Event, Outcome, Principal, Resource, SessionId, SubjectId};

/// Administers other people's accounts. Nothing here lets an administrator choose or learn a password (ASVS 6.4.6), and nothing
/// works in somebody else's name. The caller's permission is checked by the application; each call is recorded.
#[derive(Clone)]
pub struct AdministerFlow {
    pub(crate) with: Arc<Handles>,
}

impl AdministerFlow {
    /// Closes an account: nobody can sign in, and its sessions, tokens and API keys are void (ASVS 7.4.2).
    ///
    /// # Errors
    /// A store or the audit trail failed. The account may be closed with some of its sessions left; do it again.
    pub async fn disable(
        &self,
        caller: &Principal,
        id: &SubjectId,
        call: &Call,
    ) -> Result<Reply<()>, FlowError> {
        reply(self.set(caller, id, AccountStatus::Disabled, call).await)
    }

    /// Opens a closed account again. What was void stays void.
    ///
    /// # Errors
    /// A store or the audit trail failed.
    pub async fn enable(
        &self,
        caller: &Principal,
        id: &SubjectId,
        call: &Call,
    ) -> Result<Reply<()>, FlowError> {
        reply(self.set(caller, id, AccountStatus::Active, call).await)
    }

    async fn set(
        &self,
        caller: &Principal,
        id: &SubjectId,
        status: AccountStatus,
        call: &Call,
    ) -> Result<(), Stop> {
        own_hands(caller)?;
        // Whoever closes their own account locks themselves out by mistake: there is a flow for doing it on purpose.
        if caller.subject() == id {
            return Err(Refusal::Forbidden.into());
        }
        let account = self.with.other(id).await?;
        if account.status == AccountStatus::Pending {
            return Err(Refusal::NotFound.into());
        }
        let (action, change) = match status {
            AccountStatus::Active => {
                self.record(Action::ACCOUNT_ENABLE, caller, id, call, |event| event).await?;
                (None, self.with.accounts.set_status(id, status).await?)
            }
            _ => (Some(Action::ACCOUNT_DISABLE), self.with.shut(id, status).await?),
        };
        if let Some(action) = action {
            self.record(action, caller, id, call, |event| event).await?;
            self.with.post.tell(&account, Matter::AccountDisabled);
        }
        match change {
            StatusChange::Changed => Ok(()),
            StatusChange::Refused => Err(Refusal::NotFound.into()),
        }
    }

    /// Removes an account with all that hangs on it, as its owner could: see
    /// [`CloseAccountFlow::remove`](crate::CloseAccountFlow::remove). Also completes a removal that was cut off.
    ///
    /// # Errors
    /// A store or the audit trail failed. Do it again.
    pub async fn remove(
        &self,
        caller: &Principal,
        id: &SubjectId,
        call: &Call,
    ) -> Result<Reply<()>, FlowError> {
        reply(self.try_remove(caller, id, call).await)
    }

    async fn try_remove(&self, caller: &Principal, id: &SubjectId, call: &Call) -> Result<(), Stop> {
        own_hands(caller)?;
        if caller.subject() == id {
            return Err(Refusal::Forbidden.into());
        }
        let account = self.with.other(id).await?;
        self.record(Action::ACCOUNT_REMOVE, caller, id, call, |event| event).await?;
        Ok(self.with.take_down(&account).await?)
    }

    /// Ends all sessions of an account (ASVS 7.4.5), and gives the ended ones.
    ///
    /// # Errors
    /// A store failed: sessions may still stand.
    pub async fn end_sessions(
        &self,
        caller: &Principal,
        id: &SubjectId,
        call: &Call,
    ) -> Result<Reply<Vec<SessionId>>, FlowError> {
        reply(self.try_end_sessions(caller, id, call).await)
    }

    async fn try_end_sessions(
        &self,
        caller: &Principal,
        id: &SubjectId,
        call: &Call,
    ) -> Result<Vec<SessionId>, Stop> {
        own_hands(caller)?;
        let _ = self.with.other(id).await?;
        let ended = self.with.sessions.end_all(id, EndReason::Revoked).await?;
        self.record(Action::LOGOUT_ALL, caller, id, call, |event| event.with("sessions", ended.len()))
            .await?;
        Ok(ended)
    }

    /// Has a reset mailed to the owner of an account. The administrator sees no token.
    ///
    /// # Errors
    /// A store or the audit trail failed.
    pub async fn start_reset(
        &self,
        caller: &Principal,
        id: &SubjectId,
        call: &Call,
    ) -> Result<Reply<()>, FlowError> {
        reply(self.try_start_reset(caller, id, call).await)
    }

    async fn try_start_reset(&self, caller: &Principal, id: &SubjectId, call: &Call) -> Result<(), Stop> {
        own_hands(caller)?;
        let account = self.with.other(id).await?;
        let (place, errand_call) = (self.with.post.place()?, call.clone());
        self.record(Action::PASSWORD_RESET_REQUEST, caller, id, call, |event| event).await?;
        self.with.afterwards(place, "a password reset", async move |with: Arc<Handles>| {
            with.mail_reset(&account, &errand_call).await
        });
        Ok(())
    }

    /// Takes away the second factor of somebody who has lost it, with its backup codes (ASVS 6.5.6), and ends their sessions.
    /// Make sure first who asks: it is as good as half a login.
    ///
    /// # Errors
    /// A store or the audit trail failed.
    pub async fn remove_second_factor(
        &self,
        caller: &Principal,
        id: &SubjectId,
        call: &Call,
    ) -> Result<Reply<()>, FlowError> {
        reply(self.try_remove_second_factor(caller, id, call).await)
    }

    async fn try_remove_second_factor(
        &self,
        caller: &Principal,
        id: &SubjectId,
        call: &Call,
    ) -> Result<(), Stop> {
        own_hands(caller)?;
        if caller.subject() == id {
            return Err(Refusal::Forbidden.into());
        }
        let account = self.with.other(id).await?;
        self.record(Action::MFA_DISABLE, caller, id, call, |event| event).await?;
        let _ = self.with.factors.remove(id, FactorKind::All).await?;
        self.with.sessions.end_all(id, EndReason::CredentialChange).await?;
        self.with.post.tell(&account, Matter::SecondFactorDisabled);
        Ok(())
    }

    async fn record(
        &self,
        action: Action,
        caller: &Principal,
        id: &SubjectId,
        call: &Call,
        facts: impl FnOnce(Event) -> Event,
    ) -> Result<(), FlowError> {
        let event = self.with.trail.event(call, action, Outcome::Success)?.by_principal(caller);
        self.with.trail.record(facts(event.on(Resource::new("account", id)))).await
    }
}

impl fmt::Debug for AdministerFlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AdministerFlow").finish_non_exhaustive()
    }
}
