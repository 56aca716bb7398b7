//! What became of a tree.

use super::walk::Removal;
use crate::assurance::Level;
use crate::error::DeleteError;
use crate::report::{DeleteReport, Durability, Name, Namespace};
use serde::Serialize;
use std::error::Error;
use std::fmt;

/// The most failures that are listed one by one; those beyond are counted.
pub const MAX_FAILURES: usize = 256;

/// How many files reached which level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub struct Totals {
    /// Files that were refused, and those that stayed or are not known to be gone.
    pub not_deleted: u64,
    /// Files of which only the name was removed.
    pub unlinked_only: u64,
    /// Files that were written over, perhaps not where their content was.
    pub overwrite_ineffective: u64,
    /// Files that were written over where their content was.
    pub overwritten_in_place: u64,
    /// Files whose only key was destroyed.
    pub crypto_erased: u64,
}

impl Totals {
    /// How many reached this level and no more.
    #[must_use]
    pub fn of(&self, level: Level) -> u64 {
        match level {
            Level::NotDeleted => self.not_deleted,
            Level::UnlinkedOnly => self.unlinked_only,
            Level::OverwriteIneffective => self.overwrite_ineffective,
            Level::OverwrittenInPlace => self.overwritten_in_place,
            Level::CryptoErased => self.crypto_erased,
        }
    }

    /// All of them.
    #[must_use]
    pub fn files(&self) -> u64 {
        Level::ALL.into_iter().fold(0, |sum, level| sum.saturating_add(self.of(level)))
    }

    /// The weakest level that a file has; nothing, if there was none.
    #[must_use]
    pub fn worst(&self) -> Option<Level> {
        Level::ALL.into_iter().find(|level| self.of(*level) > 0)
    }

    pub(super) fn count(&mut self, level: Level) {
        let count = match level {
            Level::NotDeleted => &mut self.not_deleted,
            Level::UnlinkedOnly => &mut self.unlinked_only,
            Level::OverwriteIneffective => &mut self.overwrite_ineffective,
            Level::OverwrittenInPlace => &mut self.overwritten_in_place,
            Level::CryptoErased => &mut self.crypto_erased,
        };
        *count = count.saturating_add(1);
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} files", self.files())?;
        for level in Level::ALL.into_iter().rev().filter(|level| self.of(*level) > 0) {
            write!(f, ", {} {level}", self.of(level))?;
        }
        Ok(())
    }
}

/// Something that stayed, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TreeFailure {
    /// Where it was, beneath the root, and is unless it has another name now.
    pub path: Name,
    /// The name that it has now in the same folder, where it could not be given its own back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left_as: Option<Name>,
    /// Why it stayed.
    #[serde(flatten)]
    pub error: DeleteError,
}

/// What stayed: the first [`MAX_FAILURES`], and how many more.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct TreeFailures {
    /// The first of them.
    pub listed: Vec<TreeFailure>,
    /// How many more there are.
    pub left_out: u64,
}

impl TreeFailures {
    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        u64::try_from(self.listed.len()).unwrap_or(u64::MAX).saturating_add(self.left_out)
    }

    pub(super) fn add(&mut self, path: Name, error: DeleteError, left_as: Option<Name>) {
        if self.listed.len() < MAX_FAILURES {
            self.listed.push(TreeFailure { path, left_as, error });
        } else {
            self.left_out = self.left_out.saturating_add(1);
        }
    }
}

/// What became of one folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FolderReport {
    /// Where it was, beneath the root.
    pub path: Name,
    /// Why it stayed; nothing, if it is removed.
    pub error: Option<DeleteError>,
    /// What was done to its name.
    pub namespace: Namespace,
    /// What the system confirmed of the folder above it.
    pub durability: Durability,
}

impl FolderReport {
    pub(super) fn new(path: Name, Removal { error, namespace, syncs }: Removal) -> Self {
        let mut durability = Durability::default();
        syncs.into_iter().for_each(|synced| durability.note(synced));
        durability.name_gone_for_good = error.is_none() && durability.folder_confirmed();
        Self { path, error, namespace, durability }
    }
}

impl fmt::Display for FolderReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: ", self.path)?;
        match &self.error {
            None => f.write_str("the folder is removed")?,
            Some(error) => {
                write!(f, "the folder stayed: {error}")?;
                if let Some(source) = error.source() {
                    write!(f, ": {source}")?;
                }
            }
        }
        self.namespace.fmt_left(f)
    }
}

