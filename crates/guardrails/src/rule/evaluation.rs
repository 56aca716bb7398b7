use super::book::{Book, Rule, What};
use super::hold::LONGEST_VOID;
use super::measure;
use super::state::{ContextState, Fired, LastTwo, Mark, RuleState, Waiting};
use super::view::View;
use crate::{Boundary, Hit, Via};
use std::collections::VecDeque;
use std::ops::Deref;

/// The rules of a book over the hits of one text.
///
/// It borrows the book, or holds its owner: a stream outlives the call that began it.
pub(crate) struct Evaluation<B> {
    book: B,
    pub(super) rules: Vec<RuleState>,
    pub(super) slots: Vec<LastTwo>,
    contexts: Vec<ContextState>,
    waiting: VecDeque<Waiting>,
    pub(super) fired: Vec<Fired>,
    pub(super) overflow: bool,
    /// The contexts that rules which may fire ask about.
    needs: u64,
    /// Rules that found something which may yet be voided.
    pub(super) opened: Vec<usize>,
}

/// What came of an evaluation.
pub(crate) struct Outcome {
    pub(crate) fired: Vec<Fired>,
    /// More was found than is kept.
    pub(crate) overflow: bool,
}

impl<B: Deref<Target = Book> + Clone> Evaluation<B> {
    /// Starts one for the rules that are `active`, of which it is given the place, too.
    pub(crate) fn new(book: B, active: impl Fn(usize, &Rule) -> bool) -> Self {
        let mut needs = 0;
        let rules = book.rules.iter().enumerate().map(|(place, rule)| {
            let active = active(place, rule);
            needs |= if active { rule.unless } else { 0 };
            RuleState { active, ..RuleState::default() }
        });
        Self {
            rules: rules.collect(),
            needs,
            opened: Vec::new(),
            slots: vec![LastTwo::default(); book.slots],
            contexts: vec![ContextState::default(); book.contexts.len()],
            book,
            waiting: VecDeque::new(),
            fired: Vec::new(),
            overflow: false,
        }
    }

    /// One more hit. They come in the order of their ends; `view` shows the text around it.
    pub(crate) fn feed(&mut self, hit: &Hit, view: View<'_>) {
        let book = self.book.clone();
        let term = usize::try_from(hit.term.0).unwrap_or(usize::MAX);
        let Some(info) = book.terms.get(term) else { return };
        self.settle(hit.at, view);
        let mark = Mark::of(hit, info);
        let uses = book.uses.get(info.first..info.end).unwrap_or_default();
        let (mut counts, mut measured) = (false, false);
        for one in uses {
            match one.what {
                What::Item { rule, .. } | What::Not { rule } => {
                    if self.rules.get(rule).is_some_and(|state| state.active) {
                        counts = true;
                        measured |= one.range.is_some();
                    }
                }
                What::Before(context) => {
                    if let Some(state) = self.contexts.get_mut(context) {
                        state.before.push(mark);
                    }
                }
                What::Stop(context) => {
                    if let Some(state) = self.contexts.get_mut(context) {
                        state.stop.push(mark);
                    }
                }
                // No later hit ends before this one, so only those that wait can be meant.
                What::After(context) if !self.waiting.is_empty() => {
                    if let Some(state) = self.contexts.get_mut(context) {
                        state.after.push_back(mark);
                    }
                }
                What::After(_) => {}
            }
        }
        if !counts {
            return;
        }
        let number = if measured { measure::reading(view, hit.span.end) } else { None };
        let needs = info.needs & self.needs;
        let excusable = hit.via == Via::Plain && needs != 0;
        let contexts = if excusable { self.standing(needs, &mark, view) } else { 0 };
        let mark = match info.boundary {
            Boundary::Word => mark,
            _ if hit.via == Via::Decoded => mark,
            _ => Mark { span: view.words(mark.span), ..mark },
        };
        let waiting = Waiting { term, mark, excusable, contexts, number };
        if self.waiting.is_empty() && (!excusable || needs & self.book.made_after == 0) {
            self.resolve(&waiting, view);
        } else {
            self.waiting.push_back(waiting);
        }
    }

