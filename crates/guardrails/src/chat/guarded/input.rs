//! What a caller sends.

use super::{History, Withheld};
use crate::chat::{Caller, ChatRequest, ChatRole, Message};
use crate::{Action, Direction, Guard, Verdict};

/// Judges the messages of a request, and gives it back redacted.
///
/// Each message is judged by itself. Where the caller has said several things since the model last spoke they are judged once more as
/// one text, so that an order cannot be cut into messages none of which gives one.
pub(super) fn judge(
    guard: &Guard,
    caller: &Caller,
    history: History,
    request: &ChatRequest,
) -> Result<(ChatRequest, Verdict), Withheld> {
    let ask = caller.ask(Direction::Input);
    let spoken = request.messages.iter().rposition(|message| message.role == ChatRole::Assistant);
    let since = spoken.map_or(0, |at| at + 1);
    let from = if history == History::Trust { since } else { 0 };
    let mut redacted = request.clone();
    let mut worst = Verdict::clean();
    let mut keep = |verdict: Verdict| {
        if weight(&verdict) > weight(&worst) {
            worst = verdict;
        }
    };
    for message in redacted.messages.iter_mut().skip(from) {
        let texts = std::iter::once(&mut message.content)
            .chain(message.tool_calls.iter_mut().map(|call| &mut call.arguments));
        for text in texts.filter(|text| !text.is_empty()) {
            let verdict = guard.check(text, &ask);
            if verdict.action == Action::Redact {
                *text = guard.redact(text, &verdict);
            }
            keep(verdict);
        }
    }
    let turn = request.messages.get(since..).unwrap_or_default();
    if turn.len() > 1 {
        let verdict = guard.check(&joined(turn), &ask);
        // Its spans are of a text that nobody sends; what is to be redacted was found in the messages.
        if verdict.action >= Action::Block {
            keep(verdict);
        }
    }
    match Withheld::by(Direction::Input, worst) {
        Ok(withheld) => Err(withheld),
        Err(verdict) => Ok((redacted, verdict)),
    }
}

/// Of verdicts that ask for the same, the one that says more.
fn weight(verdict: &Verdict) -> (Action, bool, usize) {
    (verdict.action, verdict.answer.is_some(), verdict.findings.len() + verdict.failures.len())
}

/// What was said since the model last spoke.
fn joined(turn: &[Message]) -> String {
    let texts: Vec<&str> = turn.iter().map(|message| &*message.content).collect();
    texts.join(" ")
}

/// For the log: all that the caller has said since the model last spoke.
pub(super) fn last_turn(request: &ChatRequest) -> String {
    let spoken = request.messages.iter().rposition(|message| message.role == ChatRole::Assistant);
    joined(request.messages.get(spoken.map_or(0, |at| at + 1)..).unwrap_or_default())
}
