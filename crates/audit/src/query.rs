//! What a reader asks for.

use crate::{Cursor, Sequence, entry};
use stockade_core::{Action, Event, Outcome, Problem, Resource, SubjectId, UnixMillis};

/// Which records a reader wants: every condition that is set must hold. Without any, all records match.
///
/// Texts are compared whole, byte for byte: no pattern, no case folding.
///
/// ```
/// use stockade_audit::{Action, Outcome, Query};
/// let failed_logins = Query::new().with_action(Action::LOGIN).with_outcome(Outcome::Failure).with_limit(20)?;
/// assert_eq!(failed_logins.limit(), 20);
/// assert!(Query::new().with_limit(1_000_000).is_err());
/// # Ok::<(), stockade_audit::InvalidLimit>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    actor: Option<SubjectId>,
    resource_kind: Option<String>,
    resource_id: Option<String>,
    action: Option<Action>,
    outcome: Option<Outcome>,
    since: Option<UnixMillis>,
    until: Option<UnixMillis>,
    limit: usize,
    before: Option<Sequence>,
}

impl Query {
    /// Records on a page unless said otherwise: about what a person reads at a glance.
    pub const DEFAULT_LIMIT: usize = 50;

    /// The most records on a page: full ones stay below 7 MB ([`Entry::MAX_BODY`](crate::Entry::MAX_BODY) each).
    pub const MAX_LIMIT: usize = 200;

    /// Asks for the newest [`DEFAULT_LIMIT`](Self::DEFAULT_LIMIT) records.
    #[must_use]
    pub fn new() -> Self {
        Self {
            actor: None,
            resource_kind: None,
            resource_id: None,
            action: None,
            outcome: None,
            since: None,
            until: None,
            limit: Self::DEFAULT_LIMIT,
            before: None,
        }
    }

    /// Only what `actor` did.
    #[must_use]
    pub fn by(mut self, actor: SubjectId) -> Self {
        self.actor = Some(actor);
        self
    }

    /// Only what was done to this very resource.
    #[must_use]
    pub fn on(mut self, resource: &Resource) -> Self {
        self.resource_id = Some(entry::cut(&resource.id, Resource::MAX_TEXT));
        self.on_kind(&resource.kind)
    }

    /// Only what was done to resources of this kind. Cut as a stored kind is, so that what was stored is found.
    #[must_use]
    pub fn on_kind(mut self, kind: &str) -> Self {
        self.resource_kind = Some(entry::cut(kind, Resource::MAX_TEXT));
        self
    }

    /// Only this action.
    #[must_use]
    pub fn with_action(mut self, action: Action) -> Self {
        self.action = Some(action);
        self
    }

    /// Only what ended so.
    #[must_use]
    pub fn with_outcome(mut self, outcome: Outcome) -> Self {
        self.outcome = Some(outcome);
        self
    }

    /// Only what happened at this time or later, by the time in the event.
    #[must_use]
    pub fn from(mut self, time: UnixMillis) -> Self {
        self.since = Some(time);
        self
    }

    /// Only what happened before this time, by the time in the event.
    #[must_use]
    pub fn to(mut self, time: UnixMillis) -> Self {
        self.until = Some(time);
        self
    }

    /// At most this many records on the page.
    ///
    /// # Errors
    /// Zero, or more than [`MAX_LIMIT`](Self::MAX_LIMIT).
    pub fn with_limit(mut self, limit: usize) -> Result<Self, InvalidLimit> {
        if !(1..=Self::MAX_LIMIT).contains(&limit) {
            return Err(InvalidLimit);
        }
        self.limit = limit;
        Ok(self)
    }

    /// Only what is older than the page that gave this cursor.
    #[must_use]
    pub fn after(mut self, cursor: Cursor) -> Self {
        self.before = Some(cursor.sequence());
        self
    }

    /// The wanted actor.
    #[must_use]
    pub fn actor(&self) -> Option<&SubjectId> {
        self.actor.as_ref()
    }

    /// The wanted kind of resource.
    #[must_use]
    pub fn resource_kind(&self) -> Option<&str> {
        self.resource_kind.as_deref()
    }

    /// The wanted resource's id; set only together with its kind.
    #[must_use]
    pub fn resource_id(&self) -> Option<&str> {
        self.resource_id.as_deref()
    }

    /// The wanted action.
    #[must_use]
    pub fn action(&self) -> Option<&Action> {
        self.action.as_ref()
    }

    /// The wanted outcome.
    #[must_use]
    pub fn outcome(&self) -> Option<Outcome> {
        self.outcome
    }

    /// The first wanted time.
    #[must_use]
    pub fn since(&self) -> Option<UnixMillis> {
        self.since
    }

    /// The first time no longer wanted.
    #[must_use]
    pub fn until(&self) -> Option<UnixMillis> {
        self.until
    }

    /// The most records on the page: 1 to [`MAX_LIMIT`](Self::MAX_LIMIT).
    #[must_use]
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// The place from which on records are no longer wanted.
    #[must_use]
    pub fn before(&self) -> Option<Sequence> {
        self.before
    }

    /// Whether `event` fulfils the conditions, for stores that look at each. The position is not among them.
    #[must_use]
    pub fn matches(&self, event: &Event) -> bool {
        let resource = event.resource.as_ref();
        let holds =
            |wanted: &Option<String>, found: Option<&String>| wanted.is_none() || wanted.as_ref() == found;
        (self.actor.is_none() || self.actor == event.actor)
            && holds(&self.resource_kind, resource.map(|resource| &resource.kind))
            && holds(&self.resource_id, resource.map(|resource| &resource.id))
            && self.action.as_ref().is_none_or(|action| *action == event.action)
            && self.outcome.is_none_or(|outcome| outcome == event.outcome)
            && self.since.is_none_or(|since| since <= event.at)
            && self.until.is_none_or(|until| event.at < until)
    }
}

impl Default for Query {
    fn default() -> Self {
        Self::new()
    }
}

/// A page of no records or of too many was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a page has 1 to {} records", Query::MAX_LIMIT)]
pub struct InvalidLimit;

impl From<&InvalidLimit> for Problem {
    fn from(_: &InvalidLimit) -> Self {
        Self::invalid_field("limit", "out_of_range", "ask for 1 to 200 records")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_public_message_names_the_true_bound() {
        assert!(Problem::from(&InvalidLimit).fields()[0].message.contains(&Query::MAX_LIMIT.to_string()));
        assert_eq!(Query::new().with_limit(0), Err(InvalidLimit));
        assert_eq!(Query::new().with_limit(Query::MAX_LIMIT + 1), Err(InvalidLimit));
    }
}
