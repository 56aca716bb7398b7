//! The part of the text that is at hand, and walks over it.

use super::LOOKBACK;
use crate::Span;
use crate::fold::{DROP, FOLD_ASCII, Fold, Table};

/// Source bytes from `base` on. Positions are those of the whole text.
#[derive(Clone, Copy)]
pub(crate) struct Window<'t> {
    pub(crate) text: &'t str,
    pub(crate) base: usize,
    pub(crate) folds: &'static Table,
}

/// A folded byte that the walk back came over, and the character it is of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Behind {
    pub(crate) byte: u8,
    pub(crate) word: bool,
    pub(crate) start: usize,
}

/// Where a term starts, and what stands before it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Start {
    pub(crate) at: usize,
    pub(crate) after_word: bool,
}

impl<'t> Window<'t> {
    pub(crate) fn end(&self) -> usize {
        self.base + self.text.len()
    }

    /// The text of `span`, as far as it is at hand and on character boundaries.
    pub(crate) fn slice(&self, span: Span) -> &'t str {
        let from = span.start.saturating_sub(self.base);
        self.text.get(from..span.end.saturating_sub(self.base)).unwrap_or_default()
    }

    pub(crate) fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at.checked_sub(self.base)?).copied()
    }

    /// The nearest character boundary at or before `at`.
    pub(crate) fn floor(&self, at: usize) -> usize {
        let mut at = at.clamp(self.base, self.end());
        while !self.text.is_char_boundary(at - self.base) {
            at -= 1;
        }
        at
    }

    /// Folded bytes before `end`, the last first, without the last `skip` of the character that ends there.
    pub(crate) fn back(&self, end: usize, skip: usize) -> impl Iterator<Item = Behind> + use<'t> {
        let reach = self.floor(end.saturating_sub(LOOKBACK));
        let text = self.slice(Span::new(reach, end));
        let folds = self.folds;
        text.char_indices().rev().flat_map(move |(at, c)| Bits::new(folds, c, reach + at)).skip(skip)
    }

    /// Where the `len` folded bytes start that end before the last `skip` of the character that ends at `end`.
    pub(crate) fn start(&self, end: usize, skip: usize, len: usize) -> Start {
        let mut start = Start { at: self.floor(end.saturating_sub(LOOKBACK)), after_word: false };
        let mut seen = 0;
        let mut spaced = false;
        for behind in self.back(end, skip) {
            if seen == len {
                start.after_word = behind.start == start.at && behind.word || self.word_before(start.at);
                break;
            }
            if behind.byte != b' ' || !spaced {
                seen += 1;
            }
            spaced = behind.byte == b' ';
            if seen == len {
                start.at = behind.start;
            }
        }
        start
    }

    /// Whether a word goes on at `at`; nothing if that cannot be told before more of the text is there. An apostrophe is nothing in what is
    /// matched, and ends words all the same: of `aspirin's`, `aspirin` is a word.
    pub(crate) fn word_at(&self, at: usize) -> Option<bool> {
        self.slice(Span::new(at, self.end())).chars().find_map(|c| match self.folds.fold(c) {
            Fold::Other(text) => text.chars().next().map(char::is_alphanumeric),
            _ => self.is_word(c),
        })
    }

    /// Whether a word ends right before `at`.
    pub(crate) fn word_before(&self, at: usize) -> bool {
        let reach = self.floor(at.saturating_sub(LOOKBACK));
        let mut before = self.slice(Span::new(reach, at)).chars().rev();
        before.find_map(|c| match self.folds.fold(c) {
            Fold::Other(text) => text.chars().next_back().map(char::is_alphanumeric),
            _ => self.is_word(c),
        }) == Some(true)
    }

    /// Whether `c`, which folds to one character at most, belongs to words; nothing if it does not count.
    fn is_word(&self, c: char) -> Option<bool> {
        match self.folds.fold(c) {
            Fold::Drop => matches!(c, '\'' | '’' | '‘' | 'ʼ').then_some(false),
            Fold::Own { word } => Some(word),
            Fold::Byte(byte) => Some(byte.is_ascii_alphanumeric()),
            Fold::Other(_) => Some(true),
        }
    }

    /// Whether the folded byte before `at` is a space.
    pub(crate) fn space_before(&self, at: usize) -> bool {
        self.back(at, 0).next().is_some_and(|behind| behind.byte == b' ')
    }

    /// How many folded bytes `span` has, after a space or not.
    pub(crate) fn folded_len(&self, span: Span, mut spaced: bool) -> usize {
        let mut len = 0;
        for c in self.slice(span).chars() {
            let mut count = |byte: u8| {
                len += usize::from(byte != b' ' || !spaced);
                spaced = byte == b' ';
            };
            match FOLD_ASCII.get(c as usize) {
                Some(&DROP) => {}
                Some(&byte) => count(byte),
                None => self.folds.bytes(c).as_slice().iter().copied().for_each(count),
            }
        }
        len
    }
}

/// The folded bytes of one character, from the last to the first.
struct Bits {
    bytes: crate::fold::Bytes,
    left: usize,
    word: bool,
    start: usize,
}

impl Bits {
    fn new(folds: &Table, c: char, start: usize) -> Self {
        let word = match folds.fold(c) {
            Fold::Own { word } => word,
            Fold::Other(text) => text.chars().any(|c| !c.is_ascii() && c.is_alphanumeric()),
            _ => false,
        };
        let bytes = folds.bytes(c);
        Self { left: bytes.as_slice().len(), bytes, word, start }
    }
}

impl Iterator for Bits {
    type Item = Behind;

    fn next(&mut self) -> Option<Behind> {
        self.left = self.left.checked_sub(1)?;
        let byte = self.bytes.as_slice().get(self.left).copied()?;
        let word = if byte.is_ascii() { byte.is_ascii_alphanumeric() } else { self.word };
        Some(Behind { byte, word, start: self.start })
    }
}
