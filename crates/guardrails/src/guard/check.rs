//! One text, one verdict.

use super::personal::Seen;
use super::{Ask, Guard, Inner, answer};
use crate::policy::{ModelUse, OnFailure};
use crate::rule::{Evaluation, Rule, View};
use crate::{Action, Coverage, Failure, FailureCause, Finding, Hit, Policy, RuleId, Span, Verdict};
use std::sync::Arc;

impl Guard {
    /// What the policies say of `text`. Linear in it; a text in which no term occurs costs the scan alone. It never panics, and the
    /// verdict holds nothing of the text.
    pub fn check(&self, text: &str, ask: &Ask<'_>) -> Verdict {
        let inner = &*self.inner;
        let mut draft = Draft::new(inner, ask);
        let seen = match text.len() > inner.max_input {
            true => {
                draft.fail_all(FailureCause::TooLong);
                text.get(..text.floor_char_boundary(inner.max_input)).unwrap_or_default()
            }
            false => text,
        };
        let mut hits = Vec::new();
        if let Some(lexicon) = &inner.book.lexicon
            && lexicon.scan(seen, &mut hits) == Coverage::BudgetSpent
        {
            draft.fail_all(FailureCause::BudgetSpent);
        }
        draft.rules(&hits, seen);
        draft.detectors(seen);
        draft.scores(seen);
        draft.verdict()
    }
}

impl Inner {
    /// Whether the policy of `rule` looks at texts that go the way of `ask`.
    pub(crate) fn applies(&self, rule: &Rule, ask: &Ask<'_>) -> bool {
        self.policies.get(rule.policy).is_some_and(|policy| policy.body.applies.to(ask.direction))
    }
}

/// A verdict in the making.
pub(crate) struct Draft<'a> {
    inner: &'a Inner,
    ask: &'a Ask<'a>,
    pub(crate) found: Vec<(usize, Span)>,
    thresholds: Vec<Finding>,
    score: Option<f32>,
    failures: Vec<Failure>,
}

impl<'a> Draft<'a> {
    pub(crate) fn new(inner: &'a Inner, ask: &'a Ask<'a>) -> Self {
        Self { inner, ask, found: Vec::new(), thresholds: Vec::new(), score: None, failures: Vec::new() }
    }

    fn applies(&self, rule: &Rule) -> bool {
        self.inner.applies(rule, self.ask)
    }

    pub(crate) fn fail_all(&mut self, cause: FailureCause) {
        for policy in &self.inner.policies {
            if policy.body.applies.to(self.ask.direction) {
                self.failures.push(failure(policy, cause));
            }
        }
    }

    pub(crate) fn rules(&mut self, hits: &[Hit], text: &str) {
        if hits.is_empty() {
            return;
        }
        let (view, book) = (View::whole(text), &self.inner.book);
        let direction = self.ask.direction;
        let Some(live) = book.live(hits, direction, |rule| rule.is_for(self.ask)) else { return };
        let mut evaluation = Evaluation::new(book, |place, _| live.get(place).copied().unwrap_or_default());
        for hit in hits.iter().filter(|hit| book.matters(hit.term, direction)) {
            evaluation.feed(hit, view);
        }
        let outcome = evaluation.finish(view);
        self.found.extend(outcome.fired.iter().map(|fired| (fired.rule, fired.span)));
        if outcome.overflow {
            self.fail_all(FailureCause::TooManyFindings);
        }
    }

    fn detectors(&mut self, text: &str) {
        let rules = self.inner.book.rules.iter().enumerate();
        let active: Vec<(usize, &Rule)> = rules
            .filter(|(_, rule)| !rule.detect.is_empty() && self.applies(rule) && rule.is_for(self.ask))
            .collect();
        let (mut spans, mut seen, mut overflow) = (Vec::new(), Seen::default(), false);
        for (place, detector) in self.inner.detectors.iter().enumerate() {
            let mut users = active.iter().filter(|(_, rule)| rule.detect.contains(&place)).peekable();
            if users.peek().is_none() {
                continue;
            }
            spans.clear();
            detector.find_with(text, &mut seen, &mut spans);
            overflow |= spans.len() > Rule::MANY;
            for (rule, _) in users {
                self.found.extend(spans.iter().take(Rule::MANY).map(|&span| (*rule, span)));
            }
        }
        if overflow {
            self.fail_all(FailureCause::TooManyFindings);
        }
    }

