//! What was done, step by step, and what it amounts to.

mod audit;
mod display;
mod durability;
mod name;
mod parts;
#[cfg(test)]
mod tests;

pub use audit::AuditRecord;
pub(crate) use durability::Synced;
pub use durability::{Durability, Medium, SyncFailure};
pub use name::Name;
pub use parts::{FileKind, Identity, ModeChange, Namespace};

use crate::assurance::Assurance;
use crate::overwrite::Overwrite;
use crate::storage::Storage;
use serde::Serialize;

/// What became of one file.
///
/// It claims nothing that was not seen to happen: a step that failed or was not reached is missing or marked, and the
/// [`assurance`](Self::assurance) follows from the steps. Serialised, it contains the path; what may be kept for years is
/// [`for_audit`](Self::for_audit).
#[derive(Debug, Clone, Serialize)]
#[must_use = "only the report says whether the file was deleted, and how well"]
pub struct DeleteReport {
    pub(crate) path: Name,
    pub(crate) assurance: Assurance,
    pub(crate) identity: Identity,
    pub(crate) storage: Option<Storage>,
    pub(crate) overwrite: Option<Overwrite>,
    pub(crate) namespace: Namespace,
    pub(crate) durability: Durability,
    pub(crate) mode: ModeChange,
}

impl DeleteReport {
    /// What it amounts to.
    #[must_use]
    pub fn assurance(&self) -> &Assurance {
        &self.assurance
    }

    /// The path that was asked for, beneath the root.
    #[must_use]
    pub fn path(&self) -> &Name {
        &self.path
    }

    /// Which file it was.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Where its content lay; nothing for what has no content.
    #[must_use]
    pub fn storage(&self) -> Option<&Storage> {
        self.storage.as_ref()
    }

    /// What was written over it; nothing, if it did not come to that.
    #[must_use]
    pub fn overwrite(&self) -> Option<&Overwrite> {
        self.overwrite.as_ref()
    }

    /// What was done to its name.
    #[must_use]
    pub fn namespace(&self) -> &Namespace {
        &self.namespace
    }

    /// What the system confirmed to be on the medium.
    #[must_use]
    pub fn durability(&self) -> &Durability {
        &self.durability
    }

    /// What was done to its permission bits.
    #[must_use]
    pub fn mode(&self) -> ModeChange {
        self.mode
    }
}
