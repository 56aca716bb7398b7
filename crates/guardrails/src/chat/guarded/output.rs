//! What a model says.

use super::{Withheld, arguments, input};
use crate::chat::{Caller, ChatAnswer, ToolCall};
use crate::{Action, Direction, Guard, TokenEstimate, Verdict};

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
    let mut worst = Withheld::by(Direction::Output, verdict).map_or_else(Ok, Err)?;
    for call in &mut answer.tool_calls {
        worst = input::worse(worst, judge_call(guard, caller, call)?);
    }
    Ok((answer, worst))
}

/// Judges what a model would have a tool told, and redacts it.
pub(super) fn judge_call(guard: &Guard, caller: &Caller, call: &mut ToolCall) -> Result<Verdict, Withheld> {
    let verdict = arguments::judge(guard, &caller.ask(Direction::Output), &mut call.arguments);
    Withheld::by(Direction::Output, verdict).map_or_else(Ok, Err)
}

/// What an answer is thought to have cost in tokens, where nobody says.
pub(super) fn estimate(answer: &ChatAnswer) -> u64 {
    let calls = answer.tool_calls.iter().map(estimate_call);
    calls.fold(TokenEstimate::of(&answer.content).likely, u64::saturating_add)
}

/// The same of a call.
pub(super) fn estimate_call(call: &ToolCall) -> u64 {
    TokenEstimate::of(&call.name).plus(TokenEstimate::of(&call.arguments)).likely
}
