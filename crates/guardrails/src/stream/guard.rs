//! The guard of one stream.

use super::pen::{Held, Pen};
use super::reader::{Reader, Readers};
use super::rules::Rules;
use crate::guard::Inner;
use crate::guard::check::Draft;
use crate::policy::OnFailure;
use crate::rule::View;
use crate::{Action, Ask, Direction, FailureCause, Guard, Span, Verdict};
use std::fmt;

/// How many bytes are held back at most: more than a key file, a long link or a table of numbers needs.
pub const MAX_HELD: usize = 64 * 1024;

/// A guard over a text that comes in pieces; see [`Guard::stream`].
///
/// Memory is bounded: [`MAX_HELD`] bytes and a few kilobytes that were passed on already; where a policy asks a model about the whole text, all
/// of it, up to the guard's bound. A text that would have to be held back longer is a failed check, which each policy's `on_failure`
/// decides.
pub struct StreamGuard {
    guard: Guard,
    ask: Whom,
    /// What is held, and some of what was passed on; it starts at `base` of the whole.
    text: String,
    base: usize,
    rules: Rules,
    readers: Readers,
    pen: Pen,
    state: State,
    failures: Vec<FailureCause>,
    /// Nothing can be passed on before the end.
    whole: bool,
}

/// What comes of a piece.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StreamStep<'s> {
    /// This may be passed on; often less than was pushed, or more.
    Pass(&'s str),
    /// This may be passed on, and nothing after it. Whoever wants the whole verdict pushes on; whoever does not, cancels.
    Stop(&'s str, Action),
}

/// What comes of a text.
#[must_use]
#[derive(Clone, PartialEq)]
pub struct StreamEnd {
    /// This may be passed on, too.
    pub rest: String,
    /// What the guard says of the whole.
    pub verdict: Verdict,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Reading,
    /// No more is looked at; the rest passes.
    Blind,
    /// No more is looked at, and nothing passes.
    Shut,
}

/// An [`Ask`] that is kept.
struct Whom {
    direction: Direction,
    role: Option<String>,
    topic: Option<String>,
    country: Option<String>,
}

impl Whom {
    fn ask(&self) -> Ask<'_> {
        Ask {
            direction: self.direction,
            role: self.role.as_deref(),
            topic: self.topic.as_deref(),
            country: self.country.as_deref(),
        }
    }
}

impl Guard {
    /// Judges a text that comes in pieces.
    ///
    /// ```
    /// use stockade_guardrails::{Ask, Guard, Policy, StreamStep};
    /// let guard = Guard::builder().policy(Policy::shipped("output-safety")?).build()?;
    /// let mut stream = guard.stream(&Ask::output());
    /// assert_eq!(stream.push("Look: ![x](https://ev"), StreamStep::Pass("Look: "));
    /// assert_eq!(stream.push("il.example/?q=secret) done"), StreamStep::Pass("![x]([REDACTED:image-to-unknown-host]) "));
    /// assert_eq!(stream.finish().rest, "done");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn stream(&self, ask: &Ask<'_>) -> StreamGuard {
        let inner = &self.inner;
        let asks = |place: usize| {
            let rules = inner.book.rules.iter().enumerate();
            let users = rules.filter(|(_, rule)| {
                rule.detect.contains(&place) && inner.applies(rule, ask) && rule.is_for(ask)
            });
            users.map(|(rule, _)| rule).collect::<Vec<_>>()
        };
        let detectors = inner.detectors.iter().enumerate().map(|(place, detector)| (detector, asks(place)));
        let used = detectors.filter(|(_, users)| !users.is_empty());
        StreamGuard {
            guard: self.clone(),
            ask: Whom {
                direction: ask.direction,
                role: ask.role.map(str::to_owned),
                topic: ask.topic.map(str::to_owned),
                country: ask.country.map(str::to_owned),
            },
            text: String::new(),
            base: 0,
            rules: Rules::new(inner),
            readers: Readers::new(used.map(|(detector, users)| Reader::new(detector, users)).collect()),
            pen: Pen::default(),
            state: State::Reading,
            failures: Vec::new(),
            whole: inner.needs_whole(ask),
        }
    }
}

impl Inner {
    /// Whether what is to be taken out is known at the end only.
    fn needs_whole(&self, ask: &Ask<'_>) -> bool {
        let applies = |policy: &&crate::Policy| policy.body.applies.to(ask.direction);
        let policies = self.policies.iter().filter(applies);
        policies.flat_map(|policy| &policy.body.thresholds).any(|(_, action)| *action == Action::Redact)
    }

    /// Whether the text has to be kept for a model.
    fn asks_model(&self, ask: &Ask<'_>) -> bool {
        self.scorer.is_some()
            && self
                .policies
                .iter()
                .any(|policy| policy.body.applies.to(ask.direction) && policy.body.model.is_some())
    }

    fn is_closed(&self, ask: &Ask<'_>) -> bool {
        self.policies.iter().any(|policy| {
            policy.body.applies.to(ask.direction) && policy.body.on_failure == OnFailure::Closed
        })
    }
}

