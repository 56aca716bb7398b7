//! What a model says.

use super::Withheld;
use crate::chat::{Caller, ChatAnswer, ToolCall};
use crate::{Action, Direction, Guard, Verdict};

/// Judges an answer, and gives it back redacted, or what is said instead.
pub(super) fn judge(
    guard: &Guard,
    caller: &Caller,
    mut answer: ChatAnswer,
) -> Result<(ChatAnswer, Verdict), Withheld> {
    let ask = caller.ask(Direction::Output);
    let verdict = guard.check(&answer.content, &ask);
    if verdict.action == Action::Redact {
        answer.content = guard.redact(&answer.content, &verdict);
    }
    let verdict = Withheld::by(Direction::Output, verdict).map_or_else(Ok, Err)?;
    for call in &mut answer.tool_calls {
        judge_call(guard, caller, call)?;
    }
    Ok((answer, verdict))
}

/// Judges what a model would have a tool told.
pub(super) fn judge_call(guard: &Guard, caller: &Caller, call: &mut ToolCall) -> Result<(), Withheld> {
    let verdict = guard.check(&call.arguments, &caller.ask(Direction::Output));
    if verdict.action == Action::Redact {
        call.arguments = guard.redact(&call.arguments, &verdict);
    }
    Withheld::by(Direction::Output, verdict).map_or(Ok(()), Err)
}

/// What an answer is thought to have cost in tokens, where nobody says.
pub(super) fn estimate(answer: &ChatAnswer) -> u64 {
    let of = |text: &str| crate::TokenEstimate::of(text).likely;
    answer
        .tool_calls
        .iter()
        .map(|call| of(&call.name).saturating_add(of(&call.arguments)))
        .fold(of(&answer.content), u64::saturating_add)
}
