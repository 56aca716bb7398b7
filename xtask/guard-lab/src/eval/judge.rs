//! Policies, each judged alone.

use crate::Failure;
use crate::data::Kind;
use std::path::Path;
use std::sync::Arc;
use stockade_guardrails::{Action, Ask, Direction, Guard, Policy, Scorer, Verdict};

/// Where the policies that come with the crate lie.
const FOLDER: &str = "crates/guardrails/policies";

/// One policy, ready to be asked.
pub(super) struct Judge {
    pub(super) name: String,
    pub(super) source: String,
    guard: Guard,
    direction: Direction,
}

impl Judge {
    /// The policies called so, or all of the folder; a name that is a path is read as one.
    pub(super) fn load(
        root: &Path,
        names: &[String],
        model: Option<Arc<dyn Scorer>>,
    ) -> Result<Vec<Self>, Failure> {
        let folder = root.join(FOLDER);
        let paths = if names.is_empty() {
            let entries =
                std::fs::read_dir(&folder).map_err(Failure::io(format!("`{FOLDER}` cannot be read")))?;
            let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
            paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
            paths.sort();
            paths
        } else {
            let is_path = |name: &str| name.contains('/') || name.contains('.');
            let path =
                |name: &String| if is_path(name) { name.into() } else { folder.join(format!("{name}.toml")) };
            names.iter().map(path).collect()
        };
        paths.iter().map(|path| Self::read(path, model.clone())).collect()
    }

    fn read(path: &Path, model: Option<Arc<dyn Scorer>>) -> Result<Self, Failure> {
        let shown = path.display();
        let source =
            std::fs::read_to_string(path).map_err(Failure::io(format!("`{shown}` cannot be read")))?;
        let policy = Policy::parse(&source).map_err(|error| Failure::other(format!("`{shown}`: {error}")))?;
        let name = policy.name().to_owned();
        let report = policy.run_tests().map_err(|error| Failure::other(format!("`{shown}`: {error}")))?;
        for broken in &report.failures {
            println!("{name} breaks its word: {broken:?}\n");
        }
        let output_only = source.lines().any(|line| line.replace(' ', "") == "direction=\"output\"");
        let direction = if output_only { Direction::Output } else { Direction::Input };
        let mut builder = Guard::builder().policy(policy);
        if let Some(model) = model {
            builder = builder.scorer(model);
        }
        let guard = builder.build().map_err(|error| Failure::other(format!("`{shown}`: {error}")))?;
        Ok(Self { name, source, guard, direction })
    }

    pub(super) fn verdict(&self, text: &str) -> Verdict {
        let ask = match self.direction {
            Direction::Input => Ask::input(),
            Direction::Output => Ask::output(),
        };
        self.guard.check(text, &ask)
    }

    /// Whether the policy does anything about the text; of emergencies, whether it escalates.
    pub(super) fn flags(&self, text: &str) -> bool {
        let least = if self.name == "emergency" { Action::Escalate } else { Action::Redact };
        self.verdict(text).action >= least
    }

    /// What the policy ought to do about a set of this kind: `None` where both are well.
    pub(super) fn ought(&self, kind: Kind) -> Option<bool> {
        match (self.name.as_str(), kind) {
            (_, Kind::Urgent) | ("pii", Kind::Personal) => None,
            ("prompt-injection", Kind::Injection)
            | ("emergency", Kind::Critical)
            | ("self-harm", Kind::SelfHarm)
            | ("medical", Kind::Medical) => Some(true),
            ("emergency" | "medical", Kind::SelfHarm | Kind::Medical | Kind::Critical | Kind::Routine)
            | ("self-harm", Kind::Medical) => match (self.name.as_str(), kind) {
                ("emergency", Kind::Routine) => Some(false),
                _ => None,
            },
            _ => Some(false),
        }
    }
}
