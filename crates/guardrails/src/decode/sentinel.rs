//! An automaton that notices where an encoding begins, in the same pass as the search for terms.

use super::Lure;
use crate::lexicon::{EVENT, Stand, Window};
use std::collections::HashMap;

/// What it noticed at a byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signal {
    /// A character beyond ASCII.
    Foreign,
    /// `%`, `&` or `\`.
    Escape,
    /// The eighth character of a word that may be base64 of ASCII.
    Base64,
    /// The eighth hexadecimal digit of a word, which may be ASCII.
    Hex,
    /// The fourth pair of hexadecimal digits that stand by themselves.
    Pairs,
}

/// Something to decode, and where it starts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    pub(crate) lure: Lure,
    pub(crate) start: usize,
    /// Where the automata stood, if what they are in the middle of belongs to it.
    pub(crate) stand: Option<Stand>,
}

/// How far back four pairs of digits may begin: `0x69, ` for each, and then some.
const PAIRS_REACH: usize = 48;
/// So many pairs are looked at before the next is tried.
const PAIRS: u8 = 3;
/// So many characters of a word are looked at before it is tried.
const WORD: usize = 8;

impl Found {
    /// Of a signal, which is no [`Signal::Foreign`], where the automata stand.
    pub(crate) fn of(signal: Signal, window: &Window<'_>, stand: Stand) -> Self {
        let at = stand.at;
        let (lure, start) = match signal {
            Signal::Foreign | Signal::Escape => (Lure::Escape, at),
            Signal::Base64 => (Lure::Base64, at.saturating_sub(WORD - 1)),
            Signal::Hex => (Lure::Hex, at.saturating_sub(WORD - 1)),
            Signal::Pairs => (Lure::Hex, pairs_from(window, at + 1, PAIRS)),
        };
        Self { lure, start, stand: (lure == Lure::Escape).then_some(stand) }
    }
}

/// Whether `next` after `%`, `&` or `\\` may go on an escape: most of what looks like the start of one is none.
#[inline(always)]
pub(crate) fn begins_escape(first: u8, next: u8) -> bool {
    let may = MAY_FOLLOW[usize::from(next)];
    may & match first {
        b'%' => PERCENT,
        b'&' => REFERENCE,
        _ => BACKSLASH,
    } != 0
}

const PERCENT: u8 = 1;
const REFERENCE: u8 = 2;
const BACKSLASH: u8 = 4;

/// After which of them each byte may stand.
const MAY_FOLLOW: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        if byte.is_ascii_hexdigit() || matches!(byte, b'u' | b'U') {
            table[byte as usize] |= PERCENT;
        }
        if byte.is_ascii_alphabetic() || byte == b'#' {
            table[byte as usize] |= REFERENCE;
        }
        if matches!(byte, b'x' | b'X' | b'u' | b'U' | b'n' | b't' | b'r' | b'0'..=b'7') {
            table[byte as usize] |= BACKSLASH;
        }
        byte += 1;
    }
    table
};

/// Where the last `pairs` bytes in hexadecimal start that stand by themselves before `end`, and before the one there that may be half read.
fn pairs_from(window: &Window<'_>, end: usize, pairs: u8) -> usize {
    let mut start = end;
    let least = end.saturating_sub(PAIRS_REACH);
    let back = |from: usize, most: usize, of: fn(u8) -> bool| {
        let mut at = from;
        while at > least.max(from.saturating_sub(most)) && window.byte(at - 1).is_some_and(of) {
            at -= 1;
        }
        at
    };
    for nth in 0..=pairs {
        let digits = back(if nth == 0 { start } else { back(start, PAIRS_REACH, is_blank) }, 2, |byte| {
            byte.is_ascii_hexdigit()
        });
        let x = back(digits, 1, |byte| matches!(byte, b'x' | b'X'));
        start = if x < digits { back(x, 1, |byte| byte == b'0') } else { digits };
    }
    start
}

fn is_blank(byte: u8) -> bool {
    is_between(byte) && !matches!(byte, b'x' | b'X')
}

/// What may stand between two bytes in hexadecimal.
pub(super) fn is_between(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b',' | b':' | b';' | b'-' | b'x' | b'X')
}

