//! Taking the name away from one inode, and from no other.
//!
//! Linux has no call that removes a name only if it leads to a certain inode. A name is therefore first *captured*: renamed, without
//! replacing anything, to one that nobody else uses; then it is looked at. If what was captured is another file, which took the
//! name in the instant between look and rename, it is given its name back and the deletion stops. Where others may write to the
//! folder, and so could act on any name in it, the capture goes into a private folder made for it, in which nobody else can.

mod capture;
mod random_name;
mod shelter;

use crate::anchor::{Folder, Guard};
use crate::error::{DeleteError, Restored, Step};
use crate::ops::{Entry, Facts, Key, Kind, Ops};
use crate::report::{Name, Namespace, Synced};
use random_name::random_name;
use rustix::io::Errno;
pub(crate) use shelter::{INSIDE as SHELTERED, PREFIX as SHELTER_PREFIX};
use shelter::{NoShelter, Shelter};
use std::ffi::{OsStr, OsString};
use stockade_core::Entropy;

/// A name shorter than this (40 random bits) is one that another process of ours might use.
const HIDDEN_ENOUGH: usize = 8;
/// How often a random name that is taken is drawn anew.
const DRAWS: u32 = 16;

/// The one name of one inode, on its way out.
pub(crate) struct Names<'a> {
    ops: &'a dyn Ops,
    entropy: &'a dyn Entropy,
    folder: &'a Folder,
    original: &'a OsStr,
    key: Key,
    kind: Kind,
    guard: Guard,
    syncing: Syncing,
    place: Place,
    shelter: Option<Shelter>,
    pub(crate) report: Namespace,
    pub(crate) syncs: Vec<Synced>,
}

/// Who syncs the folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Syncing {
    /// This, after each rename and in the end.
    Each,
    /// Who removes many names by two syncs.
    Together,
}

/// Where the file's name stands now.
#[derive(Debug, Clone)]
enum Place {
    Folder(OsString),
    Shelter,
}

impl<'a> Names<'a> {
    /// `facts` are those of the file that is to lose its name `original`.
    pub(crate) fn new(
        ops: &'a dyn Ops,
        entropy: &'a dyn Entropy,
        folder: &'a Folder,
        original: &'a OsStr,
        facts: &Facts,
    ) -> Self {
        Self {
            ops,
            entropy,
            folder,
            original,
            key: facts.key,
            kind: facts.kind,
            syncing: Syncing::Each,
            guard: folder.guard(facts),
            place: Place::Folder(original.to_owned()),
            shelter: None,
            report: Namespace::default(),
            syncs: Vec::new(),
        }
    }

    /// Leaves the syncs of the folder to the caller: one after [`hide`](Self::hide), one after [`close`](Self::close).
    pub(crate) fn synced_by_caller(mut self) -> Self {
        self.syncing = Syncing::Together;
        self
    }

    /// Whether the name leads to the inode, now.
    pub(crate) fn check(&self) -> Result<Facts, DeleteError> {
        capture::check(self.ops, self.entry(), self.key)
    }

    /// Captures the name, and renames it `renames` times within its folder. What is not possible for lack of free names is not
    /// done, and the report's number says so.
    pub(crate) fn hide(&mut self, renames: u8) -> Result<(), DeleteError> {
        let ours = self.guard == Guard::Ours;
        // An empty folder that is removed for another costs nobody anything; one that is not empty does not go.
        let harmless = ours && self.kind == Kind::Folder;
        let in_the_open = ours && renames > 0 && (harmless || self.original.len() >= HIDDEN_ENOUGH);
        let in_the_open = match in_the_open {
            true => self.rename_in_the_open(renames)?,
            false => Done::Impossible,
        };
        match in_the_open {
            Done::Yes => Ok(()),
            Done::Impossible if harmless => Ok(()),
            Done::Impossible => self.rename_by_shelter(renames),
        }
    }

    /// Removes the name.
    pub(crate) fn unlink(&mut self) -> Result<(), DeleteError> {
        self.check()?;
        let (removed, step) = match self.kind {
            // Only if it is empty: the kernel sees to that.
            Kind::Folder => (self.ops.remove_folder(self.entry()), Step::RemoveFolder),
            _ => (self.ops.unlink(self.entry()), Step::Unlink),
        };
        removed.map_err(|error| match error {
            Errno::NOENT => DeleteError::NotFound,
            Errno::NOTEMPTY | Errno::EXIST => DeleteError::NotEmpty,
            error => DeleteError::os(step, error),
        })?;
        self.report.unlinked = true;
        Ok(())
    }

    /// After a stop: gives the file its own name again, if that is free, and says where it is if not.
    pub(crate) fn give_back(&mut self) {
        let original = self.folder.entry(self.original);
        if !self.is_original() && self.check().is_ok() {
            let back = match self.place {
                Place::Shelter => capture::bring_out(self.ops, self.entry(), original),
                Place::Folder(_) => self.ops.rename(self.entry(), original),
            };
            if back.is_ok() {
                self.place = Place::Folder(self.original.to_owned());
            }
        }
        if !self.is_original() {
            self.report.left_as = Some(self.name_from_the_folder());
        }
    }

