//! The one door: a root, a policy, and what it takes to act on them.

use crate::anchor::{Beneath, Folder, open_error};
use crate::error::{DeleteError, Step};
use crate::journal::{Journal, JournalError};
use crate::ops::{Key, Linux, Mounts, Ops};
use crate::plan::{DeletePlan, draw};
use crate::policy::Policy;
use crate::storage::{Examiner, Storage};
use crate::tree::TreePlan;
use rustix::fs::OFlags;
use std::fmt;
use std::num::NonZeroU64;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;
use std::sync::Arc;
use stockade_core::{Clock, Entropy};

/// Deletes files beneath one folder.
///
/// The folder is opened once. Every path is resolved beneath that descriptor (`openat2`: beneath, no links, no magic links, no
/// other mounts), so that neither a path nor whoever renames folders meanwhile can lead it elsewhere. A clone shares the descriptor.
///
/// It blocks; on an asynchronous runtime it belongs on a thread for blocking work.
#[derive(Clone)]
pub struct Shredder {
    root: Arc<OwnedFd>,
    pub(crate) means: Arc<Means>,
}

/// What deleting takes, besides the file.
#[derive(Clone)]
pub(crate) struct Means {
    pub(crate) ops: Arc<dyn Ops>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) policy: Policy,
    pub(crate) rate: Option<Rate>,
    /// Of one run over many files: what their mounts share is read once.
    pub(crate) examiner: Option<Arc<Examiner>>,
    pub(crate) journal: Option<Journal>,
}

/// How fast one file may be written and read back.
#[derive(Clone)]
pub(crate) struct Rate {
    pub(crate) bytes_per_second: NonZeroU64,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Shredder {
    /// A shredder for what lies beneath `root`, with [`Policy::default`]. Symbolic links in `root` itself are followed: it is
    /// the caller's own, never a user's. Patterns and names are drawn from `entropy`.
    ///
    /// # Errors
    /// `root` is no folder, or cannot be opened for reading.
    pub fn beneath(root: impl AsRef<Path>, entropy: Arc<dyn Entropy>) -> Result<Self, DeleteError> {
        Self::with_ops(root.as_ref(), entropy, Arc::new(Linux))
    }

    pub(crate) fn with_ops(
        root: &Path,
        entropy: Arc<dyn Entropy>,
        ops: Arc<dyn Ops>,
    ) -> Result<Self, DeleteError> {
        let root = ops.open_root(root).map_err(|error| open_error(Step::OpenFolder, error))?;
        let means =
            Means { ops, entropy, policy: Policy::default(), rate: None, examiner: None, journal: None };
        Ok(Self { root: Arc::new(root), means: Arc::new(means) })
    }

    /// Deletes by this policy from now on.
    #[must_use]
    pub fn policy(mut self, policy: Policy) -> Self {
        Arc::make_mut(&mut self.means).policy = policy;
        self
    }

    /// Writes and reads back no more than so many bytes a second, for each file, by the monotonic reading of `clock`.
    #[must_use]
    pub fn rate(mut self, bytes_per_second: NonZeroU64, clock: Arc<dyn Clock>) -> Self {
        Arc::make_mut(&mut self.means).rate = Some(Rate { bytes_per_second, clock });
        self
    }

    /// Writes down each deletion, before its first write, in the folder `journals`, so that [`resume`](Self::resume) can go on with it
    /// after a kill: one file of 16 KiB for each file that is being deleted and for each tree, wiped and removed at the end. It has the
    /// path and the seed of the patterns in it, and is its owner's alone to read. Costs three syncs for each, and one for each 64
    /// MiB; small files of a tree have none of their own.
    ///
    /// The folder should lie on another file system than what is deleted, or at least outside of it. Deletions that are cancelled keep
    /// their journal.
    ///
    /// # Errors
    /// The folder cannot be opened, belongs to another user, or others may write to it.
    pub fn journal(mut self, journals: impl AsRef<Path>) -> Result<Self, JournalError> {
        let journal = Journal::open(journals.as_ref(), self.root_key()?)?;
        Arc::make_mut(&mut self.means).journal = Some(journal);
        Ok(self)
    }

    pub(crate) fn root_key(&self) -> Result<Key, JournalError> {
        Ok(self.means.ops.facts(self.root.as_fd())?.key)
    }

    /// Examines a file and says what would be done, and how good it can become. Writes nothing; opening a pipe or a device, which
    /// could act, does not happen.
    ///
    /// # Errors
    /// All that is refused: what is not a regular file, has other names, is marked or in use, lies behind a link or on another
    /// mount, cannot be opened for writing, or is not there.
    pub fn plan(&self, path: impl AsRef<Path>) -> Result<DeletePlan, DeleteError> {
        let path = path.as_ref();
        let beneath = Beneath::parse(path)?;
        let folder = self.folder(&beneath)?;
        draw(&self.means, folder, &beneath.name, path.as_os_str())
    }

    /// Opens a folder, so that it and all that is in it can be surveyed or deleted. Writes nothing and reads nothing of what is in it.
    ///
    /// # Errors
    /// It is no folder, lies behind a link or on another mount, cannot be opened for reading, or is not there.
    pub fn plan_tree(&self, path: impl AsRef<Path>) -> Result<TreePlan, DeleteError> {
        let path = path.as_ref();
        let beneath = Beneath::parse(path)?;
        let parent = self.folder(&beneath)?;
        TreePlan::open(&self.means, parent, beneath.name, path.as_os_str())
    }

    /// The folder that has a path's last name.
    pub(crate) fn folder(&self, beneath: &Beneath) -> Result<Folder, DeleteError> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY;
        let ops = &self.means.ops;
        let folder = ops
            .open_beneath(self.root.as_fd(), &beneath.folder, flags, self.mounts())
            .map_err(|error| open_error(Step::OpenFolder, error))?;
        Folder::new(&**ops, folder)
    }

    fn mounts(&self) -> Mounts {
        self.means.mounts()
    }
}

impl Means {
    pub(crate) fn examine(&self, file: BorrowedFd<'_>) -> Storage {
        match &self.examiner {
            Some(examiner) => self.ops.examine(examiner, file),
            None => self.ops.examine(&Examiner::default(), file),
        }
    }

    pub(crate) fn mounts(&self) -> Mounts {
        if self.policy.crosses_mounts() { Mounts::Cross } else { Mounts::Stay }
    }
}

impl fmt::Debug for Shredder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shredder")
            .field("root", &self.root)
            .field("policy", &self.means.policy)
            .finish_non_exhaustive()
    }
}
