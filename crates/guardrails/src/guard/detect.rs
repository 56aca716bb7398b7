//! Detectors: what a rule may name in `detect` instead of lists.

use super::personal::{self, Finder, Finders, Seen};
use crate::output::{AllowedHosts, OutputDetector, Scan};
use crate::{Canary, Span};
use std::sync::Arc;

/// Something that finds spans which no list of terms can describe: an e-mail address, a key with a checksum.
///
/// It must be linear in `text`, bounded in what it allocates, and must not panic; spans lie on character boundaries of `text`.
pub(crate) trait Detect: Send + Sync {
    /// Adds what it finds, in the order of the text.
    fn find(&self, text: &str, found: &mut Vec<Span>);

    /// The same, where other detectors look at the same text and `seen` keeps what they have in common.
    fn find_with(&self, text: &str, _seen: &mut Seen, found: &mut Vec<Span>) {
        self.find(text, found);
    }

    /// A reader of text in pieces that finds exactly the same. Without one, a stream has the detector look once at each stretch of the text that
    /// holds digits or signs, with what stands around it.
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

impl Detect for Finder {
    fn find(&self, text: &str, found: &mut Vec<Span>) {
        Finder::find(self, text, &mut Seen::default(), found);
    }

    fn find_with(&self, text: &str, seen: &mut Seen, found: &mut Vec<Span>) {
        Finder::find(self, text, seen, found);
    }
}

/// What looks for the canary of a guard that has none.
struct Nothing;

impl Detect for Nothing {
    fn find(&self, _: &str, _: &mut Vec<Span>) {}
}

/// The detector that policies call `canary`.
pub(crate) fn canary(kind: &str, canary: Option<&Canary>) -> Option<Arc<dyn Detect>> {
    let found = || canary.map_or(Arc::new(Nothing) as _, |canary| Arc::new(canary.clone()) as _);
    (kind == "canary").then(found)
}

/// The detector that policies call `kind`, for instance `email` or `secret:aws`. URLs of `hosts` are no finding.
pub(crate) fn detector(
    kind: &str,
    hosts: &Arc<AllowedHosts>,
    finders: &mut Finders,
) -> Option<Arc<dyn Detect>> {
    if let Some(detector) = OutputDetector::named(kind, hosts) {
        return Some(Arc::new(detector));
    }
    personal::finder(kind, finders).map(|finder| Arc::new(finder) as _)
}