    /// The score of each policy that has one: its rules' shares and the model's, taken as independent (noisy or).
    pub(crate) fn scores(&mut self, text: &str) {
        for (place, policy) in self.inner.policies.iter().enumerate() {
            let body = &policy.body;
            if !body.applies.to(self.ask.direction) || (body.thresholds.is_empty() && body.model.is_none()) {
                continue;
            }
            let (mut innocent, mut span): (f32, Option<Span>) = (1.0, None);
            let mut counted = Vec::new();
            for &(rule, found) in &self.found {
                let Some(share) = self
                    .inner
                    .book
                    .rules
                    .get(rule)
                    .filter(|rule| rule.policy == place)
                    .and_then(|rule| rule.score)
                else {
                    continue;
                };
                let union =
                    |so_far: Span| Span::new(so_far.start.min(found.start), so_far.end.max(found.end));
                span = Some(span.map_or(found, union));
                if !counted.contains(&rule) {
                    counted.push(rule);
                    innocent *= 1.0 - share;
                }
            }
            match (body.model, &self.inner.scorer) {
                (Some(_), Some(scorer)) => {
                    let score = scorer.score(text);
                    innocent *= 1.0 - if score.is_nan() { 1.0 } else { score.clamp(0.0, 1.0) };
                }
                (Some(ModelUse::Required), None) => {
                    self.failures.push(failure(policy, FailureCause::ModelAbsent))
                }
                (Some(ModelUse::Optional) | None, _) => {}
            }
            let score = 1.0 - innocent;
            self.score = Some(self.score.map_or(score, |other| other.max(score)));
            let passed =
                body.thresholds.iter().filter(|(at, _)| score >= *at).map(|&(_, action)| action).max();
            if let Some(action) = passed {
                self.thresholds.push(Finding {
                    rule: RuleId::new(policy.name(), "score"),
                    reason: Arc::from("score"),
                    span: span.unwrap_or(Span::new(0, text.len())),
                    action,
                });
            }
        }
    }

    pub(crate) fn verdict(self) -> Verdict {
        if self.found.is_empty() && self.thresholds.is_empty() && self.failures.is_empty() {
            return Verdict { score: self.score, ..Verdict::clean() };
        }
        let rule = |place: usize| self.inner.book.rules.get(place);
        let excuses: Vec<(usize, Span)> = (self.found.iter())
            .filter_map(|&(place, span)| {
                rule(place).filter(|rule| rule.excuses()).map(|rule| (rule.policy, span))
            })
            .collect();
        let excused = |rule: &Rule, span: Span| {
            rule.action < Action::Escalate
                && excuses.iter().any(|&(policy, excuse)| {
                    policy == rule.policy && excuse.start <= span.start && span.end <= excuse.end
                })
        };
        let mut findings = self.thresholds;
        let mut decides: Option<(&Rule, Span)> = None;
        for &(place, span) in &self.found {
            let Some(rule) = rule(place).filter(|rule| !rule.excuses() && !excused(rule, span)) else {
                continue;
            };
            let (id, reason) = (rule.id.clone(), rule.reason.clone());
            findings.push(Finding { rule: id, reason, span, action: rule.action });
            let greater = |(so_far, at): (&Rule, Span)| {
                (rule.action, rule.answer.is_some(), at.start)
                    > (so_far.action, so_far.answer.is_some(), span.start)
            };
            if decides.is_none_or(greater) {
                decides = Some((rule, span));
            }
        }
        findings.sort_by_key(|finding| finding.span);
        let mut action = findings.iter().map(|finding| finding.action).max().unwrap_or(Action::Allow);
        if self.failures.iter().any(|failure| failure.handling == OnFailure::Closed) {
            action = action.max(Action::Block);
        }
        let answer = decides
            .filter(|(rule, _)| rule.action == action)
            .and_then(|(rule, _)| rule.answer.as_ref())
            .map(|answer| answer::render(answer, self.ask.country));
        Verdict { action, findings, score: self.score, answer, failures: self.failures }
    }
}

fn failure(policy: &Policy, cause: FailureCause) -> Failure {
    Failure { policy: policy.body.name.clone(), cause, handling: policy.body.on_failure }
}
