//! Whether letters that spell a term are a disguise of it, or stand there by chance.

use super::classes::symbol;
use super::compile::Known;
use super::window::{Start, Window};

/// More source bytes than this between two letters, and they do not belong together.
const MAX_GAP: usize = 64;
/// Fewer letters of a term without its spaces are a word like another.
const MIN_GLUED: usize = 10;

/// What stands between two letters.
#[derive(Debug, Default, Clone, Copy)]
struct Gap {
    any: bool,
    space: bool,
    sign: bool,
    /// A sign that ends sentences or parts of them.
    stop: bool,
    /// A hyphen right before a line break.
    hyphenated: bool,
}

/// What the walk over a squeezed term has seen.
#[derive(Debug, Default)]
struct Seen {
    letters: usize,
    /// Letters that stand alone.
    alone: usize,
    /// Digits and signs for letters, in tokens that have letters too.
    leet: usize,
    /// Signs inside words.
    split: usize,
    /// White space inside words.
    torn: usize,
    /// Words with nothing between them, with signs only, with signs that are mark-up, with what ends a sentence.
    glued: usize,
    dotted: usize,
    marked: usize,
    stopped: usize,
    spaced: usize,
    /// The longest run of one letter where the term has fewer.
    run: usize,
}

impl Seen {
    fn is_disguise(&self) -> bool {
        if self.alone * 10 >= self.letters * 6 && self.alone >= 4 {
            return true;
        }
        if self.torn > 0 {
            return false;
        }
        if self.split > 0 {
            return true;
        }
        let words_apart = self.glued == 0 && self.stopped == 0;
        if words_apart && (self.leet > 0 || self.run > 1) {
            return true;
        }
        let long = self.letters >= MIN_GLUED;
        let all = |some: usize| {
            some > 0 && some == self.glued + self.dotted + self.marked + self.stopped + self.spaced
        };
        (long && (all(self.glued) || all(self.dotted))) || (words_apart && self.marked > 0)
    }
}

/// Where `term`, whose squeezed letters end before the last `skip` folded bytes of the character that ends at `end`, starts; nothing if it
/// is as written, or there by chance.
pub(super) fn unmask(window: &Window<'_>, end: usize, skip: usize, term: &Known) -> Option<Start> {
    let mut seen = Seen::default();
    let mut left = term.letters.len();
    let mut last = 0;
    let mut gap = Gap::default();
    let mut run = 0;
    let mut token = Token::default();
    let mut start = Start { at: end, after_word: false };
    let mut newline = false;
    let mut letter_start = end;
    for behind in window.letters_back(end, skip) {
        let Some(found) = symbol(behind.byte).filter(|_| behind.byte.is_ascii() || behind.word) else {
            if left == 0 {
                break;
            }
            if letter_start - behind.start > MAX_GAP {
                return None;
            }
            let source = window.byte(behind.start);
            gap.any = true;
            match source {
                Some(b'-') => gap.hyphenated |= newline,
                Some(b'_') => {}
                _ if behind.byte == b' ' => gap.space = true,
                Some(b'.' | b',' | b';' | b':' | b'?') => (gap.sign, gap.stop) = (true, true),
                _ => gap.sign = true,
            }
            newline = matches!(source, Some(b'\n' | b'\r'))
                || newline && behind.byte == b' ' && source != Some(b'-');
            continue;
        };
        if left == 0 {
            if found != last || gap.any {
                start.after_word = behind.start == start.at && behind.word || window.word_before(start.at);
                break;
            }
            // More of the first letter.
            start.at = behind.start;
            run += 1;
            seen.run = seen.run.max(run);
            continue;
        }
        let letter = term.letters.get(left - 1).copied()?;
        if found == letter.symbol {
            if left < term.letters.len() {
                let starts_word = term.letters.get(left).is_some_and(|after| after.starts_word);
                if gap.any {
                    token.close(&mut seen);
                }
                seen.note(gap, starts_word);
            }
            left -= 1;
            run = 0;
            token.add(behind.byte, letter.own);
            seen.letters += 1;
        } else if found == last && !gap.any {
            run += 1;
            seen.run = seen.run.max(run);
        } else {
            return None;
        }
        start.at = behind.start;
        letter_start = behind.start;
        last = found;
        gap = Gap::default();
        newline = false;
    }
    token.close(&mut seen);
    (left == 0 && seen.is_disguise()).then_some(start)
}

/// Where the first `letters` of `term` start that end at `end`, or `end` if they are too far apart to be any of it.
pub(super) fn begun(window: &Window<'_>, end: usize, letters: usize, term: &Known) -> usize {
    let mut left = letters;
    let (mut from, mut last, mut together) = (end, 0, true);
    for behind in window.letters_back(end, 0) {
        let Some(found) = symbol(behind.byte).filter(|_| behind.byte.is_ascii() || behind.word) else {
            if left == 0 {
                break;
            }
            if from - behind.start > MAX_GAP {
                return end;
            }
            together = false;
            continue;
        };
        let wanted = left.checked_sub(1).and_then(|left| term.letters.get(left)).map(|letter| letter.symbol);
        if wanted == Some(found) {
            left -= 1;
        } else if found != last || !together {
            break;
        }
        (from, last, together) = (behind.start, found, true);
    }
    from
}

/// Letters with nothing between them.
#[derive(Debug, Default)]
struct Token {
    letters: usize,
    leet: usize,
    len: usize,
}

impl Token {
    fn add(&mut self, found: u8, own: u8) {
        self.len += 1;
        self.letters += usize::from(found.is_ascii_lowercase() || !found.is_ascii());
        self.leet += usize::from(found != own && !found.is_ascii_alphabetic());
    }

    fn close(&mut self, seen: &mut Seen) {
        seen.alone += usize::from(self.len == 1);
        if self.letters > 0 {
            seen.leet += self.leet;
        }
        *self = Self::default();
    }
}

impl Seen {
    fn note(&mut self, gap: Gap, between_words: bool) {
        match (between_words, gap.any) {
            (true, false) => self.glued += 1,
            (true, true) if gap.stop && gap.space => self.stopped += 1,
            (true, true) if gap.sign && gap.space => self.marked += 1,
            (true, true) if gap.sign => self.dotted += 1,
            (true, true) => self.spaced += 1,
            (false, true) if gap.space && !gap.hyphenated => self.torn += 1,
            (false, true) => self.split += 1,
            (false, false) => {}
        }
    }
}
