//! The part of the text that is at hand, and walks over it.

use super::LOOKBACK;
use super::skim::char_at;
use crate::Span;
use crate::fold::{DROP, FOLD_ASCII, Fold, Table, kind};

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
    pub(crate) fn back(&self, end: usize, skip: usize) -> Back<'t> {
        let reach = self.floor(end.saturating_sub(LOOKBACK));
        let mut back = Back {
            bytes: self.slice(Span::new(reach, end)).as_bytes(),
            reach,
            folds: self.folds,
            bits: None,
            coarse: false,
        };
        for _ in 0..skip {
            let _ = back.next();
        }
        back
    }

    /// The same without the characters that fold to themselves and are no part of words but their last byte: all that who looks for
    /// letters has to know of them.
    pub(super) fn letters_back(&self, end: usize, skip: usize) -> Back<'t> {
        Back { coarse: true, ..self.back(end, skip) }
    }

    /// Where the `len` bytes start that end at `end` and are as they are folded, but for their case; nothing if they are not.
    pub(super) fn plain_start(&self, end: usize, skip: usize, len: usize) -> Option<Start> {
        let at = end.checked_sub(len).filter(|at| *at >= self.base && skip == 0)?;
        is_as_long_folded(self.slice(Span::new(at, end)).as_bytes(), len)
            .then(|| Start { at, after_word: self.word_before(at) })
    }

    /// Where the `len` folded bytes start that end before the last `skip` of the character that ends at `end`.
    pub(crate) fn start(&self, end: usize, skip: usize, len: usize) -> Start {
        if let Some(start) = self.plain_start(end, skip, len) {
            return start;
        }
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
        if let Some(ascii) = self.byte(at).filter(u8::is_ascii) {
            return Some(ascii.is_ascii_alphanumeric());
        }
        self.slice(Span::new(at, self.end())).chars().find_map(|c| match self.folds.fold(c) {
            Fold::Other(text) | Fold::Foreign(text) => text.chars().next().map(char::is_alphanumeric),
            _ => self.is_word(c),
        })
    }

    /// Whether a word ends right before `at`.
    pub(crate) fn word_before(&self, at: usize) -> bool {
        match at.checked_sub(1).and_then(|before| self.byte(before)) {
            None => return false,
            Some(ascii) if ascii.is_ascii() => return ascii.is_ascii_alphanumeric(),
            Some(_) => {}
        }
        let reach = self.floor(at.saturating_sub(LOOKBACK));
        let mut before = self.slice(Span::new(reach, at)).chars().rev();
        before.find_map(|c| match self.folds.fold(c) {
            Fold::Other(text) | Fold::Foreign(text) => text.chars().next_back().map(char::is_alphanumeric),
            _ => self.is_word(c),
        }) == Some(true)
    }

    /// Whether `c`, which folds to one character at most, belongs to words; nothing if it does not count.
    fn is_word(&self, c: char) -> Option<bool> {
        match self.folds.fold(c) {
            Fold::Drop => matches!(c, '\'' | '’' | '‘' | 'ʼ').then_some(false),
            Fold::Own { word } => Some(word),
            Fold::Byte(byte) => Some(byte.is_ascii_alphanumeric()),
            Fold::Other(_) | Fold::Foreign(_) => Some(true),
        }
    }

    /// Whether the folded byte before `at` is a space.
    pub(crate) fn space_before(&self, at: usize) -> bool {
        self.back(at, 0).next().is_some_and(|behind| behind.byte == b' ')
    }

    /// How many folded bytes `span` has, after a space or not, and whether the last of both is a space.
    pub(crate) fn folded_len(&self, span: Span, mut spaced: bool) -> (usize, bool) {
        let text = self.slice(span);
        let mut len = 0;
        let mut at = 0;
        // Where one of the bytes is not as most are, the chunk is gone through one by one.
        let mut odd_to = 0;
        while let Some(&byte) = text.as_bytes().get(at) {
            if at >= odd_to
                && let Some(chunk) = text.as_bytes().get(at..text.len().min(at + CHUNK))
            {
                if let Some(runs) = spaces_after_spaces(chunk) {
                    len += chunk.len() - runs - usize::from(spaced && is_space(byte));
                    spaced = chunk.last().copied().is_some_and(is_space);
                    at += chunk.len();
                    continue;
                }
                odd_to = at + CHUNK;
            }
            if let Some(&folded) = FOLD_ASCII.get(usize::from(byte)) {
                let space = folded == b' ';
                len += usize::from(folded != DROP) & usize::from(!(space & spaced));
                spaced = space | (spaced & (folded == DROP));
                at += 1;
                continue;
            }
            let Some((c, size)) = char_at(text.as_bytes(), at) else { break };
            at += size;
            match self.folds.kind(c) {
                kind::DROP => {}
                byte if byte.is_ascii() => {
                    len += usize::from(byte != b' ' || !spaced);
                    spaced = byte == b' ';
                }
                kind::OWN | kind::OWN_WORD => {
                    len += size;
                    spaced = false;
                }
                _ => {
                    for &byte in self.folds.bytes(c).as_slice() {
                        len += usize::from(byte != b' ' || !spaced);
                        spaced = byte == b' ';
                    }
                }
            }
        }
        (len, spaced)
    }
}

