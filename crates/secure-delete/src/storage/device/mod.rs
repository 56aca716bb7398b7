//! What a file system stands on: partitions, mappers, arrays, loops, down to what claims to be a disk.

mod chain;
mod kind;
mod mapper;
mod number;
#[cfg(test)]
mod tests;

pub(super) use chain::{Budget, read};
pub use kind::DeviceKind;
pub use mapper::Mapper;
pub use number::{DeviceNumber, NoDeviceNumber};

use super::Storage;
use serde::Serialize;
use std::path::PathBuf;

/// A block device, and what it stands on.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Device {
    /// Its number.
    pub number: DeviceNumber,
    /// The kernel's name of it, such as `nvme0n1p2`.
    pub name: String,
    /// What it is.
    pub kind: DeviceKind,
    /// Whether it rotates, as it *claims*: USB bridges and virtual disks claim what they like. `None` where it claims nothing.
    pub rotational: Option<bool>,
    /// Whether it takes notice of discarded blocks. `None` where that is not known.
    pub discard: Option<bool>,
    /// What it stands on; empty at the end of the chain.
    pub below: Vec<Device>,
    /// The file behind a loop device.
    pub backing: Option<Backing>,
}

/// The file behind a loop device, which has a file system, too.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Backing {
    /// Where it was when the loop was set up.
    #[serde(serialize_with = "super::text::path")]
    pub path: PathBuf,
    /// Where in the file the device begins; `None` where that is not to be found out.
    pub offset: Option<u64>,
    /// What it lies on; `None` where it cannot be looked at.
    pub storage: Option<Box<Storage>>,
}

impl Device {
    pub(super) fn backing_storage(&self) -> Option<&Storage> {
        self.backing.as_ref()?.storage.as_deref()
    }

    /// This device and all below it, those behind loops too, the upper before the lower.
    pub fn chain(&self) -> impl Iterator<Item = &Device> {
        let mut waiting = vec![self];
        std::iter::from_fn(move || {
            let device = waiting.pop()?;
            let backing = device.backing.iter().filter_map(|backing| backing.storage.as_deref());
            waiting.extend(backing.flat_map(|storage| storage.devices()));
            waiting.extend(device.below.iter().rev());
            Some(device)
        })
    }
}
