//! The scan itself: three automata over one text, and what they found on the way.

use super::dense::{Columns, EVENT};
use super::skim::{States, skim};
use super::squeeze::{begun, unmask};
use super::window::Start;
use super::{Budget, Hit, Job, Tables, Target, TermId, Via, Window};
use crate::Span;
use crate::decode::{Decoders, Found, MAX_DEPTH, Sentinel, Signal};
use crate::fold::{Fold, kind};

/// Decoders run whenever the scan has come over so many bytes of the source: at the same places however the text is cut.
const BLOCK: usize = 1024;

/// Where a scan stands.
#[derive(Debug)]
pub(crate) struct Feed {
    depth: u8,
    states: Option<States>,
    /// Everything before is scanned.
    at: usize,
    /// Up to the last hit, and up to the last place that was decoded: either only goes on, so that nothing is counted twice.
    counted: Count,
    decoded: Count,
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

/// How many folded bytes stand before a place.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    at: usize,
    folded: usize,
    /// Whether the last of them is a space.
    spaced: bool,
}

impl Count {
    /// How many stand before `at`: quickly, if that lies ahead.
    fn to(&mut self, window: &Window<'_>, at: usize) -> usize {
        if at >= self.at {
            let (len, spaced) = window.folded_len(Span::new(self.at, at), self.spaced);
            (self.at, self.spaced) = (at, spaced);
            self.folded += len;
            return self.folded;
        }
        let (later, _) = window.folded_len(Span::new(at, self.at), window.space_before(at));
        self.folded.saturating_sub(later)
    }
}

impl Feed {
    pub(crate) fn new(depth: u8) -> Self {
        Self {
            depth,
            states: None,
            at: 0,
            counted: Count::default(),
            decoded: Count::default(),
            waiting: Vec::new(),
            lures: Vec::new(),
            decoders: None,
        }
    }

