use crate::assurance::Caveat;
use crate::storage::{Device, DeviceKind, FileSystem, Storage};

/// What the devices may keep though everything was in place. Of several devices each has a part of the file: the one of which the
/// least can be said counts.
pub(in crate::storage) fn caveat(storage: &Storage) -> Caveat {
    if *storage.file_system() == FileSystem::Tmpfs {
        return Caveat::Memory;
    }
    let ends = storage.devices().flat_map(|device| device.chain()).filter(|device| device.below.is_empty());
    ends.map(of_end).max().unwrap_or(Caveat::Unknown)
}

fn of_end(device: &Device) -> Caveat {
    let behind = device.backing.as_ref().and_then(|backing| backing.storage.as_deref());
    match (&device.kind, device.rotational) {
        (DeviceKind::Loop, _) => behind.map_or(Caveat::Unknown, caveat),
        (DeviceKind::Memory, _) => Caveat::Memory,
        (DeviceKind::VirtualDisk, _) => Caveat::Virtual,
        (DeviceKind::Disk, Some(true)) => Caveat::Magnetic,
        (DeviceKind::Disk, Some(false)) => Caveat::Flash,
        _ => Caveat::Unknown,
    }
}
