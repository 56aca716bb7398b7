//! While the model speaks.

use super::super::record::Log;
use super::super::said::Said;
use super::super::settle::Bill;
use super::super::{Withheld, input, output};
use crate::chat::{Caller, ChatStream, Delta, FinishReason, ModelError, ModelErrorKind, ToolCall, Usage};
use crate::{Action, Guard, StreamGuard, StreamStep, TokenEstimate, ToolPolicy, ToolRefusal, Verdict};
use std::collections::VecDeque;

/// A stream under way.
pub(crate) struct Reading {
    pub(crate) upstream: ChatStream,
    pub(crate) text: StreamGuard,
    pub(crate) guard: Guard,
    pub(crate) tools: ToolPolicy,
    /// Judged, and held until the end.
    pub(crate) calls: Vec<ToolCall>,
    /// The worst that was said of them.
    pub(crate) changed: Verdict,
    pub(crate) finish: Option<FinishReason>,
    pub(crate) usage: Option<Usage>,
    pub(crate) caller: Caller,
    pub(crate) log: Log,
    pub(crate) said: Said,
    /// Whether any text was given out.
    pub(crate) passed: bool,
    pub(crate) bill: Bill,
    pub(crate) cost: Cost,
}

/// In tokens.
pub(crate) struct Cost {
    pub(crate) question: u64,
    /// What was answered so far, as an estimate.
    pub(crate) answer: u64,
    /// What was set aside.
    pub(crate) at_most: u64,
}

/// How a stream ends.
pub(crate) enum End {
    /// As the model wanted.
    Whole,
    /// The guard passes no more of the text.
    Stopped(Action),
    /// The guard does not pass a call.
    Call(Withheld),
    /// The tool policy does not.
    Refused(ToolRefusal),
    /// The model broke off.
    Broken(ModelError),
}

impl Reading {
    /// Takes what the model says next; `None` is its end.
    pub(crate) fn take(
        &mut self,
        next: Option<Result<Delta, ModelError>>,
        ready: &mut VecDeque<Delta>,
    ) -> Option<End> {
        match next {
            None if self.finish.is_some() => Some(End::Whole),
            None => {
                Some(End::Broken(ModelError::new(ModelErrorKind::Interrupted, "it ended before its end")))
            }
            Some(Err(error)) => Some(End::Broken(error)),
            Some(Ok(Delta::Text(text))) => {
                self.cost.answer = self.cost.answer.saturating_add(TokenEstimate::of(&text).likely);
                self.said.count(&text);
                let (passed, stopped) = match self.text.push(&text) {
                    StreamStep::Pass(passed) => (passed.to_owned(), None),
                    StreamStep::Stop(passed, action) => (passed.to_owned(), Some(End::Stopped(action))),
                };
                self.pass(passed, ready);
                stopped
            }
            Some(Ok(Delta::ToolCall(call))) => self.call(call),
            Some(Ok(Delta::Finish(reason))) => {
                self.finish = Some(reason);
                None
            }
            Some(Ok(Delta::Usage(usage))) => {
                self.usage = Some(usage);
                self.bill.spent = usage.total();
                None
            }
        }
    }

    fn call(&mut self, mut call: ToolCall) -> Option<End> {
        self.cost.answer = self.cost.answer.saturating_add(output::estimate_call(&call));
        // Sizes first: what is too much is not even looked at.
        if self.calls.len() >= self.tools.max_calls {
            return Some(End::Refused(ToolRefusal::TooManyCalls(self.tools.max_calls)));
        }
        if let Err(refusal) = self.tools.check_call(&call) {
            return Some(End::Refused(refusal));
        }
        match output::judge_call(&self.guard, &self.caller, &mut call) {
            Err(withheld) => return Some(End::Call(withheld)),
            Ok(verdict) => {
                let so_far = std::mem::replace(&mut self.changed, Verdict::clean());
                self.changed = input::worse(so_far, verdict);
            }
        }
        // What was taken out of it may have been what made it fit.
        if let Err(refusal) = self.tools.check_call(&call) {
            return Some(End::Refused(refusal));
        }
        self.calls.push(call);
        None
    }

    /// Gives out what the guard has passed.
    pub(super) fn pass(&mut self, text: String, ready: &mut VecDeque<Delta>) {
        if !text.is_empty() {
            self.said.show(&text);
            self.passed = true;
            ready.push_back(Delta::Text(text));
        }
    }
}
