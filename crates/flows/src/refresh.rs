//! A refresh token for the next pair.

use crate::grants::Grants;
use crate::{Call, FlowError, TokenPair, Trail};
use std::fmt;
use std::sync::Arc;
use stockade_authn::account::{AccountStatus, AccountStore};
use stockade_authn::session::{EndReason, Refresh, RefreshRefusal, RenewedSession, Sessions};
use stockade_core::{Action, Outcome, Problem, ProblemKind, SubjectId};

/// What came of presenting a refresh token.
#[derive(Debug)]
#[must_use]
#[non_exhaustive]
pub enum Renewal {
    /// The session goes on.
    Renewed(TokenPair),
    /// It does not. Why is for the audit log: a forger, a thief and a forgetful owner get one answer.
    Refused,
}

impl Renewal {
    /// The tokens, or what to tell the world.
    ///
    /// # Errors
    /// The session does not go on.
    pub fn into_result(self) -> Result<TokenPair, Problem> {
        match self {
            Self::Renewed(pair) => Ok(pair),
            Self::Refused => Err(Problem::new(
                ProblemKind::Unauthenticated,
                "invalid_refresh_token",
                "the refresh token is not valid, sign in again",
            )),
        }
    }
}

/// Renews sessions.
#[derive(Clone)]
pub struct RefreshFlow {
    pub(crate) accounts: Arc<dyn AccountStore>,
    pub(crate) sessions: Sessions,
    pub(crate) grants: Grants,
    pub(crate) trail: Trail,
}

impl RefreshFlow {
    /// Renews the session of `token`, with the roles that its owner holds now. A copy of a spent token ends the session.
    ///
    /// # Errors
    /// A store or the audit trail failed. The token just spent still gives the same successor within the grace.
    pub async fn run(&self, token: &str, call: &Call) -> Result<Renewal, FlowError> {
        let renewed = match self.sessions.refresh(token).await? {
            Refresh::Renewed(renewed) => renewed,
            Refresh::Refused(why) => return self.refuse(why, call).await,
        };
        let RenewedSession { subject, binding, refresh_token, authenticated_at, methods, .. } = renewed;
        if !self.still_stands(&subject, renewed.credential_version).await? {
            let _ = self.sessions.end(binding.session, &subject, EndReason::CredentialChange).await?;
            return Ok(Renewal::Refused);
        }
        let event = self.trail.event(call, Action::REFRESH, Outcome::Success)?;
        self.trail.record(event.by(subject.clone()).in_session(binding.session)).await?;
        Ok(Renewal::Renewed(
            self.grants.pair(subject, binding, authenticated_at, methods, refresh_token).await?,
        ))
    }

    /// Whoever changes a password or closes an account ends its sessions. Should that have been cut off half-way, they end here.
    async fn still_stands(&self, subject: &SubjectId, credential_version: u64) -> Result<bool, FlowError> {
        let account = self.accounts.by_id(subject).await?;
        Ok(account.is_some_and(|account| {
            account.status == AccountStatus::Active && account.credential_version == credential_version
        }))
    }

    /// A text that we did not issue leaves no event: whoever sends garbage must not be able to fill the log.
    async fn refuse(&self, why: RefreshRefusal, call: &Call) -> Result<Renewal, FlowError> {
        let event = match why {
            RefreshRefusal::Reused { subject, session } => {
                tracing::warn!(%subject, %session, "a spent refresh token came back: the session is ended");
                let event = self.trail.event(call, Action::REFRESH_REUSE, Outcome::Denied)?;
                Some(event.by(subject).in_session(session).because("reuse"))
            }
            RefreshRefusal::Over { session } => {
                let event = self.trail.event(call, Action::REFRESH, Outcome::Failure)?;
                Some(event.in_session(session).because("session_over"))
            }
            _ => None,
        };
        if let Some(event) = event {
            self.trail.record(event).await?;
        }
        Ok(Renewal::Refused)
    }
}

impl fmt::Debug for RefreshFlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefreshFlow").finish_non_exhaustive()
    }
}
