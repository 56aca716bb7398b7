//! What would be done to one file, and doing it.

mod batch;
mod display;
mod draw;
mod earlier;
mod execute;
mod judge;
mod prospect;
#[cfg(test)]
pub(crate) mod tests;

pub(crate) use batch::execute_together;
pub(crate) use draw::draw;
pub use prospect::Prospect;

use crate::anchor::Folder;
use crate::assurance::Level;
use crate::journal::Resumption;
use crate::ops::{Facts, Key, OpenFile};
use crate::overwrite::Watch;
use crate::report::{DeleteReport, Identity, Name};
use crate::shredder::Means;
use crate::storage::Storage;
use execute::Execution;
use std::ffi::OsString;
use std::os::fd::OwnedFd;
use std::sync::Arc;

/// One examined file, open, and what would be done to it. Nothing has been written yet; dropping it leaves the file as it was.
///
/// It holds one or two descriptors of the file and one of its folder.
#[must_use = "a plan does nothing until it is executed"]
pub struct DeletePlan {
    means: Arc<Means>,
    folder: Folder,
    name: OsString,
    path: Name,
    facts: Facts,
    work: Work,
    required: Level,
    resumption: Option<Resumption>,
}

/// What is to be done to the content.
enum Work {
    /// Write over it.
    Overwrite { file: Box<OpenFile>, storage: Box<Storage> },
    /// The same; but nobody may write to the file, and its owner would have to allow it first. Nothing is open but the inode.
    OverwriteReadOnly { inode: OwnedFd, storage: Option<Box<Storage>> },
    /// Nothing: only the name is removed. The descriptor keeps the inode's number from being given to another file.
    UnlinkOnly { inode: OwnedFd },
}

impl DeletePlan {
    /// Fails the deletion, before the name is touched, where less than this would be reached: the file stays, so that another way
    /// can be tried. Where the plan knows already that it cannot be reached, nothing is written either; else the content is
    /// overwritten first.
    pub fn require(mut self, level: Level) -> Self {
        self.required = level;
        self
    }

    /// The path that was asked for, beneath the root.
    #[must_use]
    pub fn path(&self) -> &Name {
        &self.path
    }

    /// Goes on with what a run that was killed had begun.
    pub(crate) fn go_on_from(mut self, resumption: Resumption) -> Self {
        self.resumption = Some(resumption);
        self
    }

    pub(crate) fn key(&self) -> Key {
        self.facts.key
    }

    /// Which file it is.
    #[must_use]
    pub fn identity(&self) -> Identity {
        Identity::new(&self.facts)
    }

    /// Where its content lies, as examined; nothing, if it has no content, or could not be read.
    #[must_use]
    pub fn storage(&self) -> Option<&Storage> {
        match &self.work {
            Work::Overwrite { storage, .. } => Some(storage),
            Work::OverwriteReadOnly { storage, .. } => storage.as_deref(),
            Work::UnlinkOnly { .. } => None,
        }
    }

    /// The best that can be reached, and why no more.
    pub fn prospect(&self) -> Prospect {
        prospect::of(self)
    }

    /// Deletes the file: overwrite, sync, second look at where it lies, judgement, then renames, truncation, removal of the name, and
    /// sync of the folder. The inode and its links are looked at again before each step that cannot be undone.
    ///
    /// It never fails otherwise than by a report that says [`NotDeleted`](crate::Assurance::NotDeleted).
    pub fn execute(self) -> DeleteReport {
        Execution::new(self).run(None)
    }

    /// The same, telling `watch` how far it is. [`ControlFlow::Break`](std::ops::ControlFlow::Break) ends it: the file keeps its
    /// name, and what was written is written.
    pub fn execute_watched(self, watch: &Watch<'_>) -> DeleteReport {
        Execution::new(self).run(Some(watch))
    }
}
