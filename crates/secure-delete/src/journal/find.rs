//! Which name an inode has now, in the folder in which a deletion left it.

use crate::anchor::{Beneath, Folder};
use crate::error::{DeleteError, Step};
use crate::namespace::{SHELTER_PREFIX, SHELTERED};
use crate::ops::{Facts, Key, Kind, Mounts};
use crate::shredder::Means;
use rustix::fs::OFlags;
use rustix::io::Errno;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Where it is.
pub(super) struct Found {
    /// The folder that has the name.
    pub(super) folder: Folder,
    pub(super) name: OsString,
    /// The private folder that this is, if it is one, as the folder beside calls it.
    pub(super) shelter: Option<(Folder, OsString)>,
}

/// What to look for.
pub(super) struct Wanted {
    pub(super) key: Key,
    pub(super) born: Option<(i64, u32)>,
}

impl Wanted {
    /// The same number, made at the same time: the same inode, not one that was given its number.
    fn is(&self, facts: &Facts) -> bool {
        facts.key == self.key && facts.born == self.born
    }
}

/// Looks for the inode under its own name, under what may be a random one, and in private folders. Reads the whole folder where it
/// has not its own name any more.
pub(super) fn find(
    means: &Means,
    folder: Folder,
    name: &OsStr,
    wanted: &Wanted,
) -> Result<Option<Found>, DeleteError> {
    let examine = |error| DeleteError::os(Step::Examine, error);
    let is_it = |folder: &Folder, name: &OsStr| match means.ops.facts_of(folder.entry(name)) {
        Ok(facts) => Ok(wanted.is(&facts)),
        Err(Errno::NOENT) => Ok(false),
        Err(error) => Err(examine(error)),
    };
    if is_it(&folder, name)? {
        return Ok(Some(Found { folder, name: name.to_owned(), shelter: None }));
    }
    loop {
        let listed =
            means.ops.list(folder.descriptor()).map_err(|error| DeleteError::os(Step::ReadFolder, error))?;
        if listed.is_empty() {
            return Ok(None);
        }
        for entry in listed {
            // Overlays may list other numbers than their files have.
            let renamed = entry.name.len() == name.len() && Beneath::name(&entry.name).is_ok();
            if (entry.inode == wanted.key.inode || renamed) && is_it(&folder, &entry.name)? {
                return Ok(Some(Found { folder, name: entry.name, shelter: None }));
            }
            if entry.name.as_bytes().starts_with(SHELTER_PREFIX.as_bytes())
                && let Some(shelter) = open_shelter(means, &folder, &entry.name)
                && is_it(&shelter, OsStr::new(SHELTERED))?
            {
                let beside = Some((folder, entry.name));
                return Ok(Some(Found { folder: shelter, name: SHELTERED.into(), shelter: beside }));
            }
        }
    }
}

fn open_shelter(means: &Means, folder: &Folder, name: &OsStr) -> Option<Folder> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW;
    let file = means.ops.open_beneath(folder.descriptor(), Path::new(name), flags, Mounts::Stay).ok()?;
    Folder::new(&*means.ops, file).ok()
}

/// Removes a private folder that is empty now; what is not empty, or another, stays.
pub(super) fn remove_shelter(means: &Means, found: &Folder, (beside, name): &(Folder, OsString)) {
    let of = means.ops.facts(found.descriptor());
    let named = means.ops.facts_of(beside.entry(name));
    if let (Ok(of), Ok(named)) = (of, named)
        && of.key == named.key
        && named.kind == Kind::Folder
        && means.ops.remove_folder(beside.entry(name)).is_ok()
    {
        let _ = means.ops.sync_folder(beside.descriptor());
    }
}
