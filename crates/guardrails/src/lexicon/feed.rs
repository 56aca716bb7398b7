//! The scan itself: three automata over one text, and what they found on the way.

use super::dense::START;
use super::squeeze::{begun, unmask};
use super::window::Start;
use super::{Hit, Job, Tables, Target, TermId, Via, Window};
use crate::Span;
use crate::decode::{Decoders, Found, MAX_DEPTH, Sentinel, Signal};
use crate::fold::Fold;

/// Decoders run whenever the scan has come over so many bytes of the source: at the same places however the text is cut.
const BLOCK: usize = 1024;

/// Where a scan stands.
#[derive(Debug)]
pub(crate) struct Feed {
    depth: u8,
    main: u32,
    squeezed: u32,
    sentinel: u16,
    /// Everything before is scanned.
    at: usize,
    /// How many folded bytes there are before `counted`.
    folded: usize,
    counted: usize,
    /// Hits that count unless a word goes on after them.
    waiting: Vec<Hit>,
    lures: Vec<Found>,
    decoders: Option<Box<Decoders>>,
}

/// Where the automata stand before a byte.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stand {
    pub(crate) at: usize,
    main: u32,
    squeezed: u32,
}

impl Stand {
    /// The first byte of what they are in the middle of.
    pub(crate) fn begun(self, tables: &Tables, window: &Window<'_>) -> usize {
        Feed::begun(tables, window, self)
    }
}

impl Feed {
    pub(crate) fn new(depth: u8) -> Self {
        Self {
            depth,
            main: START,
            squeezed: START,
            sentinel: Sentinel::START,
            at: 0,
            folded: 0,
            counted: 0,
            waiting: Vec::new(),
            lures: Vec::new(),
            decoders: None,
        }
    }

    /// Forgets the text, and keeps its memory.
    pub(crate) fn reset(&mut self) {
        (self.main, self.squeezed, self.sentinel) = (START, START, Sentinel::START);
        (self.at, self.folded, self.counted) = (0, 0, 0);
        self.waiting.clear();
        self.lures.clear();
        if let Some(decoders) = &mut self.decoders {
            decoders.reset();
        }
    }

    /// Scans the rest of `window`.
    pub(crate) fn advance(
        &mut self,
        job: &mut Job<'_>,
        window: &Window<'_>,
        last: bool,
        hits: &mut Vec<Hit>,
    ) {
        self.settle(job, window, last, hits);
        while self.at < window.end() {
            let border = (self.at / BLOCK + 1) * BLOCK;
            self.run(job, window, border.min(window.end()), hits);
            if self.at >= border {
                self.decode(job, window, false, hits);
            }
        }
        if last {
            self.settle(job, window, true, hits);
            self.decode(job, window, true, hits);
        }
    }

    /// How many folded bytes stand before `at`.
    pub(crate) fn count_to(&mut self, window: &Window<'_>, at: usize) -> usize {
        if at >= self.counted {
            let spaced = window.space_before(self.counted);
            self.folded += window.folded_len(Span::new(self.counted, at), spaced);
            self.counted = at;
            return self.folded;
        }
        let later = window.folded_len(Span::new(at, self.counted), window.space_before(at));
        self.folded.saturating_sub(later)
    }

    /// The first byte that a hit still to come may include.
    pub(crate) fn held_from(&self, tables: &Tables, window: &Window<'_>) -> usize {
        let stand = Stand { at: self.at, main: self.main, squeezed: self.squeezed };
        let mut held = Self::begun(tables, window, stand);
        held = held.min(tables.sentinel.begun(self.sentinel, window, self.at));
        held = self.waiting.iter().map(|hit| hit.span.start).fold(held, usize::min);
        held = self.lures.iter().map(|found| found.start).fold(held, usize::min);
        // Later ones are in the middle of nothing that began earlier.
        let escape = self.lures.iter().find_map(|found| found.stand);
        held = escape.map_or(held, |stand| Self::begun(tables, window, stand).min(held));
        let held = self.decoders.as_ref().map_or(held, |decoders| decoders.held_from(tables).min(held));
        window.floor(held)
    }

