//! What the devices below a file system say.

use super::{Stage, judge as judge_storage};
use crate::storage::behind::Behind;
use crate::storage::{Device, DeviceKind, InPlace, Mapper, Reason, Storage};

/// `seen` tells, after the overwrite, whether the file behind a loop device is known to be the one that was looked at.
pub(super) fn judge(devices: &[Device], seen: Option<Behind>, reasons: &mut Vec<Reason>) {
    if devices.is_empty() {
        reasons.push(Reason::DevicesUnknown);
    }
    for device in devices {
        walk(device, seen, reasons);
    }
}

fn walk(device: &Device, seen: Option<Behind>, reasons: &mut Vec<Reason>) {
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
        behind(device.backing_storage(), reasons);
        let unverified = seen == Some(Behind::NotSeen);
        add(reasons, unverified.then_some(Reason::BackingUnverified));
    }
    for below in &device.below {
        walk(below, seen, reasons);
    }
}

/// The file behind a loop device is written through as well: what holds for a file to be overwritten holds for it.
fn behind(storage: Option<&Storage>, reasons: &mut Vec<Reason>) {
    let Some(storage) = storage else {
        return add(reasons, Some(Reason::BackingUnknown));
    };
    match judge_storage(storage, Stage::Planned) {
        InPlace::Proven => {}
        InPlace::Not(found) | InPlace::Unknown(found) => {
            let found = found.into_iter().map(|reason| Reason::Backing { reason: Box::new(reason) });
            found.for_each(|reason| add(reasons, Some(reason)));
        }
    }
    // What was written is looked for in one file, not in the one behind that.
    let loops = |device: &Device| device.chain().any(|device| device.kind == DeviceKind::Loop);
    add(reasons, storage.devices().any(loops).then_some(Reason::BackingUnverified));
}

/// Once, though ten members of an array may give it.
fn add(reasons: &mut Vec<Reason>, reason: Option<Reason>) {
    reasons.extend(reason.filter(|reason| !reasons.contains(reason)));
}