/// So many bytes are counted at once, with comparisons that a compiler makes vectors of.
const CHUNK: usize = 64;

fn is_space(byte: u8) -> bool {
    byte <= b' ' || byte == 0x7f || byte == b'-' || byte == b'_'
}

/// How many of `bytes` are spaces after spaces; nothing if there is something that does not fold to one byte.
fn spaces_after_spaces(bytes: &[u8]) -> Option<usize> {
    let odd = bytes.iter().fold(false, |odd, byte| odd | !byte.is_ascii() | (*byte == b'\''));
    let pairs = bytes.iter().zip(bytes.get(1..)?);
    let runs = pairs.fold(0_u8, |runs, (one, next)| runs + u8::from(is_space(*one) & is_space(*next)));
    (!odd).then_some(runs.into())
}

/// Whether `bytes` are `len` and fold to as many.
fn is_as_long_folded(bytes: &[u8], len: usize) -> bool {
    let odd = bytes.iter().fold(false, |odd, byte| odd | !byte.is_ascii() | (*byte == b'\''));
    let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
    bytes.len() == len && !pairs.fold(odd, |odd, (one, next)| odd | (is_space(*one) & is_space(*next)))
}

/// A walk backwards.
pub(crate) struct Back<'t> {
    /// Whole characters.
    bytes: &'t [u8],
    reach: usize,
    folds: &'static Table,
    bits: Option<Bits>,
    coarse: bool,
}

impl Iterator for Back<'_> {
    type Item = Behind;

    #[inline]
    fn next(&mut self) -> Option<Behind> {
        loop {
            if let Some(bits) = &mut self.bits {
                if let Some(behind) = bits.next() {
                    return Some(behind);
                }
                self.bits = None;
            }
            let (byte, before) = self.bytes.split_last()?;
            if let Some(&folded) = FOLD_ASCII.get(usize::from(*byte)) {
                self.bytes = before;
                if folded == DROP {
                    continue;
                }
                let start = self.reach + before.len();
                return Some(Behind { byte: folded, word: folded.is_ascii_alphanumeric(), start });
            }
            let continued = before.iter().rev().take(2).take_while(|byte| **byte & 0xc0 == 0x80).count();
            let at = before.len().checked_sub(continued + 1)?;
            let (c, _) = char_at(self.bytes, at)?;
            self.bytes = self.bytes.get(..at)?;
            let start = self.reach + at;
            let folded = match self.folds.kind(c) {
                kind::DROP => continue,
                byte if byte.is_ascii() => byte,
                kind::OWN if self.coarse => kind::OWN,
                _ => {
                    self.bits = Some(Bits::new(self.folds, c, start));
                    continue;
                }
            };
            return Some(Behind { byte: folded, word: folded.is_ascii_alphanumeric(), start });
        }
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
            Fold::Other(text) | Fold::Foreign(text) => {
                text.chars().any(|c| !c.is_ascii() && c.is_alphanumeric())
            }
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
