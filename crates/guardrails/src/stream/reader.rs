//! Detectors on a stream.

use super::clusters::Clusters;
use crate::Span;
use crate::guard::detect::Detect;
use crate::guard::personal::Seen;
use crate::output::Scan;
use crate::rule::Rule;
use std::sync::Arc;

/// A detector, how far it has read, and what it has found.
pub(super) struct Reader {
    detector: Arc<dyn Detect>,
    /// Its own reader, if it has one, and up to where that has decided everything.
    scan: Option<(Box<dyn Scan>, usize)>,
    /// The rules that ask for it, in their order.
    pub(super) rules: Vec<usize>,
    /// In the order of the text, and no more than are kept.
    pub(super) found: Vec<Span>,
    /// How many of these the pen has seen.
    pub(super) seen: usize,
    /// More was found than is kept.
    pub(super) overflow: bool,
    /// What was found in one go.
    fresh: Vec<Span>,
}

/// All of them.
pub(super) struct Readers {
    pub(super) all: Vec<Reader>,
    /// For those without a reader of their own, which look at the same text.
    clusters: Option<Clusters>,
}

impl Reader {
    pub(super) fn new(detector: &Arc<dyn Detect>, rules: Vec<usize>) -> Self {
        Self {
            scan: detector.scanner().map(|scanner| (scanner, 0)),
            detector: Arc::clone(detector),
            rules,
            found: Vec::new(),
            seen: 0,
            overflow: false,
            fresh: Vec::new(),
        }
    }

    fn scan(&mut self, text: &str, base: usize, last: bool) {
        if let Some((scanner, from)) = &mut self.scan {
            let origin = *from;
            *from += scanner.scan(text.get(origin - base..).unwrap_or_default(), last, &mut self.fresh);
            self.keep(origin, 0);
        }
    }

    fn look(&mut self, text: &str, base: usize, window: Span, least: usize, seen: &mut Seen) {
        if self.scan.is_none() {
            let shown = text.get(window.start - base..window.end - base).unwrap_or_default();
            self.detector.find_with(shown, seen, &mut self.fresh);
            self.keep(window.start, least);
        }
    }

    /// Keeps what was found in the text that starts at `origin`, and does not start before `least`.
    fn keep(&mut self, origin: usize, least: usize) {
        for span in self.fresh.drain(..) {
            let span = Span::new(origin + span.start, origin + span.end);
            if span.start < least {
                continue;
            }
            if self.found.len() < Rule::MANY {
                self.found.push(span);
            } else {
                self.overflow = true;
            }
        }
    }
}

impl Readers {
    pub(super) fn new(all: Vec<Reader>) -> Self {
        let clusters = all.iter().any(|reader| reader.scan.is_none()).then(Clusters::default);
        Self { all, clusters }
    }

    /// Reads on. `text` starts at `base` of the whole.
    pub(super) fn read(&mut self, text: &str, base: usize, last: bool) {
        self.all.iter_mut().for_each(|reader| reader.scan(text, base, last));
        if let Some(clusters) = &mut self.clusters {
            clusters.read(text, base, last, |least, window| {
                let mut seen = Seen::default();
                self.all.iter_mut().for_each(|reader| reader.look(text, base, window, least, &mut seen));
            });
        }
    }

    /// Everything before is decided.
    pub(super) fn decided(&self) -> usize {
        let scans = self.all.iter().filter_map(|reader| reader.scan.as_ref()).map(|(_, from)| *from);
        scans.chain(self.clusters.as_ref().map(Clusters::decided)).fold(usize::MAX, usize::min)
    }
}
