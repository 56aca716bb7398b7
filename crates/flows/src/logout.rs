//! The end of one session, or of all.

use crate::gate::own_hands;
use crate::reply::{Stop, reply};
use crate::{Call, FlowError, Reply, Trail};
use stockade_authn::session::{EndReason, Ending, Sessions};
use stockade_core::{Action, Outcome, Principal, SessionId};

/// Ends the session of a refresh token.
#[derive(Debug, Clone)]
pub struct LogoutFlow {
    pub(crate) sessions: Sessions,
    pub(crate) trail: Trail,
}

impl LogoutFlow {
    /// Ends the session of `token`, whatever state it is in. A text that is no token of ours changes nothing and gets the same
    /// answer: there is nothing to learn here.
    ///
    /// # Errors
    /// The store failed: the session may still stand.
    pub async fn run(&self, token: &str, call: &Call) -> Result<(), FlowError> {
        let (Ending::Ended { subject }, Some(session)) = self.sessions.end_by_token(token).await? else {
            return Ok(());
        };
        let event = self.trail.event(call, Action::LOGOUT, Outcome::Success)?;
        self.trail.record(event.by(subject).in_session(session)).await
    }
}

/// Ends every session of a caller, who asks in person: an API key, or somebody who acts in another's name, ends nobody's sessions.
#[derive(Debug, Clone)]
pub struct LogoutAllFlow {
    pub(crate) sessions: Sessions,
    pub(crate) trail: Trail,
}

impl LogoutAllFlow {
    /// Ends all sessions of `caller`, this one among them, and voids every access token issued so far. Gives the ended ones.
    ///
    /// # Errors
    /// The store failed: sessions may still stand.
    pub async fn run(&self, caller: &Principal, call: &Call) -> Result<Reply<Vec<SessionId>>, FlowError> {
        reply(self.try_run(caller, call).await)
    }

    async fn try_run(&self, caller: &Principal, call: &Call) -> Result<Vec<SessionId>, Stop> {
        own_hands(caller)?;
        let ended = self.sessions.end_all(caller.subject(), EndReason::LogoutAll).await?;
        let event = self.trail.event(call, Action::LOGOUT_ALL, Outcome::Success)?;
        self.trail.record(event.by_principal(caller).with("sessions", ended.len())).await?;
        Ok(ended)
    }
}
