//! One decoder and where it stands.

use super::base64::Quad;
use super::escape::{Escapes, Unit, unit};
use super::hex::Nibbles;
use super::mirror::{segment, turn};
use super::nested::Nested;
use super::origins::Shape;
use super::{Found, Lure};
use crate::Span;
use crate::fold::Bytes;
use crate::lexicon::{Budget, Hit, Job, Tables, Window};

/// Whether a decoder goes on.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// When there is more of the source.
    More,
    /// What follows is nothing that it decodes.
    Done,
}

/// The source from `at` up to `limit`.
pub(super) struct Input<'w, 't> {
    pub(super) window: &'w Window<'t>,
    pub(super) at: usize,
    pub(super) limit: usize,
    /// Whether nothing comes after `limit`.
    pub(super) last: bool,
}

impl Input<'_, '_> {
    pub(super) fn peek(&self) -> Option<u8> {
        if self.at < self.limit { self.window.byte(self.at) } else { None }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        let range = self.at.saturating_sub(self.window.base)..self.limit.saturating_sub(self.window.base);
        self.window.text.as_bytes().get(range).unwrap_or_default()
    }

    pub(super) fn char(&self) -> Option<char> {
        self.window.slice(Span::new(self.at, self.limit)).chars().next()
    }
}

/// Where decoded bytes go.
pub(super) struct Sink<'n, 'j> {
    nested: &'n mut Nested,
    job: &'n mut Job<'j>,
}

impl Sink<'_, '_> {
    /// One or more bytes that lie in the source, from `source` on, as `shape` says.
    #[inline]
    pub(super) fn put(&mut self, bytes: &[u8], source: usize, shape: Shape) -> Reading {
        self.nested.put(self.job, bytes, source, shape)
    }

    /// Counts an escape.
    #[inline]
    pub(super) fn escape(&mut self) {
        // What is too much shows when its characters are scanned.
        let _ = self.job.budget.work(Budget::ESCAPE);
    }

    /// The same of bytes that are made one by one.
    #[inline]
    pub(super) fn put_all(
        &mut self,
        bytes: impl ExactSizeIterator<Item = u8>,
        source: usize,
        shape: Shape,
    ) -> Reading {
        self.nested.put_all(self.job, bytes, source, shape)
    }

    pub(super) fn fold(&self, c: char) -> Bytes {
        self.job.tables.folds.bytes(c)
    }
}

#[derive(Debug)]
enum State {
    Base64(Quad),
    Hex(Nibbles),
    Escape(Escapes),
    /// Reads a segment at once.
    Turn,
}

/// What became of a place that something pointed at.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tried {
    /// It was decoded, or there is nothing to decode.
    Settled,
    /// It has to be tried again when there is more of the source.
    Again,
}

#[derive(Debug)]
pub(super) struct Slot {
    lure: Lure,
    open: bool,
    start: usize,
    /// Everything before was read.
    upto: usize,
    /// How many folded bytes stand before `start`.
    at: usize,
    state: State,
    nested: Nested,
}

impl Slot {
    pub(super) fn new(lure: Lure, depth: u8) -> Self {
        Self { lure, open: false, start: 0, upto: 0, at: 0, state: State::Turn, nested: Nested::new(depth) }
    }

    pub(super) fn reset(&mut self) {
        (self.open, self.start, self.upto, self.at) = (false, 0, 0, 0);
        self.nested.reset();
    }

    pub(super) fn is_open(&self) -> bool {
        self.open
    }

    pub(super) fn held_from(&self, tables: &Tables) -> Option<usize> {
        self.open.then(|| self.nested.held_from(tables).map_or(self.upto, |held| held.max(self.start)))
    }

    /// Decodes on from where it stopped.
    pub(super) fn resume(
        &mut self,
        job: &mut Job<'_>,
        window: &Window<'_>,
        limit: usize,
        last: bool,
        hits: &mut Vec<Hit>,
    ) {
        if self.open {
            self.read(job, window, limit, last);
            self.nested.report(self.start, self.at, self.lure == Lure::Escape, hits);
        }
    }

    fn read(&mut self, job: &mut Job<'_>, window: &Window<'_>, limit: usize, last: bool) {
        let mut input = Input { window, at: self.upto, limit, last };
        let mut sink = Sink { nested: &mut self.nested, job };
        let reading = match &mut self.state {
            State::Base64(quad) => quad.read(&mut input, &mut sink),
            State::Hex(nibbles) => nibbles.read(&mut input, &mut sink),
            State::Escape(escapes) => escapes.read(&mut input, &mut sink),
            State::Turn => Reading::Done,
        };
        self.upto = input.at;
        if reading == Reading::Done {
            let _ = self.nested.scan(job, true);
            self.open = false;
        }
    }

    /// Decodes from what was found on, if that was not read already. `count` says how many folded bytes stand before a place.
    #[expect(clippy::too_many_arguments, reason = "the source, its limits, and where hits go")]
    pub(super) fn start(
        &mut self,
        job: &mut Job<'_>,
        window: &Window<'_>,
        found: Found,
        limit: usize,
        last: bool,
        count: &mut dyn FnMut(usize) -> usize,
        hits: &mut Vec<Hit>,
    ) -> Tried {
        if self.open || found.start < self.upto || job.budget.exceeded {
            return Tried::Settled;
        }
        let mut start = found.start;
        self.state = match self.lure {
            Lure::Base64 | Lure::Hex if !job.budget.work(Budget::OPEN) => return Tried::Settled,
            Lure::Base64 => State::Base64(Quad::default()),
            Lure::Hex => State::Hex(Nibbles::default()),
            Lure::Escape => {
                match unit(&Input { window, at: start, limit, last }) {
                    Unit::Wait => return Tried::Again,
                    Unit::Literal => return Tried::Settled,
                    Unit::Escape(..) => {}
                }
                if !job.budget.work(Budget::OPEN) {
                    return Tried::Settled;
                }
                // A term may have begun before its first escape.
                start = found.stand.map_or(start, |stand| stand.begun(job.tables, window)).max(self.upto);
                State::Escape(Escapes::default())
            }
            Lure::Rot13 | Lure::Mirror | Lure::MirrorWords => State::Turn,
        };
        if matches!(self.state, State::Turn) {
            let Some(text) = segment(window.slice(Span::new(start, limit)), last) else {
                return Tried::Again;
            };
            if !job.budget.work(Budget::OPEN) {
                return Tried::Settled;
            }
            self.nested.reset();
            let mut sink = Sink { nested: &mut self.nested, job };
            turn(self.lure, text, start, &mut sink);
            let _ = self.nested.scan(job, true);
            self.nested.doubt(job.tables);
            (self.start, self.upto) = (start, start + text.len());
        } else {
            self.nested.reset();
            self.open = true;
            (self.start, self.upto) = (start, start);
            self.read(job, window, limit, last);
        }
        if self.open || self.nested.has_hits() {
            self.at = count(start);
            self.nested.report(start, self.at, self.lure == Lure::Escape, hits);
        }
        Tried::Settled
    }
}
