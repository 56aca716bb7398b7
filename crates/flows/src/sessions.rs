//! A caller's own sessions.

use crate::gate::own_hands;
use crate::reply::{Stop, reply};
use crate::{Call, FlowError, Refusal, Reply, Trail};
use stockade_authn::session::{EndReason, Ending, OthersEnding, SessionSummary, Sessions};
use stockade_authn::step_up::{Hands, require_own_hands};
use stockade_core::{Action, Outcome, Principal, Resource, SessionId};

/// One of the caller's sessions.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct SessionView {
    /// What it is.
    #[serde(flatten)]
    pub session: SessionSummary,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// What came of ending one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum RevokedSession {
    /// It is over, now or since earlier.
    Over,
    /// The caller has no such session. Somebody else's looks the same (ASVS 8.2.2), and so do the owner's own to an API key or to
    /// somebody who acts in their name.
    NotFound,
}

/// Lists and ends a caller's sessions.
#[derive(Debug, Clone)]
pub struct SessionsFlow {
    pub(crate) sessions: Sessions,
    pub(crate) trail: Trail,
}

impl SessionsFlow {
    /// The caller's live sessions, newest first.
    ///
    /// # Errors
    /// The store failed.
    pub async fn list(&self, caller: &Principal) -> Result<Vec<SessionView>, FlowError> {
        let sessions = self.sessions.list(caller.subject()).await?;
        let view =
            |session: SessionSummary| SessionView { current: caller.session() == Some(session.id), session };
        Ok(sessions.into_iter().map(view).collect())
    }

    /// Forgets sessions that have been over for so long that no token of theirs can come any more, and gives their number.
    /// [`PurgeFlow`](crate::PurgeFlow) forgets these and everything else that is over.
    ///
    /// # Errors
    /// The store failed.
    pub async fn purge(&self) -> Result<u64, FlowError> {
        Ok(self.sessions.purge().await?)
    }

    /// Ends one of the caller's sessions.
    ///
    /// # Errors
    /// The store failed: the session may still stand.
    pub async fn revoke(
        &self,
        caller: &Principal,
        session: SessionId,
        call: &Call,
    ) -> Result<RevokedSession, FlowError> {
        if require_own_hands(caller) != Hands::Own {
            return Ok(RevokedSession::NotFound);
        }
        match self.sessions.end(session, caller.subject(), EndReason::Revoked).await? {
            Ending::Ended { .. } => {
                let event = self.trail.event(call, Action::SESSION_REVOKE, Outcome::Success)?;
                let event = event.by_principal(caller).on(Resource::new("session", session));
                self.trail.record(event).await?;
                Ok(RevokedSession::Over)
            }
            Ending::AlreadyOver { .. } => Ok(RevokedSession::Over),
            Ending::Unknown => Ok(RevokedSession::NotFound),
        }
    }

    /// Ends all of the caller's sessions but the one that asks, whose tokens go on, and gives the ended ones (ASVS 7.4.3: once a
    /// password or a factor has changed; 7.5.2). One decision: a session that is over by then ends nobody, so that of an owner and a
    /// thief who ask at once one is left.
    ///
    /// # Errors
    /// The store failed: sessions may still stand.
    pub async fn revoke_others(
        &self,
        caller: &Principal,
        call: &Call,
    ) -> Result<Reply<Vec<SessionId>>, FlowError> {
        reply(self.try_revoke_others(caller, call).await)
    }

    async fn try_revoke_others(&self, caller: &Principal, call: &Call) -> Result<Vec<SessionId>, Stop> {
        own_hands(caller)?;
        let kept = caller.session().ok_or(Refusal::NotOwnHands)?;
        match self.sessions.end_others(caller.subject(), kept, EndReason::Revoked).await? {
            OthersEnding::Ended(ended) => {
                let event = self.trail.event(call, Action::SESSION_REVOKE_OTHERS, Outcome::Success)?;
                self.trail.record(event.by_principal(caller).with("sessions", ended.len())).await?;
                Ok(ended)
            }
            OthersEnding::KeptIsOver => Err(Refusal::Overtaken.into()),
        }
    }
}
