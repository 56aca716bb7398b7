//! The language that policies are written in: TOML, read strictly, with its own test cases inside.

mod error;
mod file;
mod limits;
mod parse;
mod report;
mod shipped;
mod term;
#[cfg(test)]
mod tests;

use crate::{Action, Direction, RuleId, Term};
pub use error::PolicyError;
pub use file::{Applies, OnFailure};
pub(crate) use limits::MAX_ITEMS;
pub use limits::MAX_POLICY_BYTES;
pub use report::{TestFailure, TestReport};
use std::sync::Arc;

pub(crate) use file::{Comma, ContextFile, ModelUse, TestFile};
pub(crate) use parse::context_terms;

/// What one file asks for, checked and ready to be put in a [`Guard`](crate::Guard).
///
/// A policy is made by [`Policy::parse`] or is one of those that are [shipped](Policy::shipped). `Clone` costs a counter.
#[derive(Debug, Clone)]
pub struct Policy {
    pub(crate) body: Arc<Body>,
}

impl Policy {
    /// Its name, `^[a-z][a-z0-9-]{0,63}$`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.body.name
    }

    /// The version that its author gave it.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.body.version
    }

    /// What it is for, in one line.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.body.description
    }

    /// Whether it says anything of texts that go this way.
    #[must_use]
    pub fn applies_to(&self, direction: Direction) -> bool {
        self.body.applies.to(direction)
    }

    /// The names of its rules, in the order of the file.
    pub fn rules(&self) -> impl Iterator<Item = &RuleId> {
        self.body.rules.iter().map(|rule| &rule.id)
    }
}

/// A checked file: names are resolved to places in `lists`.
#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) name: Arc<str>,
    pub(crate) version: u32,
    pub(crate) description: String,
    pub(crate) applies: Applies,
    pub(crate) on_failure: OnFailure,
    pub(crate) model: Option<ModelUse>,
    pub(crate) lists: Vec<List>,
    pub(crate) contexts: Vec<(String, ContextFile)>,
    pub(crate) rules: Vec<RuleBody>,
    pub(crate) thresholds: Vec<(f32, Action)>,
    pub(crate) tests: Vec<TestFile>,
}

/// A named list of terms, or of quantities whose number decides.
#[derive(Debug)]
pub(crate) struct List {
    pub(crate) terms: Vec<Term>,
    pub(crate) range: Option<Range>,
}

/// Which numbers count: those strictly between both.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Range {
    pub(crate) above: f64,
    pub(crate) below: f64,
}

/// A rule whose lists are known to be there.
#[derive(Debug)]
pub(crate) struct RuleBody {
    pub(crate) id: RuleId,
    pub(crate) reason: Arc<str>,
    pub(crate) action: Action,
    pub(crate) answer: Option<Arc<str>>,
    /// For every item the places of its lists.
    pub(crate) all: Vec<Vec<usize>>,
    pub(crate) not: Vec<usize>,
    pub(crate) detect: Vec<String>,
    /// `None`: anywhere in the text.
    pub(crate) within: Option<u32>,
    pub(crate) ordered: bool,
    pub(crate) unless: Vec<String>,
    pub(crate) score: Option<f32>,
    pub(crate) roles: Vec<String>,
    pub(crate) topics: Vec<String>,
}