    /// The first byte of what the automata are in the middle of, where they stood as `stand` says.
    fn begun(tables: &Tables, window: &Window<'_>, stand: Stand) -> usize {
        let Stand { at, main, squeezed } = stand;
        let mut from = at;
        let depth = tables.main.depth(main);
        if depth > 0 {
            from = window.start(at, 0, depth).at;
        }
        let (letters, pattern) = tables.squeezed.prefix(squeezed);
        if letters > 0
            && let Some(term) = tables.squeezes.get(pattern as usize)
            && let Some(known) = tables.terms.get(*term as usize)
        {
            from = from.min(begun(window, at, letters, known));
        }
        from
    }

    /// Steps over the source up to `until`, and to the end of the character there.
    fn run(&mut self, job: &mut Job<'_>, window: &Window<'_>, until: usize, hits: &mut Vec<Hit>) {
        let tables = job.tables;
        let bytes = window.text.as_bytes();
        let mut at = self.at - window.base;
        let until = until - window.base;
        let (mut main, mut squeezed, mut sentinel) = (self.main, self.squeezed, self.sentinel);
        while at < until {
            let Some(&byte) = bytes.get(at) else { break };
            let class = tables.classes[usize::from(byte)];
            let next = tables.sentinel.step(sentinel, class.sentinel);
            if next >= Sentinel::SIGNALS {
                let signal = Sentinel::signal(next);
                sentinel = Sentinel::after(signal);
                if signal == Signal::Foreign {
                    self.at = window.base + at;
                    (self.main, self.squeezed) = (main, squeezed);
                    at += self.foreign(job, window, hits);
                    (main, squeezed) = (self.main, self.squeezed);
                    continue;
                }
                if self.depth < MAX_DEPTH {
                    let stand = Stand { at: window.base + at, main, squeezed };
                    self.lures.push(Found::of(signal, window, stand));
                }
            } else {
                sentinel = next;
            }
            main = tables.main.step(main, class.main);
            squeezed = tables.squeezed.step(squeezed, class.squeezed);
            at += 1;
            if main >= tables.main.first_match || squeezed >= tables.squeezed.first_match {
                (self.main, self.squeezed) = (main, squeezed);
                self.matched(job, window, window.base + at, &[], hits);
            }
        }
        (self.main, self.squeezed, self.sentinel) = (main, squeezed, sentinel);
        self.at = window.base + at;
    }

    /// Steps over one character beyond ASCII; how long it is.
    fn foreign(&mut self, job: &mut Job<'_>, window: &Window<'_>, hits: &mut Vec<Hit>) -> usize {
        let Some(c) = window.text.get(self.at - window.base..).and_then(|rest| rest.chars().next()) else {
            return 1;
        };
        let tables = job.tables;
        let letter = match tables.folds.fold(c) {
            Fold::Drop => return c.len_utf8(),
            Fold::Own { word } => word,
            Fold::Byte(_) | Fold::Other(_) => true,
        };
        let end = self.at + c.len_utf8();
        let bytes = tables.folds.bytes(c);
        let bytes = bytes.as_slice();
        for (nth, &byte) in bytes.iter().enumerate() {
            let class = tables.classes[usize::from(byte)];
            self.main = tables.main.step(self.main, class.main);
            let column = if letter { class.squeezed } else { super::dense::Columns::SKIP };
            self.squeezed = tables.squeezed.step(self.squeezed, column);
            if self.main >= tables.main.first_match || self.squeezed >= tables.squeezed.first_match {
                self.matched(job, window, end, bytes.get(nth + 1..).unwrap_or_default(), hits);
            }
        }
        c.len_utf8()
    }

