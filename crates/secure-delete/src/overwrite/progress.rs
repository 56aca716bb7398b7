//! How far an overwriting has come, and whether it should go on.

use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;

/// A place in a run over all passes: what a journal keeps, and where a later run goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Position {
    /// Passes that are finished. As many as were asked for means that all is written.
    pub pass: u32,
    /// Bytes from the start of the file that the pass after those has written.
    pub offset: u64,
}

impl Position {
    /// Before the first byte of the first pass.
    pub const START: Self = Self { pass: 0, offset: 0 };
}

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Stage {
    /// A pass is written.
    Writing,
    /// The last pass is read back.
    Verifying,
}

/// How far an overwriting has come. Never goes back within a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// What is being done.
    pub stage: Stage,
    /// All before this was handed to the system. Good for a resume after the process was killed.
    pub position: Position,
    /// All before this was synced: the start of the pass that is being written. Good for a resume after the power was lost.
    pub synced: Position,
    /// Bytes dealt with in all passes and the reading back. A hole counts as dealt with.
    pub done: u64,
    /// What `done` will be at the end.
    pub total: u64,
}

/// Is told before each pass, after each piece (at most 2 MiB) and, under a rate limit, while waiting; from whichever thread
/// worked, never from two at once. [`ControlFlow::Break`] ends the run within a piece for each thread, and the report says so.
pub type Watch<'a> = dyn Fn(Progress) -> ControlFlow<()> + Sync + 'a;
