//! Asking, piece by piece.

use super::ask::Admitted;
use super::streamed::{Cost, Reading};
use super::{ChatError, GuardedModel, GuardedStream, StreamReply};
use crate::Direction;
use crate::chat::{Caller, ChatModel, ChatRequest};

impl<M: ChatModel> GuardedModel<M> {
    /// Asks for an answer as it comes; all that comes before the model is as for [`answer`](Self::answer). The stream borrows nothing.
    ///
    /// # Errors
    /// [`ChatError`]: there is no stream. What befalls the model after its beginning is an item of the stream.
    pub async fn stream(&self, caller: &Caller, request: &ChatRequest) -> Result<StreamReply, ChatError> {
        let Admitted { clamped, mut bill, guard, policy } = match self.admit(caller, request).await? {
            Ok(admitted) => admitted,
            Err(withheld) => return Ok(StreamReply::Withheld(withheld)),
        };
        let said = match self.log.listen() {
            Ok(said) => said,
            Err(error) => {
                bill.waive().await;
                return Err(error.into());
            }
        };
        let cost = Cost { question: clamped.input.likely, answer: 0, at_most: clamped.cost() };
        bill.spent = cost.at_most;
        let upstream = match self.model.stream(&clamped.request).await {
            Ok(upstream) => upstream,
            Err(error) => return Err(self.unanswered(caller, &guard, bill, cost.question, error).await),
        };
        let reading = Reading {
            upstream,
            text: guard.stream(&caller.ask(Direction::Output)),
            guard,
            tools: policy.tools.clone(),
            calls: Vec::new(),
            changed: crate::Verdict::clean(),
            finish: None,
            usage: None,
            caller: caller.clone(),
            log: self.log.clone(),
            said,
            passed: false,
            bill,
            cost,
        };
        Ok(StreamReply::Answering { stream: GuardedStream::new(reading), changes: clamped.changes })
    }
}
