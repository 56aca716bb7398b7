//! What the devices below a file system say.

use super::{Stage, judge as judge_storage};
use crate::storage::{Backing, Device, DeviceKind, InPlace, Mapper, Reason, Storage};

pub(super) fn judge(storage: &Storage, reasons: &mut Vec<Reason>) {
    if storage.ground.devices.is_empty() {
        reasons.push(Reason::DevicesUnknown);
    }
    for device in &storage.ground.devices {
        walk(device, reasons);
    }
}

fn walk(device: &Device, reasons: &mut Vec<Reason>) {
    let reason = match &device.kind {
        DeviceKind::Disk | DeviceKind::VirtualDisk | DeviceKind::Partition => None,
        DeviceKind::Mapper(Mapper::Volume | Mapper::Crypt | Mapper::Multipath | Mapper::Partition) => None,
        DeviceKind::Mapper(mapper) => Some(Reason::DeviceLayer { layer: mapper.to_string() }),
        DeviceKind::Array { journal: Some(false), .. } => None,
        DeviceKind::Array { .. } => Some(Reason::ArrayJournal),
        DeviceKind::Network => Some(Reason::NetworkDevice),
        DeviceKind::Loop => None,
        DeviceKind::Cache | DeviceKind::Memory | DeviceKind::Other => {
            Some(Reason::DeviceLayer { layer: format!("device of the kind `{}`", device.kind) })
        }
    };
    add(reasons, reason);
    if device.kind == DeviceKind::Loop {
        behind(device.backing.as_ref(), reasons);
    }
    for below in &device.below {
        walk(below, reasons);
    }
}

/// The file behind a loop device is written through as well: what holds for a file to be overwritten holds for it.
fn behind(backing: Option<&Backing>, reasons: &mut Vec<Reason>) {
    let Some(storage) = backing.and_then(|backing| backing.storage.as_deref()) else {
        return add(reasons, Some(Reason::BackingUnknown));
    };
    match judge_storage(storage, Stage::Planned) {
        InPlace::Proven => {}
        InPlace::Not(found) | InPlace::Unknown(found) => {
            let found = found.into_iter().map(|reason| Reason::Backing { reason: Box::new(reason) });
            found.for_each(|reason| add(reasons, Some(reason)));
        }
    }
}

/// Once, though ten members of an array may give it.
fn add(reasons: &mut Vec<Reason>, reason: Option<Reason>) {
    reasons.extend(reason.filter(|reason| !reasons.contains(reason)));
}
