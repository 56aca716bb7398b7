//! What an evaluation remembers.

use super::Rule;
use super::book::TermInfo;
use crate::{Hit, Span, Via};
use std::collections::VecDeque;

/// A stretch of the text: in folded bytes, to measure distance, and in the caller's.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) span: Span,
}

impl Mark {
    /// Where a hit stands. A disguised one may be longer than its term; how much is taken from what it covers.
    pub(super) fn of(hit: &Hit, info: &TermInfo) -> Self {
        let len = match hit.via {
            Via::Plain | Via::Decoded => info.len,
            Via::Disguised => u32::try_from(hit.span.len()).unwrap_or(u32::MAX).max(info.len),
        };
        Self { start: hit.at.saturating_sub(len), end: hit.at, span: hit.span }
    }

    pub(super) fn clashes(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// From the start of `self` to the end of `other`.
    pub(super) fn to(&self, other: &Self) -> Self {
        Self {
            start: self.start.min(other.start),
            end: self.end.max(other.end),
            span: Span::new(self.span.start.min(other.span.start), self.span.end.max(other.span.end)),
        }
    }
}

/// A rule that found something.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fired {
    pub(crate) rule: usize,
    pub(crate) span: Span,
}

/// A hit whose surroundings are not known yet.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) term: usize,
    pub(super) mark: Mark,
    pub(super) excusable: bool,
    /// The contexts that it stands in by what precedes it.
    pub(super) contexts: u64,
    pub(super) number: Option<f64>,
}

#[derive(Debug, Default, Clone)]
pub(super) struct RuleState {
    pub(super) active: bool,
    pub(super) count: usize,
    /// Where the last finding stands among those that fired.
    pub(super) last: Option<usize>,
    /// The end of the last hit that voids the rule.
    pub(super) voided: Option<u32>,
    /// What fired, and may yet be voided.
    pub(super) open: Vec<Open>,
}

/// Something that a voidable rule found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Open {
    pub(super) whole: Mark,
    /// A stream was told of it already, as nothing can void it any more. It stays, so that what follows is judged as in a whole text.
    pub(super) told: bool,
}

impl RuleState {
    /// Whether something that reaches from `start` is voided by what came before.
    pub(super) fn is_void(&self, rule: &Rule, start: u32) -> bool {
        match (self.voided, rule.within) {
            (None, _) => false,
            (Some(_), None) => true,
            (Some(end), Some(within)) => end.saturating_add(within) >= start,
        }
    }
}

/// The last two of a kind, since the last one may lie inside the hit that asks.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct LastTwo([Option<Mark>; 2]);

impl LastTwo {
    pub(super) fn push(&mut self, mark: Mark) {
        let [last, _] = self.0;
        self.0 = [Some(mark), last];
    }

    /// As [`push`](Self::push), where of two that share a part of the text the longer is kept.
    pub(super) fn keep(&mut self, mark: Mark) {
        match &mut self.0 {
            [Some(last), _] if last.clashes(&mark) => {
                if mark.end - mark.start >= last.end - last.start {
                    *last = mark;
                }
            }
            _ => self.push(mark),
        }
    }

    /// In the place of the last one.
    pub(super) fn replace(&mut self, mark: Mark) {
        self.0 = [Some(mark), None];
    }

    pub(super) fn last(&self) -> Option<Mark> {
        let [last, _] = self.0;
        last
    }

    /// The last one that has no part of the text in common with `mark` or the `others`.
    pub(super) fn beside(&self, mark: &Mark, others: &[Option<Mark>]) -> Option<Mark> {
        let apart = |one: &&Mark| !others.iter().flatten().chain([mark]).any(|other| one.clashes(other));
        self.0.iter().flatten().find(apart).copied()
    }

    /// The last one that ends before `start`.
    pub(super) fn before(&self, start: u32) -> Option<Mark> {
        self.0.iter().flatten().find(|mark| mark.end <= start).copied()
    }
}

#[derive(Debug, Default, Clone)]
pub(super) struct ContextState {
    pub(super) before: LastTwo,
    pub(super) stop: LastTwo,
    pub(super) after: VecDeque<Mark>,
}
