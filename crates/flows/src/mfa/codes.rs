//! Judging a code of a second factor.

use crate::gate::own_hands;
use crate::handles::Handles;
use crate::notify::Matter;
use crate::reply::Stop;
use crate::{Call, FlowError, Hashed, Refusal};
use stockade_authn::Purpose;
use stockade_authn::account::Account;
use stockade_authn::factor::{BackupCode, CodeCheck, Spending};
use stockade_core::{Action, AuthMethod, Outcome, Principal, Problem, Resource, Secret, SubjectId};

/// Whether accounts may do without a second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SecondFactorPolicy {
    /// Who wants one has one. Passwords have the length that they need as the only factor.
    #[default]
    Optional,
    /// Everybody needs one: nobody can switch theirs off, and passwords may be shorter (NIST SP 800-63B-4 §3.1.1.2). A session of
    /// somebody who has none yet is worth one factor: open what matters only at two, with
    /// [`StepUp`](stockade_authn::step_up::StepUp).
    Required,
}

/// A code of a second factor: of the authenticator app or a backup code, exactly one of them.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecondFactorCode {
    /// Six digits of the authenticator app.
    #[serde(default)]
    pub code: Option<Secret<String>>,
    /// A backup code.
    #[serde(default)]
    pub backup_code: Option<Secret<String>>,
}

/// Which of the two was sent.
pub(crate) enum Typed<'a> {
    Totp(&'a str),
    Backup(&'a str),
}

impl SecondFactorCode {
    pub(crate) fn typed(&self) -> Result<Typed<'_>, Problem> {
        match (&self.code, &self.backup_code) {
            (Some(code), None) => Ok(Typed::Totp(code.expose())),
            (None, Some(code)) => Ok(Typed::Backup(code.expose())),
            _ => Err(Problem::invalid_field("code", "required", "send either `code` or `backup_code`")),
        }
    }
}

impl Typed<'_> {
    pub(crate) fn purpose(&self) -> Purpose {
        match self {
            Self::Totp(_) => Purpose::MFA,
            Self::Backup(_) => Purpose::BACKUP_CODE,
        }
    }
}

impl Handles {
    /// Lets a caller show their second factor once more.
    pub(crate) async fn confirm_code(
        &self,
        caller: &Principal,
        code: &SecondFactorCode,
        call: &Call,
    ) -> Result<AuthMethod, Stop> {
        own_hands(caller)?;
        let (id, typed) = (caller.subject(), code.typed()?);
        self.gate.pass(typed.purpose(), id.as_str(), call).await?;
        self.judge(id, &typed, call).await
    }

    /// Compares a code that has been counted, and consumes it if it is right.
    pub(crate) async fn judge(
        &self,
        id: &SubjectId,
        typed: &Typed<'_>,
        call: &Call,
    ) -> Result<AuthMethod, Stop> {
        match typed {
            Typed::Totp(code) => match self.factors.verify(id, code).await? {
                CodeCheck::Accepted => Ok(AuthMethod::Totp),
                CodeCheck::Replayed => self.refuse_code(id, "replayed", call).await,
                CodeCheck::Wrong => self.refuse_code(id, "wrong_code", call).await,
                CodeCheck::NotEnrolled => Err(Refusal::NotEnrolled.into()),
            },
            Typed::Backup(code) => self.judge_backup_code(id, code, call).await,
        }
    }

    async fn judge_backup_code(&self, id: &SubjectId, typed: &str, call: &Call) -> Result<AuthMethod, Stop> {
        let Some(codes) = self.factors.backup_codes(id).await? else {
            return Err(Refusal::NotEnrolled.into());
        };
        let Ok(code) = BackupCode::parse(typed) else {
            return self.refuse_code(id, "wrong_code", call).await;
        };
        let Hashed::Done(digest) = self.hashing.backup_digest(codes, code).await? else {
            return Err(Refusal::Busy.into());
        };
        match self.factors.spend_backup_code(id, &codes, digest).await? {
            Spending::Spent { left } => {
                if let Some(account) = self.accounts.by_id(id).await? {
                    self.post.tell(&account, Matter::BackupCodeUsed { left });
                }
                Ok(AuthMethod::BackupCode)
            }
            Spending::Unknown => self.refuse_code(id, "wrong_code", call).await,
        }
    }

    async fn refuse_code(&self, id: &SubjectId, why: &'static str, call: &Call) -> Result<AuthMethod, Stop> {
        let event = self.trail.event(call, Action::MFA_VERIFY, Outcome::Failure)?;
        self.trail.record(event.on(Resource::new("account", id)).because(why)).await?;
        Err(Refusal::WrongCode.into())
    }

    /// Ends the caller's other sessions, after a change of what opens the account (ASVS 7.4.3).
    pub(crate) async fn end_others(&self, caller: &Principal) -> Result<(), FlowError> {
        use stockade_authn::session::EndReason;
        for session in self.sessions.list(caller.subject()).await? {
            if Some(session.id) != caller.session() {
                let _ = self.sessions.end(session.id, caller.subject(), EndReason::CredentialChange).await?;
            }
        }
        Ok(())
    }

    /// Whether a login to `account` has to show a second factor.
    pub(crate) async fn needs_second_factor(&self, account: &Account) -> Result<bool, FlowError> {
        Ok(self.factors.factors(&account.id).await?.required())
    }
}
