use super::{InPlace, JournalMode, Storage};
use crate::Caveat;
use serde::Serialize;

/// A [`Storage`] without names: no path, no mount point, no device's or server's name, so that it can stand in an audit log that
/// outlives the file's owner.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct StorageSummary {
    /// The type of the file system.
    pub file_system: String,
    /// What its journal holds, where that is a question and known.
    pub journal: Option<JournalMode>,
    /// The inode's marks.
    pub flags: Vec<&'static str>,
    /// How many extents at the first look.
    pub extents_before: Option<u64>,
    /// How many extents at the second.
    pub extents_after: Option<u64>,
    /// How many bytes were shared at the first look.
    pub shared_bytes: Option<u64>,
    /// The kinds of the devices, from the file system down.
    pub devices: Vec<String>,
    /// Whether any device claims to rotate. `None` where none claims anything.
    pub claims_to_rotate: Option<bool>,
    /// Whether the mount reports deleted blocks to the device.
    pub discard: Option<bool>,
    /// The judgement.
    #[serde(flatten)]
    pub in_place: InPlace,
    /// What is left open where it is proven.
    pub caveat: Caveat,
}

impl StorageSummary {
    pub(super) fn of(storage: &Storage) -> Self {
        let ground = storage.ground();
        let chain = || storage.devices().flat_map(|device| device.chain());
        Self {
            file_system: ground.file_system.to_string(),
            journal: ground.journal,
            flags: storage.flags().map(|flags| flags.names().collect()).unwrap_or_default(),
            extents_before: storage.extents_before().map(|extents| extents.count),
            extents_after: storage.extents_after().map(|extents| extents.count),
            shared_bytes: storage.extents_before().map(|extents| extents.shared_bytes),
            devices: chain().map(|device| device.kind.to_string()).collect(),
            claims_to_rotate: chain()
                .filter_map(|device| device.rotational)
                .reduce(|one, other| one || other),
            discard: ground.mounted_with_discard(),
            in_place: storage.in_place(),
            caveat: storage.caveat(),
        }
    }
}
