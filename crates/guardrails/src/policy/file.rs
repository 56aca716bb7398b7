//! The shape of the file, as serde sees it. A key that is not here is refused.

use crate::{Action, Direction};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Which direction a policy looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Applies {
    /// What goes to the model.
    Input,
    /// What comes from it.
    Output,
    /// Both.
    Both,
}

impl Applies {
    /// Whether a text that goes this way is looked at.
    #[must_use]
    pub fn to(self, direction: Direction) -> bool {
        match self {
            Self::Both => true,
            Self::Input => direction == Direction::Input,
            Self::Output => direction == Direction::Output,
        }
    }
}

/// What happens where a check could not be made: the text is too long, its decoding too costly, the model absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnFailure {
    /// Fail-closed: the text is blocked.
    Closed,
    /// Fail-open: the text passes, and the verdict says that it was not looked at in full.
    Open,
}

/// Whether a policy uses the guard's [`Scorer`](crate::Scorer).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ModelUse {
    /// Its absence is a failure.
    Required,
    /// Used where there is one.
    Optional,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PolicyFile {
    pub(super) name: String,
    pub(super) version: u32,
    pub(super) description: String,
    pub(super) direction: Applies,
    pub(super) on_failure: OnFailure,
    pub(super) model: Option<ModelUse>,
    #[serde(default)]
    pub(super) answers: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) terms: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub(super) measure: Vec<MeasureFile>,
    #[serde(default)]
    pub(super) context: BTreeMap<String, ContextFile>,
    #[serde(default)]
    pub(super) rule: Vec<RuleFile>,
    #[serde(default)]
    pub(super) score: Vec<ScoreFile>,
    #[serde(default)]
    pub(super) test: Vec<TestFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MeasureFile {
    pub(super) name: String,
    pub(super) terms: Vec<String>,
    pub(super) above: Option<f64>,
    pub(super) below: Option<f64>,
}

/// What stands around a hit and takes its meaning away. Absent keys are those of the built-in context of the same name.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ContextFile {
    #[serde(default)]
    pub(crate) before: Vec<String>,
    #[serde(default)]
    pub(crate) after: Vec<String>,
    #[serde(default)]
    pub(crate) stop: Vec<String>,
    pub(crate) reach: Option<u32>,
    pub(crate) comma: Option<Comma>,
    #[serde(default)]
    pub(crate) quoted: bool,
}

/// Whether a context ends at a comma.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Comma {
    Ends,
    Passes,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleFile {
    pub(super) id: String,
    pub(super) reason: String,
    pub(super) action: Action,
    pub(super) answer: Option<String>,
    #[serde(default)]
    pub(super) all: Vec<String>,
    #[serde(default)]
    pub(super) detect: Vec<String>,
    pub(super) within: Option<u32>,
    #[serde(default)]
    pub(super) ordered: bool,
    #[serde(default)]
    pub(super) unless: Vec<String>,
    #[serde(default)]
    pub(super) not: Vec<String>,
    pub(super) score: Option<f32>,
    #[serde(default)]
    pub(super) roles: Vec<String>,
    #[serde(default)]
    pub(super) topics: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ScoreFile {
    pub(super) at: f32,
    pub(super) action: Action,
}

/// One case that a policy promises about itself.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TestFile {
    pub(crate) text: String,
    pub(crate) action: Action,
    #[serde(default)]
    pub(crate) rules: Vec<String>,
    pub(crate) role: Option<String>,
    pub(crate) topic: Option<String>,
    pub(crate) country: Option<String>,
    pub(crate) direction: Option<Direction>,
}
