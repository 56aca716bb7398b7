//! After a kill.

use super::entry::{Active, Journal, SUFFIX, UNFINISHED};
use super::find::{Found, Wanted, find, remove_shelter};
use super::{Intent, JournalError, JournalRecord, Reached, Task};
use crate::anchor::Beneath;
use crate::error::DeleteError;
use crate::ops::Ops;
use crate::overwrite::{Position, Watch};
use crate::plan::draw;
use crate::policy::Verify;
use crate::report::{DeleteReport, Name};
use crate::shredder::{Means, Shredder};
use crate::tree::{TreeEvent, TreePlan, TreeReport};
use rustix::fs::{self, AtFlags, Mode, OFlags};
use std::ffi::OsString;
use std::ops::ControlFlow;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::Arc;

/// What became of a deletion that had been killed.
#[derive(Debug)]
#[must_use = "only this says whether the file was deleted, and how well"]
#[non_exhaustive]
pub enum Resumed {
    /// The file was found, and its deletion went on where it had stopped. What the killed run wrote is not counted again, nor taken on
    /// trust: the whole last pass is read back, or, where the policy reads nothing back, written again.
    File(Box<DeleteReport>),
    /// The folder was found, and what was left in it is deleted. What the killed run had deleted is in no report.
    Tree(TreeReport),
    /// No name in its folder leads to it any more: the killed run had removed it, or somebody else removed or moved it. Its
    /// journal is removed.
    Gone {
        /// What was to be deleted.
        path: Name,
        /// How far the overwriting had come, at least.
        position: Position,
        /// Whether all of it had been overwritten and judged, so that only the name was left to be removed.
        overwritten: bool,
    },
    /// It could not be looked for, or is not to be deleted any more. Its journal stays, and can be tried again.
    Refused {
        /// What was to be deleted.
        path: Name,
        /// Why it was not.
        error: DeleteError,
    },
    /// A journal cannot be read. It stays.
    Unreadable {
        /// Its name in the folder of journals.
        journal: Name,
        /// Why not.
        error: JournalError,
    },
}

/// What a deletion goes on from.
pub(crate) struct Resumption {
    pub(crate) journal: Active,
    pub(crate) intent: Intent,
    pub(crate) reached: Reached,
}

impl Resumption {
    /// Where the overwriting goes on. What nobody reads back is written again.
    pub(crate) fn position(&self) -> Position {
        let reached = self.reached.position;
        let asked = u32::try_from(self.intent.policy.passes().len()).unwrap_or(u32::MAX);
        let last = Position { pass: asked.saturating_sub(1), offset: 0 };
        if self.intent.policy.verification() == Verify::Skip { reached.min(last) } else { reached }
    }
}

impl Shredder {
    /// Goes on with the deletions beneath this root whose journals are in `journals` and that nobody is working on any more: files
    /// first, then trees. It deletes by the policies and requirements in the journals, not by this shredder's; its rate holds.
    ///
    /// A file is found by its name, or under the random name or in the private folder that the killed run gave it, and known by
    /// device, inode number and time of creation. If another file has its name, that is not touched.
    ///
    /// # Errors
    /// The folder cannot be read, belongs to another user, or others may write to it.
    pub fn resume(&self, journals: impl AsRef<Path>) -> Result<Vec<Resumed>, JournalError> {
        self.resume_watched(journals, &|_| ControlFlow::Continue(()))
    }

    /// The same, telling `watch` how far each file is. What it ends keeps its journal.
    ///
    /// # Errors
    /// As [`resume`](Self::resume).
    pub fn resume_watched(
        &self,
        journals: impl AsRef<Path>,
        watch: &Watch<'_>,
    ) -> Result<Vec<Resumed>, JournalError> {
        let root = self.root_key()?;
        let journal = Journal::open(journals.as_ref(), root)?;
        let mut resumed = Vec::new();
        let mut trees = Vec::new();
        for name in names(&journal)? {
            match journal.adopt(&name) {
                Ok(Some((active, record))) if record.intent.root == root => match record.intent.task {
                    Task::File => resumed.push(self.go_on(&journal, active, record, watch)),
                    Task::Tree => trees.push((active, record)),
                },
                // Another root's, or somebody is at work.
                Ok(_) => {}
                Err(error) => resumed.push(Resumed::Unreadable { journal: Name::new(name), error }),
            }
        }
        for (active, record) in trees {
            resumed.push(self.go_on(&journal, active, record, watch));
        }
        Ok(resumed)
    }

