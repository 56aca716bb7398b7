//! The scan of what a decoder says.

use super::origins::{Origins, Shape};
use super::slot::Reading;
use crate::Span;
use crate::lexicon::{Feed, Hit, Job, LOOKBACK, Tables, Via, Window};

/// So many decoded bytes are scanned at once.
const BATCH: usize = 256;
const KEPT: usize = 2 * LOOKBACK;

#[derive(Debug)]
pub(super) struct Nested {
    feed: Feed,
    /// Decoded, not known to be UTF-8 yet.
    raw: Vec<u8>,
    /// The last of what was scanned.
    tail: String,
    base: usize,
    origins: Origins,
    hits: Vec<Hit>,
}

impl Nested {
    pub(super) fn new(depth: u8) -> Self {
        Self {
            feed: Feed::new(depth),
            raw: Vec::new(),
            tail: String::new(),
            base: 0,
            origins: Origins::default(),
            hits: Vec::new(),
        }
    }

    pub(super) fn reset(&mut self) {
        self.feed.reset();
        self.raw.clear();
        self.tail.clear();
        self.base = 0;
        self.origins.clear();
        self.hits.clear();
    }

    pub(super) fn has_hits(&self) -> bool {
        !self.hits.is_empty()
    }

    /// Forgets what was found unless there is a term in it that is looked for in disguises of this kind: short words stand backwards in
    /// any text.
    pub(super) fn doubt(&mut self, tables: &Tables) {
        let imaged = |hit: &Hit| tables.terms.get(hit.term.0 as usize).is_some_and(|known| known.imaged);
        if !self.hits.iter().any(imaged) {
            self.hits.clear();
        }
    }

    /// One or more bytes that lie in the source as `shape` says.
    pub(super) fn put(&mut self, job: &mut Job<'_>, bytes: &[u8], source: usize, shape: Shape) -> Reading {
        self.raw.extend_from_slice(bytes);
        self.origins.push(bytes.len(), source, shape);
        if self.raw.len() >= BATCH { self.scan(job, false) } else { Reading::More }
    }

    /// The same of bytes that are made one by one.
    #[inline]
    pub(super) fn put_all(
        &mut self,
        job: &mut Job<'_>,
        bytes: impl ExactSizeIterator<Item = u8>,
        source: usize,
        shape: Shape,
    ) -> Reading {
        self.origins.push(bytes.len(), source, shape);
        self.raw.extend(bytes);
        if self.raw.len() >= BATCH { self.scan(job, false) } else { Reading::More }
    }

    /// Scans what was put. Done if it is not UTF-8, or the budget is spent.
    pub(super) fn scan(&mut self, job: &mut Job<'_>, last: bool) -> Reading {
        let mut reading = Reading::More;
        let mut affordable = self.raw.len();
        if !job.budget.spend(self.raw.len()) {
            (affordable, reading) = (0, Reading::Done);
        }
        let raw = self.raw.get(..affordable).unwrap_or_default();
        let valid = match std::str::from_utf8(raw) {
            Ok(text) => text,
            Err(error) => {
                if error.error_len().is_some() {
                    reading = Reading::Done;
                }
                std::str::from_utf8(raw.get(..error.valid_up_to()).unwrap_or_default()).unwrap_or_default()
            }
        };
        self.tail.push_str(valid);
        let scanned = valid.len();
        self.raw.drain(..scanned);
        let window = Window { text: &self.tail, base: self.base, folds: job.tables.folds };
        self.feed.advance(job, &window, last, &mut self.hits);
        if self.tail.len() > 3 * KEPT {
            let from = window.floor(window.end() - KEPT);
            self.feed.count_to(&window, from);
            self.tail.drain(..from - self.base);
            self.base = from;
        }
        reading
    }

    /// Moves what was found to `hits`, as hits in the encoding that starts at `start`, after `at` folded bytes. What stands there
    /// unencoded is left out.
    pub(super) fn report(&mut self, start: usize, at: usize, literal: bool, hits: &mut Vec<Hit>) {
        let Self { hits: found, origins, .. } = self;
        for hit in found.drain(..) {
            let ends =
                [origins.get(hit.span.start), hit.span.end.checked_sub(1).and_then(|last| origins.get(last))];
            let from = ends[0]
                .map_or(start, |first| ends[1].map_or(first.start, |last| first.start.min(last.start)));
            let to = ends.iter().flatten().map(|origin| origin.end).max().unwrap_or(from);
            let span = Span::new(from, to);
            if literal && span.len() == hit.span.len() {
                continue;
            }
            let at = u32::try_from(at.saturating_add(hit.at as usize)).unwrap_or(u32::MAX);
            hits.push(Hit { at, span, via: Via::Decoded, ..hit });
        }
    }

    /// Where in the encoding a hit may begin that is still to come; nothing if only in what was not read yet.
    pub(super) fn held_from(&self, tables: &Tables) -> Option<usize> {
        let window = Window { text: &self.tail, base: self.base, folds: tables.folds };
        let held = self.feed.held_from(tables, &window);
        if held >= self.origins.len() {
            return None;
        }
        Some(self.origins.get(held).map_or(0, |origin| origin.start))
    }
}
