//! Why an overwrite is not proven to have reached the content.

use crate::overwrite::Shortfall;
use std::fmt;

/// Why an overwrite is not proven to have reached the content.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Reason {
    // What the engine saw.
    /// What was asked was not all done.
    Overwrite(Shortfall),
    /// A sync failed: what the device holds is not known, whatever later syncs say.
    SyncFailed,
    /// Somebody else wrote to the file while it was being deleted.
    ChangedMeanwhile,
    // What the storage says.
    /// Nothing is known about the storage.
    StorageUnknown,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Overwrite(shortfall) => shortfall.fmt(f),
            Self::SyncFailed => f.write_str("a sync failed"),
            Self::ChangedMeanwhile => f.write_str("somebody else wrote to the file meanwhile"),
            Self::StorageUnknown => f.write_str("nothing is known about the storage"),
        }
    }
}
