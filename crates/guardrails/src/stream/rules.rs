//! The rules over terms, on a stream.

use super::holds::Holds;
use crate::guard::Inner;
use crate::rule::{Book, Evaluation, Fired, Rule, View};
use crate::{Ask, Coverage, Cursor, Hit, Span, TermId, Via};
use std::ops::Deref;
use std::sync::Arc;

/// The book of a guard, held by holding the guard.
#[derive(Clone)]
pub(super) struct Shelf(pub(super) Arc<Inner>);

impl Deref for Shelf {
    type Target = Book;

    fn deref(&self) -> &Book {
        &self.0.book
    }
}

/// How far the rules have read.
pub(super) struct Rules {
    cursor: Option<Cursor>,
    /// Begun by the first hit, as most texts have none.
    evaluation: Option<Evaluation<Shelf>>,
    /// What the cursor found at once.
    fresh: Vec<Hit>,
    /// Hits that the evaluation has not got yet, in its order.
    pending: Vec<Pending>,
    /// What is held for hits that it has got.
    holds: Holds,
    /// How far a hit of each term holds text; empty until the first, so that most streams do without.
    reaches: Vec<Reach>,
    held: usize,
    /// What fired in the end.
    done: Vec<Fired>,
    /// How many of what fired the pen has seen.
    pub(super) seen: usize,
    pub(super) overflow: bool,
    pub(super) budget_spent: bool,
}

/// A hit that the evaluation has not got yet, and where and how long text is held for it.
struct Pending {
    hit: Hit,
    held: Option<(usize, u32)>,
}

/// How far a hit of some term holds text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    Unknown,
    Nowhere,
    Up(u32),
}

impl Rules {
    pub(super) fn new(inner: &Inner) -> Self {
        Self {
            cursor: inner.book.lexicon.as_ref().map(|lexicon| lexicon.cursor()),
            evaluation: None,
            fresh: Vec::new(),
            pending: Vec::new(),
            holds: Holds::default(),
            reaches: Vec::new(),
            held: 0,
            done: Vec::new(),
            seen: 0,
            overflow: false,
            budget_spent: false,
        }
    }

    /// Reads on. `text` starts at `base` of the whole; `chunk` is its end, and new.
    pub(super) fn read(&mut self, inner: &Arc<Inner>, ask: &Ask<'_>, text: &str, base: usize, chunk: &str) {
        let Some(cursor) = &mut self.cursor else { return };
        cursor.push(chunk, &mut self.fresh);
        self.held = cursor.held_from();
        self.budget_spent = cursor.coverage() == Coverage::BudgetSpent;
        if self.fresh.is_empty() && self.pending.is_empty() && self.holds.is_empty() {
            return;
        }
        let sure = cursor.folded_before(self.held);
        let view = View::part(text, base);
        self.take(inner, ask, view);
        let end = base + text.len();
        let ready =
            self.pending.iter().take_while(|one| one.hit.at <= sure && one.hit.span.end + View::AHEAD <= end);
        let ready = ready.count();
        self.feed(inner, ask, ready, view);
        let now = self.pending.first().map_or(sure, |next| sure.min(next.hit.at.saturating_sub(1)));
        if let Some(evaluation) = &mut self.evaluation {
            evaluation.settle(now, view);
            evaluation.flush(now);
            self.overflow = evaluation.overflows();
        }
        self.holds.settle(now);
    }

    /// The text has ended.
    pub(super) fn finish(&mut self, inner: &Arc<Inner>, ask: &Ask<'_>, text: &str, base: usize) {
        let Some(cursor) = self.cursor.take() else { return };
        self.budget_spent = cursor.finish(&mut self.fresh) == Coverage::BudgetSpent;
        let view = View::part(text, base);
        self.take(inner, ask, view);
        self.feed(inner, ask, self.pending.len(), view);
        self.holds.clear();
        self.held = usize::MAX;
        if let Some(evaluation) = self.evaluation.take() {
            let outcome = evaluation.finish(view);
            (self.done, self.overflow) = (outcome.fired, outcome.overflow);
        }
        self.seen = 0;
    }

    /// Puts what is fresh and means anything in its place.
    fn take(&mut self, inner: &Inner, ask: &Ask<'_>, view: View<'_>) {
        let known = self.pending.len();
        for hit in self.fresh.drain(..).filter(|hit| inner.book.matters(hit.term, ask.direction)) {
            let reach = reach(&mut self.reaches, inner, ask, hit.term);
            let held = reach.map(|reach| (view.words(hit.span).start, hit.at.saturating_add(reach)));
            self.pending.push(Pending { hit, held });
        }
        if self.pending.len() > known {
            self.pending.sort_by_key(|one| order(&one.hit));
        }
    }

    fn feed(&mut self, inner: &Arc<Inner>, ask: &Ask<'_>, count: usize, view: View<'_>) {
        if count == 0 {
            return;
        }
        let evaluation = self.evaluation.get_or_insert_with(|| {
            Evaluation::new(Shelf(Arc::clone(inner)), |_, rule| is_active(inner, ask, rule))
        });
        for Pending { hit, held } in self.pending.drain(..count) {
            if let Some((start, until)) = held {
                self.holds.add(start, until);
            }
            evaluation.feed(&hit, view);
        }
    }

    /// Everything before is decided.
    pub(super) fn decided(&self, view: View<'_>) -> usize {
        if self.cursor.is_none() {
            return usize::MAX;
        }
        let pending = self.pending.iter().filter_map(|one| one.held).map(|(start, _)| start);
        // A term may start within a word, and what is found is the word.
        let held = view.words(Span::new(self.held, self.held)).start;
        pending.fold(held.min(self.holds.first()), usize::min)
    }

    /// Where the first hit starts that the evaluation has not got yet.
    pub(super) fn needed(&self) -> usize {
        self.pending.iter().map(|one| one.hit.span.start).min().unwrap_or(usize::MAX)
    }

    /// What fired so far; at the end, all of it.
    pub(super) fn fired(&self) -> &[Fired] {
        self.evaluation.as_ref().map_or(&self.done, Evaluation::fired)
    }
}

/// As [`Lexicon::scan`](crate::Lexicon::scan) has it.
fn order(hit: &Hit) -> (u32, Span, TermId, Via) {
    (hit.at, hit.span, hit.term, hit.via)
}

/// How far a hit of `term` holds text, worked out once.
fn reach(reaches: &mut Vec<Reach>, inner: &Inner, ask: &Ask<'_>, term: TermId) -> Option<u32> {
    let place = term.0 as usize;
    if reaches.is_empty() {
        reaches.resize(inner.book.terms(), Reach::Unknown);
    }
    let known = reaches.get_mut(place)?;
    if *known == Reach::Unknown {
        let found = inner.book.hold(term, |rule| is_active(inner, ask, rule));
        *known = found.map_or(Reach::Nowhere, Reach::Up);
    }
    match *known {
        Reach::Up(reach) => Some(reach),
        Reach::Unknown | Reach::Nowhere => None,
    }
}

fn is_active(inner: &Inner, ask: &Ask<'_>, rule: &Rule) -> bool {
    inner.applies(rule, ask) && rule.is_for(ask)
}
