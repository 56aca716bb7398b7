//! How long ago, and by what, the person proved who they are.

use super::{Borrowed, Hands, require_own_hands};
use crate::access::TokenConfig;
use std::time::Duration;
use stockade_core::{Assurance, Principal, Problem, UnixMillis};

/// A rule: the person has proved who they are within `max_age`, by means worth at least `assurance` (RFC 9470; ASVS 7.5.1).
///
/// A program and an impersonator never satisfy it: what they could do again proves nothing of the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepUp {
    max_age: Duration,
    assurance: Assurance,
}

/// A rule as a type, so that a signature can demand it (`Recent<ChangeAddress>` in an extractor).
///
/// ```
/// use std::time::Duration;
/// use stockade_authn::step_up::{NamedStepUp, StepUp};
/// use stockade_core::Assurance;
/// struct ChangeAddress;
/// impl NamedStepUp for ChangeAddress {
///     const RULE: StepUp = StepUp::require_recent(Duration::from_secs(300), Assurance::Aal1);
/// }
/// assert_eq!(ChangeAddress::RULE.max_age(), Duration::from_secs(300));
/// ```
pub trait NamedStepUp {
    /// The rule that the type stands for.
    const RULE: StepUp;
}

/// What a [`StepUp`] rule says of a principal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a decision that nobody reads protects nothing"]
pub enum Freshness {
    /// The rule is satisfied.
    Fresh,
    /// It is not.
    Stale(StaleReason),
}

/// Why a [`StepUp`] rule is not satisfied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum StaleReason {
    /// No person is there to ask, or another than the subject. Signing in again does not help.
    #[error("the caller is not the person in question")]
    Borrowed(#[from] Borrowed),
    /// The credential does not say when.
    #[error("nothing says when the person last proved who they are")]
    Unknown,
    /// It was too long ago.
    #[error("the person proved who they are too long ago")]
    TooOld,
    /// It lies in the future: a clock is wrong, and so nothing is known of its age.
    #[error("the person proved who they are at a time that has not come")]
    Future,
    /// It was recent, and by too little.
    #[error("the person proved who they are by too few factors")]
    Assurance,
}

/// A refusal by a [`StepUp`] rule, with what the rule demands: whoever is refused has to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a fresh proof of identity is demanded")]
pub struct StepUpRefusal {
    rule: StepUp,
    #[source]
    reason: StaleReason,
}

impl StepUp {
    /// How far ahead of ours the clock of whoever issued a token may be: the leeway of its other times.
    pub const LEEWAY: Duration = TokenConfig::MAX_LEEWAY;

    /// The rule with these bounds. Tokens carry the time in whole seconds, rounded down.
    #[must_use]
    pub const fn require_recent(max_age: Duration, assurance: Assurance) -> Self {
        Self { max_age, assurance }
    }

    /// How long ago at most.
    #[must_use]
    pub const fn max_age(&self) -> Duration {
        self.max_age
    }

    /// By means worth how much at least.
    #[must_use]
    pub const fn assurance(&self) -> Assurance {
        self.assurance
    }

    /// Whether `principal` satisfies the rule at `now`.
    ///
    /// A false `Fresh` lets a forgotten or stolen session do what only its owner should; a false `Stale` asks somebody for a
    /// password once more.
    pub fn check(&self, principal: &Principal, now: UnixMillis) -> Freshness {
        if let Hands::Borrowed(by) = require_own_hands(principal) {
            return Freshness::Stale(StaleReason::Borrowed(by));
        }
        let Some(at) = principal.auth_time() else { return Freshness::Stale(StaleReason::Unknown) };
        if at > now.plus(Self::LEEWAY) {
            return Freshness::Stale(StaleReason::Future);
        }
        if now.since(at) > self.max_age {
            return Freshness::Stale(StaleReason::TooOld);
        }
        if principal.methods().assurance() < self.assurance {
            return Freshness::Stale(StaleReason::Assurance);
        }
        Freshness::Fresh
    }

    /// [`check`](Self::check) for `?`: nothing, or a refusal that becomes a [`Problem`] with what the rule demands.
    ///
    /// # Errors
    /// The rule is not satisfied.
    pub fn enforce(&self, principal: &Principal, now: UnixMillis) -> Result<(), StepUpRefusal> {
        match self.check(principal, now) {
            Freshness::Fresh => Ok(()),
            Freshness::Stale(reason) => Err(StepUpRefusal { rule: *self, reason }),
        }
    }
}

impl StaleReason {
    /// The stable code that stands in audit events.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Borrowed(by) => by.as_str(),
            Self::Unknown => "auth_time_unknown",
            Self::TooOld => "auth_time_too_old",
            Self::Future => "auth_time_in_future",
            Self::Assurance => "assurance_too_low",
        }
    }
}

impl StepUpRefusal {
    /// What the rule demands.
    #[must_use]
    pub fn rule(&self) -> StepUp {
        self.rule
    }

    /// Why it is not satisfied: for the audit log.
    #[must_use]
    pub fn reason(&self) -> StaleReason {
        self.reason
    }
}

impl From<&StepUpRefusal> for Problem {
    /// What to do about it: to sign in again, or nothing at all.
    fn from(refusal: &StepUpRefusal) -> Self {
        match refusal.reason {
            StaleReason::Borrowed(by) => by.into(),
            _ => Self::reauthenticate(refusal.rule.max_age, refusal.rule.assurance),
        }
    }
}

impl From<StepUpRefusal> for Problem {
    fn from(refusal: StepUpRefusal) -> Self {
        Self::from(&refusal)
    }
}
