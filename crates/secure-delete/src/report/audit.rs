//! What of a report may stand in an audit event.

use super::{DeleteReport, Durability, FileKind, ModeChange};
use crate::assurance::{Assurance, Caveat, Level};
use crate::storage::{Reason, Storage, StorageSummary};
use serde::Serialize;

/// A report without anything that tells of people: no name, no path, no mount, no owner, and nothing that was read. The device and
/// inode numbers are of use only beside the machine itself.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct AuditRecord {
    /// What was assured.
    pub level: Level,
    /// Why no more, where it was overwritten.
    pub reasons: Vec<Reason>,
    /// What the device may keep, where it was overwritten in place.
    pub caveat: Option<Caveat>,
    /// [`DeleteError::code`](crate::DeleteError::code) of what stopped it.
    pub error: Option<&'static str>,
    /// What it was.
    pub kind: FileKind,
    /// Major number of the device.
    pub device_major: u32,
    /// Minor number.
    pub device_minor: u32,
    /// The inode's number.
    pub inode: u64,
    /// How many names it had.
    pub links: u64,
    /// Its length.
    pub length: u64,
    /// Bytes of blocks that it owned.
    pub allocated: u64,
    /// Where its content lay; nothing for what has no content.
    pub storage: Option<StorageSummary>,
    /// Passes begun.
    pub passes: usize,
    /// Bytes written in all of them.
    pub bytes: u64,
    /// Whether the name was removed.
    pub unlinked: bool,
    /// Whether permission bits were changed for it.
    pub mode: ModeChange,
    /// What the system confirmed.
    pub durability: Durability,
}

impl DeleteReport {
    /// The part that may stand in an audit event.
    #[must_use]
    pub fn for_audit(&self) -> AuditRecord {
        let (reasons, caveat, error) = match &self.assurance {
            Assurance::OverwriteIneffective { reasons } => (reasons.clone(), None, None),
            Assurance::OverwrittenInPlace { caveat } => (Vec::new(), Some(*caveat), None),
            Assurance::NotDeleted { error } => (Vec::new(), None, Some(error.code())),
            Assurance::UnlinkedOnly | Assurance::CryptoErased { .. } => (Vec::new(), None, None),
        };
        let identity = &self.identity;
        AuditRecord {
            level: self.assurance.level(),
            reasons,
            caveat,
            error,
            kind: identity.kind,
            device_major: identity.device_major,
            device_minor: identity.device_minor,
            inode: identity.inode,
            links: identity.links,
            length: identity.length,
            allocated: identity.allocated,
            storage: self.storage.as_ref().map(Storage::for_audit),
            passes: self.overwrite.as_ref().map_or(0, |overwrite| overwrite.passes.len()),
            bytes: self.overwrite.as_ref().map_or(0, |overwrite| overwrite.bytes),
            unlinked: self.namespace.unlinked,
            mode: self.mode,
            durability: self.durability.clone(),
        }
    }
}
