//! What is to be done to one file.

use super::{Position, Throttle, Watch};
use crate::policy::{Pass, Verify};

/// The overwriting of one file.
pub(crate) struct Job<'a> {
    /// What is written, in this order.
    pub(crate) passes: &'a [Pass],
    /// Whether the last pass is read back.
    pub(crate) verify: Verify,
    /// Bytes in a block of the file system: the unit in which failures are told apart.
    pub(crate) block: u64,
    /// The length of the file without what a run that was killed may have appended to cover the slack.
    pub(crate) len: u64,
    /// `len` rounded up to the end of its block, or `len` where slack is to be left alone. More than that is not believed.
    pub(crate) extent_end: u64,
    /// Random, for this file alone. A resumed run is given the same, or what was written before the kill is taken for a
    /// stranger's when it is read back. Secret as long as it matters that overwritten files cannot be told from random.
    pub(crate) seed: &'a [u8; 32],
    /// Where a run that was killed had come to, as far as is known; `None` where there was none.
    pub(crate) resume: Option<Position>,
    /// Is told how far it is, and may end it.
    pub(crate) watch: Option<&'a Watch<'a>>,
    /// How fast it may be.
    pub(crate) throttle: Option<Throttle<'a>>,
}
