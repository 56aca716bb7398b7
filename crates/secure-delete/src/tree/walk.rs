//! Down the folders and up again.

use super::batch::Batch;
use super::plan::{TreeEvent, TreeWatch};
use super::report::{FolderReport, TreeReport};
use crate::anchor::{Folder, open_error};
use crate::assurance::Level;
use crate::error::{DeleteError, Restored, Step};
use crate::namespace::Names;
use crate::ops::{Facts, Kind};
use crate::report::{DeleteReport, Name, Namespace, Synced};
use crate::shredder::Means;
use rustix::fs::OFlags;
use std::ffi::{OsStr, OsString};
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;

/// How deep folders may lie within each other: one descriptor stays open for each, and a process has 1024 of them where nobody
/// allowed more.
pub const MAX_DEPTH: usize = 256;

/// Where the walk is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    /// Beneath the root, for reports only.
    pub(super) path: &'a Path,
    /// How many folders there are down to it.
    pub(super) depth: usize,
}

/// Whether anything is left in a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub(super) enum Emptied {
    /// Nothing that is known of.
    Yes,
    /// Something is; it is listed.
    No,
}

impl Emptied {
    fn and(self, other: Self) -> Self {
        if self == Self::Yes { other } else { Self::No }
    }
}

/// What is done on the way.
pub(super) trait Visit {
    /// Files of one folder. Those that turn out to be folders are left to the walk: they go into `folders`.
    fn files(
        &mut self,
        folder: &Folder,
        place: Place<'_>,
        names: Vec<OsString>,
        folders: &mut Vec<OsString>,
    ) -> Emptied;
    /// A folder cannot be gone into; it is not left, either.
    fn unopened(&mut self, path: &Path, error: DeleteError);
    /// A folder cannot be read to its end; it is left all the same.
    fn unread(&mut self, path: &Path, error: DeleteError);
    /// A folder was walked.
    fn leave(
        &mut self,
        parent: &Folder,
        name: &OsStr,
        facts: &Facts,
        path: &Path,
        emptied: Emptied,
    ) -> Emptied;
    /// Whether to go no further.
    fn stopped(&self) -> bool;
}

/// One walk.
pub(super) struct Walk<'a, V> {
    means: &'a Arc<Means>,
    visit: &'a mut V,
}

impl<'a, V: Visit> Walk<'a, V> {
    pub(super) fn new(means: &'a Arc<Means>, visit: &'a mut V) -> Self {
        Self { means, visit }
    }

    /// All that is in `folder`, which has to have its reading position to itself. Memory holds one listing of the system for each
    /// folder on the way.
    pub(super) fn descend(&mut self, folder: &Folder, place: Place<'_>) -> Emptied {
        let mut emptied = Emptied::Yes;
        loop {
            if self.visit.stopped() {
                return Emptied::No;
            }
            let listed = match self.means.ops.list(folder.descriptor()) {
                Ok(listed) if listed.is_empty() => return emptied,
                Ok(listed) => listed,
                Err(error) => {
                    self.visit.unread(place.path, DeleteError::os(Step::ReadFolder, error));
                    return Emptied::No;
                }
            };
            let (folders, files): (Vec<_>, Vec<_>) =
                listed.into_iter().partition(|listed| listed.folder == Some(true));
            let mut folders: Vec<_> = folders.into_iter().map(|listed| listed.name).collect();
            let files = files.into_iter().map(|listed| listed.name).collect();
            emptied = emptied.and(self.visit.files(folder, place, files, &mut folders));
            for name in folders {
                emptied = emptied.and(self.within(folder, &name, place));
            }
        }
    }

    fn within(&mut self, parent: &Folder, name: &OsStr, place: Place<'_>) -> Emptied {
        if self.visit.stopped() {
            return Emptied::No;
        }
        let path = place.path.join(name);
        let depth = place.depth + 1;
        let opened =
            if depth > MAX_DEPTH { Err(DeleteError::TooDeep) } else { open_folder(self.means, parent, name) };
        match opened {
            Ok((folder, facts)) => {
                let emptied = self.descend(&folder, Place { path: &path, depth });
                self.visit.leave(parent, name, &facts, &path, emptied)
            }
            Err(error) => {
                self.visit.unopened(&path, error);
                Emptied::No
            }
        }
    }
}

