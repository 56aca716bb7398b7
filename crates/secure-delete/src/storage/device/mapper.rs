use crate::storage::text::closed;
use serde::Serialize;
use std::fmt;

/// What a device of the device mapper does, as far as its UUID tells: the subsystem that made it writes its own name in front.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Mapper {
    /// A logical volume that is no layer of another: linear or striped, or on top of layers that stand below it in the chain.
    Volume,
    /// Encryption, block by block in place (LUKS and its kin).
    Crypt,
    /// Several ways to one device.
    Multipath,
    /// Partitions of a mapped device.
    Partition,
    /// A pool from which blocks are given when they are first written.
    ThinPool,
    /// The origin of a snapshot, or the store of what was overwritten in it.
    Snapshot,
    /// Anything else, by the first part of its UUID, or by LVM's name of the layer.
    Other(String),
}

/// What `cryptsetup` writes behind `CRYPT-` for devices that map each block to one block.
const CRYPT: &[&str] = &["LUKS1-", "LUKS2-", "PLAIN-", "LOOPAES-", "TCRYPT-", "BITLK-", "FVAULT2-"];

/// `LVM-`, the UUID of the group and that of the volume, 32 signs each.
const LVM_UUID: usize = 4 + 32 + 32;

/// Ends of names that LVM reserves for layers which do not pass blocks on one to one, and which it does not tell apart in the UUID.
const LVM_LAYERS: &[&str] =
    &["_cdata", "_corig", "_cvol", "_imeta", "_iorig", "_vdata", "_vorigin", "_wcorig"];

impl Mapper {
    pub(super) fn of(uuid: &str, name: &str) -> Self {
        match (Self::of_uuid(uuid).closed(), LVM_LAYERS.iter().find(|layer| name.ends_with(**layer))) {
            (Self::Volume, Some(layer)) => Self::Other(format!("LVM{layer}")),
            (mapper, _) => mapper,
        }
    }

    /// Without what a name could stand in.
    fn closed(self) -> Self {
        match self {
            Self::Other(name) => Self::Other(closed(&name)),
            known => known,
        }
    }

    pub(super) fn of_uuid(uuid: &str) -> Self {
        if uuid.starts_with("LVM-") {
            return match uuid.get(LVM_UUID..) {
                Some("") => Self::Volume,
                Some("-tpool" | "-tdata" | "-tmeta") => Self::ThinPool,
                Some("-real" | "-cow") => Self::Snapshot,
                layer => Self::Other(format!("LVM{}", layer.unwrap_or_default())),
            };
        }
        if let Some(format) = uuid.strip_prefix("CRYPT-") {
            if CRYPT.iter().any(|known| format.starts_with(known)) {
                return Self::Crypt;
            }
            let format = format.split('-').next().unwrap_or_default();
            return Self::Other(format!("CRYPT-{format}"));
        }
        match uuid.split('-').next().unwrap_or_default() {
            "mpath" => Self::Multipath,
            part if part.starts_with("part") => Self::Partition,
            other => Self::Other(other.to_owned()),
        }
    }
}

impl fmt::Display for Mapper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Volume => f.write_str("logical volume"),
            Self::Crypt => f.write_str("encryption"),
            Self::Multipath => f.write_str("multipath"),
            Self::Partition => f.write_str("mapped partition"),
            Self::ThinPool => f.write_str("thin pool"),
            Self::Snapshot => f.write_str("snapshot"),
            Self::Other(name) if name.is_empty() => f.write_str("unnamed mapper"),
            Self::Other(name) => write!(f, "mapper {name}"),
        }
    }
}
