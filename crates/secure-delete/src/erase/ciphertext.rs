//! What becomes of the ciphertext once its key is gone.

use super::ObjectId;
use crate::Level;
use std::fmt;

/// Deletes the ciphertext of an object, after its key was erased.
///
/// The erasure stands whatever comes of this: without its key the ciphertext is noise. It is deleted all the same, so that nothing
/// hangs on the cipher alone, and so that the space comes back. Called again for an object that was erased before, it goes on
/// where it failed, and says of a ciphertext that is not there any more that it is [`Absent`](CiphertextFate::Absent).
#[async_trait::async_trait]
pub trait Ciphertext: Send + Sync {
    /// Deletes it, and says what that came to. Never panics.
    async fn delete(&self, object: &ObjectId) -> CiphertextFate;
}

/// What became of a ciphertext. Without names, paths and ids of people, so that it can stand in receipts.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "fate", rename_all = "snake_case")]
#[non_exhaustive]
pub enum CiphertextFate {
    /// Nobody was asked to delete it: it is noise, and lies where it lay.
    NotAsked,
    /// There was none, or no longer.
    Absent,
    /// It was deleted, and this is what the deletion by itself assures.
    Deleted {
        /// What the overwriting came to, as if the key were still there.
        level: Level,
        /// Why no more than that, or what the device may keep: at most [`MAX_REASONS`](CiphertextFate::MAX_REASONS).
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        reasons: Vec<String>,
        /// How often it was written over.
        passes: u64,
        /// Bytes written over it in all.
        bytes: u64,
    },
    /// It is still there, as noise. Doing it again may mend it.
    Left {
        /// Why, as a stable code such as `hard_linked`.
        code: String,
    },
}

impl CiphertextFate {
    /// The most reasons that are kept.
    pub const MAX_REASONS: usize = 8;

    /// The most characters of a reason or a code that are kept.
    pub const MAX_TEXT: usize = 120;

    /// It was deleted, to this level, for these reasons to no higher one, by that much writing.
    #[must_use]
    pub fn deleted(
        level: Level,
        reasons: impl IntoIterator<Item = impl fmt::Display>,
        passes: u64,
        bytes: u64,
    ) -> Self {
        let reasons = reasons.into_iter().take(Self::MAX_REASONS).map(short).collect();
        Self::Deleted { level, reasons, passes, bytes }
    }

    /// What a report of a deletion says.
    #[cfg(target_os = "linux")]
    #[must_use]
    pub fn of(report: &crate::DeleteReport) -> Self {
        let record = report.for_audit();
        let reasons = record.reasons.iter().map(ToString::to_string);
        let reasons = reasons.chain(record.caveat.map(|caveat| caveat.to_string()));
        match report.assurance() {
            // There was one, whose name led elsewhere when it was to be removed.
            crate::Assurance::NotDeleted { error } => Self::left(error.code()),
            _ => Self::deleted(record.level, reasons, record.passes as u64, record.bytes),
        }
    }

    /// What a deletion says that was refused before it began, so that a file that is not there was not there at all.
    #[must_use]
    pub fn refused(error: &crate::DeleteError) -> Self {
        match error {
            crate::DeleteError::NotFound => Self::Absent,
            error => Self::left(error.code()),
        }
    }

    /// It could not be deleted.
    #[must_use]
    pub fn left(why: impl fmt::Display) -> Self {
        Self::Left { code: short(why) }
    }

    /// The name in events.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::NotAsked => "not_asked",
            Self::Absent => "absent",
            Self::Deleted { level, .. } => level.as_str(),
            Self::Left { .. } => "left",
        }
    }
}

fn short(text: impl fmt::Display) -> String {
    text.to_string().chars().filter(|c| !c.is_control()).take(CiphertextFate::MAX_TEXT).collect()
}
