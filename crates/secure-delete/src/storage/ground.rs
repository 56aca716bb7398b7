//! What all files of one mount share.

use super::device::{self, Budget, Device, DeviceNumber};
use super::journal_mode::JournalOptions;
use super::sys::Sys;
use super::{FileSystem, JournalMode, Mount};
use rustix::fs::FsWord;
use serde::Serialize;
use std::collections::HashSet;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::Path;

/// The file system that a file is on, and what that stands on.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Ground {
    /// Which file system.
    pub file_system: FileSystem,
    /// The size of its blocks in bytes.
    pub block: u64,
    /// How it is mounted; `None` where the mount table does not tell.
    pub mount: Option<Mount>,
    /// What its journal holds; `None` where that is not known, or is no question.
    pub journal: Option<JournalMode>,
    /// Whether ext4 chooses blocks only when it writes back; then it takes no notice of files that are marked to be journalled.
    /// `None` where that is not known, or is no question.
    pub delayed_allocation: Option<bool>,
    /// The block devices that it is on, each with what is below. Empty where it has none, or they are not known.
    pub devices: Vec<Device>,
    /// Whether memory may be written to a swap device now; `None` where that is not known.
    pub swap: Option<bool>,
}

impl Ground {
    pub(super) fn read(sys: &Sys, facts: Facts, budget: &mut Budget) -> Self {
        let mount = facts.mount.and_then(|id| sys.mount(id));
        let mounted = mount.as_ref().map(|mount| mount.file_system.as_str());
        let file_system = FileSystem::new(mounted, facts.magic);
        let device = block_device(facts.device, mount.as_ref());
        let journal = match (&file_system, device) {
            (FileSystem::Ext3 | FileSystem::Ext4, Some(device)) => {
                JournalOptions::read(sys, mount.as_ref(), device)
            }
            _ => JournalOptions::default(),
        };
        let devices = device
            .and_then(|device| devices(sys, &file_system, device, mount.as_ref(), budget))
            .unwrap_or_default();
        Self {
            file_system,
            block: facts.block.max(1),
            mount,
            journal: journal.mode,
            delayed_allocation: journal.delayed_allocation,
            devices,
            swap: swap(sys),
        }
    }

    /// Whether deleted blocks are reported to the device, as far as the options tell.
    #[must_use]
    pub fn mounted_with_discard(&self) -> Option<bool> {
        self.mount.as_ref().map(|mount| mount.has("discard"))
    }
}

/// What the system calls on a file say about its mount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Facts {
    pub(super) mount: Option<u64>,
    pub(super) device: DeviceNumber,
    pub(super) magic: Option<FsWord>,
    pub(super) block: u64,
}

/// The device of the file, or where that is none of its own (btrfs has one number for each subvolume) the one that is mounted.
fn block_device(device: DeviceNumber, mount: Option<&Mount>) -> Option<DeviceNumber> {
    if device.major == 0 { number_of(Path::new(&mount?.source)) } else { Some(device) }
}

fn number_of(path: &Path) -> Option<DeviceNumber> {
    let device = std::fs::metadata(path).ok()?;
    let number = device.rdev();
    device
        .file_type()
        .is_block_device()
        .then(|| DeviceNumber { major: rustix::fs::major(number), minor: rustix::fs::minor(number) })
}

/// All devices that may have a part of the file. `None` where one of them cannot be read.
fn devices(
    sys: &Sys,
    file_system: &FileSystem,
    device: DeviceNumber,
    mount: Option<&Mount>,
    budget: &mut Budget,
) -> Option<Vec<Device>> {
    let mut numbers = vec![device];
    match file_system {
        FileSystem::Btrfs => {
            numbers.extend(sys.btrfs_members(&sys.block_name(device)?)?);
        }
        FileSystem::Xfs => {
            if let Some(realtime) = mount?.option("rtdev") {
                numbers.push(number_of(Path::new(realtime))?);
            }
        }
        _ => {}
    }
    let mut known = HashSet::new();
    numbers.retain(|number| known.insert(*number));
    numbers.into_iter().map(|number| device::read(sys, number, budget)).collect()
}

/// `/proc/swaps` has one line of heads, then one for each swap device.
fn swap(sys: &Sys) -> Option<bool> {
    sys.read_proc_itself("swaps").map(|table| table.lines().count() > 1)
}
