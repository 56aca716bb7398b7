//! A private folder in which one name is safe from everybody else.

use super::random_name::random_name;
use crate::anchor::Folder;
use crate::error::{DeleteError, Step};
use crate::ops::{Entry, Facts, Kind, Mounts, Ops};
use crate::report::Name;
use rustix::fs::OFlags;
use rustix::io::Errno;
use std::ffi::{OsStr, OsString};
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;
use stockade_core::Entropy;

/// How a private folder is called, before its random part: whoever finds one left behind by a kill can know what it is.
pub(crate) const PREFIX: &str = ".stockade-shelter-";
/// 120 bits.
const RANDOM_LEN: usize = 24;
/// The one name within. The private folder's own name is what is random.
pub(crate) const INSIDE: &str = "file";

/// Why there is none.
pub(super) struct NoShelter {
    pub(super) error: DeleteError,
    /// A folder that was made and could not be used.
    pub(super) left: Option<Name>,
}

/// The private folder, open.
pub(super) struct Shelter {
    pub(super) name: OsString,
    file: OwnedFd,
}

impl Shelter {
    /// Makes one beside the file.
    pub(super) fn make(ops: &dyn Ops, entropy: &dyn Entropy, folder: &Folder) -> Result<Self, NoShelter> {
        let mut name = OsString::from(PREFIX);
        name.push(
            random_name(RANDOM_LEN, entropy)
                .map_err(|error| NoShelter { error: error.into(), left: None })?,
        );
        let error = |error| DeleteError::os(Step::Shelter, error);
        ops.make_folder(folder.entry(&name))
            .map_err(|errno| NoShelter { error: error(errno), left: None })?;
        match Self::open(ops, folder, &name) {
            Ok(file) => Ok(Self { name, file }),
            // Whether what has the name now is ours is not known, and so it is not removed.
            Err(errno) => Err(NoShelter { error: error(errno), left: Some(Name::new(name)) }),
        }
    }

    fn open(ops: &dyn Ops, folder: &Folder, name: &OsStr) -> Result<OwnedFd, Errno> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY;
        let file = ops.open_beneath(folder.descriptor(), Path::new(name), flags, Mounts::Stay)?;
        let facts = ops.facts(file.as_fd())?;
        if is_private(&facts, ops.user()) { Ok(file) } else { Err(Errno::PERM) }
    }

    /// Where the file's name is put.
    pub(super) fn entry(&self) -> Entry<'_> {
        Entry::new(self.file.as_fd(), OsStr::new(INSIDE))
    }

    /// The same, as seen from the folder.
    pub(super) fn name_inside(&self) -> Name {
        Name::new(Path::new(&self.name).join(INSIDE))
    }

    /// Removes it; fails if something is in it, or another folder has its name.
    pub(super) fn remove(&self, ops: &dyn Ops, folder: &Folder) -> Result<(), Errno> {
        let entry = folder.entry(&self.name);
        if ops.facts_of(entry)?.key == ops.facts(self.file.as_fd())?.key {
            ops.remove_folder(entry)
        } else {
            Err(Errno::NOENT)
        }
    }
}

/// Somebody may have put a folder of their own where ours was made.
fn is_private(facts: &Facts, user: u32) -> bool {
    facts.kind == Kind::Folder && facts.owner == user && facts.mode & 0o077 == 0
}