/// What a byte is to the automaton.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
struct Nature {
    /// Of the base64 alphabets (RFC 4648 sections 4 and 5), and whether it may be the first, second, third of four that encode
    /// printable ASCII.
    base64: bool,
    quad: [bool; 3],
    /// A hexadecimal digit, and whether it may be the first of two that encode ASCII but no control.
    digit: bool,
    high: bool,
    zero: bool,
    x: bool,
    between: bool,
    foreign: bool,
    escape: bool,
}

impl Nature {
    fn of(byte: u8) -> Self {
        let sextet = super::base64::sextet(byte);
        let digit = char::from(byte).to_digit(16);
        Self {
            base64: sextet.is_some(),
            quad: match sextet {
                None => [false; 3],
                Some(bits) => [(8..32).contains(&bits), bits & 0b1000 == 0, bits & 0b10 == 0],
            },
            digit: digit.is_some(),
            high: digit.is_some_and(|digit| (2..8).contains(&digit)),
            zero: byte == b'0',
            x: matches!(byte, b'x' | b'X'),
            between: is_blank(byte),
            foreign: !byte.is_ascii(),
            escape: matches!(byte, b'%' | b'&' | b'\\'),
        }
    }
}

/// What the automaton remembers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
struct Memory {
    /// How much of a word may be base64; nothing if it cannot be.
    base64: Option<u8>,
    /// How many hexadecimal digits it has; nothing if it has others.
    digits: Option<u8>,
    /// It is a `0`, which may become `0x`.
    zero: bool,
    /// How many pairs stood by themselves before it.
    pairs: u8,
}

const FRESH: Memory = Memory { base64: Some(0), digits: Some(0), zero: false, pairs: 0 };
const SPENT: Memory = Memory { base64: None, digits: None, zero: false, pairs: 0 };

impl Memory {
    fn next(self, byte: Nature) -> Result<Self, Signal> {
        if byte.foreign {
            return Err(Signal::Foreign);
        }
        if byte.escape {
            return Err(Signal::Escape);
        }
        let mut next = self;
        if byte.base64 {
            next.base64 = self
                .base64
                .filter(|len| byte.quad.get(usize::from(*len % 4)).is_none_or(|may| *may))
                .map(|len| len + 1);
        }
        match self.digits {
            _ if byte.between => {
                next.pairs = match self.digits {
                    Some(2) => self.pairs + 1,
                    Some(0) => self.pairs,
                    _ => 0,
                };
                (next.digits, next.zero) = (Some(0), false);
            }
            Some(0) if self.zero && byte.x => next.zero = false,
            Some(0) if byte.zero && !self.zero => next.zero = true,
            Some(len) if byte.digit && !self.zero && (byte.high || len % 2 == 1) => {
                next.digits = Some(len + 1)
            }
            _ if byte.base64 => (next.digits, next.zero, next.pairs) = (None, false, 0),
            _ => (next.digits, next.zero, next.pairs) = (Some(0), false, 0),
        }
        if !byte.base64 {
            next.base64 = Some(0);
        }
        if next.digits == Some(2) && next.pairs == PAIRS {
            return Err(Signal::Pairs);
        }
        if next.digits.map(usize::from) == Some(WORD) {
            return Err(Signal::Hex);
        }
        if next.base64.map(usize::from) == Some(WORD) {
            return Err(Signal::Base64);
        }
        Ok(next)
    }

    fn begun(self) -> Begun {
        if self.pairs > 0 || self.digits == Some(2) {
            return Begun::Pairs(self.pairs);
        }
        let most = self.base64.unwrap_or(0).max(self.digits.unwrap_or(0));
        Begun::Bytes(usize::from(most) + usize::from(self.zero))
    }
}

/// What may have begun that is not noticed yet.
#[derive(Debug, Clone, Copy)]
enum Begun {
    Bytes(usize),
    Pairs(u8),
}

/// The automaton, in the table of its lexicon. The transitions to nowhere are signals.
#[derive(Debug)]
pub(crate) struct Sentinel {
    /// Where it starts, and where it goes on inside of a word that was tried.
    pub(crate) start: u32,
    after_word: u32,
    begun: Vec<Begun>,
}

/// Columns of a row.
const STRIDE: u32 = 32;
/// The transition that says [`Signal::Escape`].
pub(crate) const ESCAPE: u32 = EVENT | Signal::Escape as u32;
const SIGNALS: [Signal; 5] = [Signal::Foreign, Signal::Escape, Signal::Base64, Signal::Hex, Signal::Pairs];

