//! The security-event vocabulary: what happened, to what, by whom, and how it ended.

mod action;
mod detail;
mod recorder;
mod resource;
#[cfg(test)]
mod tests;

pub use action::Action;
pub use detail::Detail;
pub use recorder::Recorder;
pub use resource::Resource;

use crate::ids::time_ordered;
use crate::{
    ClientInfo, Entropy, EntropyError, Principal, RequestId, SessionId, SubjectId, TenantId, UnixMillis,
};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// An event's own name (UUID version 7), so that it can be found again in any sink.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct EventId(uuid::Uuid);

impl std::fmt::Display for EventId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Outcome {
    /// Done.
    Success,
    /// A wrong or missing credential, or an invalid request.
    Failure,
    /// Understood and refused: by policy, limit or state.
    Denied,
    /// The service could not do it.
    Error,
}

impl Outcome {
    /// The name that stands in stored events.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Denied => "denied",
            Self::Error => "error",
        }
    }
}

impl std::str::FromStr for Outcome {
    type Err = crate::InvalidText;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Success, Self::Failure, Self::Denied, Self::Error]
            .into_iter()
            .find(|outcome| outcome.as_str() == text)
            .ok_or(crate::InvalidText { what: "an outcome", reason: crate::InvalidTextReason::Character })
    }
}

/// One security-relevant outcome: when, who, from where, what, to what, and how it ended (ASVS 16.2.1).
///
/// ```
/// use stockade_core::{Action, Event, Outcome, SystemEntropy, UnixMillis};
/// let event = Event::new(UnixMillis::from_secs(1), &SystemEntropy, Action::LOGIN, Outcome::Failure)?
///     .because("wrong_password");
/// assert_eq!(event.reason.as_deref(), Some("wrong_password"));
/// # Ok::<(), stockade_core::EntropyError>(())
/// ```
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct Event {
    /// Its name.
    pub id: EventId,
    /// When, by the service's clock, in UTC.
    pub at: UnixMillis,
    /// What was done or tried.
    pub action: Action,
    /// How it ended.
    pub outcome: Outcome,
    /// A stable code for why it ended so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Cow<'static, str>>,
    /// Who did it; `None` where nobody was authenticated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<SubjectId>,
    /// On whose behalf.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantId>,
    /// In which session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
    /// To what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<Resource>,
    /// From where.
    #[serde(default)]
    pub client: ClientInfo,
    /// In which request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<RequestId>,
    /// A few more facts; see [`Event::with`] for the bounds.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<Cow<'static, str>, Detail>,
}

impl Event {
    /// The most details one event keeps.
    pub const MAX_DETAILS: usize = 16;

    /// The detail that says in whose name the actor acted.
    pub const IMPERSONATED: &'static str = "impersonated";

    /// The detail that says by which API key the actor acted.
    pub const API_KEY: &'static str = "api_key";

    /// An event with only the facts that every event has.
    ///
    /// # Errors
    /// The system gave no randomness for the event's id.
    pub fn new(
        at: UnixMillis,
        entropy: &dyn Entropy,
        action: Action,
        outcome: Outcome,
    ) -> Result<Self, EntropyError> {
        Ok(Self {
            id: EventId(time_ordered(at, entropy)?),
            at,
            action,
            outcome,
            reason: None,
            actor: None,
            tenant: None,
            session: None,
            resource: None,
            client: ClientInfo::unknown(),
            request_id: None,
            details: BTreeMap::new(),
        })
    }

    /// Names the actor.
    #[must_use]
    pub fn by(mut self, actor: SubjectId) -> Self {
        self.actor = Some(actor);
        self
    }

    /// Names the actor, tenant and session of an authenticated caller.
    ///
    /// The actor is who is answerable: of an impersonation the administrator, with the impersonated subject as the detail
    /// [`IMPERSONATED`](Self::IMPERSONATED), so that a search by actor finds what an administrator did in the name of others. An
    /// API key's id is the detail [`API_KEY`](Self::API_KEY).
    #[must_use]
    pub fn by_principal(mut self, principal: &Principal) -> Self {
        self.actor = Some(principal.acting().clone());
        self.tenant = principal.tenant().cloned();
        self.session = principal.session();
        if principal.actor().is_some() {
            self = self.with(Self::IMPERSONATED, principal.subject().as_str());
        }
        if let Some(id) = principal.api_key_id() {
            self = self.with(Self::API_KEY, id.as_str());
        }
        self
    }

    /// Names the session.
    #[must_use]
    pub fn in_session(mut self, session: SessionId) -> Self {
        self.session = Some(session);
        self
    }

    /// Names what it was done to.
    #[must_use]
    pub fn on(mut self, resource: Resource) -> Self {
        self.resource = Some(resource);
        self
    }

    /// Names where it came from.
    #[must_use]
    pub fn from(mut self, client: ClientInfo) -> Self {
        self.client = client;
        self
    }

    /// Names the request.
    #[must_use]
    pub fn in_request(mut self, id: Option<RequestId>) -> Self {
        self.request_id = id;
        self
    }

    /// Gives a stable code for why it ended so.
    #[must_use]
    pub fn because(mut self, reason: impl Into<Cow<'static, str>>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// Adds a fact. Past [`MAX_DETAILS`](Self::MAX_DETAILS) facts further ones are dropped, and `details_dropped` says so.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: impl Into<Detail>) -> Self {
        if self.details.len() < Self::MAX_DETAILS {
            self.details.insert(Cow::Borrowed(key), value.into());
        } else {
            self.details.insert(Cow::Borrowed("details_dropped"), Detail::Flag(true));
        }
        self
    }
}
