//! A refresh token for the next pair.

use crate::handles::{Handles, stands};
use crate::{Call, FlowError, TokenPair};
use std::fmt;
use std::sync::Arc;
use stockade_authn::session::{EndReason, Refresh, RefreshRefusal};
use stockade_authn::{Admission, Attempt, Purpose};
use stockade_core::{Action, Outcome, Problem, ProblemKind, SessionId};

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
    pub(crate) with: Arc<Handles>,
}

impl RefreshFlow {
    /// A session that is over is tried again now and then by a client that does not know yet. One event in a while tells as
    /// much as thousands.
    const OVER: Purpose = Purpose::literal("refresh.over");

    /// Renews the session of `token`, with the roles that its owner holds now. A copy of a spent token ends the session.
    ///
    /// # Errors
    /// A store or the audit trail failed. The token just spent still gives the same successor within the grace.
    pub async fn run(&self, token: &str, call: &Call) -> Result<Renewal, FlowError> {
        let with = &self.with;
        let renewed = match with.sessions.refresh(token).await? {
            Refresh::Renewed(renewed) => renewed,
            Refresh::Refused(why) => return self.refuse(why, call).await,
        };
        let (subject, binding) = (renewed.subject, renewed.binding);
        // Whoever changes a password or closes an account ends its sessions. Should that have been cut off half-way, they end here.
        if !stands(with.accounts.by_id(&subject).await?.as_ref(), renewed.credential_version) {
            let _ = with.sessions.end(binding.session, &subject, EndReason::CredentialChange).await?;
            return Ok(Renewal::Refused);
        }
        let event = with.trail.event(call, Action::REFRESH, Outcome::Success)?;
        with.trail.record(event.by(subject.clone()).in_session(binding.session)).await?;
        let (at, methods) = (renewed.authenticated_at, renewed.methods);
        let pair = with.grants.pair(subject, binding, at, methods, renewed.refresh_token).await?;
        Ok(Renewal::Renewed(pair))
    }

    /// A text that we did not issue leaves no event: whoever sends garbage must not be able to fill the log.
    async fn refuse(&self, why: RefreshRefusal, call: &Call) -> Result<Renewal, FlowError> {
        let trail = &self.with.trail;
        let event = match why {
            RefreshRefusal::Reused { subject, session } => {
                tracing::warn!(%subject, %session, "a spent refresh token came back: the session is ended");
                let event = trail.event(call, Action::REFRESH_REUSE, Outcome::Denied)?;
                Some(event.by(subject).in_session(session).because("reuse"))
            }
            RefreshRefusal::Over { session } if self.is_worth_an_event(session, call).await? => {
                let event = trail.event(call, Action::REFRESH, Outcome::Failure)?;
                Some(event.in_session(session).because("session_over"))
            }
            _ => None,
        };
        if let Some(event) = event {
            trail.record(event).await?;
        }
        Ok(Renewal::Refused)
    }

    async fn is_worth_an_event(&self, session: SessionId, call: &Call) -> Result<bool, FlowError> {
        let session = session.to_string();
        let attempt = Attempt::new(Self::OVER, &session, call.client.ip);
        Ok(matches!(self.with.gate.attempts.admit(&attempt).await?, Admission::Proceed))
    }
}

impl fmt::Debug for RefreshFlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefreshFlow").finish_non_exhaustive()
    }
}
