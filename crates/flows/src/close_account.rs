//! The end of an account.

use crate::gate::own_hands;
use crate::handles::Handles;
use crate::notify::Matter;
use crate::reply::{Stop, reply};
use crate::{Call, FlowError, Refusal, Reply};
use std::fmt;
use std::sync::Arc;
use stockade_authn::account::{Account, AccountStatus, StatusChange};
use stockade_authn::factor::FactorKind;
use stockade_authn::session::EndReason;
use stockade_core::{Action, Outcome, Principal, Secret, SubjectId};

/// What a caller sends to have their account removed.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountRemoval {
    /// Their password.
    pub current_password: Secret<String>,
}

/// Removes accounts.
#[derive(Clone)]
pub struct CloseAccountFlow {
    pub(crate) with: Arc<Handles>,
}

impl CloseAccountFlow {
    /// Removes the caller's account with all that hangs on it: sessions, second factor, API keys, tokens, roles. What the
    /// application keeps of them is its own to remove; the audit log stays.
    ///
    /// First of all the account is disabled, so that a crash leaves one that nobody can sign in to, never one without its second
    /// factor.
    ///
    /// # Errors
    /// A store or hashing failed. The account may be disabled, with some of what hangs on it left.
    pub async fn remove(
        &self,
        caller: &Principal,
        request: AccountRemoval,
        call: &Call,
    ) -> Result<Reply<()>, FlowError> {
        reply(self.try_remove(caller, request, call).await)
    }

    async fn try_remove(&self, caller: &Principal, request: AccountRemoval, call: &Call) -> Result<(), Stop> {
        own_hands(caller)?;
        let account = self.with.confirm_password(caller, request.current_password, call).await?;
        self.with.record_own(Action::ACCOUNT_REMOVE, Outcome::Success, caller, call, |event| event).await?;
        self.with.take_down(&account).await?;
        Ok(())
    }
}

impl Handles {
    /// Removes `account` and all that hangs on it.
    pub(crate) async fn take_down(&self, account: &Account) -> Result<(), FlowError> {
        let id = &account.id;
        let _ = self.shut(id, AccountStatus::Disabled).await?;
        for role in self.roles.roles_of(id).await? {
            let _ = self.roles.revoke(id, &role).await?;
        }
        let _ = self.accounts.remove(id).await?;
        // Last: an account that is opened again before it is gone must not have lost its second factor.
        let _ = self.factors.remove(id, FactorKind::All).await?;
        self.post.tell(account, Matter::AccountRemoved);
        Ok(())
    }

    /// Disables an account and voids what was issued for it. Sessions last: one that a login opens meanwhile is among them, or
    /// finds the account closed.
    pub(crate) async fn shut(
        &self,
        id: &SubjectId,
        status: AccountStatus,
    ) -> Result<StatusChange, FlowError> {
        let change = self.accounts.set_status(id, status).await?;
        self.one_time.void(id, None).await?;
        self.api_keys.revoke_all(id).await?;
        self.sessions.end_all(id, EndReason::AccountClosed).await?;
        Ok(change)
    }

    /// The account of somebody else, for an administrator.
    pub(crate) async fn other(&self, id: &SubjectId) -> Result<Account, Stop> {
        self.accounts.by_id(id).await?.ok_or(Stop::Refused(Refusal::NotFound))
    }
}

impl fmt::Debug for CloseAccountFlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CloseAccountFlow").finish_non_exhaustive()
    }
}
