//! The kernel's own account of devices and mounts, in `/sys` and `/proc`: small files, read with a bound.

use super::device::DeviceNumber;
use super::mounts::{self, Mount};
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::Read;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// The most that is read of one file: what sysfs gives of an attribute is one page.
const MAX_ATTRIBUTE: u64 = 16 * 1024;

/// Where `/sys` and `/proc` are; elsewhere in tests.
#[derive(Debug, Clone)]
pub(super) struct Sys {
    sys: PathBuf,
    proc: PathBuf,
}

impl Default for Sys {
    fn default() -> Self {
        Self { sys: "/sys".into(), proc: "/proc".into() }
    }
}

impl Sys {
    #[cfg(test)]
    pub(super) fn at(root: &Path) -> Self {
        Self { sys: root.join("sys"), proc: root.join("proc") }
    }

    /// The folder of a block device, without symbolic links: its last part is the kernel's name of the device, and a partition's
    /// parent is the disk's.
    pub(super) fn block_folder(&self, device: DeviceNumber) -> Option<PathBuf> {
        fs::canonicalize(self.sys.join("dev/block").join(device.to_string())).ok()
    }

    pub(super) fn block_name(&self, device: DeviceNumber) -> Option<String> {
        Some(self.block_folder(device)?.file_name()?.to_str()?.to_owned())
    }

    /// The numbers of all devices of the btrfs that `name` is one of; `None` where any is not to be found out.
    pub(super) fn btrfs_members(&self, name: &str) -> Option<Vec<DeviceNumber>> {
        let pools = entries(&self.sys.join("fs/btrfs"));
        let devices = pools.into_iter().map(|pool| pool.join("devices"));
        let devices = devices.into_iter().find(|devices| devices.join(name).exists())?;
        entries(&devices).iter().map(|device| number(device)).collect()
    }

    pub(super) fn read_proc(&self, parts: &[&str]) -> Option<String> {
        read(&parts.iter().fold(self.proc.clone(), |path, part| path.join(part)))
    }

    /// As [`read_proc`](Self::read_proc), but nothing where another file system was mounted over it, as containers have it: then it
    /// is not the kernel's word.
    pub(super) fn read_proc_itself(&self, part: &str) -> Option<String> {
        let of = |path: &Path| fs::metadata(path).ok().map(|metadata| metadata.dev());
        let own = of(&self.proc)? == of(&self.proc.join(part))?;
        own.then(|| self.read_proc(&[part]))?
    }

    /// The mount with this number, as this process sees it.
    pub(super) fn mount(&self, id: u64) -> Option<Mount> {
        mounts::find(File::open(self.proc.join("self/mountinfo")).ok()?, id).ok()?
    }
}

/// The text of a small file, without blanks around it. `None` also where it is longer than such a file is: half an answer is none.
pub(super) fn read(path: &Path) -> Option<String> {
    Some(String::from_utf8_lossy(&bytes(path)?).trim().to_owned())
}

/// The path that a small file holds: any bytes, blanks among them, and a line feed.
pub(super) fn path(path: &Path) -> Option<PathBuf> {
    let mut bytes = bytes(path)?;
    bytes.pop_if(|last| *last == b'\n');
    (!bytes.is_empty()).then(|| OsString::from_vec(bytes).into())
}

fn bytes(path: &Path) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(MAX_ATTRIBUTE + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= MAX_ATTRIBUTE).then_some(bytes)
}

/// The device number that a device's folder holds.
pub(super) fn number(folder: &Path) -> Option<DeviceNumber> {
    read(&folder.join("dev"))?.parse().ok()
}

/// What is in a folder, sorted, so that a report does not depend on the folder's order; nothing where it cannot be read.
pub(super) fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().take(MAX_ENTRIES);
    let mut entries: Vec<_> = entries.map(|entry| entry.path()).collect();
    entries.sort();
    entries
}

/// More members than an array of disks has.
const MAX_ENTRIES: usize = 256;
