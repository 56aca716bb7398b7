//! Asking, whole.

use super::record::Record;
use super::settle::Bill;
use super::{ChatError, GuardedModel, Reply, Withheld, input, output};
use crate::chat::{Caller, ChatModel, ChatRequest, ModelError};
use crate::{Clamped, Direction, GenerationPolicy, Guard};
use stockade_core::Outcome;

/// What may be asked, and on whose bill.
pub(super) struct Admitted<'p> {
    pub(super) clamped: Clamped,
    pub(super) bill: Bill,
    pub(super) guard: Guard,
    pub(super) policy: &'p GenerationPolicy,
}

impl<M: ChatModel> GuardedModel<M> {
    /// Asks for a whole answer. One answer: a wish for several becomes one for the first.
    ///
    /// # Errors
    /// [`ChatError`]: there is nothing to be said, not even by a policy. Where the model was asked, the budget is settled by what is
    /// known of the cost, and by all that was set aside where nothing is.
    pub async fn answer(&self, caller: &Caller, request: &ChatRequest) -> Result<Reply, ChatError> {
        let Admitted { clamped, mut bill, guard, policy } = match self.admit(caller, request).await? {
            Ok(admitted) => admitted,
            Err(withheld) => return Ok(Reply::Withheld(withheld)),
        };
        let question = clamped.input.likely;
        bill.spent = clamped.cost();
        let answer = match self.model.answer(&clamped.request).await {
            Ok(answer) => answer,
            Err(error) => return Err(self.unanswered(caller, &guard, bill, question, error).await),
        };
        bill.spent = match answer.usage {
            Some(usage) => usage.total(),
            None => question.saturating_add(output::estimate(&answer)),
        };
        let spent = bill.spent;
        bill.settle().await;
        let content = std::iter::once(&*answer.content);
        let said = self.log.listen()?.all(content, &guard, &caller.ask(Direction::Output));
        let record = |outcome| Record::output(&guard, outcome).costing(spent);
        match output::judge(&guard, caller, answer) {
            Err(withheld) => {
                let record = record(Outcome::Denied).judged(&said, &withheld.verdict);
                self.log.record(caller, record).await?;
                Ok(Reply::Withheld(withheld))
            }
            Ok((answer, verdict)) => match policy.tools.check_calls(&answer.tool_calls) {
                Err(refusal) => {
                    let record = record(Outcome::Denied).because("tool_refused").judged(&said, &verdict);
                    self.log.record(caller, record).await?;
                    Err(ChatError::Tool(refusal))
                }
                Ok(()) => {
                    self.log.record(caller, record(Outcome::Success).judged(&said, &verdict)).await?;
                    Ok(Reply::Answered { answer, changes: clamped.changes })
                }
            },
        }
    }

    /// Ends what the model did not begin to answer.
    pub(super) async fn unanswered(
        &self,
        caller: &Caller,
        guard: &Guard,
        mut bill: Bill,
        question: u64,
        error: ModelError,
    ) -> ChatError {
        bill.lower(error.kind(), question);
        let record = Record::output(guard, Outcome::Error).because("model").costing(bill.spent);
        bill.settle().await;
        match self.log.record(caller, record).await {
            Ok(()) => ChatError::Model(error),
            Err(unrecorded) => unrecorded,
        }
    }

    /// All that comes before the model, each outcome recorded.
    pub(super) async fn admit(
        &self,
        caller: &Caller,
        request: &ChatRequest,
    ) -> Result<Result<Admitted<'_>, Withheld>, ChatError> {
        let guard = self.guards.current();
        let policy = self.policies.of(caller.role_name());
        let request =
            ChatRequest { choices: request.choices.map(|choices| choices.min(1)), ..request.clone() };
        // Sizes first: what is too long is not even looked at.
        let clamped = match policy.clamp(&request) {
            Ok(clamped) => clamped,
            Err(refused) => {
                let record = Record::input(&guard, Outcome::Failure).because("refused");
                self.log.record(caller, record).await?;
                return Err(ChatError::Refused(refused));
            }
        };
        let said = self.log.listen()?.all(input::last_turn(&request), &guard, &caller.ask(Direction::Input));
        let (redacted, verdict) = match input::judge(&guard, caller, self.history, &request) {
            Ok(passed) => passed,
            Err(withheld) => {
                let record = Record::input(&guard, Outcome::Denied).judged(&said, &withheld.verdict);
                self.log.record(caller, record).await?;
                return Ok(Err(withheld));
            }
        };
        let clamped = match redacted == request {
            true => clamped,
            false => policy.clamp(&redacted).map_err(ChatError::Refused)?,
        };
        let bill = match self.reserve(caller, &clamped).await {
            Ok(bill) => bill,
            Err(error) => {
                let (outcome, why) = match &error {
                    ChatError::Exhausted { .. } => (Outcome::Denied, "budget_exhausted"),
                    _ => (Outcome::Error, "budget_unavailable"),
                };
                let record = Record::input(&guard, outcome).because(why).judged(&said, &verdict);
                self.log.record(caller, record).await?;
                return Err(error);
            }
        };
        let record = Record::input(&guard, Outcome::Success).judged(&said, &verdict).costing(clamped.cost());
        if let Err(error) = self.log.record(caller, record).await {
            // The model is not asked: nothing is spent.
            bill.waive().await;
            return Err(error);
        }
        Ok(Ok(Admitted { clamped, bill, guard, policy }))
    }
}
