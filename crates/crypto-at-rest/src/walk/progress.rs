//! How far a walk has come.

use super::RowKey;

/// How far a walk has come, over all processes that ever took part in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Progress {
    /// Every row up to this key has been dealt with.
    pub after: Option<RowKey>,
    /// So has every other.
    pub finished: bool,
    /// How many rows those were.
    pub rows: u64,
    /// How many times a row was replaced.
    pub replaced: u64,
    /// How many rows could not be judged, and are as they were.
    pub failed: u64,
}
