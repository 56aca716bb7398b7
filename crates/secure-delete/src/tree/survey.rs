//! What is in a tree, and how good its deletion can become.

use super::report::{Totals, TreeFailures};
use super::walk::{Emptied, Place, Visit};
use crate::anchor::{Beneath, Folder};
use crate::assurance::Level;
use crate::error::DeleteError;
use crate::ops::Facts;
use crate::plan::draw;
use crate::report::Name;
use crate::shredder::Means;
use serde::Serialize;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// What a walk found that wrote nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TreeSurvey {
    /// The path that was asked for, beneath the root.
    pub path: Name,
    /// How many files can reach which level at best.
    pub at_best: Totals,
    /// How many are certain not to reach what is [required](super::TreePlan::require), and would stay.
    pub below_required: u64,
    /// Their lengths, added up.
    pub bytes: u64,
    /// Folders, the first among them.
    pub folders: u64,
    /// What would be refused.
    pub refused: TreeFailures,
}

/// Looking only.
pub(super) struct Survey<'a> {
    means: &'a Arc<Means>,
    required: Level,
    pub(super) report: TreeSurvey,
}

impl<'a> Survey<'a> {
    pub(super) fn new(means: &'a Arc<Means>, path: Name, required: Level) -> Self {
        let report = TreeSurvey {
            path,
            at_best: Totals::default(),
            below_required: 0,
            bytes: 0,
            folders: 1,
            refused: TreeFailures::default(),
        };
        Self { means, required, report }
    }

    fn refuse(&mut self, path: &Path, error: DeleteError) {
        self.report.refused.add(Name::new(path), error, None);
    }
}

impl Visit for Survey<'_> {
    fn files(
        &mut self,
        folder: &Folder,
        place: Place<'_>,
        names: Vec<OsString>,
        folders: &mut Vec<OsString>,
    ) -> Emptied {
        for name in names {
            let path = place.path.join(&name);
            let drawn = Beneath::name(&name)
                .and_then(|name| draw(self.means, folder.clone(), name, path.as_os_str()));
            match drawn {
                Ok(plan) => {
                    let prospect = plan.prospect();
                    let missed = prospect.reachable() < self.required;
                    self.report.below_required = self.report.below_required.saturating_add(u64::from(missed));
                    self.report.at_best.count(prospect.level);
                    self.report.bytes = self.report.bytes.saturating_add(plan.identity().length);
                }
                Err(DeleteError::Directory) => folders.push(name),
                Err(error) => self.refuse(&path, error),
            }
        }
        Emptied::Yes
    }

    fn unopened(&mut self, path: &Path, error: DeleteError) {
        self.refuse(path, error);
    }

    fn unread(&mut self, path: &Path, error: DeleteError) {
        self.refuse(path, error);
    }

    fn leave(&mut self, _: &Folder, _: &OsStr, _: &Facts, _: &Path, emptied: Emptied) -> Emptied {
        self.report.folders = self.report.folders.saturating_add(1);
        emptied
    }

    fn stopped(&self) -> bool {
        false
    }
}

impl fmt::Display for TreeSurvey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}`: at best {}, {} bytes; {} folders",
            self.path, self.at_best, self.bytes, self.folders
        )?;
        for failure in &self.refused.listed {
            write!(f, "\n  `{}` would be refused: {}", failure.path, failure.error)?;
        }
        if self.refused.left_out > 0 {
            write!(f, "\n  and {} more", self.refused.left_out)?;
        }
        Ok(())
    }
}
