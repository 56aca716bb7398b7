//! The rules over terms, on a stream.

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
    /// Hits that the evaluation has not got yet, in its order.
    pending: Vec<Hit>,
    /// From where on text is held for a hit that it has got, and up to which place.
    holds: Vec<(usize, u32)>,
    held: usize,
    /// What fired in the end.
    done: Vec<Fired>,
    /// How many of what fired the pen has seen.
    pub(super) seen: usize,
    pub(super) overflow: bool,
    pub(super) budget_spent: bool,
}

impl Rules {
    pub(super) fn new(inner: &Inner) -> Self {
        Self {
            cursor: inner.book.lexicon.as_ref().map(|lexicon| lexicon.cursor()),
            evaluation: None,
            pending: Vec::new(),
            holds: Vec::new(),
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
        let known = self.pending.len();
        cursor.push(chunk, &mut self.pending);
        self.held = cursor.held_from();
        self.budget_spent = cursor.coverage() == Coverage::BudgetSpent;
        if self.pending.is_empty() && self.holds.is_empty() {
            return;
        }
        if self.pending.len() > known {
            self.pending.sort_by_key(order);
        }
        let sure = cursor.folded_before(self.held);
        let view = View::part(text, base);
        let end = base + text.len();
        let ready = self.pending.iter().take_while(|hit| hit.at <= sure && hit.span.end + View::AHEAD <= end);
        let ready = ready.count();
        self.feed(inner, ask, ready, view);
        let now = self.pending.first().map_or(sure, |next| sure.min(next.at.saturating_sub(1)));
        if let Some(evaluation) = &mut self.evaluation {
            evaluation.settle(now, view);
            evaluation.flush(now);
            self.overflow = evaluation.overflows();
        }
        self.holds.retain(|(_, until)| *until >= now);
    }

    /// The text has ended.
    pub(super) fn finish(&mut self, inner: &Arc<Inner>, ask: &Ask<'_>, text: &str, base: usize) {
        let Some(cursor) = self.cursor.take() else { return };
        self.budget_spent = cursor.finish(&mut self.pending) == Coverage::BudgetSpent;
        self.pending.sort_by_key(order);
        let view = View::part(text, base);
        self.feed(inner, ask, self.pending.len(), view);
        self.holds.clear();
        self.held = usize::MAX;
        if let Some(evaluation) = self.evaluation.take() {
            let outcome = evaluation.finish(view);
            (self.done, self.overflow) = (outcome.fired, outcome.overflow);
        }
        self.seen = 0;
    }

    fn feed(&mut self, inner: &Arc<Inner>, ask: &Ask<'_>, count: usize, view: View<'_>) {
        if count == 0 {
            return;
        }
        let evaluation = self.evaluation.get_or_insert_with(|| {
            Evaluation::new(Shelf(Arc::clone(inner)), ask, |rule| inner.applies(rule, ask))
        });
        for hit in self.pending.drain(..count) {
            if let Some(until) = inner.book.hold(&hit, |rule| is_active(inner, ask, rule)) {
                let start = view.words(hit.span).start;
                self.holds.push((start, until));
            }
            evaluation.feed(&hit, view);
        }
    }

    /// Everything before is decided.
    pub(super) fn decided(&self, inner: &Inner, ask: &Ask<'_>, view: View<'_>) -> usize {
        if self.cursor.is_none() {
            return usize::MAX;
        }
        let pending = self
            .pending
            .iter()
            .filter(|hit| inner.book.hold(hit, |rule| is_active(inner, ask, rule)).is_some());
        let pending = pending.map(|hit| view.words(hit.span).start);
        let holds = self.holds.iter().map(|(start, _)| *start);
        // A term may start within a word, and what is found is the word.
        let held = view.words(Span::new(self.held, self.held)).start;
        pending.chain(holds).fold(held, usize::min)
    }

    /// Where the first hit starts that the evaluation has not got yet.
    pub(super) fn needed(&self) -> usize {
        self.pending.iter().map(|hit| hit.span.start).min().unwrap_or(usize::MAX)
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

fn is_active(inner: &Inner, ask: &Ask<'_>, rule: &Rule) -> bool {
    inner.applies(rule, ask) && rule.is_for(ask)
}
