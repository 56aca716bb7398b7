//! Detectors: what a rule may name in `detect` instead of lists.

use crate::Span;
use std::sync::Arc;

/// Something that finds spans which no list of terms can describe: an e-mail address, a key with a checksum.
///
/// It must be linear in `text`, bounded in what it allocates, and must not panic; spans lie on character boundaries of `text`.
pub(crate) trait Detect: Send + Sync {
    /// Adds what it finds, in the order of the text.
    fn find(&self, text: &str, found: &mut Vec<Span>);
}

/// The detector that policies call `kind`, for instance `email` or `secret:aws`.
pub(crate) fn detector(_kind: &str) -> Option<Arc<dyn Detect>> {
    None
}
