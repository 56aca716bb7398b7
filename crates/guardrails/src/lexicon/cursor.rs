use super::{Budget, Caps, Coverage, Feed, Hit, Job, LOOKBACK, Tables, Window};
use std::fmt;
use std::sync::Arc;

/// A scan of a text that comes in pieces. It finds exactly what [`Lexicon::scan`](crate::Lexicon::scan) finds in the whole, however the
/// text is cut.
///
/// A hit is reported once nothing that follows can change it: one whose term ends with a word waits for the character after it, and one
/// that stands in something encoded for up to a kilobyte more, or the end. Until then [`held_from`](Self::held_from) stays before it.
/// The cursor holds some kilobytes of the text, never all of it.
///
/// ```
/// use stockade_guardrails::{Boundary, Lexicon, Term};
/// let lexicon = Lexicon::new(&[Term { text: "ignore all".into(), boundary: Boundary::Word }])?;
/// let mut cursor = lexicon.cursor();
/// let mut hits = Vec::new();
/// cursor.push("Please IGN", &mut hits);
/// assert_eq!(cursor.held_from(), 7); // "IGN" may become a hit
/// cursor.push("ORE ALL rules", &mut hits);
/// let _ = cursor.finish(&mut hits);
/// assert_eq!(hits[0].span.range(), 7..17);
/// # Ok::<(), stockade_guardrails::LexiconError>(())
/// ```
pub struct Cursor {
    tables: Arc<Tables>,
    feed: Feed,
    caps: Caps,
    budget: Budget,
    /// The last of what was pushed.
    tail: String,
    base: usize,
    held: usize,
}

/// How much of the tail is kept, and how much more it may grow before the rest is dropped: so that each byte is moved once.
const KEPT: usize = 2 * LOOKBACK;
const GROWTH: usize = 2 * KEPT;

impl Cursor {
    pub(super) fn new(tables: Arc<Tables>) -> Self {
        Self {
            tables,
            feed: Feed::new(0),
            caps: Caps::default(),
            budget: Budget::default(),
            tail: String::new(),
            base: 0,
            held: 0,
        }
    }

    /// Scans the next piece, and adds to `hits` what has become certain; in no particular order, as hits of one position may be found in
    /// different ways. Costs nothing that grows with what came before.
    pub fn push(&mut self, chunk: &str, hits: &mut Vec<Hit>) {
        self.tail.push_str(chunk);
        self.advance(false, hits);
        let window = Window { text: &self.tail, base: self.base, folds: self.tables.folds };
        self.held = self.feed.held_from(&self.tables, &window).max(self.held);
        if self.tail.len() > KEPT + GROWTH {
            let window = Window { text: &self.tail, base: self.base, folds: self.tables.folds };
            let from = window.floor(window.end() - KEPT);
            self.feed.count_to(&window, from);
            self.tail.drain(..from - self.base);
            self.base = from;
        }
    }

    /// Takes what was pushed as the whole text: adds the hits that waited for more.
    pub fn finish(mut self, hits: &mut Vec<Hit>) -> Coverage {
        self.advance(true, hits);
        self.coverage()
    }

    /// What may be said so far of how much was looked at.
    pub fn coverage(&self) -> Coverage {
        coverage(&self.caps, &self.budget)
    }

    /// The first byte of the text that a hit still to be reported may include. What stands before it is settled: this never goes back.
    #[must_use]
    pub fn held_from(&self) -> usize {
        self.held
    }

    /// How many folded bytes stand before `at`: a measure that [`Hit::at`] is in. No hit that is still to be reported has less, if `at` is what is
    /// [held](Self::held_from).
    pub(crate) fn folded_before(&mut self, at: usize) -> u32 {
        let window = Window { text: &self.tail, base: self.base, folds: self.tables.folds };
        u32::try_from(self.feed.folded_before(&window, at)).unwrap_or(u32::MAX)
    }

    fn advance(&mut self, last: bool, hits: &mut Vec<Hit>) {
        let window = Window { text: &self.tail, base: self.base, folds: self.tables.folds };
        let mut job = Job { tables: &self.tables, caps: &mut self.caps, budget: &mut self.budget };
        self.feed.advance(&mut job, &window, last, hits);
    }

    /// The same without a copy of the text.
    pub(super) fn scan_whole(tables: &Tables, text: &str, hits: &mut Vec<Hit>) -> Coverage {
        let (mut caps, mut budget) = (Caps::default(), Budget::default());
        let window = Window { text, base: 0, folds: tables.folds };
        let mut job = Job { tables, caps: &mut caps, budget: &mut budget };
        Feed::new(0).advance(&mut job, &window, true, hits);
        coverage(&caps, &budget)
    }
}

fn coverage(caps: &Caps, budget: &Budget) -> Coverage {
    if caps.exceeded || budget.exceeded { Coverage::BudgetSpent } else { Coverage::Whole }
}

impl fmt::Debug for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cursor").field("end", &(self.base + self.tail.len())).finish_non_exhaustive()
    }
}
