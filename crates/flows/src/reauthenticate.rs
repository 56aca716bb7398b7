//! Proving once more who one is.

use crate::gate::own_hands;
use crate::handles::Handles;
use crate::reply::{Stop, reply};
use crate::{Call, FlowError, Refusal, Reply, SecondFactorCode, TokenPair};
use std::fmt;
use std::sync::Arc;
use stockade_authn::session::EndReason;
use stockade_core::{Action, AuthMethod, AuthMethods, Principal, Problem, Secret};

/// What a caller sends to step up.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reauthentication {
    /// Their password.
    pub password: Secret<String>,
    /// A code of their authenticator app, if they have one.
    #[serde(default)]
    pub code: Option<Secret<String>>,
}

/// Steps sessions up: what asks for a recent proof (see `RequireRecent` of `stockade-authn`) is open again afterwards.
#[derive(Clone)]
pub struct ReauthenticateFlow {
    pub(crate) with: Arc<Handles>,
}

impl ReauthenticateFlow {
    /// Opens a new session with a fresh proof in the place of the caller's, which ends (ASVS 7.2.4). The new one is worth what is
    /// proved now; where a second factor is in force, it has to be shown.
    ///
    /// # Errors
    /// A store, hashing or the audit trail failed.
    pub async fn run(
        &self,
        caller: &Principal,
        request: Reauthentication,
        call: &Call,
    ) -> Result<Reply<TokenPair>, FlowError> {
        reply(self.try_run(caller, request, call).await)
    }

    async fn try_run(
        &self,
        caller: &Principal,
        request: Reauthentication,
        call: &Call,
    ) -> Result<TokenPair, Stop> {
        own_hands(caller)?;
        let with = &self.with;
        let account = with.confirm_password(caller, request.password, call).await?;
        let methods = match request.code {
            // Otherwise a stolen access token and the password would make a session that lasts, past the second factor.
            None if with.needs_second_factor(&account).await? => {
                return Err(Problem::invalid_field("code", "required", "a code is required").into());
            }
            None => AuthMethods::of(AuthMethod::Password),
            Some(code) => {
                let code = SecondFactorCode { code: Some(code), backup_code: None };
                AuthMethods::of(AuthMethod::Password).with(with.confirm_code(caller, &code, call).await?)
            }
        };
        let pair = with.enter(&account, methods, Action::REAUTHENTICATE, call).await?;
        let pair = pair.ok_or(Refusal::Overtaken)?;
        if let Some(old) = caller.session() {
            let _ = with.sessions.end(old, caller.subject(), EndReason::Reauthenticated).await?;
        }
        Ok(pair)
    }
}

impl fmt::Debug for ReauthenticateFlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReauthenticateFlow").finish_non_exhaustive()
    }
}
