//! Many texts, one verdict.

use super::names;
use super::path::{self, Piece, Room};
use super::settings::Job;
use serde_json::Value;
use stockade_guardrails::{Action, Ask, Direction, Guard, OnFailure, Verdict, parse_json};

/// Judges texts one after the other, and remembers the worst.
pub(super) struct Sieve<'a> {
    guard: &'a Guard,
    ask: Ask<'a>,
    pub(super) worst: Option<Verdict>,
    /// Something was taken out.
    pub(super) changed: bool,
}

/// How often JSON is read that stands in a string of JSON.
const MAX_NESTED: usize = 4;

impl<'a> Sieve<'a> {
    pub(super) fn new(job: &'a Job, direction: Direction) -> Self {
        Self { guard: &job.guard, ask: job.asker.ask(direction), worst: None, changed: false }
    }

    /// Takes out of `piece` what may not pass.
    pub(super) fn piece(&mut self, piece: Piece<'_>) {
        match piece {
            Piece::Text(text) => self.sift(text),
            Piece::Call(text) => self.call(text, 0),
            Piece::Token(text) => self.token(text),
            Piece::Number(value) => self.number(value),
        }
    }

    /// Takes out of `text` what may not pass.
    pub(super) fn sift(&mut self, text: &mut String) {
        if text.is_empty() {
            return;
        }
        let verdict = self.guard.check(text, &self.ask);
        if verdict.action == Action::Redact {
            *text = self.guard.redact(text, &verdict);
            self.changed = true;
        }
        self.keep(verdict);
    }

    /// Judges a text that nobody sends as it stands: only what keeps it back counts.
    pub(super) fn weigh(&mut self, text: &str) {
        let verdict = self.guard.check(text, &self.ask);
        if verdict.action >= Action::Block {
            self.keep(verdict);
        }
    }

    /// Judges the names in `value`, all together, and takes out of each what may not pass. A list of names is no prose: what has no
    /// more against it than a score, is not kept back. One that has spaces in it is prose.
    pub(super) fn names(&mut self, value: &mut Value) {
        let mut all = names::All::default();
        names::collect(value, &mut all);
        for prose in &all.prose {
            self.weigh(prose);
        }
        if all.joined.is_empty() {
            return;
        }
        let mut verdict = self.guard.check(&all.joined, &self.ask);
        verdict.findings.retain(|finding| finding.rule.rule() != "score");
        let worst = verdict.findings.iter().map(|finding| finding.action).max();
        let failed = verdict.failures.iter().any(|failure| failure.handling == OnFailure::Closed);
        match worst.unwrap_or(Action::Allow) {
            Action::Block | Action::Escalate => self.keep(verdict),
            _ if failed => self.keep(verdict),
            Action::Redact => names::rename(value, &mut |name| self.redact(name)),
            Action::Allow => {}
        }
    }

    /// Takes out of `text` what is to be taken out, whatever else there is to say of it.
    fn redact(&mut self, text: &mut String) {
        let verdict = self.guard.check(text, &self.ask);
        let rest = self.guard.redact(text, &verdict);
        if rest != *text {
            *text = rest;
            self.changed = true;
        }
    }

    /// Some models are shown these, but whoever takes something out of one breaks what refers to it: only what keeps it back counts.
    fn token(&mut self, text: &mut String) {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':');
        match text.bytes().all(plain) {
            true if text.is_empty() => {}
            true => self.weigh(text),
            false => self.sift(text),
        }
    }

    /// A number of which something was taken out is a text.
    fn number(&mut self, value: &mut Value) {
        let mut said = value.to_string();
        let before = std::mem::take(&mut self.changed);
        self.sift(&mut said);
        if self.changed {
            *value = Value::String(said);
        }
        self.changed |= before;
    }

    /// Judges arguments: what their JSON says, and then as they are written, since a name may tell what its value is. They stay JSON
    /// if they were, or are kept back.
    fn call(&mut self, text: &mut String, nested: usize) {
        let seems = text.trim_start().starts_with(['{', '[', '"']);
        if !seems || nested == MAX_NESTED {
            return self.sift(text);
        }
        let Ok(mut value) = parse_json(text, usize::MAX) else { return self.call_unread(text) };
        let before = std::mem::take(&mut self.changed);
        path::texts(&mut value, Room::Call, &mut Vec::new(), &mut |_, piece| match piece {
            Piece::Text(inner) => self.call(inner, nested + 1),
            other => self.piece(other),
        });
        self.names(&mut value);
        if self.changed {
            *text = value.to_string();
        }
        let verdict = self.guard.check(text, &self.ask);
        if verdict.action == Action::Redact {
            let rest = self.guard.redact(text, &verdict);
            if parse_json(&rest, usize::MAX).is_err() {
                self.keep_back(verdict);
            } else {
                *text = rest;
                self.changed = true;
                self.keep(verdict);
            }
        } else {
            self.keep(verdict);
        }
        self.changed |= before;
    }

    /// JSON that was cut, or that has two meanings: another reader may make something of it, so nothing may hide in what it escapes.
    fn call_unread(&mut self, text: &mut String) {
        self.sift(text);
        if text.contains('\\') {
            let verdict = self.guard.check(&unescaped(text), &self.ask);
            if verdict.action >= Action::Redact {
                self.keep_back(verdict);
            }
        }
    }

    /// What would have to be taken out cannot be.
    fn keep_back(&mut self, mut verdict: Verdict) {
        verdict.action = verdict.action.max(Action::Block);
        self.keep(verdict);
    }

    pub(super) fn keep(&mut self, verdict: Verdict) {
        let weight = |verdict: &Verdict| (verdict.action, verdict.answer.is_some(), verdict.findings.len());
        if self.worst.as_ref().is_none_or(|worst| weight(&verdict) > weight(worst)) {
            self.worst = Some(verdict);
        }
    }

    /// Whether all of it is kept back.
    pub(super) fn withholds(&self) -> bool {
        self.worst.as_ref().is_some_and(|worst| worst.action >= Action::Block)
    }
}

/// `text` with what a string of JSON escapes (RFC 8259, 7) as it is meant, wherever it stands.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut units: Vec<u16> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, after) = rest.split_at(at);
        if !before.is_empty() {
            settle(&mut units, &mut out);
            out.push_str(before);
        }
        let mut letters = after.chars();
        letters.next();
        let letter = letters.next();
        let unit = after.get(2..6).and_then(|digits| u16::from_str_radix(digits, 16).ok());
        if let (Some('u'), Some(unit)) = (letter, unit) {
            units.push(unit);
            rest = after.get(6..).unwrap_or_default();
            continue;
        }
        settle(&mut units, &mut out);
        out.push(match letter {
            Some('n' | 'r' | 'b' | 'f') => '\n',
            Some('t') => '\t',
            Some(other) => other,
            None => '\\',
        });
        rest = letters.as_str();
    }
    settle(&mut units, &mut out);
    out.push_str(rest);
    out
}

fn settle(units: &mut Vec<u16>, out: &mut String) {
    out.extend(char::decode_utf16(units.drain(..)).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)));
}
