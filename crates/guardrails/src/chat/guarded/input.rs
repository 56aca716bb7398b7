//! What a caller sends.

use super::{History, Withheld, arguments};
use crate::chat::{Caller, ChatRequest, ChatRole, Message};
use crate::{Action, Direction, Guard, Verdict};

/// Judges the messages of a request, and gives it back redacted.
///
/// Each message is judged by itself. Where there are several, all that was not said by the model is judged twice more as one text, with spaces and
/// with nothing between, so that an order cannot be cut into messages none of which gives one. A turn of the model ends what is joined only
/// where the history is trusted: a caller that is not can put one anywhere.
pub(super) fn judge(
    guard: &Guard,
    caller: &Caller,
    history: History,
    request: &ChatRequest,
) -> Result<(ChatRequest, Verdict), Withheld> {
    let ask = caller.ask(Direction::Input);
    let spoken = request.messages.iter().rposition(|message| message.role == ChatRole::Assistant);
    let from = match history {
        History::Trust => spoken.map_or(0, |at| at + 1),
        History::Suspect => 0,
    };
    let mut redacted = request.clone();
    let mut worst = Verdict::clean();
    for message in redacted.messages.iter_mut().skip(from) {
        if !message.content.is_empty() {
            let verdict = guard.check(&message.content, &ask);
            if verdict.action == Action::Redact {
                message.content = guard.redact(&message.content, &verdict);
            }
            worst = worse(worst, verdict);
        }
        for call in &mut message.tool_calls {
            worst = worse(worst, arguments::judge(guard, &ask, &mut call.arguments));
        }
    }
    let judged = request.messages.get(from..).unwrap_or_default();
    let asked: Vec<&str> = said(judged).filter(|text| !text.is_empty()).collect();
    if asked.len() > 1 {
        for between in [" ", ""] {
            let verdict = guard.check(&asked.join(between), &ask);
            // Its spans are of a text that nobody sends; what is to be redacted was found in the messages.
            if verdict.action >= Action::Block {
                worst = worse(worst, verdict);
            }
        }
    }
    match Withheld::by(Direction::Input, worst) {
        Ok(withheld) => Err(withheld),
        Err(verdict) => Ok((redacted, verdict)),
    }
}

/// The one that asks for more; of those that ask for the same, the one that says more.
pub(super) fn worse(one: Verdict, other: Verdict) -> Verdict {
    if weight(&other) > weight(&one) { other } else { one }
}

fn weight(verdict: &Verdict) -> (Action, bool, usize) {
    (verdict.action, verdict.answer.is_some(), verdict.findings.len() + verdict.failures.len())
}

/// What was said by anybody but the model.
fn said(messages: &[Message]) -> impl Iterator<Item = &str> {
    let asking = messages.iter().filter(|message| message.role != ChatRole::Assistant);
    asking.map(|message| &*message.content)
}

/// For the log: the last that was not said by the model, back to where the model spoke before. What a caller makes the model say after that
/// does not hide it.
pub(super) fn last_turn(request: &ChatRequest) -> impl Iterator<Item = &str> {
    let by_model = |message: &Message| message.role == ChatRole::Assistant;
    let end = request.messages.iter().rposition(|message| !by_model(message)).map_or(0, |at| at + 1);
    let until = request.messages.get(..end).unwrap_or_default();
    let from = until.iter().rposition(by_model).map_or(0, |at| at + 1);
    said(until.get(from..).unwrap_or_default())
}
