//! What is written down.

use super::{ChatError, OnFault, Preview};
use crate::chat::Caller;
use crate::{Guard, Verdict};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::sync::{Arc, OnceLock};
use stockade_core::{Action, Clock, Detail, Entropy, EntropyError, Event, Outcome, Recorder, Secret};

const INPUT: Action = Action::named("guardrails.input");
const OUTPUT: Action = Action::named("guardrails.output");

/// Where outcomes go.
pub(super) struct Log {
    recorder: Arc<dyn Recorder>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    pub(super) on_fault: OnFault,
    pub(super) preview: Preview,
    key: OnceLock<Secret<[u8; 64]>>,
}

/// What is known of one decision.
pub(super) struct Record<'a> {
    action: Action,
    outcome: Outcome,
    reason: Option<&'static str>,
    guard: &'a Guard,
    judged: Option<(&'a str, &'a Verdict)>,
    tokens: Option<u64>,
}

impl<'a> Record<'a> {
    /// Of what a caller sends.
    pub(super) fn input(guard: &'a Guard, outcome: Outcome) -> Self {
        Self { action: INPUT, outcome, reason: None, guard, judged: None, tokens: None }
    }

    /// Of what a model answers.
    pub(super) fn output(guard: &'a Guard, outcome: Outcome) -> Self {
        Self { action: OUTPUT, ..Self::input(guard, outcome) }
    }

    pub(super) fn because(self, reason: &'static str) -> Self {
        Self { reason: Some(reason), ..self }
    }

    /// With what was judged, and what was said of it.
    pub(super) fn judged(self, text: &'a str, verdict: &'a Verdict) -> Self {
        Self { judged: Some((text, verdict)), ..self }
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
            key: OnceLock::new(),
        }
    }

    /// Records it. Of the text it keeps a digest under a key that lives as long as the process, so that equal texts are seen to be equal and
    /// short ones cannot be guessed, and the preview.
    pub(super) async fn record(&self, caller: &Caller, record: Record<'_>) -> Result<(), ChatError> {
        let event = caller.signs(self.event(&record)?);
        match self.recorder.record(event).await {
            Err(error) if self.on_fault == OnFault::Refuse => Err(ChatError::Audit(error)),
            _ => Ok(()),
        }
    }

    fn event(&self, record: &Record<'_>) -> Result<Event, EntropyError> {
        let mut event = Event::new(self.clock.now(), &*self.entropy, record.action.clone(), record.outcome)?;
        if let Some(reason) = record.reason {
            event = event.because(reason);
        }
        if let Some(tokens) = record.tokens {
            event = event.with("tokens", tokens);
        }
        let Some((text, verdict)) = record.judged else { return Ok(event) };
        let action = match verdict.action {
            crate::Action::Allow => "allow",
            crate::Action::Redact => "redact",
            crate::Action::Block => "block",
            crate::Action::Escalate => "escalate",
        };
        event = event.with("verdict", action).with("bytes", text.len()).with("digest", self.digest(text)?);
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
            event = event.with("preview", record.guard.preview(text, verdict));
        }
        Ok(event)
    }

    fn digest(&self, text: &str) -> Result<String, EntropyError> {
        let key = match self.key.get() {
            Some(key) => key,
            None => {
                let mut fresh = [0; 64];
                self.entropy.fill(&mut fresh)?;
                self.key.get_or_init(|| Secret::new(fresh))
            }
        };
        let mut mac = Hmac::<Sha256>::new(&(*key.expose()).into());
        mac.update(text.as_bytes());
        let digest = mac.finalize().into_bytes();
        Ok(digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect())
    }
}
