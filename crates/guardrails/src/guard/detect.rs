//! Detectors: what a rule may name in `detect` instead of lists.

use crate::Span;
use crate::output::{AllowedHosts, OutputDetector, Scan};
use std::sync::Arc;

/// Something that finds spans which no list of terms can describe: an e-mail address, a key with a checksum.
///
/// It must be linear in `text`, bounded in what it allocates, and must not panic; spans lie on character boundaries of `text`.
pub(crate) trait Detect: Send + Sync {
    /// Adds what it finds, in the order of the text.
    fn find(&self, text: &str, found: &mut Vec<Span>);

    /// A reader of text in pieces that finds exactly the same. Without one, a stream has the detector look once at each stretch of the text that
    /// holds digits or signs, with what stands around it.
    #[expect(dead_code, reason = "the guard of streams is about to")]
    fn scanner(&self) -> Option<Box<dyn Scan>> {
        None
    }
}

impl Detect for OutputDetector {
    fn find(&self, text: &str, found: &mut Vec<Span>) {
        OutputDetector::find(self, text, found);
    }

    fn scanner(&self) -> Option<Box<dyn Scan>> {
        Some(OutputDetector::scanner(self))
    }
}

/// The detector that policies call `kind`, for instance `email` or `secret:aws`. URLs of `hosts` are no finding.
pub(crate) fn detector(kind: &str, hosts: &Arc<AllowedHosts>) -> Option<Arc<dyn Detect>> {
    OutputDetector::named(kind, hosts).map(|found| Arc::new(found) as _)
}