impl StreamGuard {
    /// Takes the next piece, of any size, and says what may be passed on.
    pub fn push(&mut self, chunk: &str) -> StreamStep<'_> {
        self.pen.out.clear();
        if self.state == State::Reading {
            let room = self.guard.inner.max_input.saturating_sub(self.end());
            if chunk.len() <= room {
                self.read(chunk);
            } else {
                let (seen, rest) = chunk.split_at(chunk.floor_char_boundary(room));
                self.read(seen);
                self.fail(FailureCause::TooLong);
                self.pass(rest);
            }
        } else {
            self.pass(chunk);
        }
        match self.stopped() {
            Some(action) => StreamStep::Stop(&self.pen.out, action),
            None => StreamStep::Pass(&self.pen.out),
        }
    }

    /// Ends the text.
    pub fn finish(mut self) -> StreamEnd {
        self.pen.out.clear();
        self.close();
        let ask = self.ask.ask();
        let inner = &self.guard.inner;
        let mut draft = Draft::new(inner, &ask);
        self.failures
            .iter()
            .filter(|cause| **cause != FailureCause::TooManyFindings)
            .for_each(|cause| draft.fail_all(*cause));
        if self.rules.overflow {
            draft.fail_all(FailureCause::TooManyFindings);
        }
        draft.found.extend(self.rules.fired().iter().map(|fired| (fired.rule, fired.span)));
        for reader in &self.readers.all {
            for rule in &reader.rules {
                draft.found.extend(reader.found.iter().map(|span| (*rule, *span)));
            }
        }
        if self.readers.all.iter().any(|reader| reader.overflow) {
            draft.fail_all(FailureCause::TooManyFindings);
        }
        draft.scores(&self.text);
        let verdict = draft.verdict();
        let rest = match self.whole {
            true if verdict.action < Action::Block => self.guard.redact(&self.text, &verdict),
            true => String::new(),
            false => self.pen.out,
        };
        StreamEnd { rest, verdict }
    }

    #[cfg(test)]
    pub(super) fn text_kept(&self) -> usize {
        self.text.capacity()
    }

    fn end(&self) -> usize {
        self.base + self.text.len()
    }

    fn stopped(&self) -> Option<Action> {
        self.pen.stopped.or((self.state == State::Shut).then_some(Action::Block))
    }

    fn read(&mut self, chunk: &str) {
        self.text.push_str(chunk);
        let (ask, inner) = (self.ask.ask(), &self.guard.inner);
        self.rules.read(inner, &ask, &self.text, self.base, chunk);
        self.readers.read(&self.text, self.base, false);
        let view = View::part(&self.text, self.base);
        let decided = self.rules.decided(view).min(self.readers.decided());
        if self.rules.budget_spent && !self.failures.contains(&FailureCause::BudgetSpent) {
            self.failures.push(FailureCause::BudgetSpent);
            if inner.is_closed(&ask) {
                self.state = State::Shut;
            }
        }
        self.write(decided);
        if self.end() - self.pen.done > MAX_HELD && !self.whole && self.state == State::Reading {
            self.fail(FailureCause::HeldTooLong);
        }
        self.trim();
    }

    fn write(&mut self, decided: usize) {
        if self.stopped().is_some() {
            self.pen.done = decided.min(self.end()).max(self.pen.done);
        } else if !self.whole {
            let held = Held { text: &self.text, base: self.base };
            let decided = decided.min(held.base + held.text.len());
            self.pen.write(&self.guard.inner, held, decided, &mut self.rules, &mut self.readers.all);
        }
    }

    /// No more can be looked at.
    fn fail(&mut self, cause: FailureCause) {
        let at = if cause == FailureCause::TooLong { 0 } else { self.failures.len() };
        self.failures.insert(at, cause);
        self.close();
        let closed = self.guard.inner.is_closed(&self.ask.ask());
        self.state = if closed { State::Shut } else { State::Blind };
        if self.whole && !closed {
            // What was held for the end cannot be judged as a whole any more, and passes.
            self.whole = false;
            self.write(usize::MAX);
        }
    }

    /// What was read is all there is to be looked at.
    fn close(&mut self) {
        if self.state != State::Reading {
            return;
        }
        let ask = self.ask.ask();
        self.rules.finish(&self.guard.inner, &ask, &self.text, self.base);
        self.readers.read(&self.text, self.base, true);
        if self.rules.budget_spent && !self.failures.contains(&FailureCause::BudgetSpent) {
            self.failures.push(FailureCause::BudgetSpent);
        }
        let overflow = self.rules.overflow || self.readers.all.iter().any(|reader| reader.overflow);
        if (overflow || !self.failures.is_empty()) && self.guard.inner.is_closed(&ask) {
            self.state = State::Shut;
            return;
        }
        self.write(usize::MAX);
        self.state = State::Blind;
    }

    fn pass(&mut self, chunk: &str) {
        if self.state == State::Blind && self.stopped().is_none() {
            self.pen.out.push_str(chunk);
        }
    }

    /// Forgets what nobody will look back at.
    fn trim(&mut self) {
        if self.whole || self.guard.inner.asks_model(&self.ask.ask()) {
            return;
        }
        let kept = self.pen.done.min(self.rules.needed()).saturating_sub(View::BEHIND);
        if kept > self.base + 2 * View::BEHIND {
            let cut = self.text.floor_char_boundary(kept - self.base);
            self.text.drain(..cut);
            self.base += cut;
        }
    }
}

impl fmt::Debug for StreamGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let held = Span::new(self.pen.done, self.end()).len();
        f.debug_struct("StreamGuard")
            .field("held", &held)
            .field("stopped", &self.stopped())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for StreamEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamEnd").field("bytes", &self.rest.len()).field("verdict", &self.verdict).finish()
    }
}

#[expect(dead_code, reason = "that a guard may go to another thread is checked as it is compiled")]
fn is_send(guard: StreamGuard) -> impl Send {
    guard
}