    /// Removes the private folder, and syncs the folder.
    pub(crate) fn close(&mut self) {
        if let Some(shelter) = self.shelter.take() {
            self.report.sheltered = true;
            if shelter.remove(self.ops, self.folder).is_err() {
                self.report.shelter_left = Some(Name::new(shelter.name));
            }
        }
        self.sync();
    }

    fn rename_in_the_open(&mut self, renames: u8) -> Result<Done, DeleteError> {
        for number in 0..renames {
            match self.rename_to_random()? {
                Done::Yes => self.sync(),
                Done::Impossible if number == 0 => return Ok(Done::Impossible),
                Done::Impossible => break,
            }
        }
        Ok(Done::Yes)
    }

    fn rename_to_random(&mut self) -> Result<Done, DeleteError> {
        for _ in 0..DRAWS {
            let name = random_name(self.original.len(), self.entropy)?;
            match capture::capture(self.ops, self.entry(), self.folder.entry(&name), self.key) {
                Ok(()) => {
                    self.place = Place::Folder(name);
                    self.report.renames = self.report.renames.saturating_add(1);
                    return Ok(Done::Yes);
                }
                Err(capture::Failed::Taken) => {}
                Err(capture::Failed::Unsupported) => return Ok(Done::Impossible),
                Err(failed) => return Err(self.failed(failed, Name::new(&name), Place::Folder(name))),
            }
        }
        Ok(Done::Impossible)
    }

    fn rename_by_shelter(&mut self, renames: u8) -> Result<(), DeleteError> {
        let shelter = match Shelter::make(self.ops, self.entropy, self.folder) {
            Ok(shelter) => shelter,
            Err(NoShelter { error, left }) => {
                self.report.shelter_left = left;
                // On a full disk, say. In a folder of ours nobody but ourselves could interfere.
                return match error {
                    DeleteError::Os { .. } if self.guard == Guard::Ours => Ok(()),
                    error => Err(error),
                };
            }
        };
        self.shelter = Some(shelter);
        self.take_in()?;
        for _ in 0..renames {
            if !self.bring_out_as_random()? {
                break;
            }
            self.sync();
            self.take_in()?;
        }
        Ok(())
    }

    /// Captures the name into the private folder.
    fn take_in(&mut self) -> Result<(), DeleteError> {
        let Some(shelter) = &self.shelter else { return Ok(()) };
        let inside = Place::Shelter;
        match capture::take_in(self.ops, self.entry(), shelter.entry(), self.key) {
            Ok(()) => {
                self.place = inside;
                Ok(())
            }
            Err(failed) => {
                let name = shelter.name_inside();
                Err(self.failed(failed, name, inside))
            }
        }
    }

    fn bring_out_as_random(&mut self) -> Result<bool, DeleteError> {
        for _ in 0..DRAWS {
            let name = random_name(self.original.len(), self.entropy)?;
            match capture::bring_out(self.ops, self.entry(), self.folder.entry(&name)) {
                Ok(()) => {
                    self.place = Place::Folder(name);
                    self.report.renames = self.report.renames.saturating_add(1);
                    return Ok(true);
                }
                Err(Errno::EXIST) => {}
                Err(error) => return Err(DeleteError::os(Step::Rename, error)),
            }
        }
        Ok(false)
    }

    /// `place` is where what was captured is, if it could not be put back, and `name` is how that is called.
    fn failed(&mut self, failed: capture::Failed, name: Name, place: Place) -> DeleteError {
        match failed {
            capture::Failed::Taken => DeleteError::os(Step::Rename, Errno::EXIST),
            capture::Failed::Unsupported => DeleteError::os(Step::Rename, Errno::INVAL),
            capture::Failed::Stop(error) => error,
            capture::Failed::Displaced => {
                self.report.displaced = Some(name);
                DeleteError::Swapped { restored: Restored::Displaced }
            }
            capture::Failed::Unseen(error) => {
                self.place = place;
                error
            }
        }
    }

    fn sync(&mut self) {
        if self.syncing == Syncing::Together {
            return;
        }
        self.syncs.push(Synced::folder(self.ops.sync_folder(self.folder.descriptor())));
    }

    fn entry(&self) -> Entry<'_> {
        match (&self.place, &self.shelter) {
            (Place::Folder(name), _) => self.folder.entry(name),
            (Place::Shelter, Some(shelter)) => shelter.entry(),
            (Place::Shelter, None) => self.folder.entry(self.original),
        }
    }

    fn is_original(&self) -> bool {
        matches!(&self.place, Place::Folder(name) if name == self.original)
    }

    fn name_from_the_folder(&self) -> Name {
        match (&self.place, &self.shelter) {
            (Place::Folder(name), _) => Name::new(name),
            (Place::Shelter, Some(shelter)) => shelter.name_inside(),
            (Place::Shelter, None) => Name::new(self.original),
        }
    }
}

/// Whether something was done that file systems need not be able to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Done {
    Yes,
    Impossible,
}
