//! What stands around a hit.

use super::book::Context;
use super::state::{ContextState, Mark};
use super::view::View;

impl Context {
    /// Whether what precedes `hit` puts it into this context.
    pub(super) fn precedes(&self, state: &ContextState, hit: &Mark, view: View<'_>) -> bool {
        let Some(opened) = state.before.before(hit.start) else { return false };
        let stopped = state.stop.before(hit.start).is_some_and(|stop| stop.end >= opened.end);
        !stopped && self.joins(&opened, hit, view) && (!self.quoted || is_quoted(hit, view))
    }

    /// Whether what follows `hit` does. What ends before the hit is forgotten.
    pub(super) fn follows(&self, state: &mut ContextState, hit: &Mark, view: View<'_>) -> bool {
        while state.after.front().is_some_and(|mark| mark.start < hit.end) {
            state.after.pop_front();
        }
        let Some(closing) = state.after.front() else { return false };
        self.joins(hit, closing, view) && (!self.quoted || is_quoted(hit, view))
    }

    /// Whether both stand close to each other, in one sentence.
    fn joins(&self, first: &Mark, second: &Mark, view: View<'_>) -> bool {
        if second.start.saturating_sub(first.end) > self.reach {
            return false;
        }
        let (start, end) = (first.span.end, second.span.start);
        // More bytes than that are no sentence but invisible characters, put there to be excused, or to cost time.
        let most = 64 + 4 * usize::try_from(self.reach).unwrap_or(usize::MAX);
        if end <= start || end - start > most {
            return end <= start;
        }
        view.slice(start, end).is_some_and(|between| !self.ends_in(between))
    }

    /// Whether a sentence, or for some contexts a part of one, ends in `between`.
    fn ends_in(&self, between: &str) -> bool {
        let bytes = between.as_bytes();
        bytes.iter().enumerate().any(|(at, byte)| match byte {
            b'.' | b':' => bytes.get(at + 1).is_none_or(u8::is_ascii_whitespace) && *byte == b'.',
            b'!' | b'?' | b';' | b'|' => true,
            b'\n' => true,
            b',' => self.ends_at_comma,
            _ => false,
        })
    }
}

/// How far from a hit its quote marks are looked for.
const QUOTE_REACH: usize = 160;

/// Whether the nearest quote mark before it opens and the nearest after it closes.
fn is_quoted(hit: &Mark, view: View<'_>) -> bool {
    const MARKS: [char; 7] = ['"', '“', '”', '„', '«', '»', '\n'];
    let before = view.before(hit.span.start, QUOTE_REACH);
    let after = view.after(hit.span.end, QUOTE_REACH);
    let opens = before.char_indices().rev().find(|(_, c)| MARKS.contains(c)).is_some_and(|(at, c)| match c {
        '“' | '„' | '«' => true,
        '"' => before
            .get(..at)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with([' ', '(', ':', '\n', '\t'])),
        _ => false,
    });
    opens && after.chars().find(|c| MARKS.contains(c)).is_some_and(|c| matches!(c, '"' | '”' | '“' | '»'))
}
