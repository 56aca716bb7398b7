//! The mount that a file is on, from `/proc/self/mountinfo` (`proc_pid_mountinfo(5)`).
//!
//! The table is written by the kernel but its fields are chosen by whoever mounts, which inside a user namespace is anybody: so
//! lines are bounded, and nothing here can fail but by saying that the mount is not known.

mod error;
mod escape;
mod table;
#[cfg(test)]
mod tests;

pub use error::MountError;
pub(super) use table::find;

use super::device::DeviceNumber;
use escape::unescape;
use serde::Serialize;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

/// One mount: which file system is where, and with which options.
///
/// ```
/// use stockade_secure_delete::storage::Mount;
///
/// let line = br"36 35 98:0 / /mnt/two\040words rw,noatime master:1 - ext4 /dev/sda1 rw,data=journal";
/// let mount = Mount::parse(line)?;
/// assert_eq!(mount.point.to_str(), Some("/mnt/two words"));
/// assert_eq!(mount.option("data"), Some("journal"));
/// assert!(Mount::parse(b"36 35 98:0 / /mnt").is_err());
/// # Ok::<(), stockade_secure_delete::storage::MountError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Mount {
    /// The mount's number, as `statx` gives it for a file; used again after an unmount.
    pub id: u64,
    /// The device number of files on it; major 0 where the file system has no block device of its own (btrfs, overlay, tmpfs).
    pub device: DeviceNumber,
    /// Which folder of the file system is mounted.
    #[serde(serialize_with = "super::text::path")]
    pub root: PathBuf,
    /// Where it is mounted, as this process sees it.
    #[serde(serialize_with = "super::text::path")]
    pub point: PathBuf,
    /// The options of this mount, such as `noatime`.
    pub options: Vec<String>,
    /// The type, such as `ext4` or `fuse.sshfs`.
    pub file_system: String,
    /// What is mounted: a device's path, a server's name, or any word.
    #[serde(serialize_with = "super::text::os")]
    pub source: OsString,
    /// The options of the file system itself, shared by all its mounts, such as `data=journal`.
    pub super_options: Vec<String>,
}

impl Mount {
    /// The longest line that is read. The kernel writes the options of most file systems into one page; only an overlay of many
    /// layers has more.
    pub const MAX_LINE: usize = 256 * 1024;

    /// Reads one line, without its line feed. Optional fields that are not known are passed over, as the manual demands.
    ///
    /// # Errors
    /// It is too long, a field is missing, or a number is none. Bytes that are not UTF-8 are no error.
    pub fn parse(line: &[u8]) -> Result<Self, MountError> {
        if line.len() > Self::MAX_LINE {
            return Err(MountError::TooLong);
        }
        // One blank parts two fields: an empty source stands as two blanks.
        let mut fields = line.split(|byte| *byte == b' ');
        let mut next = |name| fields.next().ok_or(MountError::Missing(name));
        let id = number(next("id")?, "id")?;
        number(next("parent")?, "parent")?;
        let device = next("device")?;
        let device = str::from_utf8(device).ok().and_then(|text| text.parse().ok());
        let device = device.ok_or(MountError::NotANumber("device"))?;
        let root = path(next("root")?);
        let point = path(next("mount point")?);
        let options = list(next("options")?);
        while next("separator")? != b"-" {}
        let file_system = text(next("type")?);
        let source = OsString::from_vec(unescape(next("source")?));
        let super_options = list(next("super options")?);
        Ok(Self { id, device, root, point, options, file_system, source, super_options })
    }

    /// Whether `name` is among the options of the mount or of the file system, with or without a value.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.all().any(|option| option.split_once('=').map_or(option, |(key, _)| key) == name)
    }

    /// The value of the option `name`, the file system's own before the mount's.
    #[must_use]
    pub fn option(&self, name: &str) -> Option<&str> {
        self.all().filter_map(|option| option.split_once('=')).find(|(key, _)| *key == name).map(|(_, v)| v)
    }

    fn all(&self) -> impl Iterator<Item = &str> {
        self.super_options.iter().chain(&self.options).map(String::as_str)
    }
}

fn number(field: &[u8], name: &'static str) -> Result<u64, MountError> {
    // `parse` alone would take a sign.
    let digits = !field.is_empty() && field.iter().all(u8::is_ascii_digit);
    let value = str::from_utf8(field).ok().filter(|_| digits).and_then(|text| text.parse().ok());
    value.ok_or(MountError::NotANumber(name))
}

fn path(field: &[u8]) -> PathBuf {
    OsString::from_vec(unescape(field)).into()
}

fn text(field: &[u8]) -> String {
    String::from_utf8_lossy(&unescape(field)).into_owned()
}

fn list(field: &[u8]) -> Vec<String> {
    field.split(|byte| *byte == b',').filter(|option| !option.is_empty()).map(text).collect()
}