    /// The text is known up to `at`: what waited for no more than that is decided.
    pub(crate) fn settle(&mut self, at: u32, view: View<'_>) {
        while let Some(first) = self.waiting.front() {
            if first.mark.end.saturating_add(self.book.horizon) >= at {
                return;
            }
            if let Some(first) = self.waiting.pop_front() {
                self.resolve(&first, view);
            }
        }
    }

    /// What fired and can no longer be voided, where everything up to `at` is fed, is told: for a stream.
    pub(crate) fn flush(&mut self, at: u32) {
        if self.opened.is_empty() {
            return;
        }
        let book = self.book.clone();
        let mut opened = std::mem::take(&mut self.opened);
        opened.retain(|&place| {
            let (Some(rule), Some(state)) = (book.rules.get(place), self.rules.get_mut(place)) else {
                return false;
            };
            let Some(within) = rule.within else { return false };
            let mut certain = Vec::new();
            let mut waits = false;
            for open in state.open.iter_mut().filter(|open| !open.told) {
                open.told = open.whole.end.saturating_add(within).saturating_add(LONGEST_VOID) < at;
                if open.told {
                    certain.push(open.whole);
                }
                waits |= !open.told;
            }
            certain.into_iter().for_each(|whole| self.emit(place, rule, whole));
            waits
        });
        self.opened = opened;
    }

    /// What fired so far. The span of one of them may still grow.
    pub(crate) fn fired(&self) -> &[Fired] {
        &self.fired
    }

    /// Whether more was found than is kept.
    pub(crate) fn overflows(&self) -> bool {
        self.overflow
    }

    /// The text has ended. What fired comes in the order of the text, whenever it became certain.
    pub(crate) fn finish(mut self, view: View<'_>) -> Outcome {
        while let Some(first) = self.waiting.pop_front() {
            self.resolve(&first, view);
        }
        let book = self.book.clone();
        for (place, rule) in book.rules.iter().enumerate().filter(|(_, rule)| rule.voidable) {
            let open = self.rules.get_mut(place).map(|state| std::mem::take(&mut state.open));
            for open in open.unwrap_or_default().into_iter().filter(|open| !open.told) {
                self.emit(place, rule, open.whole);
            }
        }
        self.fired.sort_by_key(|fired| (fired.span, fired.rule));
        Outcome { fired: self.fired, overflow: self.overflow }
    }

    /// The contexts of `needs` that what precedes a hit puts it into.
    fn standing(&self, needs: u64, hit: &Mark, view: View<'_>) -> u64 {
        bits(needs)
            .filter(|&place| {
                let (context, state) = (self.book.contexts.get(place), self.contexts.get(place));
                context.zip(state).is_some_and(|(context, state)| context.precedes(state, hit, view))
            })
            .fold(0, |mask, place| mask | 1 << place)
    }

    fn resolve(&mut self, hit: &Waiting, view: View<'_>) {
        let book = self.book.clone();
        let Some(info) = book.terms.get(hit.term) else { return };
        let mut contexts = hit.contexts;
        if hit.excusable {
            for place in bits(info.needs & self.needs & book.made_after & !contexts) {
                if let Some((context, state)) = book.contexts.get(place).zip(self.contexts.get_mut(place))
                    && context.follows(state, &hit.mark, view)
                {
                    contexts |= 1 << place;
                }
            }
        }
        for one in book.uses.get(info.first..info.end).unwrap_or_default() {
            let (place, items) = match one.what {
                What::Item { rule, items } => (rule, Some(items)),
                What::Not { rule } => (rule, None),
                What::Before(_) | What::After(_) | What::Stop(_) => continue,
            };
            let measured = one.range.is_none_or(|range| {
                book.ranges.get(range).zip(hit.number).is_some_and(|(range, number)| range.holds(number))
            });
            let active = self.rules.get(place).is_some_and(|state| state.active);
            let Some(rule) = book.rules.get(place).filter(|_| active && measured) else { continue };
            match items {
                None => self.void(place, rule, &hit.mark),
                Some(items) if rule.unless & contexts == 0 => self.fill(place, rule, items, hit.mark),
                Some(_) => {}
            }
        }
    }
}

/// The places of the bits of a mask.
fn bits(mut mask: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = usize::try_from(mask.trailing_zeros()).ok().filter(|_| mask != 0)?;
        mask &= mask - 1;
        Some(place)
    })
}
