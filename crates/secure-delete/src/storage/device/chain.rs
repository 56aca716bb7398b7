//! From the device that is mounted down to what claims to be a disk.

use super::{Backing, Device, DeviceKind, DeviceNumber};
use crate::storage::sys::{self, Sys, entries};
use std::path::Path;

/// How many devices one look reads, and how deep: more than any sane stack has, so that a crafted one ends.
#[derive(Debug)]
pub(in crate::storage) struct Budget {
    devices: usize,
    depth: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { devices: 64, depth: 12 }
    }
}

impl Budget {
    /// Runs `step` one level deeper; `None` where that would be too deep or too much.
    fn descend<T>(&mut self, step: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        self.devices = self.devices.checked_sub(1)?;
        self.depth = self.depth.checked_sub(1)?;
        let result = step(self);
        self.depth += 1;
        result
    }
}

/// The device and all below it. `None` where any part of that cannot be read: half a chain would hide what is under it.
pub(in crate::storage) fn read(sys: &Sys, number: DeviceNumber, budget: &mut Budget) -> Option<Device> {
    budget.descend(|budget| {
        let folder = sys.block_folder(number)?;
        let name = folder.file_name()?.to_str()?.to_owned();
        let kind = DeviceKind::read(&folder, &name);
        let mut below = Vec::new();
        for number in numbers_below(&folder, &kind)? {
            below.push(read(sys, number, budget)?);
        }
        let backing = match kind {
            DeviceKind::Loop => Some(behind(sys, &folder, budget)?),
            _ => None,
        };
        let claim = |attribute: &str| sys::read(&folder.join("queue").join(attribute));
        let rotational = claim("rotational").and_then(|text| match text.as_str() {
            "0" => Some(false),
            "1" => Some(true),
            _ => None,
        });
        let discard = claim("discard_max_bytes").and_then(|text| text.parse::<u64>().ok()).map(|max| max > 0);
        Some(Device { number, name, kind, rotational, discard, below, backing })
    })
}

fn numbers_below(folder: &Path, kind: &DeviceKind) -> Option<Vec<DeviceNumber>> {
    match kind {
        DeviceKind::Partition => Some(vec![sys::number(folder.parent()?)?]),
        DeviceKind::Loop => Some(Vec::new()),
        _ => entries(&folder.join("slaves")).iter().map(|slave| sys::number(slave)).collect(),
    }
}

fn behind(sys: &Sys, folder: &Path, budget: &mut Budget) -> Option<Backing> {
    let path = sys::path(&folder.join("loop/backing_file"))?;
    let offset = sys::read(&folder.join("loop/offset")).and_then(|text| text.parse().ok());
    let storage = crate::storage::look::backing(sys, &path, budget).map(Box::new);
    Some(Backing { path, offset, storage })
}
