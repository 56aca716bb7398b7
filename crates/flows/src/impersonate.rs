//! Acting in somebody else's name, for support.

use crate::gate::own_hands;
use crate::handles::{Handles, is_open};
use crate::reply::{Stop, reply};
use crate::{Call, FlowError, Refusal, Reply};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use stockade_authn::access::{AccessToken, Grant, TokenConfig};
use stockade_core::{Action, Outcome, Principal, Problem, Resource, SubjectId};

/// What an administrator sends to act in somebody else's name.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImpersonationRequest {
    /// In whose.
    pub subject: SubjectId,
    /// Why: stands in the audit log. 1 to 256 characters, such as the number of a ticket.
    pub reason: String,
    /// For how many seconds; at most half an hour, and a quarter of one unless it is said.
    #[serde(default)]
    pub seconds: Option<u64>,
}

/// Lets administrators act in the name of others. Whether the caller may, and in whose, the application has decided before.
#[derive(Clone)]
pub struct ImpersonateFlow {
    pub(crate) with: Arc<Handles>,
}

impl ImpersonateFlow {
    /// The most characters of a reason.
    pub const MAX_REASON: usize = 256;

    const DEFAULT: Duration = Duration::from_secs(15 * 60);

    /// Issues an access token for `subject` in which the caller stands as the actor (RFC 8693 §4.1), with the subject's roles. It
    /// cannot be refreshed, ends with the caller's own session, and opens nothing that touches credentials.
    ///
    /// # Errors
    /// A store or the audit trail failed: no token without its event.
    pub async fn run(
        &self,
        caller: &Principal,
        request: ImpersonationRequest,
        call: &Call,
    ) -> Result<Reply<AccessToken>, FlowError> {
        reply(self.try_run(caller, request, call).await)
    }

    async fn try_run(
        &self,
        caller: &Principal,
        request: ImpersonationRequest,
        call: &Call,
    ) -> Result<AccessToken, Stop> {
        own_hands(caller)?;
        let (with, subject) = (&self.with, request.subject);
        let (reason, lifetime) = (reason(&request.reason)?, lifetime(request.seconds)?);
        if subject == *caller.subject() {
            return Err(Refusal::Forbidden.into());
        }
        let account = with.other(&subject).await?;
        if !is_open(&account) {
            return Err(Refusal::NotFound.into());
        }
        let session = caller.session().ok_or(Refusal::NotOwnHands)?;
        let binding = with.sessions.binding(session, caller.subject()).await?.ok_or(Refusal::NotOwnHands)?;
        let event = with.trail.event(call, Action::IMPERSONATE, Outcome::Success)?.by_principal(caller);
        let event = event.on(Resource::new("account", &subject)).with("reason", reason);
        with.trail.record(event.with("seconds", lifetime.as_secs())).await?;

        let roles = with.roles.roles_of(&subject).await?;
        let grant = Grant::new(subject)
            .in_session(binding)
            .with_roles(roles)
            .acted_by(caller.subject().clone())
            .living(lifetime);
        Ok(with.grants.issuer.issue(grant)?)
    }
}

fn reason(text: &str) -> Result<String, Problem> {
    let text = text.trim();
    let fits = (1..=ImpersonateFlow::MAX_REASON).contains(&text.chars().count());
    if !fits || text.chars().any(char::is_control) {
        return Err(Problem::invalid_field(
            "reason",
            "invalid",
            "a reason has 1 to 256 characters on one line",
        ));
    }
    Ok(text.to_owned())
}

fn lifetime(seconds: Option<u64>) -> Result<Duration, Problem> {
    let lifetime = seconds.map_or(ImpersonateFlow::DEFAULT, Duration::from_secs);
    if lifetime < Duration::from_secs(1) || lifetime > TokenConfig::MAX_IMPERSONATION {
        return Err(Problem::invalid_field("seconds", "out_of_range", "from one second to half an hour"));
    }
    Ok(lifetime)
}

impl fmt::Debug for ImpersonateFlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ImpersonateFlow").finish_non_exhaustive()
    }
}
