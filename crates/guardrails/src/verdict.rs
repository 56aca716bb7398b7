use crate::{Action, Span};
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

/// What a guard says of one text.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// What is to be done: the greatest of all findings.
    pub action: Action,
    /// What was found, in the order of the text.
    pub findings: Vec<Finding>,
    /// How much it looks like an injection, from 0 to 1, where somebody asked for that.
    pub score: Option<f32>,
}