    /// Forgets the text, and keeps its memory.
    pub(crate) fn reset(&mut self) {
        self.states = None;
        (self.at, self.counted, self.decoded) = (0, Count::default(), Count::default());
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

    /// How many folded bytes stand before `at`. After that, the text before may be dropped.
    pub(crate) fn count_to(&mut self, window: &Window<'_>, at: usize) -> usize {
        self.decoded.to(window, at);
        self.counted.to(window, at)
    }

    /// How many folded bytes stand before `at`, where no text is dropped.
    pub(crate) fn folded_before(&mut self, window: &Window<'_>, at: usize) -> usize {
        self.counted.to(window, at)
    }

    /// The first byte that a hit still to come may include.
    pub(crate) fn held_from(&self, tables: &Tables, window: &Window<'_>) -> usize {
        let States { main, squeezed, sentinel } = self.states.unwrap_or(tables.start());
        let mut held = Self::begun(tables, window, Stand { at: self.at, main, squeezed });
        held = held.min(tables.sentinel.begun(sentinel, window, self.at));
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
        let mut states = self.states.unwrap_or(tables.start());
        while self.at < until {
            let (from, until) = (self.at - window.base, until - window.base);
            let (at, next) = skim(tables, window.text.as_bytes(), from, until, &mut states);
            self.at = window.base + at;
            let Some(mut next) = next else { break };
            if next.sentinel & EVENT != 0 {
                let signal = Sentinel::signal(next.sentinel);
                next.sentinel = tables.sentinel.after(signal);
                if signal == Signal::Foreign {
                    states.sentinel = next.sentinel;
                    self.foreign(job, window, &mut states, hits);
                    continue;
                }
                if self.depth < MAX_DEPTH && !job.budget.exceeded {
                    let stand = Stand { at: self.at, main: states.main, squeezed: states.squeezed };
                    self.lures.push(Found::of(signal, window, stand));
                }
            }
            self.at += 1;
            states = next;
            if (next.main | next.squeezed) & EVENT != 0 {
                states.main &= !EVENT;
                states.squeezed &= !EVENT;
                self.matched(job, window, &next, self.at, &[], hits);
            }
        }
        self.states = Some(states);
    }

    /// Steps over a character beyond ASCII that is more than one byte when it is folded.
    fn foreign(&mut self, job: &mut Job<'_>, window: &Window<'_>, states: &mut States, hits: &mut Vec<Hit>) {
        let tables = job.tables;
        let text = window.text.get(self.at - window.base..).unwrap_or_default();
        let Some(c) = text.chars().next() else { return };
        self.at += c.len_utf8();
        let end = self.at;
        let letter = !matches!(tables.folds.fold(c), Fold::Own { word: false });
        let bytes = tables.folds.bytes(c);
        let mut before = 0;
        for (nth, &byte) in bytes.as_slice().iter().enumerate() {
            // Where no term has a byte beyond ASCII, the second says what the first did.
            if byte.min(before) >= 0x80 && tables.one_step == kind::FOREIGN {
                continue;
            }
            before = byte;
            let class = tables.classes[usize::from(byte)];
            let column = if letter { class.squeezed() } else { Columns::SKIP.into() };
            states.main = tables.step(states.main, class.main());
            states.squeezed = tables.step(states.squeezed, column);
            if (states.main | states.squeezed) & EVENT != 0 {
                let next = *states;
                states.main &= !EVENT;
                states.squeezed &= !EVENT;
                let rest = bytes.as_slice().get(nth + 1..).unwrap_or_default();
                self.matched(job, window, &next, end, rest, hits);
            }
        }
    }

    /// Terms end at `end`, before the folded bytes `rest` of the character that ends there.
    #[inline(never)]
    fn matched(
        &mut self,
        job: &mut Job<'_>,
        window: &Window<'_>,
        next: &States,
        end: usize,
        rest: &[u8],
        hits: &mut Vec<Hit>,
    ) {
        let tables = job.tables;
        let goes_on = match rest.first() {
            Some(byte) => Some(byte.is_ascii_alphanumeric() || !byte.is_ascii()),
            None => window.word_at(end),
        };
        // The last term that is there as written.
        let mut plain = None;
        if next.main & EVENT != 0 {
            let state = next.main & !EVENT;
            for &pattern in tables.main.ending(state) {
                match tables.targets.get(pattern as usize) {
                    Some(&Target::Term(term)) => {
                        let Some(known) = tables.terms.get(term as usize) else { continue };
                        let blocked = known.boundary.closes() && goes_on == Some(true);
                        if blocked || job.caps.full(TermId(term), self.depth > 0) {
                            continue;
                        }
                        let start = match window.plain_start(end, rest.len(), known.folded_len) {
                            Some(start) => start,
                            // Look-alikes, accents, runs of spaces: a walk, as for letters apart.
                            None if !job.budget.work(Budget::UNMASK + 2 * known.folded_len) => continue,
                            None => window.start(end, rest.len(), known.folded_len),
                        };
                        if !(known.boundary.opens() && start.after_word) {
                            plain = Some(term);
                            self.meet(job, window, term, start, end, goes_on, Via::Plain, hits);
                        }
                    }
                    Some(&Target::Lure(lure)) if self.depth < MAX_DEPTH && !job.budget.exceeded => {
                        let start = window.start(end, rest.len(), tables.main.depth(state)).at;
                        self.lures.push(Found { lure, start, stand: None });
                    }
                    _ => {}
                }
            }
        }
        if next.squeezed & EVENT != 0 {
            for &pattern in tables.squeezed.ending(next.squeezed & !EVENT) {
                let Some(&term) = tables.squeezes.get(pattern as usize) else { continue };
                let Some(known) = tables.terms.get(term as usize) else { continue };
                let blocked = known.boundary.closes() && goes_on == Some(true);
                if blocked || plain == Some(term) || job.caps.full(TermId(term), self.depth > 0) {
                    continue;
                }
                if !job.budget.work(Budget::UNMASK + 4 * known.letters.len()) {
                    break;
                }
                if let Some(start) = unmask(window, end, rest.len(), known)
                    && !(known.boundary.opens() && start.after_word)
                {
                    self.meet(job, window, term, start, end, goes_on, Via::Disguised, hits);
                }
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
        if self.depth > 0 && !job.budget.work(Budget::HIT) {
            return;
        }
        let at = u32::try_from(self.counted.to(window, end)).unwrap_or(u32::MAX);
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
        decoders.run(
            job,
            window,
            self.at,
            last,
            &mut lures,
            &mut |at| self.decoded.to(window, at),
            &mut found,
        );
        for hit in found {
            self.report(job, hit, hits);
        }
        self.lures = lures;
        self.decoders = Some(decoders);
    }
}
