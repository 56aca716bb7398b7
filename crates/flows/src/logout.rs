//! The end of one session, or of all.

use crate::{Call, FlowError, Trail};
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

/// Ends every session of a caller.
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
    pub async fn run(&self, caller: &Principal, call: &Call) -> Result<Vec<SessionId>, FlowError> {
        let ended = self.sessions.end_all(caller.subject(), EndReason::LogoutAll).await?;
        let event = self.trail.event(call, Action::LOGOUT_ALL, Outcome::Success)?;
        self.trail.record(event.by_principal(caller).with("sessions", ended.len())).await?;
        Ok(ended)
    }
}
