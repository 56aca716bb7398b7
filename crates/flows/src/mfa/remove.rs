//! Renewing backup codes, and doing without a second factor.

use super::{BackupCodesView, MfaFlow, SecondFactorCode, SecondFactorPolicy};
use crate::gate::own_hands;
use crate::notify::Matter;
use crate::reply::{Stop, present, reply};
use crate::{Call, FlowError, Hashed, Refusal, Reply};
use stockade_authn::account::Account;
use stockade_authn::factor::{self, BackupCodes, FactorKind, Removal};
use stockade_core::{Action, Outcome, Principal, Secret};

/// What a caller sends to be rid of their second factor: their password or a code.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactorRemoval {
    /// Their password, or
    #[serde(default)]
    pub current_password: Option<Secret<String>>,
    /// six digits of the authenticator app, or
    #[serde(default)]
    pub code: Option<Secret<String>>,
    /// a backup code.
    #[serde(default)]
    pub backup_code: Option<Secret<String>>,
}

/// What a caller sends for new backup codes: a code of their authenticator app or one of the old ones.
pub type Regeneration = SecondFactorCode;

impl MfaFlow {
    /// The factors of the caller, to show them: whether an authenticator is in force, and how many backup codes are left.
    ///
    /// # Errors
    /// The store failed.
    pub async fn status(&self, caller: &Principal) -> Result<factor::Factors, FlowError> {
        Ok(self.with.factors.factors(caller.subject()).await?)
    }

    /// Puts ten new backup codes in the place of the old ones. Not one of those is good afterwards.
    ///
    /// # Errors
    /// A store, the seal or hashing failed.
    pub async fn regenerate(
        &self,
        caller: &Principal,
        request: Regeneration,
        call: &Call,
    ) -> Result<Reply<BackupCodesView>, FlowError> {
        reply(self.try_regenerate(caller, request, call).await)
    }

    async fn try_regenerate(
        &self,
        caller: &Principal,
        request: Regeneration,
        call: &Call,
    ) -> Result<BackupCodesView, Stop> {
        let with = &self.with;
        with.confirm_code(caller, &request, call).await?;
        let account = present(with.accounts.by_id(caller.subject()).await?)?;
        let codes = BackupCodes::generate(&*with.entropy)?;
        let view = BackupCodesView { codes: codes.to_texts() };
        let Hashed::Done(set) = with.hashing.backup_set(codes, with.entropy.clone()).await? else {
            return Err(Refusal::Busy.into());
        };
        match with.factors.regenerate(&account.id, set).await? {
            factor::Regeneration::Replaced => {}
            factor::Regeneration::NotEnrolled => return Err(Refusal::NotEnrolled.into()),
        }
        with.record_own(Action::BACKUP_CODES, Outcome::Success, caller, call, |event| event).await?;
        with.post.tell(&account, Matter::BackupCodesRegenerated);
        Ok(view)
    }

    /// Takes the caller's second factor away, with its backup codes. Other sessions of theirs end.
    ///
    /// # Errors
    /// A store, hashing or the audit trail failed.
    pub async fn disable(
        &self,
        caller: &Principal,
        request: FactorRemoval,
        call: &Call,
    ) -> Result<Reply<()>, FlowError> {
        reply(self.try_disable(caller, request, call).await)
    }

    async fn try_disable(&self, caller: &Principal, request: FactorRemoval, call: &Call) -> Result<(), Stop> {
        own_hands(caller)?;
        let with = &self.with;
        if with.second_factor == SecondFactorPolicy::Required {
            return Err(Refusal::Forbidden.into());
        }
        let account = self.confirm_either(caller, request, call).await?;
        if !with.needs_second_factor(&account).await? {
            return Err(Refusal::NotEnrolled.into());
        }
        with.record_own(Action::MFA_DISABLE, Outcome::Success, caller, call, |event| event).await?;
        match with.factors.remove(&account.id, FactorKind::All).await? {
            Removal::Removed => {}
            _ => return Err(Refusal::NotEnrolled.into()),
        }
        with.end_others(caller).await?;
        with.post.tell(&account, Matter::SecondFactorDisabled);
        Ok(())
    }

    async fn confirm_either(
        &self,
        caller: &Principal,
        request: FactorRemoval,
        call: &Call,
    ) -> Result<Account, Stop> {
        match request.current_password {
            Some(typed) => self.with.confirm_password(caller, typed, call).await,
            None => {
                let code = SecondFactorCode { code: request.code, backup_code: request.backup_code };
                self.with.confirm_code(caller, &code, call).await?;
                present(self.with.accounts.by_id(caller.subject()).await?)
            }
        }
    }
}
