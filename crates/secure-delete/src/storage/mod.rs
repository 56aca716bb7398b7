//! Where a file lies, and whether an overwrite reaches it there.
//!
//! [`Storage::examine`] reads, and writes nothing: the file system, its options, the marks of the inode, the extents, and the chain
//! of devices below. [`Storage::look_again`] reads the extents once more after the overwrite. [`Storage::in_place`] judges what
//! was read. It says [`Proven`](InPlace::Proven) only for a file system that is known to write in place with these options, on
//! devices that are known to pass blocks on one to one, where every byte lies after the overwrite where it lay before it. All
//! else has its [`Reason`]s.
//!
//! "In place" ends at what claims to be a disk: what that does with a block is the [`Caveat`](crate::Caveat)'s subject. And it speaks of the
//! file's present content: copies that earlier edits, defragmentation, or an earlier mount with other options left are not looked
//! for.

#[cfg(target_os = "linux")]
mod behind;
#[cfg(target_os = "linux")]
mod device;
#[cfg(target_os = "linux")]
mod extents;
#[cfg(target_os = "linux")]
mod file_system;
#[cfg(target_os = "linux")]
mod flags;
#[cfg(target_os = "linux")]
mod ground;
mod in_place;
#[cfg(target_os = "linux")]
mod journal_mode;
#[cfg(target_os = "linux")]
mod judge;
#[cfg(target_os = "linux")]
mod later;
#[cfg(target_os = "linux")]
mod look;
#[cfg(target_os = "linux")]
mod mounts;
mod reason;
#[cfg(target_os = "linux")]
mod summary;
#[cfg(target_os = "linux")]
mod sys;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests;
#[cfg(target_os = "linux")]
mod text;

pub use in_place::InPlace;
pub use reason::Reason;

#[cfg(target_os = "linux")]
pub use {
    device::{Backing, Device, DeviceKind, DeviceNumber, Mapper, NoDeviceNumber},
    extents::{Extent, Extents},
    file_system::FileSystem,
    flags::InodeFlags,
    ground::Ground,
    journal_mode::JournalMode,
    look::{Examiner, Storage},
    mounts::{Mount, MountError},
    summary::StorageSummary,
};
