//! Letters of a text, or of what is encoded in it, and how many of the last of them a canary has in a row.

use super::{CANARY_LEAK, CANARY_LETTERS};
use crate::Span;

/// Further apart than so many bytes, letters have nothing to do with each other.
const GAP: usize = 64;

/// A canary forwards and backwards, as it is and in rot13: a bit for each letter of each.
#[derive(Debug)]
pub(super) struct Shapes {
    /// Where each letter of the alphabet stands.
    places: [u128; 26],
}

const FORMS: usize = 4;

/// The first letter of each form: no run goes on from one form into the next.
const FIRSTS: u128 = {
    let (mut firsts, mut form) = (0, 0);
    while form < FORMS {
        firsts |= 1 << (form * CANARY_LETTERS);
        form += 1;
    }
    firsts
};

impl Shapes {
    pub(super) fn new(letters: &[u8]) -> Self {
        let rot13: Vec<u8> = letters.iter().map(|letter| (letter - b'a' + 13) % 26 + b'a').collect();
        let backwards = |letters: &[u8]| letters.iter().rev().copied().collect::<Vec<u8>>();
        let forms = [letters.to_vec(), backwards(letters), backwards(&rot13), rot13];
        let mut places = [0; 26];
        for (at, letter) in forms.iter().flatten().enumerate() {
            if let Some(place) = places.get_mut(usize::from(letter - b'a')) {
                *place |= 1 << at;
            }
        }
        Self { places }
    }

    fn of(&self, letter: u8) -> u128 {
        self.places.get(usize::from(letter.wrapping_sub(b'a'))).copied().unwrap_or_default()
    }
}

/// Runs of a canary's letters that end with the last letter read.
#[derive(Debug, Default)]
pub(super) struct Runs {
    /// At index `n` the places in the canary's forms at which a run of `n + 1` letters or more ends.
    ends: [u128; CANARY_LEAK],
    /// How many of these are not empty.
    depth: usize,
    /// Where the last letters start.
    starts: [usize; CANARY_LEAK],
    letters: usize,
    last_end: usize,
    leak: Option<Span>,
}

impl Runs {
    /// Reads a letter; what is none is passed over.
    pub(super) fn push(&mut self, byte: u8, from: Span, shapes: &Shapes, leaks: &mut Vec<Span>) {
        let letter = byte.to_ascii_lowercase();
        if !letter.is_ascii_lowercase() {
            return;
        }
        self.forget(from.end, leaks);
        if let Some(start) = self.starts.get_mut(self.letters % CANARY_LEAK) {
            *start = from.start;
        }
        self.letters += 1;
        self.last_end = from.end;
        let places = shapes.of(letter);
        // Each run of so many letters is made from one that is a letter shorter.
        let mut before = places;
        for end in self.ends.iter_mut().take(self.depth + 1) {
            let longer = (*end << 1) & !FIRSTS & places;
            *end = before;
            before = longer;
        }
        self.depth = self.ends.iter().take_while(|end| **end != 0).count();
        if self.depth == CANARY_LEAK {
            let start = self.starts.get(self.letters % CANARY_LEAK).copied().unwrap_or(from.start);
            let leak = self.leak.get_or_insert(Span::new(start, from.end));
            leak.end = from.end;
        } else {
            leaks.extend(self.leak.take());
        }
    }

    /// Ends what no letter that ends at `at` or later can go on with.
    fn forget(&mut self, at: usize, leaks: &mut Vec<Span>) {
        if at.saturating_sub(self.last_end) > GAP {
            self.close(leaks);
        }
    }

    /// The text ends.
    pub(super) fn close(&mut self, leaks: &mut Vec<Span>) {
        leaks.extend(self.leak.take());
        (self.ends, self.depth) = ([0; CANARY_LEAK], 0);
    }

    /// Where the run starts that what follows after `at` may make a leak, or make longer.
    pub(super) fn held_from(&mut self, at: usize, leaks: &mut Vec<Span>) -> Option<usize> {
        self.forget(at, leaks);
        if let Some(leak) = self.leak {
            return Some(leak.start);
        }
        let first = self.letters.checked_sub(self.depth).filter(|_| self.depth > 0)?;
        self.starts.get(first % CANARY_LEAK).copied()
    }
}

/// The letters in runs of digits.
#[derive(Debug)]
pub(super) struct View {
    pub(super) runs: Runs,
    bits: u32,
    skip: usize,
    /// Bits that do not make a byte yet, how many, and where the first digit of them stands.
    held: u32,
    count: u32,
    first: usize,
    seen: usize,
    last_end: usize,
}

impl View {
    pub(super) fn new(bits: u32, skip: usize) -> Self {
        Self { runs: Runs::default(), bits, skip, held: 0, count: 0, first: 0, seen: 0, last_end: 0 }
    }

    pub(super) fn digit(&mut self, value: u8, from: Span, shapes: &Shapes, leaks: &mut Vec<Span>) {
        if from.start.saturating_sub(self.last_end) > GAP {
            self.end();
        }
        self.last_end = from.end;
        self.seen += 1;
        if self.seen <= self.skip {
            return;
        }
        if self.count == 0 {
            self.first = from.start;
        }
        self.held = (self.held << self.bits | u32::from(value)) & 0xffff;
        self.count += self.bits;
        if self.count >= 8 {
            self.count -= 8;
            let [.., byte] = (self.held >> self.count).to_be_bytes();
            self.runs.push(byte, Span::new(self.first, from.end), shapes, leaks);
            self.first = from.start;
        }
    }

    /// As [`Runs::held_from`], and from the first digit of what is no whole byte yet.
    pub(super) fn held_from(&mut self, at: usize, leaks: &mut Vec<Span>) -> Option<usize> {
        let begun = self.count > 0 && at.saturating_sub(self.last_end) <= GAP;
        let runs = self.runs.held_from(at, leaks);
        [runs, begun.then_some(self.first)].into_iter().flatten().min()
    }

    /// A run of digits ends.
    pub(super) fn end(&mut self) {
        (self.held, self.count, self.seen) = (0, 0, 0);
    }
}
