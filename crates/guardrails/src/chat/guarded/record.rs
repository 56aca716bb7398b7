//! What is written down.

use super::said::Said;
use super::{ChatError, OnFault, Preview};
use crate::chat::Caller;
use crate::{Direction, Guard, Verdict};
use hmac::{Hmac, KeyInit};
use std::sync::{Arc, OnceLock};
use stockade_core::{Action, Clock, Detail, Entropy, EntropyError, Event, Outcome, Recorder, Secret};

const INPUT: Action = Action::named("guardrails.input");
const OUTPUT: Action = Action::named("guardrails.output");

/// Where outcomes go. `Clone` gives another handle: a stream outlives the call that began it.
#[derive(Clone)]
pub(super) struct Log {
    recorder: Arc<dyn Recorder>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    pub(super) on_fault: OnFault,
    pub(super) preview: Preview,
    key: Arc<OnceLock<Secret<[u8; 64]>>>,
}

/// What is known of one decision.
pub(super) struct Record<'a> {
    direction: Direction,
    outcome: Outcome,
    reason: Option<&'static str>,
    guard: &'a Guard,
    judged: Option<(&'a Said, &'a Verdict)>,
    tokens: Option<u64>,
}

impl<'a> Record<'a> {
    /// Of what a caller sends.
    pub(super) fn input(guard: &'a Guard, outcome: Outcome) -> Self {
        Self { direction: Direction::Input, outcome, reason: None, guard, judged: None, tokens: None }
    }

    /// Of what a model answers.
    pub(super) fn output(guard: &'a Guard, outcome: Outcome) -> Self {
        Self { direction: Direction::Output, ..Self::input(guard, outcome) }
    }

    pub(super) fn because(self, reason: &'static str) -> Self {
        Self { reason: Some(reason), ..self }
    }

    /// With what was said, and what decided about it. The verdict may be of a part of it, or of something beside it: what is shown is never
    /// redacted by it.
    pub(super) fn judged(self, said: &'a Said, verdict: &'a Verdict) -> Self {
        Self { judged: Some((said, verdict)), ..self }
    }

    /// With what it costs, in tokens.
    pub(super) fn costing(self, tokens: u64) -> Self {
        Self { tokens: Some(tokens), ..self }
    }
}

impl Log {
    pub(super) fn new(recorder: Arc<dyn Recorder>, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self {
            recorder,
            clock,
            entropy,
            on_fault: OnFault::Refuse,
            preview: Preview::Keep,
            key: Arc::default(),
        }
    }

    /// Records it. Of the text it keeps a digest under a key that lives as long as the process, so that equal texts are seen to be equal and
    /// short ones cannot be guessed, and the preview.
    pub(super) async fn record(&self, caller: &Caller, record: Record<'_>) -> Result<(), ChatError> {
        self.keep(self.event(caller, &record)?).await
    }

    /// Records an event that was made before.
    pub(super) async fn keep(&self, event: Event) -> Result<(), ChatError> {
        match self.recorder.record(event).await {
            Err(error) if self.on_fault == OnFault::Refuse => Err(ChatError::Audit(error)),
            _ => Ok(()),
        }
    }

    pub(super) fn event(&self, caller: &Caller, record: &Record<'_>) -> Result<Event, EntropyError> {
        let action = match record.direction {
            Direction::Input => INPUT,
            Direction::Output => OUTPUT,
        };
        let mut event = Event::new(self.clock.now(), &*self.entropy, action, record.outcome)?;
        if let Some(reason) = record.reason {
            event = event.because(reason);
        }
        if let Some(tokens) = record.tokens {
            event = event.with("tokens", tokens);
        }
        let Some((said, verdict)) = record.judged else { return Ok(caller.signs(event)) };
        let action = match verdict.action {
            crate::Action::Allow => "allow",
            crate::Action::Redact => "redact",
            crate::Action::Block => "block",
            crate::Action::Escalate => "escalate",
        };
        event = event.with("verdict", action).with("bytes", said.bytes()).with("digest", said.digest());
        let rules: Vec<&str> = verdict.rules().into_iter().map(crate::RuleId::as_str).collect();
        if !rules.is_empty() {
            event = event.with("rules", rules.join(" "));
        }
        if let Some(score) = verdict.score {
            event = event.with("score", Detail::text(format_args!("{score:.2}")));
        }
        if !verdict.failures.is_empty() {
            event = event.with("failures", verdict.failures.len());
        }
        if self.preview == Preview::Keep {
            event = event.with("preview", said.preview(record.guard, &caller.ask(record.direction)));
        }
        Ok(caller.signs(event))
    }

    /// Keeps nothing yet of a text that will be said.
    pub(super) fn listen(&self) -> Result<Said, EntropyError> {
        let key = match self.key.get() {
            Some(key) => key,
            None => {
                let mut fresh = [0; 64];
                self.entropy.fill(&mut fresh)?;
                self.key.get_or_init(|| Secret::new(fresh))
            }
        };
        Ok(Said::new(Hmac::new(&(*key.expose()).into()), self.preview == Preview::Keep))
    }
}
