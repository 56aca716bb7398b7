//! What was done to the contents of a file.

use super::{Position, Ranges};
use crate::policy::Pattern;
use serde::Serialize;
use std::fmt;

/// What was written over a file, what was read back, and what went wrong meanwhile. It speaks of what the system acknowledged
/// under this file's offsets; whether these are the blocks that held the data is the storage part's to say.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct Overwrite {
    /// How many passes were asked for.
    pub asked: u32,
    /// The passes that were begun in this run, in order.
    pub passes: Vec<PassReport>,
    /// Bytes that the system took, in all passes together.
    pub bytes: u64,
    /// The rest of the last block.
    pub slack: Slack,
    /// What reading back found.
    pub read_back: ReadBack,
    /// What could not be written in one pass or more.
    pub failed: Ranges,
    /// The first error, in the system's words.
    pub first_error: Option<String>,
    /// The length was not what it had to be, or data lay elsewhere than a pass before: somebody else appended, cut or wrote. What was cut
    /// off has gone back to the file system as it was.
    pub length_changed: bool,
    /// The watcher ended it early.
    pub cancelled: bool,
    /// Where a run that was killed had come to: what lies before was written by it, and is not counted here.
    pub resumed_from: Option<Position>,
}

impl Overwrite {
    /// What is missing from what was asked; nothing, if all of it was done and nothing came between.
    #[must_use]
    pub fn shortfalls(&self) -> Vec<Shortfall> {
        let resumed = self.resumed_from.map_or(0, |position| position.pass.min(self.asked));
        let begun = u32::try_from(self.passes.len()).unwrap_or(u32::MAX);
        let unwritten = begun.saturating_add(resumed) < self.asked;
        let unsynced = self.passes.iter().any(|pass| !pass.synced);
        let (differs, unreadable) = match &self.read_back {
            ReadBack::Differs { unreadable, .. } => (true, !unreadable.is_empty()),
            ReadBack::Unreadable { .. } => (false, true),
            ReadBack::Matches { .. } | ReadBack::NotDone => (false, false),
        };
        let mut shortfalls: Vec<_> = [
            (self.cancelled, Shortfall::Cancelled),
            (unwritten, Shortfall::PassesMissing),
            (unsynced, Shortfall::NotSynced),
            (!self.failed.is_empty(), Shortfall::WritesFailed),
            (self.length_changed, Shortfall::LengthChanged),
            (differs, Shortfall::ReadBackDiffers),
            (unreadable, Shortfall::Unreadable),
        ]
        .into_iter()
        .filter_map(|(holds, shortfall)| holds.then_some(shortfall))
        .collect();
        // Where something else is missing, that says why. A run that was killed after its last pass had covered it.
        if shortfalls.is_empty() && resumed < self.asked && matches!(self.slack, Slack::NotCovered { .. }) {
            shortfalls.push(Shortfall::SlackLeft);
        }
        shortfalls
    }
}

/// One pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PassReport {
    /// What it wrote.
    pub pattern: Pattern,
    /// Bytes that the system took.
    pub bytes: u64,
    /// Whether the system said, after the pass, that all of it is on the medium. Not if the pass was cancelled.
    pub synced: bool,
    /// Whether it went past the page cache.
    pub direct: bool,
}

/// The bytes between the end of a file and the end of its last block, where an older file's data may lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(tag = "slack", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Slack {
    /// There is none: the file ends with its block, or with a hole.
    #[default]
    None,
    /// Written with the rest, by making the file longer, and cut off again.
    Covered {
        /// How many bytes.
        bytes: u64,
    },
    /// Written with the rest, but the file stayed longer: cutting it failed, or its length was no longer what we had made it.
    CoveredAndLeft {
        /// How many bytes.
        bytes: u64,
    },
    /// Not written: the run was cancelled or failed before it, or it was not to be.
    NotCovered {
        /// How many bytes.
        bytes: u64,
    },
}

/// What reading back found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(tag = "found", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ReadBack {
    /// It was not asked for, or the run ended before.
    #[default]
    NotDone,
    /// Every byte of data is what the last pass wrote. Of a pass that went past the page cache ([`PassReport::direct`], of files
    /// from 1 MiB on where the file system has it) the device said so. Else the system was asked to forget its pages first, which it
    /// does not do with pages that another process has mapped or locked: then this compares memory with itself.
    Matches {
        /// Bytes compared.
        bytes: u64,
    },
    /// Something else was read.
    Differs {
        /// Where, to the byte; bytes that happen to be equal between two that are not may be included.
        ranges: Ranges,
        /// What could not be read at all.
        unreadable: Ranges,
    },
    /// What could be read is what was written, but not all could be.
    Unreadable {
        /// Where.
        ranges: Ranges,
    },
}

/// Something that was asked and not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Shortfall {
    /// The watcher ended the run.
    Cancelled,
    /// Not all passes were begun.
    PassesMissing,
    /// The system did not confirm that a pass is on the medium.
    NotSynced,
    /// Parts could not be written.
    WritesFailed,
    /// Somebody else changed the length meanwhile.
    LengthChanged,
    /// What was read back is not what was written.
    ReadBackDiffers,
    /// Parts could not be read back.
    Unreadable,
    /// The rest of the last block was not written.
    SlackLeft,
}

impl fmt::Display for Shortfall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Cancelled => "overwriting was cancelled",
            Self::PassesMissing => "not all passes were written",
            Self::NotSynced => "the system did not confirm that a pass is on the medium",
            Self::WritesFailed => "parts could not be written",
            Self::LengthChanged => "the length of the file changed meanwhile",
            Self::ReadBackDiffers => "what was read back is not what was written",
            Self::Unreadable => "parts could not be read back",
            Self::SlackLeft => "the rest of the last block was not written over",
        })
    }
}
