//! Setting up an authenticator.

use crate::gate::own_hands;
use crate::handles::{Handles, is_open};
use crate::notify::Matter;
use crate::reply::{Stop, present, reply};
use crate::{Call, FlowError, Hashed, Refusal, Reply};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use stockade_authn::Purpose;
use stockade_authn::account::Account;
use stockade_authn::factor::{BackupCodes, Confirmation, Enrolling, Enrolment, PendingCheck};
use stockade_authn::step_up::{Freshness, StepUp};
use stockade_core::{Action, Assurance, Outcome, Principal, Secret};

/// What shows that the owner of a session is there: their password, unless they signed in a moment ago.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Presence {
    /// Their password. Not needed within five minutes of signing in.
    #[serde(default)]
    pub current_password: Option<Secret<String>>,
}

/// What the app shows to compare.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnrolmentConfirmation {
    /// Six digits.
    pub code: Secret<String>,
}

/// What an authenticator app needs. Shown once.
pub type EnrolmentView = Enrolment;

/// Backup codes. Shown once.
#[derive(Debug)]
#[non_exhaustive]
pub struct BackupCodesView {
    /// Ten codes, each good once.
    pub codes: Vec<Secret<String>>,
}

/// Sets up, renews and removes second factors.
#[derive(Clone)]
pub struct MfaFlow {
    pub(crate) with: Arc<Handles>,
}

impl MfaFlow {
    /// Begins to set up an authenticator. Nothing is in force before [`confirm`](Self::confirm).
    ///
    /// # Errors
    /// A store, the seal or hashing failed.
    pub async fn enroll(
        &self,
        caller: &Principal,
        request: Presence,
        call: &Call,
    ) -> Result<Reply<EnrolmentView>, FlowError> {
        reply(self.try_enroll(caller, request, call).await)
    }

    async fn try_enroll(
        &self,
        caller: &Principal,
        request: Presence,
        call: &Call,
    ) -> Result<EnrolmentView, Stop> {
        let account = self.with.confirm_presence(caller, request.current_password, call).await?;
        match self.with.factors.begin(&account.id, account.email.as_str()).await? {
            Enrolling::Begun(enrolment) => {
                self.with.record_own(Action::MFA_ENROLL, Outcome::Success, caller, call, |e| e).await?;
                Ok(enrolment)
            }
            Enrolling::AlreadyEnrolled => Err(Refusal::AlreadyEnrolled.into()),
        }
    }

    /// Puts the authenticator in force, with backup codes: all or nothing. The code is consumed. Other sessions of the caller end.
    ///
    /// # Errors
    /// A store, the seal or hashing failed. Either all of it is in force or nothing; [`status`](Self::status) tells.
    pub async fn confirm(
        &self,
        caller: &Principal,
        request: EnrolmentConfirmation,
        call: &Call,
    ) -> Result<Reply<BackupCodesView>, FlowError> {
        reply(self.try_confirm(caller, request, call).await)
    }

    async fn try_confirm(
        &self,
        caller: &Principal,
        request: EnrolmentConfirmation,
        call: &Call,
    ) -> Result<BackupCodesView, Stop> {
        own_hands(caller)?;
        let (with, id) = (&self.with, caller.subject());
        with.gate.pass(Purpose::MFA, id.as_str(), call).await?;
        let account = present(with.accounts.by_id(id).await?)?;
        let proof = match with.factors.check_pending(id, request.code.expose()).await? {
            PendingCheck::Right(proof) => proof,
            PendingCheck::Wrong => return Err(Refusal::WrongCode.into()),
            PendingCheck::NotPending => return Err(Refusal::NotEnrolled.into()),
        };
        let codes = BackupCodes::generate(&*with.entropy)?;
        let view = BackupCodesView { codes: codes.to_texts() };
        let Hashed::Done(set) = with.hashing.backup_set(codes, with.entropy.clone()).await? else {
            return Err(Refusal::Busy.into());
        };
        // Before as well as after: a crash in between leaves no session that never showed the factor.
        with.end_others(caller).await?;
        match with.factors.confirm(proof, set).await? {
            Confirmation::Confirmed => {}
            Confirmation::Stale => return Err(Refusal::Overtaken.into()),
        }
        with.record_own(Action::MFA_ENABLE, Outcome::Success, caller, call, |event| event).await?;
        with.end_others(caller).await?;
        with.post.tell(&account, Matter::SecondFactorEnabled);
        Ok(view)
    }
}

impl Handles {
    const PRESENT: StepUp = StepUp::require_recent(Duration::from_secs(5 * 60), Assurance::Aal1);

    /// The caller's account, once it is clear that they are there in person: signed in a moment ago, or by their password.
    pub(crate) async fn confirm_presence(
        &self,
        caller: &Principal,
        typed: Option<Secret<String>>,
        call: &Call,
    ) -> Result<Account, Stop> {
        own_hands(caller)?;
        match typed {
            Some(typed) => self.confirm_password(caller, typed, call).await,
            None if matches!(Self::PRESENT.check(caller, self.clock.now()), Freshness::Fresh) => {
                self.standing_account(caller).await
            }
            None => Err(Refusal::ReauthenticationRequired.into()),
        }
    }

    /// The caller's account, if it is open and the session that they call from still stands: asked of the stores, since what is
    /// remembered of a session may be seconds old, and what is done here outlives it.
    pub(crate) async fn standing_account(&self, caller: &Principal) -> Result<Account, Stop> {
        let session = caller.session().ok_or(Refusal::NotOwnHands)?;
        if self.sessions.binding(session, caller.subject()).await?.is_none() {
            return Err(Refusal::ReauthenticationRequired.into());
        }
        let account = present(self.accounts.by_id(caller.subject()).await?)?;
        if !is_open(&account) {
            return Err(Refusal::NotFound.into());
        }
        Ok(account)
    }
}

impl fmt::Debug for MfaFlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MfaFlow").finish_non_exhaustive()
    }
}
