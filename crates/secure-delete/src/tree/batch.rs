//! The files of one folder: small ones many at a time, large ones by themselves.

use super::plan::TreeEvent;
use super::walk::{Delete, Emptied, Place, Visit};
use crate::anchor::{Beneath, Folder};
use crate::error::DeleteError;
use crate::ops::Key;
use crate::plan::{DeletePlan, draw, execute_together};
use crate::report::Name;
use rustix::io::Errno;
use std::ffi::{OsStr, OsString};

/// Files up to this size are deleted many at a time: from here on a file alone keeps a drive busy.
const SMALL: u64 = 1 << 20;
/// The most files in a batch: one descriptor is open for each, in a folder that others may write to a second, and one for each
/// folder on the way; most processes may have 1024.
const MAX_FILES: usize = 256;
/// The most bytes in a batch, as they stay in the page cache until the one sync.
const MAX_BYTES: u64 = 64 << 20;
/// From so many files on, one sync of the file system before the first look is cheaper than what each look has the kernel write back.
const WORTH_A_SYNC: usize = 8;

/// Files of one folder.
pub(super) struct Batch<'a, 'b> {
    delete: &'a mut Delete<'b>,
    folder: &'a Folder,
    place: Place<'a>,
    device: Option<(u32, u32)>,
    small: Vec<DeletePlan>,
    bytes: u64,
    emptied: Emptied,
}

impl<'a, 'b> Batch<'a, 'b> {
    pub(super) fn new(delete: &'a mut Delete<'b>, folder: &'a Folder, place: Place<'a>) -> Self {
        let device = delete.means.ops.facts(folder.descriptor()).ok().map(|facts| facts.key.device);
        Self { delete, folder, place, device, small: Vec::new(), bytes: 0, emptied: Emptied::Yes }
    }

    pub(super) fn delete(mut self, names: Vec<OsString>, folders: &mut Vec<OsString>) -> Emptied {
        if names.len() >= WORTH_A_SYNC {
            // What this fails to write is older than what we write, and is met again when each file is looked at.
            let _ = self.delete.means.ops.sync_file_system(self.folder.descriptor());
        }
        for name in names {
            if self.delete.stopped() {
                self.emptied = Emptied::No;
                break;
            }
            self.file(name, folders);
        }
        if self.delete.stopped() && !self.small.is_empty() {
            self.small.clear();
            self.emptied = Emptied::No;
        }
        self.flush();
        self.emptied
    }

    fn file(&mut self, name: OsString, folders: &mut Vec<OsString>) {
        let mut drawn = self.draw(&name);
        if drawn.as_ref().is_err_and(is_out_of_descriptors) && !self.small.is_empty() {
            self.flush();
            drawn = self.draw(&name);
        }
        match drawn {
            Ok(plan) => self.add(plan),
            Err(DeleteError::Directory) => folders.push(name),
            Err(error) => {
                self.emptied = Emptied::No;
                self.delete.refuse(&self.place.path.join(name), error);
            }
        }
    }

    fn draw(&self, name: &OsStr) -> Result<DeletePlan, DeleteError> {
        let name = Beneath::name(name)?;
        let path = self.place.path.join(name);
        let plan = draw(self.delete.means, self.folder.clone(), name, path.as_os_str())?;
        Ok(plan.require(self.delete.required))
    }

    fn add(&mut self, plan: DeletePlan) {
        let (Key { device, .. }, len) = (plan.key(), plan.identity().length);
        if len > SMALL || Some(device) != self.device || self.delete.means.rate.is_some() {
            return self.alone(plan);
        }
        if self.small.len() >= MAX_FILES || self.bytes.saturating_add(len) > MAX_BYTES {
            self.flush();
        }
        self.bytes = self.bytes.saturating_add(len);
        self.small.push(plan);
    }

    fn alone(&mut self, plan: DeletePlan) {
        let path = Name::new(plan.path().as_os_str());
        let report = match self.delete.watch {
            Some(watch) => {
                plan.execute_watched(&|progress| watch(TreeEvent::Writing { path: &path, progress }))
            }
            None => plan.execute(),
        };
        // The watch ends the walk where it ended the file.
        if report.overwrite().is_some_and(|overwrite| overwrite.cancelled) {
            self.delete.report.cancelled = true;
        }
        if self.delete.note(&report) == Emptied::No {
            self.emptied = Emptied::No;
        }
    }

    fn flush(&mut self) {
        self.bytes = 0;
        let plans = std::mem::take(&mut self.small);
        for report in execute_together(plans, self.folder, self.delete.threads) {
            if self.delete.note(&report) == Emptied::No {
                self.emptied = Emptied::No;
            }
        }
    }
}

fn is_out_of_descriptors(error: &DeleteError) -> bool {
    let codes = [Errno::MFILE, Errno::NFILE].map(Errno::raw_os_error);
    matches!(error, DeleteError::Os { source, .. } if codes.contains(&source.code))
}
