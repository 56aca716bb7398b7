//! What stays of a wrap on the medium of the key store itself.

use std::fmt;

/// What a key store knows of the bytes of the wraps that it erased, said plainly.
///
/// Crypto-erasure moves the problem from large ciphertexts to small keys; it does not abolish it. The medium of the key store
/// has copies of its own: flash translation, file system journals, snapshots, backups, replicas. A wrap that is found there
/// opens only with the wrapping key: **keep that key elsewhere** (a key management service, another machine, a passphrase), or
/// what is said here is all that stands between a thief of the medium and what was erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum MediumCaveat {
    /// The store is memory of this process, and was wiped. Swap and core dumps may have it.
    ProcessMemory,
    /// The wrap was overwritten in the database file and the database's own log was emptied. File system, device, snapshots
    /// and backups below it may have older versions.
    OverwrittenInFile,
    /// The wrap is gone from the database, but somebody was reading just then and the database's log could not be emptied: it
    /// may still hold the wrap. Doing it again mends it.
    LogNotEmptied,
    /// The database keeps earlier versions of a row until it is vacuumed, and its log for as long as archives and replicas
    /// need it: the wrap is there until then.
    DeadVersions,
    /// The store could not tell.
    Unknown,
}

impl MediumCaveat {
    /// The name in receipts and events.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ProcessMemory => "process-memory",
            Self::OverwrittenInFile => "overwritten-in-file",
            Self::LogNotEmptied => "log-not-emptied",
            Self::DeadVersions => "dead-versions",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for MediumCaveat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ProcessMemory => "the wrapped key was wiped from memory; swap may have it",
            Self::OverwrittenInFile => {
                "the wrapped key was overwritten in the database file; the file system, the device and backups may have it"
            }
            Self::LogNotEmptied => {
                "the wrapped key is gone from the database, but its log was in use and may have it until emptied"
            }
            Self::DeadVersions => {
                "the wrapped key is gone from the row; dead row versions and the log have it until vacuumed and recycled"
            }
            Self::Unknown => "the wrapped key is gone from the store; what its medium still has is not known",
        })
    }
}
