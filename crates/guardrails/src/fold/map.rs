use super::{DROP, FOLD_ASCII, Table};
use crate::Span;
use std::borrow::Cow;
use std::ops::Range;

/// A text as it is matched, and where each of its bytes comes from.
#[derive(Debug, Clone)]
pub struct Folded<'t> {
    text: Cow<'t, str>,
    /// Of each folded byte the source bytes of its character; empty where the text is its own fold.
    origins: Vec<Span>,
}

/// Folds `text`: case, width, accents, look-alikes, white space, invisible characters. The same step, character by character, as that of
/// [`Lexicon::scan`](crate::Lexicon::scan), so that a [`Hit::at`](crate::Hit::at) counts bytes of this.
///
/// Folding twice changes nothing. A text that is folded already is borrowed; another costs its own size, and sixteen bytes for each of
/// the fold's.
///
/// ```
/// let folded = stockade_guardrails::fold("Ｉｇｎ\u{200b}оré \n ALL");
/// assert_eq!(folded.as_str(), "ignore all");
/// // "all" stands where "ALL" stood.
/// assert_eq!(folded.source(7..10).len(), 3);
/// ```
#[must_use]
pub fn fold(text: &str) -> Folded<'_> {
    if is_folded(text) {
        return Folded { text: Cow::Borrowed(text), origins: Vec::new() };
    }
    let table = Table::get();
    let mut bytes = Vec::with_capacity(text.len());
    let mut origins = Vec::with_capacity(text.len());
    for (start, c) in text.char_indices() {
        let span = Span::new(start, start + c.len_utf8());
        for &byte in table.bytes(c).as_slice() {
            if byte == b' ' && bytes.last() == Some(&b' ') {
                continue;
            }
            bytes.push(byte);
            origins.push(span);
        }
    }
    // Whole characters in, whole characters out: nothing is replaced.
    Folded { text: Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()), origins }
}

impl Folded<'_> {
    /// The folded text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Where the folded bytes of `range` come from: from the first byte of the first one's character to the last byte of the last
    /// one's. What lies beyond the end stands at the end.
    #[must_use]
    pub fn source(&self, range: Range<usize>) -> Span {
        let end = self.text.len();
        let range = range.start.min(end)..range.end.min(end);
        if self.origins.is_empty() {
            return Span::new(range.start, range.end);
        }
        let first = self.origins.get(range.start).or(self.origins.last());
        let last = range.end.checked_sub(1).and_then(|last| self.origins.get(last));
        match (first, last) {
            (Some(first), Some(last)) if !range.is_empty() => Span::new(first.start, last.end),
            (Some(first), _) => Span::new(first.start, first.start),
            (None, _) => Span::new(0, 0),
        }
    }
}

fn is_folded(text: &str) -> bool {
    let mut before = 0;
    text.bytes().all(|byte| {
        let own = FOLD_ASCII.get(usize::from(byte)).is_some_and(|folded| *folded == byte && byte != DROP);
        let run = byte == b' ' && before == b' ';
        before = byte;
        own && !run
    })
}
