//! The door to a tree.

use super::report::{FolderReport, TreeReport};
use super::survey::{Survey, TreeSurvey};
use super::walk::{Delete, Place, Visit, Walk, open_folder};
use crate::anchor::Folder;
use crate::assurance::Level;
use crate::error::{DeleteError, Step};
use crate::journal::{Active, Intent, Task};
use crate::ops::Facts;
use crate::overwrite::Progress;
use crate::report::{DeleteReport, Identity, Name};
use crate::shredder::Means;
use crate::storage::Examiner;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use zeroize::Zeroizing;

/// The most files that are written at a time. Each takes a buffer of at most 1 MiB.
pub const MAX_THREADS: usize = 8;
/// A drive is busy with four.
const THREADS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(3);

/// A folder, open, and what would be done to it and all that is in it. Nothing has been written yet.
///
/// Its descriptor is held until the end, so that nothing else can be deleted in its place. What is in it is what is found there when
/// it is deleted, which may be more than a [`survey`](Self::survey) found before.
#[must_use = "a plan does nothing until it is executed"]
pub struct TreePlan {
    means: Arc<Means>,
    parent: Folder,
    name: OsString,
    path: Name,
    top: Folder,
    facts: Facts,
    required: Level,
    threads: NonZeroUsize,
    journal: Option<Active>,
}

/// Is told of each file and folder when it is through, and how far a large file is; from whichever thread worked.
/// [`ControlFlow::Break`] ends the deletion: within a piece of a large file, else before the next batch.
pub type TreeWatch<'a> = dyn Fn(TreeEvent<'_>) -> ControlFlow<()> + Sync + 'a;

/// What became of something in a tree.
#[derive(Debug)]
#[non_exhaustive]
pub enum TreeEvent<'a> {
    /// A file is deleted, or stayed.
    File(&'a DeleteReport),
    /// A file or a folder was refused before anything was done to it.
    Refused {
        /// Where it is, beneath the root.
        path: &'a Name,
        /// Why.
        error: &'a DeleteError,
    },
    /// A folder is removed, or stayed.
    Folder(&'a FolderReport),
    /// A large file is being written.
    Writing {
        /// Where it is, beneath the root.
        path: &'a Name,
        /// How far it is.
        progress: Progress,
    },
}

impl TreePlan {
    pub(crate) fn open(
        means: &Arc<Means>,
        parent: Folder,
        name: OsString,
        path: &OsStr,
    ) -> Result<Self, DeleteError> {
        // What the mounts of one tree share is read once.
        let means = Arc::new(Means { examiner: Some(Arc::new(Examiner::default())), ..Means::clone(means) });
        let (top, facts) = open_folder(&means, &parent, &name)?;
        Ok(Self {
            means,
            parent,
            name,
            path: Name::new(path),
            top,
            facts,
            required: Level::NotDeleted,
            threads: THREADS,
            journal: None,
        })
    }

    /// As [`DeletePlan::require`](crate::DeletePlan::require), decided for each file: those that would not reach the level stay, and
    /// with them the folders that they are in.
    pub fn require(mut self, level: Level) -> Self {
        self.required = level;
        self
    }

    /// Writes so many small files at a time: four if nothing is said, [`MAX_THREADS`] at most. Large files use threads of their own and
    /// are written one after the other, and so is everything where the rate is limited.
    pub fn threads(mut self, threads: NonZeroUsize) -> Self {
        self.threads = threads.min(NonZeroUsize::MIN.saturating_add(MAX_THREADS - 1));
        self
    }

    /// Goes on under the journal of a run that was killed.
    pub(crate) fn adopt(mut self, journal: Active) -> Self {
        self.journal = Some(journal);
        self
    }

    /// Which folder it is: as it was opened.
    #[must_use]
    pub fn identity(&self) -> Identity {
        Identity::new(&self.facts)
    }

    /// Walks the tree and examines each file. Writes nothing; what it finds is what is there now.
    pub fn survey(&self) -> TreeSurvey {
        let mut survey = Survey::new(&self.means, self.path.clone(), self.required);
        match self.again() {
            Ok((top, _)) => {
                let _ = Walk::new(&self.means, &mut survey).descend(&top, self.place());
            }
            Err(error) => survey.report.refused.add(self.path.clone(), error, None),
        }
        survey.report
    }

    /// Deletes every file in the tree, then every folder that is empty, the deepest first, and in the end its own.
    ///
    /// It never fails otherwise than by what the report lists.
    pub fn execute(self) -> TreeReport {
        self.run(None)
    }

    /// The same, telling `watch` of each file and folder.
    pub fn execute_watched(self, watch: &TreeWatch<'_>) -> TreeReport {
        self.run(Some(watch))
    }

    fn run(mut self, watch: Option<&TreeWatch<'_>>) -> TreeReport {
        let journal = self.begin();
        // One file after the other keeps to a rate.
        let threads = if self.means.rate.is_some() { NonZeroUsize::MIN } else { self.threads };
        let mut delete = Delete {
            means: &self.means,
            required: self.required,
            threads,
            watch,
            report: TreeReport::new(self.path.clone()),
        };
        match journal.and_then(|journal| Ok((journal, self.again()?))) {
            Ok((journal, (top, _))) => {
                let place = self.place();
                let emptied = Walk::new(&self.means, &mut delete).descend(&top, place);
                let _ = delete.leave(&self.parent, &self.name, &self.facts, place.path, emptied);
                // What was cancelled can be resumed.
                if let Some(journal) = journal.filter(|_| !delete.report.cancelled) {
                    journal.remove();
                }
            }
            Err(error) => delete.refuse(Path::new(self.path.as_os_str()), error),
        }
        delete.report
    }

    fn begin(&mut self) -> Result<Option<Active>, DeleteError> {
        let (None, Some(journal)) = (&self.journal, &self.means.journal) else {
            return Ok(self.journal.take());
        };
        let intent = Intent {
            task: Task::Tree,
            root: journal.root,
            key: self.facts.key,
            born: self.facts.born,
            len: 0,
            extents: None,
            required: self.required,
            policy: self.means.policy.clone(),
            seed: Zeroizing::default(),
            path: self.path.clone(),
        };
        let begun = journal.begin(&intent, &*self.means.entropy);
        begun.map(Some).map_err(|error| DeleteError::os(Step::Journal, error))
    }

    /// The same folder with a reading position of its own.
    fn again(&self) -> Result<(Folder, Facts), DeleteError> {
        open_folder(&self.means, &self.top, OsStr::new("."))
    }

    fn place(&self) -> Place<'_> {
        Place { path: Path::new(self.path.as_os_str()), depth: 1 }
    }
}

impl fmt::Debug for TreePlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TreePlan")
            .field("path", &self.path)
            .field("required", &self.required)
            .finish_non_exhaustive()
    }
}
