//! From hits that count to rules that fire.

use super::Rule;
use super::evaluation::Evaluation;
use super::state::{Fired, LastTwo, Mark, Open};
use crate::policy::MAX_ITEMS;

impl<B> Evaluation<B> {
    /// One more hit for some items of a rule.
    pub(super) fn fill(&mut self, place: usize, rule: &Rule, items: u8, new: Mark) {
        if rule.items == 1 {
            return self.fire(place, rule, new);
        }
        let slots = self.slots.get_mut(rule.first_slot..rule.first_slot + rule.items).unwrap_or_default();
        let complete = match rule.ordered {
            true => in_order(slots, rule.within, items, new),
            false => in_any_order(slots, rule.within, items, new),
        };
        if let Some(whole) = complete {
            self.fire(place, rule, whole);
        }
    }

    /// A rule has all it needs.
    fn fire(&mut self, place: usize, rule: &Rule, whole: Mark) {
        let Some(state) = self.rules.get_mut(place) else { return };
        if !rule.voidable {
            return self.emit(place, rule, whole);
        }
        if state.is_void(rule, whole.start) {
            return;
        }
        // Of what only says that a rule holds, the first that is left is enough: whatever voids it voids all after it so far.
        if state.open.is_empty() || rule.keeps() == Rule::MANY {
            state.open.push(Open { whole, told: false });
            if !self.opened.contains(&place) {
                self.opened.push(place);
            }
        }
    }

    /// A hit that voids a rule: what lies far enough behind is final, the rest is gone.
    pub(super) fn void(&mut self, place: usize, rule: &Rule, hit: &Mark) {
        let Some(state) = self.rules.get_mut(place) else { return };
        state.voided = Some(hit.end);
        for Open { whole, .. } in std::mem::take(&mut state.open).into_iter().filter(|open| !open.told) {
            if rule.within.is_some_and(|within| whole.end.saturating_add(within) < hit.start) {
                self.emit(place, rule, whole);
            }
        }
    }

    pub(super) fn emit(&mut self, place: usize, rule: &Rule, whole: Mark) {
        let Some(state) = self.rules.get_mut(place) else { return };
        if let Some(last) = state.last.and_then(|last| self.fired.get_mut(last))
            && last.span.overlaps(whole.span)
        {
            let (start, end) = (last.span.start.min(whole.span.start), last.span.end.max(whole.span.end));
            last.span = crate::Span::new(start, end);
            return;
        }
        if state.count == rule.keeps() {
            self.overflow |= rule.keeps() == Rule::MANY;
            return;
        }
        state.count += 1;
        state.last = Some(self.fired.len());
        self.fired.push(Fired { rule: place, span: whole.span });
    }
}

fn close(from: u32, to: u32, within: Option<u32>) -> bool {
    within.is_none_or(|within| to.saturating_sub(from) <= within)
}

/// Each slot holds the chain up to its item that starts last.
fn in_order(slots: &mut [LastTwo], within: Option<u32>, items: u8, new: Mark) -> Option<Mark> {
    let mut complete = None;
    for item in (0..slots.len()).rev().filter(|item| items & (1 << item) != 0) {
        let chain = match item.checked_sub(1).map(|before| slots.get(before).and_then(LastTwo::last)) {
            None => new,
            Some(Some(before)) if before.end <= new.start && close(before.start, new.end, within) => {
                before.to(&new)
            }
            Some(_) => continue,
        };
        if item + 1 == slots.len() {
            complete = Some(chain);
        } else if let Some(slot) = slots.get_mut(item)
            && slot.last().is_none_or(|old| old.start <= chain.start)
        {
            slot.replace(chain);
        }
    }
    complete
}

/// Each slot holds the last hits of its item. A hit stands for one item at a time, and two items never share a part of the text.
fn in_any_order(slots: &mut [LastTwo], within: Option<u32>, items: u8, new: Mark) -> Option<Mark> {
    let item = (0..slots.len())
        .filter(|item| items & (1 << item) != 0)
        .min_by_key(|&item| slots.get(item).and_then(LastTwo::last).map(|old| old.end))?;
    slots.get_mut(item)?.keep(new);
    let (mut whole, mut chosen) = (new, [None; MAX_ITEMS]);
    for (place, slot) in slots.iter().enumerate() {
        let mark = if place == item { new } else { slot.beside(&new, &chosen)? };
        *chosen.get_mut(place)? = Some(mark);
        whole = whole.to(&mark);
    }
    close(whole.start, whole.end, within).then_some(whole)
}
