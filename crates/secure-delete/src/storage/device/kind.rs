use super::Mapper;
use crate::storage::sys::{entries, read};
use crate::storage::text::closed;
use serde::Serialize;
use std::fmt;
use std::path::Path;

/// What a block device is, by the kernel's account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum DeviceKind {
    /// A drive, as it claims.
    Disk,
    /// A drive that a hypervisor plays.
    VirtualDisk,
    /// A part of a drive.
    Partition,
    /// A device of the device mapper: volumes, encryption.
    Mapper(Mapper),
    /// An array of `md(4)`.
    Array {
        /// Such as `raid1`.
        level: String,
        /// Whether it writes data into a journal or a log of partial parity first; `None` where that is not known.
        journal: Option<bool>,
    },
    /// A file that stands for a device.
    Loop,
    /// A fast device in front of a slow one (bcache).
    Cache,
    /// A device of another machine.
    Network,
    /// Memory (`brd`, `zram`).
    Memory,
    /// Any other.
    Other,
}

impl DeviceKind {
    /// From the device's folder in `/sys`.
    pub(super) fn read(folder: &Path, name: &str) -> Self {
        let attribute = |attribute: &str| read(&folder.join(attribute));
        if folder.join("partition").exists() {
            return Self::Partition;
        }
        if folder.join("dm").exists() {
            let (uuid, name) = (attribute("dm/uuid"), attribute("dm/name"));
            return Self::Mapper(Mapper::of(&uuid.unwrap_or_default(), &name.unwrap_or_default()));
        }
        if folder.join("md").exists() {
            let journal = attribute("md/consistency_policy")
                .filter(|policy| !policy.is_empty())
                .map(|policy| matches!(policy.as_str(), "journal" | "ppl"));
            return Self::Array { level: closed(&attribute("md/level").unwrap_or_default()), journal };
        }
        if folder.join("loop").exists() {
            return Self::Loop;
        }
        match name.trim_end_matches(|c: char| c.is_ascii_digit()) {
            "bcache" => Self::Cache,
            "nbd" | "rbd" | "drbd" => Self::Network,
            "ram" | "zram" => Self::Memory,
            driver if driver.starts_with("vd") || driver.starts_with("xvd") => Self::VirtualDisk,
            _ if !folder.join("device").exists() => Self::Other,
            _ if is_remote(folder, &attribute) => Self::Network,
            _ if claims_to_be_virtual(&attribute) => Self::VirtualDisk,
            _ => Self::Disk,
        }
    }
}

/// Words in the vendor or the model of disks that hypervisors and clouds play.
const VIRTUAL: &[&str] = &[
    "qemu",
    "vbox",
    "virtual",
    "vmware",
    "msft",
    "xen",
    "persistentdisk",
    "elastic block store",
    "nvme_card-pd",
    "blockvolume",
];

/// Whether a drive is reached by a network: iSCSI (below a `session`), Fibre Channel (below an `rport-`), NVMe over fabrics (its
/// controller's `transport`; of a drive with several paths, each controller beside it).
fn is_remote(folder: &Path, attribute: &impl Fn(&str) -> Option<String>) -> bool {
    let numbered = |part: &str, word: &str| {
        part.strip_prefix(word).is_some_and(|rest| rest.starts_with(|sign: char| sign.is_ascii_digit()))
    };
    let parts = folder.components().filter_map(|part| part.as_os_str().to_str());
    let on_the_way = |part: &str| numbered(part, "session") || numbered(part, "rport-");
    let own = ["device/transport", "device/device/transport"].into_iter().filter_map(attribute);
    let beside =
        entries(&folder.join("device")).into_iter().filter_map(|entry| read(&entry.join("transport")));
    parts.into_iter().any(on_the_way)
        || own.chain(beside).any(|transport| matches!(transport.as_str(), "tcp" | "rdma" | "fc" | "loop"))
}

fn claims_to_be_virtual(attribute: &impl Fn(&str) -> Option<String>) -> bool {
    ["device/vendor", "device/model"].into_iter().filter_map(attribute).any(|claim| {
        let claim = claim.to_lowercase();
        VIRTUAL.iter().any(|word| claim.contains(word))
    })
}

impl fmt::Display for DeviceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Disk => f.write_str("disk"),
            Self::VirtualDisk => f.write_str("virtual disk"),
            Self::Partition => f.write_str("partition"),
            Self::Mapper(mapper) => mapper.fmt(f),
            Self::Array { level, .. } => write!(f, "array {level}"),
            Self::Loop => f.write_str("loop"),
            Self::Cache => f.write_str("cache"),
            Self::Network => f.write_str("network block device"),
            Self::Memory => f.write_str("memory"),
            Self::Other => f.write_str("other"),
        }
    }
}