/// Opens a folder in a folder, for reading; itself under the name `.`.
pub(super) fn open_folder(
    means: &Means,
    parent: &Folder,
    name: &OsStr,
) -> Result<(Folder, Facts), DeleteError> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW;
    let folder = means
        .ops
        .open_beneath(parent.descriptor(), Path::new(name), flags, means.mounts())
        .map_err(|error| match error {
            rustix::io::Errno::NOTDIR => DeleteError::NotDirectory,
            error => open_error(Step::OpenFolder, error),
        })?;
    let folder = Folder::new(&*means.ops, folder)?;
    let facts =
        means.ops.facts(folder.descriptor()).map_err(|error| DeleteError::os(Step::Examine, error))?;
    if facts.kind != Kind::Folder {
        return Err(DeleteError::Swapped { restored: Restored::Untouched });
    }
    Ok((folder, facts))
}

/// Deleting.
pub(super) struct Delete<'a> {
    pub(super) means: &'a Arc<Means>,
    pub(super) required: Level,
    pub(super) threads: NonZeroUsize,
    pub(super) watch: Option<&'a TreeWatch<'a>>,
    pub(super) report: TreeReport,
}

impl Delete<'_> {
    pub(super) fn tell(&mut self, event: TreeEvent<'_>) {
        if self.watch.is_some_and(|watch| watch(event).is_break()) {
            self.report.cancelled = true;
        }
    }

    /// A file is through. Whether it is gone from its folder.
    pub(super) fn note(&mut self, report: &DeleteReport) -> Emptied {
        self.report.note(report);
        self.tell(TreeEvent::File(report));
        if report.namespace().unlinked { Emptied::Yes } else { Emptied::No }
    }

    /// A file is refused.
    pub(super) fn refuse(&mut self, path: &Path, error: DeleteError) {
        self.tell_refused(path, &error);
        self.report.refuse(Name::new(path), error);
    }

    fn tell_refused(&mut self, path: &Path, error: &DeleteError) {
        self.tell(TreeEvent::Refused { path: &Name::new(path), error });
    }

    fn remove(&self, parent: &Folder, name: &OsStr, facts: &Facts) -> Removal {
        let mut names = Names::new(&*self.means.ops, &*self.means.entropy, parent, name, facts);
        let mut steps = || {
            names.hide(self.means.policy.renames())?;
            names.unlink()
        };
        let outcome = steps();
        if outcome.is_err() {
            names.give_back();
        }
        names.close();
        let error = outcome.err().map(|error| match error {
            DeleteError::NotEmpty => DeleteError::Refilled,
            error => error,
        });
        Removal { error, namespace: names.report, syncs: names.syncs }
    }
}

/// What became of a folder.
pub(super) struct Removal {
    pub(super) error: Option<DeleteError>,
    pub(super) namespace: Namespace,
    pub(super) syncs: Vec<Synced>,
}

impl Visit for Delete<'_> {
    fn files(
        &mut self,
        folder: &Folder,
        place: Place<'_>,
        names: Vec<OsString>,
        folders: &mut Vec<OsString>,
    ) -> Emptied {
        Batch::new(self, folder, place).delete(names, folders)
    }

    fn unopened(&mut self, path: &Path, error: DeleteError) {
        self.tell_refused(path, &error);
        self.report.unopened(Name::new(path), error);
    }

    fn unread(&mut self, path: &Path, error: DeleteError) {
        self.tell_refused(path, &error);
        self.report.unread(Name::new(path), error);
    }

    fn leave(
        &mut self,
        parent: &Folder,
        name: &OsStr,
        facts: &Facts,
        path: &Path,
        emptied: Emptied,
    ) -> Emptied {
        // A folder in which something stayed is not even renamed.
        let removal = match emptied {
            Emptied::Yes => self.remove(parent, name, facts),
            Emptied::No => Removal {
                error: Some(DeleteError::NotEmpty),
                namespace: Namespace::default(),
                syncs: Vec::new(),
            },
        };
        let report = FolderReport::new(Name::new(path), removal);
        self.report.note_folder(&report);
        self.tell(TreeEvent::Folder(&report));
        if report.error.is_none() { Emptied::Yes } else { Emptied::No }
    }

    fn stopped(&self) -> bool {
        self.report.cancelled
    }
}