    fn go_on(&self, journal: &Journal, active: Active, record: JournalRecord, watch: &Watch<'_>) -> Resumed {
        let path = record.intent.path.clone();
        let position = record.reached.position;
        let overwritten = record.reached.judged.is_some();
        match self.look_for(&record.intent) {
            Ok(Some((means, found))) => match self.delete(journal, means, found, active, record, watch) {
                Ok(resumed) => resumed,
                Err(error) => Resumed::Refused { path, error },
            },
            Ok(None) => {
                active.remove();
                Resumed::Gone { path, position, overwritten }
            }
            Err(error) => Resumed::Refused { path, error },
        }
    }

    fn look_for(&self, intent: &Intent) -> Result<Option<(Arc<Means>, Found)>, DeleteError> {
        let means =
            Arc::new(Means { policy: intent.policy.clone(), journal: None, ..Means::clone(&self.means) });
        let beneath = Beneath::parse(Path::new(intent.path.as_os_str()))?;
        let folder = match self.folder(&beneath) {
            Ok(folder) => folder,
            Err(DeleteError::NotFound) => return Ok(None),
            Err(error) => return Err(error),
        };
        let wanted = Wanted { key: intent.key, born: intent.born };
        let found = find(&means, folder, &beneath.name, &wanted)?;
        Ok(found.map(|found| (means, found)))
    }

    fn delete(
        &self,
        journal: &Journal,
        means: Arc<Means>,
        found: Found,
        active: Active,
        record: JournalRecord,
        watch: &Watch<'_>,
    ) -> Result<Resumed, DeleteError> {
        let JournalRecord { intent, reached } = record;
        let path = intent.path.clone();
        if intent.task == Task::Tree {
            let required = intent.required;
            // Its large files are journalled again.
            let means = Arc::new(Means { journal: Some(journal.clone()), ..Means::clone(&means) });
            let plan = TreePlan::open(&means, found.folder, found.name, path.as_os_str())?;
            let told = |event: TreeEvent<'_>| match event {
                TreeEvent::Writing { progress, .. } => watch(progress),
                _ => ControlFlow::Continue(()),
            };
            return Ok(Resumed::Tree(plan.require(required).adopt(active).execute_watched(&told)));
        }
        let plan = draw(&means, found.folder.clone(), &found.name, path.as_os_str())?;
        let required = intent.required;
        let plan = plan.require(required).go_on_from(Resumption { journal: active, intent, reached });
        let report = plan.execute_watched(watch);
        if let Some(beside) = &found.shelter {
            remove_shelter(&means, &found.folder, beside);
        }
        Ok(Resumed::File(Box::new(report)))
    }
}

/// The journals in the folder, each a name of ours; what was never finished is removed, for nothing came after it.
fn names(journal: &Journal) -> Result<Vec<OsString>, JournalError> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let folder = fs::openat(&*journal.folder, ".", flags, Mode::empty())?;
    let mut names = Vec::new();
    loop {
        use std::os::fd::AsFd;
        let listed = crate::ops::Linux.list(folder.as_fd())?;
        if listed.is_empty() {
            names.sort();
            return Ok(names);
        }
        for entry in listed {
            let name = entry.name.as_bytes();
            if name.ends_with(SUFFIX.as_bytes()) {
                names.push(entry.name);
            } else if name.ends_with(UNFINISHED.as_bytes())
                && super::entry::is_abandoned(journal, &entry.name)
            {
                let _ = fs::unlinkat(&*journal.folder, &entry.name, AtFlags::empty());
            }
        }
    }
}