impl Sentinel {
    /// Adds it to `table`.
    pub(crate) fn new(table: &mut Vec<u32>) -> Self {
        let natures = natures();
        let start = u32::try_from(table.len()).unwrap_or(0);
        let mut states = vec![FRESH, SPENT];
        let mut numbers: HashMap<Memory, u32> = HashMap::from([(FRESH, 0), (SPENT, 1)]);
        let mut at = 0;
        while let Some(&memory) = states.get(at) {
            let mut row = [start; STRIDE as usize];
            for (slot, nature) in row.iter_mut().zip(&natures) {
                *slot = match memory.next(*nature) {
                    Ok(next) => {
                        let fresh = u32::try_from(states.len()).unwrap_or(0);
                        let number = *numbers.entry(next).or_insert_with(|| {
                            states.push(next);
                            fresh
                        });
                        start + number * STRIDE
                    }
                    Err(signal) => EVENT | signal as u32,
                };
            }
            table.extend_from_slice(&row);
            at += 1;
        }
        Self { start, after_word: start + STRIDE, begun: states.into_iter().map(Memory::begun).collect() }
    }

    /// The column of each byte.
    pub(crate) fn classes() -> [u8; 256] {
        let natures = natures();
        let mut classes = [0; 256];
        for (byte, class) in (0..=u8::MAX).zip(&mut classes) {
            let nature = Nature::of(byte);
            *class = (0..).zip(&natures).find(|(_, other)| **other == nature).map_or(0, |(column, _)| column);
        }
        classes
    }

    /// What a transition says that is an event.
    pub(crate) fn signal(event: u32) -> Signal {
        SIGNALS.get((event & !EVENT) as usize).copied().unwrap_or(Signal::Foreign)
    }

    /// Where it goes on after a signal.
    pub(crate) fn after(&self, signal: Signal) -> u32 {
        match signal {
            Signal::Foreign | Signal::Escape => self.start,
            Signal::Base64 | Signal::Hex | Signal::Pairs => self.after_word,
        }
    }

    /// Where something may have begun before `at` that is not noticed yet.
    pub(crate) fn begun(&self, state: u32, window: &Window<'_>, at: usize) -> usize {
        match self.begun.get((state.saturating_sub(self.start) / STRIDE) as usize) {
            Some(Begun::Bytes(bytes)) => at.saturating_sub(*bytes),
            Some(Begun::Pairs(pairs)) => pairs_from(window, at, *pairs),
            None => at,
        }
    }
}

/// The natures that bytes have: a column for each.
fn natures() -> Vec<Nature> {
    let mut natures: Vec<Nature> = Vec::new();
    for nature in (0..=u8::MAX).map(Nature::of) {
        if !natures.contains(&nature) {
            natures.push(nature);
        }
    }
    natures
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signals(text: &str) -> Vec<(Signal, usize)> {
        let mut table = Vec::new();
        let (sentinel, classes) = (Sentinel::new(&mut table), Sentinel::classes());
        let mut state = sentinel.start;
        let mut signals = Vec::new();
        for (at, byte) in text.bytes().enumerate() {
            state = table[state as usize + usize::from(classes[usize::from(byte)])];
            if state & EVENT != 0 {
                let signal = Sentinel::signal(state);
                signals.push((signal, at));
                state = sentinel.after(signal);
            }
        }
        signals
    }

    #[test]
    fn the_natures_fit_a_row() {
        assert!(natures().len() <= STRIDE as usize, "{}", natures().len());
    }

    #[test]
    fn encodings_are_noticed_where_they_begin() {
        assert_eq!(signals("say aWdub3JlIGFsbA=="), [(Signal::Base64, 11)]);
        assert_eq!(signals("69676e6f726520616c6c"), [(Signal::Hex, 7)]);
        assert_eq!(signals("69 67 6e 6f 72"), [(Signal::Pairs, 10)]);
        assert_eq!(signals("0x69, 0x67, 0x6e, 0x6f"), [(Signal::Pairs, 21)]);
        assert_eq!(signals("a%20b"), [(Signal::Escape, 1)]);
    }

    #[test]
    fn ordinary_words_are_quiet() {
        let prose = "The patient was prescribed internationally recognised medication, 20 mg twice a day, in 1998-2004.";
        assert_eq!(signals(prose), []);
    }
}
