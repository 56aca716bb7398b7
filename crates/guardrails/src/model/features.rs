//! From a text to the buckets that it touches, token by token.

use super::fnv::{fnv1a, mix};
use super::intent::{Intent, Intents};
use crate::fold;

/// How many weights there are. 2^18 bytes stay in a second-level cache; twice as many gained nothing.
pub const BUCKETS: usize = 1 << 18;

/// Longer words are cut into pieces of so many characters, so that each token costs a bounded amount.
pub const MAX_WORD_CHARS: usize = 24;

/// Pieces of words have so many characters.
const PIECES: [usize; 3] = [3, 4, 5];

/// Intents further apart than this many tokens have nothing to do with each other.
const REACH: usize = 12;

/// Says which features a token has, given those before it.
#[derive(Debug, Clone)]
pub struct Extractor {
    intents: Intents,
}

/// What the features of the next token depend on.
#[derive(Debug, Default)]
struct Trail {
    words: [u64; 2],
    intents: [Option<(Intent, usize)>; 2],
    tokens: usize,
}

impl Default for Extractor {
    fn default() -> Self {
        Self::new()
    }
}

impl Extractor {
    /// Ready to extract; costs the sorting of some hundred stems.
    #[must_use]
    pub fn new() -> Self {
        Self { intents: Intents::new() }
    }

    /// Calls `sink` once for each token of `text`, with the buckets of its features. Costs one pass over the text; a token
    /// has at most 3 × [`MAX_WORD_CHARS`] + 12 features.
    pub fn each_token(&self, text: &str, mut sink: impl FnMut(&[u32])) {
        let folded = fold(text);
        let (mut trail, mut buckets) = (Trail::default(), Vec::with_capacity(PIECES.len() * MAX_WORD_CHARS));
        tokens(folded.as_str(), |token| {
            buckets.clear();
            self.token(token, &mut trail, &mut buckets);
            sink(&buckets);
        });
    }

    fn token(&self, token: Token<'_>, trail: &mut Trail, buckets: &mut Vec<u32>) {
        let word = match token {
            Token::Word(word) => word_hash(word),
            Token::Mark(mark, repeated) => mix(KIND_MARK + u64::from(repeated), u64::from(u32::from(mark))),
        };
        let [second, first] = trail.words;
        buckets.push(bucket(KIND_ONE, word));
        buckets.push(bucket(KIND_TWO, mix(first, word)));
        buckets.push(bucket(KIND_SKIP, mix(second, word)));
        buckets.push(bucket(KIND_THREE, mix(second, mix(first, word))));
        if let Token::Word(word) = token {
            pieces(word, buckets);
            if let Some(intent) = self.intents.of(word) {
                trail.intent(intent, buckets);
            }
        }
        trail.words = [first, word];
        trail.tokens += 1;
    }
}

impl Trail {
    /// Features of an intent: itself with the one or two before it, where these are near.
    fn intent(&mut self, intent: Intent, buckets: &mut Vec<u32>) {
        let this = intent as u64;
        let [second, first] = self.intents;
        let near = |before: Option<(Intent, usize)>| before.filter(|(_, at)| self.tokens - at <= REACH);
        if let Some((first, at)) = near(first) {
            let close = u64::from(self.tokens - at <= 3);
            buckets.push(bucket(KIND_INTENTS, mix(first as u64, this)));
            buckets.push(bucket(KIND_INTENTS + 1 + close, mix(first as u64, this)));
            if let Some((second, _)) = near(second) {
                buckets.push(bucket(KIND_INTENTS + 3, mix(second as u64, mix(first as u64, this))));
            }
        }
        self.intents = [first, Some((intent, self.tokens))];
    }
}

const KIND_ONE: u64 = 1;
const KIND_TWO: u64 = 2;
const KIND_SKIP: u64 = 3;
const KIND_THREE: u64 = 4;
const KIND_PIECE: u64 = 5;
const KIND_MARK: u64 = 6;
const KIND_INTENTS: u64 = 8;

#[expect(clippy::cast_possible_truncation, reason = "the remainder is less than BUCKETS")]
fn bucket(kind: u64, hash: u64) -> u32 {
    (mix(kind, hash) % BUCKETS as u64) as u32
}

/// Digits count as one another: attacks are not known by their numbers.
fn word_hash(word: &str) -> u64 {
    if !word.bytes().any(|byte| byte.is_ascii_digit()) {
        return fnv1a(word.as_bytes());
    }
    let mut plain = [0_u8; MAX_WORD_CHARS * 4];
    let bytes = word.bytes().map(|byte| if byte.is_ascii_digit() { b'0' } else { byte });
    let written = plain.iter_mut().zip(bytes).map(|(place, byte)| *place = byte).count();
    fnv1a(plain.get(..written).unwrap_or(&plain))
}

/// The pieces of a word of four characters or more, its ends marked.
fn pieces(word: &str, buckets: &mut Vec<u32>) {
    let mut starts = [0_usize; MAX_WORD_CHARS + 1];
    let mut count = 0;
    for ((at, _), place) in word.char_indices().zip(&mut starts) {
        *place = at;
        count += 1;
    }
    if let Some(end) = starts.get_mut(count) {
        *end = word.len();
    }
    if count < 4 {
        return;
    }
    for length in PIECES {
        for first in 0..(count + 1).saturating_sub(length) {
            let (Some(start), Some(end)) = (starts.get(first), starts.get(first + length)) else { continue };
            let Some(piece) = word.get(*start..*end) else { continue };
            let place = u64::from(first == 0) + 2 * u64::from(first + length == count);
            buckets.push(bucket(KIND_PIECE, mix(fnv1a(piece.as_bytes()), place)));
        }
    }
}

/// A part of a folded text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'a> {
    /// Letters and digits; a character of a script that writes no spaces alone.
    Word(&'a str),
    /// A mark that is neither, and whether it stands there three times or more.
    Mark(char, bool),
}

/// Cuts a folded text into tokens.
fn tokens(text: &str, mut sink: impl FnMut(Token<'_>)) {
    let mut chars = text.char_indices().peekable();
    while let Some((start, first)) = chars.next() {
        if first.is_alphanumeric() {
            let (mut end, mut count) = (start + first.len_utf8(), 1);
            if !stands_alone(first) {
                while let Some((at, next)) = chars.next_if(|(_, next)| {
                    count < MAX_WORD_CHARS && next.is_alphanumeric() && !stands_alone(*next)
                }) {
                    (end, count) = (at + next.len_utf8(), count + 1);
                }
            }
            sink(Token::Word(text.get(start..end).unwrap_or_default()));
        } else if !first.is_whitespace() {
            let mut count = 1_u32;
            while chars.next_if(|(_, next)| *next == first).is_some() {
                count += 1;
            }
            sink(Token::Mark(first, count >= 3));
        }
    }
}

/// Ideographs and kana, whose words are not kept apart by spaces.
fn stands_alone(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}
