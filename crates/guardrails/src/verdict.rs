use crate::{Action, OnFailure, Span};
use std::fmt;
use std::sync::Arc;

/// The full name of a rule, `policy.rule`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(Arc<str>);

impl RuleId {
    /// The rule `rule` of the policy `policy`.
    #[must_use]
    pub fn new(policy: &str, rule: &str) -> Self {
        Self(format!("{policy}.{rule}").into())
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of the policy alone.
    #[must_use]
    pub fn policy(&self) -> &str {
        self.0.split_once('.').map_or(&*self.0, |(policy, _)| policy)
    }

    /// The name of the rule alone.
    #[must_use]
    pub fn rule(&self) -> &str {
        self.0.split_once('.').map_or("", |(_, rule)| rule)
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One thing that a rule found. It says where and why, never what: the text itself is in no finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: RuleId,
    /// Why, in a word that logs and clients may read, for instance `dosing-question`.
    pub reason: Arc<str>,
    /// Where.
    pub span: Span,
    /// What the rule asks for.
    pub action: Action,
}

/// A check of one policy that could not be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The policy.
    pub policy: Arc<str>,
    /// Why.
    pub cause: FailureCause,
    /// What its author wants then: where it is [`OnFailure::Closed`], the verdict blocks.
    pub handling: OnFailure,
}

/// Why a check could not be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FailureCause {
    /// The text is longer than the guard looks at; only its start was looked at.
    TooLong,
    /// Decoding what the text holds would have cost more than is allowed.
    BudgetSpent,
    /// The policy needs a [`Scorer`](crate::Scorer), and the guard has none.
    ModelAbsent,
    /// So much of a stream had to be held back at once that it was let go, or cut off.
    HeldTooLong,
    /// More was found than can be reported one by one, so that it could not all be taken out.
    TooManyFindings,
}

/// What a guard says of one text. It holds nothing of the text.
#[must_use]
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// What is to be done: the greatest of all findings, and at least [`Action::Block`] where a check of a closed policy failed.
    pub action: Action,
    /// What was found, in the order of the text.
    pub findings: Vec<Finding>,
    /// How much it looks like an injection, from 0 to 1, where a policy asked for that.
    pub score: Option<f32>,
    /// What to say instead of passing the text on, where the deciding rule has an answer.
    pub answer: Option<Arc<str>>,
    /// The checks that could not be made, whether that blocks or not.
    pub failures: Vec<Failure>,
}

impl Verdict {
    /// Nothing was found, and everything was looked at.
    pub(crate) fn clean() -> Self {
        Self { action: Action::Allow, findings: Vec::new(), score: None, answer: None, failures: Vec::new() }
    }

    /// The rules that found something, each once, in the order of their names.
    #[must_use]
    pub fn rules(&self) -> Vec<&RuleId> {
        let mut rules: Vec<&RuleId> = self.findings.iter().map(|finding| &finding.rule).collect();
        rules.sort_unstable();
        rules.dedup();
        rules
    }
}