/// What became of a tree: sums, and what stayed. What became of each file is told to the watch of
/// [`execute_watched`](super::TreePlan::execute_watched).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[must_use = "only the report says whether the tree was deleted, and how well"]
#[non_exhaustive]
pub struct TreeReport {
    /// The path that was asked for, beneath the root.
    pub path: Name,
    /// How many files reached which level.
    pub files: Totals,
    /// Bytes that the system took, in all passes over all files.
    pub bytes: u64,
    /// Folders that are removed.
    pub folders_removed: u64,
    /// Folders that stayed.
    pub folders_left: u64,
    /// Files and folders whose names are gone, but may be back after a loss of power, since a sync of the folder failed.
    pub not_for_good: u64,
    /// What stayed. A folder that stayed because something is left in it that was found there is not listed, but that is.
    pub failures: TreeFailures,
    /// The watch ended it.
    pub cancelled: bool,
}

/// The sums of a report: nothing in it tells of people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TreeAudit {
    /// The weakest level; nothing, if there was no file and every folder is removed.
    pub worst: Option<Level>,
    /// How many files reached which level.
    pub files: Totals,
    /// Bytes written in all passes.
    pub bytes: u64,
    /// Folders that are removed.
    pub folders_removed: u64,
    /// Folders that stayed.
    pub folders_left: u64,
    /// Names that may be back after a loss of power.
    pub not_for_good: u64,
    /// The watch ended it.
    pub cancelled: bool,
}

impl TreeReport {
    pub(super) fn new(path: Name) -> Self {
        Self {
            path,
            files: Totals::default(),
            bytes: 0,
            folders_removed: 0,
            folders_left: 0,
            not_for_good: 0,
            failures: TreeFailures::default(),
            cancelled: false,
        }
    }

    /// The weakest assurance of all files; [`NotDeleted`](Level::NotDeleted) where anything stayed, be it a folder. Nothing, if there
    /// was no file, and every folder is removed.
    #[must_use]
    pub fn worst(&self) -> Option<Level> {
        if self.cancelled || self.folders_left > 0 || self.failures.count() > 0 {
            return Some(Level::NotDeleted);
        }
        self.files.worst()
    }

    /// The part that may stand in an audit event.
    #[must_use]
    pub fn for_audit(&self) -> TreeAudit {
        TreeAudit {
            worst: self.worst(),
            files: self.files,
            bytes: self.bytes,
            folders_removed: self.folders_removed,
            folders_left: self.folders_left,
            not_for_good: self.not_for_good,
            cancelled: self.cancelled,
        }
    }

    pub(super) fn note(&mut self, report: &DeleteReport) {
        self.files.count(report.assurance().level());
        self.bytes = self.bytes.saturating_add(report.overwrite().map_or(0, |overwrite| overwrite.bytes));
        let lost = report.namespace().unlinked && !report.durability().name_gone_for_good;
        self.not_for_good = self.not_for_good.saturating_add(u64::from(lost));
        if let crate::Assurance::NotDeleted { error } = report.assurance() {
            self.failures.add(report.path().clone(), error.clone(), report.namespace().left_as.clone());
        }
    }

    /// A file.
    pub(super) fn refuse(&mut self, path: Name, error: DeleteError) {
        self.files.count(Level::NotDeleted);
        self.failures.add(path, error, None);
    }

    /// A folder that is not reported in any other way.
    pub(super) fn unopened(&mut self, path: Name, error: DeleteError) {
        self.folders_left = self.folders_left.saturating_add(1);
        self.failures.add(path, error, None);
    }

    /// A folder that is reported as left, too.
    pub(super) fn unread(&mut self, path: Name, error: DeleteError) {
        self.failures.add(path, error, None);
    }

    pub(super) fn note_folder(&mut self, report: &FolderReport) {
        match &report.error {
            None => {
                self.folders_removed = self.folders_removed.saturating_add(1);
                let lost = !report.durability.name_gone_for_good;
                self.not_for_good = self.not_for_good.saturating_add(u64::from(lost));
            }
            Some(error) => {
                self.folders_left = self.folders_left.saturating_add(1);
                if *error != DeleteError::NotEmpty {
                    let left_as = report.namespace.left_as.clone();
                    self.failures.add(report.path.clone(), error.clone(), left_as);
                }
            }
        }
    }
}

impl fmt::Display for TreeReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.path, self.files)?;
        write!(f, "; {} folders removed", self.folders_removed)?;
        if self.folders_left > 0 {
            write!(f, ", {} left", self.folders_left)?;
        }
        if self.not_for_good > 0 {
            write!(f, "\n  {} names may be back after a loss of power", self.not_for_good)?;
        }
        if self.cancelled {
            f.write_str("\n  cancelled: what was not reached stayed as it was")?;
        }
        for TreeFailure { path, left_as, error } in &self.failures.listed {
            write!(f, "\n  `{path}` stayed: {error}")?;
            if let Some(source) = error.source() {
                write!(f, ": {source}")?;
            }
            if let Some(name) = left_as {
                write!(f, "; it is now called `{name}`")?;
            }
        }
        if self.failures.left_out > 0 {
            write!(f, "\n  and {} more", self.failures.left_out)?;
        }
        Ok(())
    }
}
