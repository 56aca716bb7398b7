//! What is passed on.

use super::reader::Reader;
use super::rules::Rules;
use crate::guard::Inner;
use crate::rule::Rule;
use crate::{Action, Span};

/// Writes what may be passed on, up to where everything is decided, as `Guard::redact` writes it of a whole text.
#[derive(Debug, Default)]
pub(super) struct Pen {
    /// Everything before is passed on, or was taken out.
    pub(super) done: usize,
    /// What was written since it was last taken away.
    pub(super) out: String,
    /// Where something stands that may not pass, and what is to be done about it.
    pub(super) stopped: Option<Action>,
    /// What fired and has not been passed yet, by its place.
    fired: Vec<usize>,
}

/// Something found.
#[derive(Debug, Clone, Copy)]
struct Mark {
    span: Span,
    /// Of what stands at the same place, the order in which a verdict lists it.
    rank: (usize, usize),
    rule: usize,
}

/// The text at hand, and where it starts.
#[derive(Clone, Copy)]
pub(super) struct Held<'t> {
    pub(super) text: &'t str,
    pub(super) base: usize,
}

impl Held<'_> {
    fn slice(&self, start: usize, end: usize) -> &str {
        self.text.get(start.saturating_sub(self.base)..end.saturating_sub(self.base)).unwrap_or_default()
    }
}

impl Pen {
    /// Goes on to `decided`, if nothing stops it.
    pub(super) fn write(
        &mut self,
        inner: &Inner,
        held: Held<'_>,
        decided: usize,
        rules: &mut Rules,
        readers: &mut [Reader],
    ) {
        self.fired.extend(rules.seen..rules.fired().len());
        rules.seen = rules.fired().len();
        let idle = self.fired.is_empty() && readers.iter().all(|reader| reader.seen == reader.found.len());
        let mut until = decided;
        if !idle {
            let mut marks = self.marks(inner, rules, readers);
            until = before_all(&marks, until);
            marks.retain(|mark| mark.span.start < until);
            until = self.weigh(inner, &mut marks, until);
            for mark in marks.iter().filter(|mark| mark.span.end <= until) {
                self.take_out(inner, held, *mark);
            }
        }
        if self.done < until {
            self.out.push_str(held.slice(self.done, until));
            self.done = until;
        }
        let done = self.done;
        self.fired.retain(|place| rules.fired().get(*place).is_some_and(|fired| fired.span.start >= done));
        for reader in readers {
            while reader.found.get(reader.seen).is_some_and(|span| span.start < done) {
                reader.seen += 1;
            }
        }
    }

    /// Everything that has been found and not passed yet, in the order of the text.
    fn marks(&self, inner: &Inner, rules: &Rules, readers: &[Reader]) -> Vec<Mark> {
        let fired = self.fired.iter().filter_map(|place| rules.fired().get(*place));
        let mut marks: Vec<Mark> =
            fired.map(|fired| Mark { span: fired.span, rank: (0, fired.rule), rule: fired.rule }).collect();
        for (place, reader) in readers.iter().enumerate() {
            let spans = reader.found.get(reader.seen..).unwrap_or_default();
            let of_rule =
                |rule: usize| spans.iter().map(move |&span| Mark { span, rank: (place + 1, rule), rule });
            marks.extend(reader.rules.iter().flat_map(|rule| of_rule(*rule)));
        }
        // What only scores is nothing to be passed by.
        marks.retain(|mark| {
            inner.book.rules.get(mark.rule).is_some_and(|rule| rule.action > Action::Allow || rule.excuses())
        });
        marks.retain(|mark| mark.span.start >= self.done);
        marks.sort_by_key(|mark| (mark.span, mark.rank));
        marks
    }

    /// Leaves what is to be taken out; gives how far it may go on, and stops at what may not pass.
    fn weigh(&mut self, inner: &Inner, marks: &mut Vec<Mark>, until: usize) -> usize {
        let rule = |mark: &Mark| inner.book.rules.get(mark.rule);
        let excuses: Vec<(usize, Span)> = (marks.iter())
            .filter_map(|mark| rule(mark).filter(|rule| rule.excuses()).map(|rule| (rule.policy, mark.span)))
            .collect();
        let excused = |rule: &Rule, span: Span| {
            rule.action < Action::Escalate
                && excuses.iter().any(|(policy, excuse)| {
                    *policy == rule.policy && excuse.start <= span.start && span.end <= excuse.end
                })
        };
        marks.retain(|mark| rule(mark).is_some_and(|rule| !rule.excuses() && !excused(rule, mark.span)));
        let action = |mark: &Mark| rule(mark).map_or(Action::Allow, |rule| rule.action);
        let stops: Vec<&Mark> = marks.iter().filter(|mark| action(mark) >= Action::Block).collect();
        let Some(first) = stops.first() else { return until };
        let first = first.span.start;
        self.stopped = stops.iter().map(|mark| action(mark)).max();
        marks.retain(|mark| action(mark) == Action::Redact);
        before_all(marks, first)
    }

    fn take_out(&mut self, inner: &Inner, held: Held<'_>, mark: Mark) {
        if mark.span.end <= self.done {
            return;
        }
        if mark.span.start >= self.done {
            self.out.push_str(held.slice(self.done, mark.span.start));
            self.out.push_str("[REDACTED:");
            self.out.push_str(inner.book.rules.get(mark.rule).map_or("", |rule| &*rule.reason));
            self.out.push(']');
        }
        self.done = mark.span.end;
    }
}

/// The last place up to `until` at which nothing has begun that is not over.
fn before_all(marks: &[Mark], until: usize) -> usize {
    // They are in the order of their starts, so that one walk back is enough.
    marks.iter().rev().fold(until, |until, mark| {
        if mark.span.start < until && until < mark.span.end { mark.span.start } else { until }
    })
}
