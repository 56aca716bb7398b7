//! After the model has spoken.

use super::super::record::{Log, Record};
use super::super::{ChatError, Withheld, input};
use super::reading::{End, Reading};
use crate::chat::{Delta, FinishReason};
use crate::{Action, Direction, Verdict};
use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};
use stockade_core::Outcome;

/// What is settled and recorded before the last is given out.
pub(super) struct Closing {
    work: Pin<Box<dyn Future<Output = Result<(), ChatError>> + Send>>,
    last: Result<Vec<Delta>, ChatError>,
}

/// What is known of the end.
struct Closed {
    outcome: Outcome,
    reason: Option<&'static str>,
    verdict: Option<Verdict>,
    last: Result<Vec<Delta>, ChatError>,
    withheld: Option<Withheld>,
}

impl Closing {
    /// Ends `reading`; what of the text passes after all goes to `ready`. The model's stream is dropped here.
    pub(super) fn of(
        mut reading: Reading,
        end: End,
        ready: &mut VecDeque<Delta>,
    ) -> (Self, Option<Withheld>) {
        let closed = Closed::of(&mut reading, end, ready);
        let Reading { guard, caller, log, said, bill, .. } = reading;
        let mut record = Record::output(&guard, closed.outcome).costing(bill.spent);
        if let Some(reason) = closed.reason {
            record = record.because(reason);
        }
        if let Some(verdict) = &closed.verdict {
            record = record.judged(&said, verdict);
        }
        let event = log.event(&caller, &record);
        let work = async move {
            bill.settle().await;
            Log::keep(&log, event?).await
        };
        (Self { work: Box::pin(work), last: closed.last }, closed.withheld)
    }

    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<Vec<Delta>, ChatError>> {
        self.work.as_mut().poll(context).map(|recorded| {
            recorded?;
            std::mem::replace(&mut self.last, Ok(Vec::new()))
        })
    }
}

impl Closed {
    fn of(reading: &mut Reading, end: End, ready: &mut VecDeque<Delta>) -> Self {
        match end {
            End::Broken(error) => {
                if reading.usage.is_none() {
                    reading.bill.lower(error.kind(), reading.cost.question);
                }
                let last = Err(ChatError::Model(error));
                Self { outcome: Outcome::Error, reason: Some("model"), verdict: None, last, withheld: None }
            }
            End::Refused(refusal) => Self {
                outcome: Outcome::Denied,
                reason: Some("tool_refused"),
                verdict: Some(reading.judgement().1),
                last: Err(ChatError::Tool(refusal)),
                withheld: None,
            },
            End::Call(withheld) => Self::withheld(reading, withheld),
            End::Stopped(action) => {
                let verdict = reading.judgement().1;
                let action = verdict.action.max(action).max(Action::Block);
                Self::stopped(reading, Verdict { action, ..verdict })
            }
            End::Whole => {
                let (rest, verdict) = reading.judgement();
                reading.pass(rest, ready);
                match verdict.action >= Action::Block {
                    true => Self::stopped(reading, verdict),
                    false => Self::whole(reading, verdict),
                }
            }
        }
    }

    fn whole(reading: &mut Reading, verdict: Verdict) -> Self {
        if reading.usage.is_none() {
            let cost = &reading.cost;
            reading.bill.spent = cost.question.saturating_add(cost.answer).min(cost.at_most);
        }
        let mut last: Vec<Delta> = reading.calls.drain(..).map(Delta::ToolCall).collect();
        last.push(Delta::Finish(reading.finish.unwrap_or_default()));
        last.extend(reading.usage.map(Delta::Usage));
        let changed = std::mem::replace(&mut reading.changed, Verdict::clean());
        let verdict = Some(input::worse(verdict, changed));
        Self { outcome: Outcome::Success, reason: None, verdict, last: Ok(last), withheld: None }
    }

    fn stopped(reading: &Reading, verdict: Verdict) -> Self {
        let withheld = Withheld { direction: Direction::Output, say: verdict.answer.clone(), verdict };
        Self::withheld(reading, withheld)
    }

    fn withheld(reading: &Reading, withheld: Withheld) -> Self {
        let mut last = Vec::new();
        if let Some(say) = &withheld.say {
            let between = if reading.passed { "\n\n" } else { "" };
            last.push(Delta::Text(format!("{between}{say}")));
        }
        last.push(Delta::Finish(FinishReason::ContentFilter));
        last.extend(reading.usage.map(Delta::Usage));
        let verdict = Some(withheld.verdict.clone());
        Self { outcome: Outcome::Denied, reason: None, verdict, last: Ok(last), withheld: Some(withheld) }
    }
}

impl Reading {
    /// What is said of the text as far as it came, and what of it may still be passed on.
    fn judgement(&mut self) -> (String, Verdict) {
        let ask = self.caller.ask(Direction::Output);
        let text = std::mem::replace(&mut self.text, self.guard.stream(&ask));
        let end = text.finish();
        (end.rest, end.verdict)
    }
}
