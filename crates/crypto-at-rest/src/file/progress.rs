//! How far a run has come, and whether it should go on.

use std::ops::ControlFlow;

/// How far a run has come, counted in bytes of the payload's input: plaintext when sealing, ciphertext when opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Bytes whose result has been written.
    pub done: u64,
    /// All bytes there are, where this is known beforehand: for files, not for streams.
    pub total: Option<u64>,
}

/// Is told after each batch (at most 256 KiB), from whichever thread wrote it, never from two at once. [`ControlFlow::Break`]
/// ends the run with [`FileError::Cancelled`](super::FileError::Cancelled) and no file.
pub type Watch<'a> = dyn Fn(Progress) -> ControlFlow<()> + Sync + 'a;