    /// Terms end at `end`, before the folded bytes `rest` of the character that ends there.
    #[cold]
    #[inline(never)]
    fn matched(
        &mut self,
        job: &mut Job<'_>,
        window: &Window<'_>,
        end: usize,
        rest: &[u8],
        hits: &mut Vec<Hit>,
    ) {
        let tables = job.tables;
        let goes_on = match rest.first() {
            Some(byte) => Some(byte.is_ascii_alphanumeric() || !byte.is_ascii()),
            None => window.word_at(end),
        };
        for &pattern in tables.main.ending(self.main) {
            match tables.targets.get(pattern as usize) {
                Some(&Target::Term(term)) => {
                    let Some(known) = tables.terms.get(term as usize) else { continue };
                    let blocked = known.boundary.closes() && goes_on == Some(true);
                    if blocked || job.caps.full(TermId(term), self.depth > 0) {
                        continue;
                    }
                    let start = window.start(end, rest.len(), known.folded_len);
                    self.meet(job, window, term, start, end, goes_on, Via::Plain, hits);
                }
                Some(&Target::Lure(lure)) if self.depth < MAX_DEPTH => {
                    let start = window.start(end, rest.len(), tables.main.depth(self.main)).at;
                    self.lures.push(Found { lure, start, stand: None });
                }
                _ => {}
            }
        }
        for &pattern in tables.squeezed.ending(self.squeezed) {
            let Some(&term) = tables.squeezes.get(pattern as usize) else { continue };
            let Some(known) = tables.terms.get(term as usize) else { continue };
            let blocked = known.boundary.closes() && goes_on == Some(true);
            if blocked || job.caps.full(TermId(term), self.depth > 0) {
                continue;
            }
            if let Some(start) = unmask(window, end, rest.len(), known) {
                self.meet(job, window, term, start, end, goes_on, Via::Disguised, hits);
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "what is known of a hit")]
    fn meet(
        &mut self,
        job: &mut Job<'_>,
        window: &Window<'_>,
        term: u32,
        start: Start,
        end: usize,
        goes_on: Option<bool>,
        via: Via,
        hits: &mut Vec<Hit>,
    ) {
        let Some(known) = job.tables.terms.get(term as usize) else { return };
        if known.boundary.opens() && start.after_word {
            return;
        }
        let at = u32::try_from(self.count_to(window, end)).unwrap_or(u32::MAX);
        let hit = Hit { term: TermId(term), at, span: Span::new(start.at, end), via };
        if known.boundary.closes() && goes_on.is_none() {
            self.waiting.push(hit);
        } else {
            self.report(job, hit, hits);
        }
    }

    fn report(&self, job: &mut Job<'_>, hit: Hit, hits: &mut Vec<Hit>) {
        if self.depth > 0 || job.caps.admit(job.tables, hit.term, hit.via) {
            hits.push(hit);
        }
    }

    /// Decides the hits that waited for what follows them.
    fn settle(&mut self, job: &mut Job<'_>, window: &Window<'_>, last: bool, hits: &mut Vec<Hit>) {
        if self.waiting.is_empty() {
            return;
        }
        let goes_on = match window.word_at(self.at) {
            Some(goes_on) => goes_on,
            None if last => false,
            None => return,
        };
        let waiting = std::mem::take(&mut self.waiting);
        if !goes_on {
            waiting.iter().for_each(|hit| self.report(job, *hit, hits));
        }
        self.waiting = waiting;
        self.waiting.clear();
    }

    /// Decodes what was found to be encoded in the source scanned so far.
    fn decode(&mut self, job: &mut Job<'_>, window: &Window<'_>, last: bool, hits: &mut Vec<Hit>) {
        if self.depth == 0 {
            job.budget.grow_to(self.at);
        }
        let idle = self.lures.is_empty() && self.decoders.as_ref().is_none_or(|decoders| decoders.is_idle());
        if idle {
            return;
        }
        let mut decoders = self.decoders.take().unwrap_or_else(|| Box::new(Decoders::new(self.depth + 1)));
        let mut lures = std::mem::take(&mut self.lures);
        let mut found = Vec::new();
        decoders.run(job, window, self.at, last, &mut lures, &mut |at| self.count_to(window, at), &mut found);
        for hit in found {
            self.report(job, hit, hits);
        }
        self.lures = lures;
        self.decoders = Some(decoders);
    }
}
