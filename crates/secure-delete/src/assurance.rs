//! What a deletion amounts to, in the one order that callers may compare by.

use crate::error::DeleteError;
use crate::storage::Reason;
use std::fmt;
use std::str::FromStr;

/// How much was assured, without the why: what policies ask for and what exit codes come from.
///
/// The order is the order of strength, so that `report.assurance().level() >= Level::OverwrittenInPlace` reads as it is meant.
/// As text it is in kebab case.
///
/// ```
/// use stockade_secure_delete::Level;
/// assert!(Level::OverwrittenInPlace > Level::OverwriteIneffective);
/// assert_eq!("unlinked-only".parse(), Ok(Level::UnlinkedOnly));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// The name still leads to the file, or something else kept the deletion from its end.
    NotDeleted,
    /// The name is gone; nothing was written over the content, or it has other names.
    UnlinkedOnly,
    /// Written over and unlinked, but not proven to be where the content was.
    OverwriteIneffective,
    /// Written over where the content was, as far as the file system and the kernel can tell, and unlinked.
    OverwrittenInPlace,
    /// The only key to the content is no longer given out, by anyone: the key store has no row of it, and takes none again. What the
    /// store's own medium keeps of the wrapped key is not part of the level: [`MediumCaveat`](crate::erase::MediumCaveat) says it, and
    /// whoever compares levels has to ask for it beside.
    CryptoErased,
}

impl Level {
    /// All levels, weakest first.
    pub const ALL: [Self; 5] = [
        Self::NotDeleted,
        Self::UnlinkedOnly,
        Self::OverwriteIneffective,
        Self::OverwrittenInPlace,
        Self::CryptoErased,
    ];

    /// The level as text.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotDeleted => "not-deleted",
            Self::UnlinkedOnly => "unlinked-only",
            Self::OverwriteIneffective => "overwrite-ineffective",
            Self::OverwrittenInPlace => "overwritten-in-place",
            Self::CryptoErased => "crypto-erased",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Level {
    type Err = InvalidLevel;

    fn from_str(text: &str) -> Result<Self, InvalidLevel> {
        Self::ALL.into_iter().find(|level| level.as_str() == text).ok_or(InvalidLevel)
    }
}

/// The text names no level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a level: one of not-deleted, unlinked-only, overwrite-ineffective, overwritten-in-place, crypto-erased"
)]
pub struct InvalidLevel;

/// What a deletion amounts to, with the why.
///
/// None of them says that the content cannot be had back: backups, snapshots, journals, swap and what lies below the block
/// device are outside what this process can see.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "level", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Assurance {
    /// The key that the content was sealed under is no longer given out. What the key store's medium keeps of its wraps stands in the
    /// receipt.
    CryptoErased {
        /// How the key store named the key.
        key: String,
    },
    /// Every block that the file was seen to own was written over where it lies, synced, and (where the policy asks) read back. Other names
    /// that [`danger_overwrite_all_names`](crate::Policy::danger_overwrite_all_names) found stay, and lead to an empty file.
    OverwrittenInPlace {
        /// What the device below may nevertheless keep.
        caveat: Caveat,
    },
    /// Something was written over the file; that it went where the content was is not proven.
    OverwriteIneffective {
        /// Why not, the first the gravest. Never empty.
        reasons: Vec<Reason>,
    },
    /// Only the name was removed.
    UnlinkedOnly,
    /// The file still has its name, or it is not known that it lost it.
    NotDeleted {
        /// What stopped it.
        error: DeleteError,
    },
}

impl Assurance {
    /// The level without the why.
    #[must_use]
    pub fn level(&self) -> Level {
        match self {
            Self::CryptoErased { .. } => Level::CryptoErased,
            Self::OverwrittenInPlace { .. } => Level::OverwrittenInPlace,
            Self::OverwriteIneffective { .. } => Level::OverwriteIneffective,
            Self::UnlinkedOnly => Level::UnlinkedOnly,
            Self::NotDeleted { .. } => Level::NotDeleted,
        }
    }
}

impl fmt::Display for Assurance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CryptoErased { key } => {
                write!(f, "crypto-erased: the key `{}` is no longer given out", key.escape_debug())
            }
            Self::OverwrittenInPlace { caveat } => write!(f, "overwritten in place: {caveat}"),
            Self::OverwriteIneffective { reasons } => {
                f.write_str("deleted, but the overwrite is not proven to have reached the content")?;
                for (number, reason) in reasons.iter().enumerate() {
                    write!(f, "{} {reason}", if number == 0 { ":" } else { ";" })?;
                }
                Ok(())
            }
            Self::UnlinkedOnly => f.write_str("unlinked only: the content was not written over"),
            Self::NotDeleted { error } => write!(f, "not deleted: {error}"),
        }
    }
}

/// What may survive below an overwrite in place, from the least open to the most. It rests on what the device *claims* to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Caveat {
    /// It lives in memory, which may have been swapped out.
    Memory,
    /// It claims to rotate. Sectors that it remapped keep what they held (NIST SP 800-88r2: Clear).
    Magnetic,
    /// It claims not to rotate. Its translation layer writes elsewhere and keeps the old blocks until it collects them: host
    /// writes are Clear at best; Purge needs the device's own sanitize command or crypto-erasure (NIST SP 800-88r2).
    Flash,
    /// A hypervisor plays it. What the host does with a write cannot be seen from here.
    Virtual,
    /// It says nothing, or nothing that is known here.
    Unknown,
}

impl fmt::Display for Caveat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Magnetic => "the device claims to rotate; sectors that it remapped keep what they held",
            Self::Flash => "the device claims to be flash; its translation layer may keep the old blocks",
            Self::Memory => "the file system is in memory, which may have been swapped out",
            Self::Virtual => "the device is virtual; what its host keeps cannot be seen from here",
            Self::Unknown => "what the device below keeps is not known",
        })
    }
}
