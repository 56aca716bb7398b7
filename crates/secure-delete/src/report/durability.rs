//! What the system confirmed to be on the medium.

use crate::error::OsError;
use serde::Serialize;

/// The most failures that are kept one by one.
const MAX_FAILURES: usize = 16;

/// The outcomes of all syncs.
///
/// A sync that failed once is never made good by a later one: the kernel reports a lost write once and then forgets it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct Durability {
    /// Syncs of the content that succeeded.
    pub content_syncs: u32,
    /// Syncs of the folder that succeeded.
    pub folder_syncs: u32,
    /// Those that failed: the first sixteen.
    pub failures: Vec<SyncFailure>,
    /// Whether the last change of the folder was followed by a sync that succeeded, none having failed.
    pub name_gone_for_good: bool,
}

/// A sync that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SyncFailure {
    /// Of what.
    pub what: Medium,
    /// What the system said.
    pub error: OsError,
}

/// What was synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Medium {
    /// The file.
    Content,
    /// The folder that has its name.
    Folder,
}

impl Durability {
    /// Whether the system confirmed the content each time it was asked, and was asked.
    #[must_use]
    pub fn content_confirmed(&self) -> bool {
        self.content_syncs > 0 && !self.failed(Medium::Content)
    }

    /// Whether a sync of this failed.
    #[must_use]
    pub fn failed(&self, what: Medium) -> bool {
        self.failures.iter().any(|failure| failure.what == what)
    }
}

/// One outcome.
#[cfg(target_os = "linux")]
#[derive(Debug, Clone, Copy)]
pub(crate) struct Synced {
    what: Medium,
    outcome: Result<(), rustix::io::Errno>,
}

#[cfg(target_os = "linux")]
impl Synced {
    pub(crate) fn content(outcome: Result<(), rustix::io::Errno>) -> Self {
        Self { what: Medium::Content, outcome }
    }

    pub(crate) fn folder(outcome: Result<(), rustix::io::Errno>) -> Self {
        Self { what: Medium::Folder, outcome }
    }
}

#[cfg(target_os = "linux")]
impl Durability {
    /// Adds what an open file's own account says.
    pub(crate) fn take_content(&mut self, of_file: &Self) {
        self.content_syncs = self.content_syncs.saturating_add(of_file.content_syncs);
        self.failures.extend(&of_file.failures);
    }

    /// Whether the folder was synced, and that never failed.
    pub(crate) fn folder_confirmed(&self) -> bool {
        self.folder_syncs > 0 && !self.failed(Medium::Folder)
    }

    pub(crate) fn note(&mut self, synced: Synced) {
        let count = match synced.what {
            Medium::Content => &mut self.content_syncs,
            Medium::Folder => &mut self.folder_syncs,
        };
        match synced.outcome {
            Ok(()) => *count = count.saturating_add(1),
            Err(error) if self.failures.len() < MAX_FAILURES || !self.failed(synced.what) => {
                self.failures.push(SyncFailure { what: synced.what, error: error.into() });
            }
            Err(_) => {}
        }
    }
}
