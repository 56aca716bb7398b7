//! The second half of a login.

use super::SecondFactorCode;
use crate::handles::{Handles, is_open};
use crate::reply::{Stop, reply};
use crate::{Call, FlowError, Refusal, Reply, TokenPair};
use std::fmt;
use std::sync::Arc;
use stockade_authn::account::Account;
use stockade_authn::one_time::{AttemptOutcome, Bound, IssuedToken, Purpose, Redemption};
use stockade_core::{Action, AuthMethod, AuthMethods, Outcome, Resource, Secret};

/// What a client sends after a login that answered `mfa_required`.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoginCompletion {
    /// The pending token of that login.
    pub pending_token: Secret<String>,
    /// Six digits of the authenticator app, or
    #[serde(default)]
    pub code: Option<Secret<String>>,
    /// a backup code.
    #[serde(default)]
    pub backup_code: Option<Secret<String>>,
}

/// Completes logins with a second factor.
///
/// A pending token says that the password was right, and nothing else: it is opaque, no verifier takes it for an access token. It
/// is good for five minutes, five codes and one session, and void once the password changes.
#[derive(Clone)]
pub struct CompleteLoginFlow {
    pub(crate) with: Arc<Handles>,
}

impl CompleteLoginFlow {
    /// Opens a session for whoever shows the second factor of the login that is under way.
    ///
    /// # Errors
    /// A store, hashing or the audit trail failed. The code may be spent; no session stays open.
    pub async fn run(&self, request: LoginCompletion, call: &Call) -> Result<Reply<TokenPair>, FlowError> {
        reply(self.try_run(request, call).await)
    }

    async fn try_run(&self, request: LoginCompletion, call: &Call) -> Result<TokenPair, Stop> {
        let (with, token) = (&self.with, request.pending_token.expose());
        let code = SecondFactorCode { code: request.code, backup_code: request.backup_code };
        let typed = code.typed()?;
        let pending = with.one_time.find(Purpose::MfaPending, token).await?.ok_or(Refusal::InvalidToken)?;
        with.gate.pass(typed.purpose(), pending.subject.as_str(), call).await?;
        let AttemptOutcome::Counted { grant, .. } = with.one_time.attempt(Purpose::MfaPending, token).await?
        else {
            return Err(Refusal::InvalidToken.into());
        };
        let account = with.accounts.by_id(&grant.subject).await?.ok_or(Refusal::InvalidToken)?;
        if !is_open(&account) || bound(&account)? != grant.bound {
            return Err(Refusal::InvalidToken.into());
        }
        let method = with.judge(&account.id, &typed, call).await.map_err(as_wrong)?;
        let Redemption::Redeemed(_) = with.one_time.redeem(Purpose::MfaPending, token).await? else {
            return Err(Refusal::InvalidToken.into());
        };
        let methods = AuthMethods::of(AuthMethod::Password).with(method);
        let entered = with.enter(&account, methods, Action::LOGIN, call).await?;
        entered.ok_or(Stop::Refused(Refusal::InvalidToken))
    }
}

/// Before a login is complete nobody learns which factors an account has.
fn as_wrong(stop: Stop) -> Stop {
    match stop {
        Stop::Refused(Refusal::NotEnrolled) => Stop::Refused(Refusal::WrongCode),
        stop => stop,
    }
}

impl Handles {
    /// Says that the password of `account` was right, for the second half of the login.
    pub(crate) async fn challenge(&self, account: &Account, call: &Call) -> Result<IssuedToken, FlowError> {
        let issued = self.one_time.issue(Purpose::MfaPending, &account.id, bound(account)?).await?;
        let event = self.trail.event(call, Action::MFA_CHALLENGE, Outcome::Success)?;
        self.trail.record(event.on(Resource::new("account", &account.id)).with("method", "pwd")).await?;
        Ok(issued)
    }
}

fn bound(account: &Account) -> Result<Bound, FlowError> {
    Ok(Bound::new(account.credential_version.to_string())?)
}

impl fmt::Debug for CompleteLoginFlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CompleteLoginFlow").finish_non_exhaustive()
    }
}
