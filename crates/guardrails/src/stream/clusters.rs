//! Detectors that read whole texts, on streams.

use super::armour::Armour;
use super::calm::{LONGEST_WORD, is_calm};
use super::recent::Recent;
use crate::Span;
use crate::view;

/// Cuts a text into stretches that a detector has to look at, with what stands around them.
///
/// A stretch begins with the first character that is not prose, or the last of a word that a secret may follow, and ends at a space after
/// [`QUIET`] bytes of prose. A detector looks no further than that around what it finds, but for what [`Reach`] knows; so it finds the
/// same in the stretch with its surroundings as in the whole.
#[derive(Debug, Default)]
pub(super) struct Clusters {
    /// Everything before was looked at, character by character.
    at: usize,
    /// The starts of the last two words, the latest last.
    words: [usize; 2],
    /// In the middle of a word, and since how many characters.
    word: usize,
    /// Where the run of characters without a space began that the text is in.
    run: usize,
    reach: Reach,
    open: Option<Open>,
}

/// The stretch that has begun.
#[derive(Debug, Clone, Copy)]
struct Open {
    /// From where on text is held for it.
    held: usize,
    /// How much had been seen when prose began again.
    calm_from: usize,
}

/// So much prose ends a stretch: more than may stand between a name and the value that is assigned to it.
const QUIET: usize = 72;
/// So much prose ends it without a space: more than the longest web address.
const ENDLESS: usize = 8 * 1024 + 256;
/// So much text before a stretch is shown to the detector.
const BEFORE: usize = 128;
/// The part before the `@` of a mail address has no more (RFC 5321), and may be of a script that has no spaces.
const LOCAL_MAX: usize = 64;

impl Clusters {
    /// Reads on. `text` starts at `base` of the whole. `look` is given each stretch that ended: where findings in it may start, and what to
    /// look at.
    pub(super) fn read(&mut self, text: &str, base: usize, last: bool, mut look: impl FnMut(usize, Span)) {
        let rest = text.get(self.at - base..).unwrap_or_default();
        let end = self.at + rest.len();
        let start = self.at;
        for (offset, c) in rest.char_indices() {
            self.at = start + offset;
            let space = self.character(text, base, c);
            if let Some(Open { held, calm_from }) = self.open {
                let quiet = self.reach.seen - calm_from;
                if (quiet >= QUIET && space) || quiet >= ENDLESS {
                    self.open = None;
                    look(held, Self::window(text, base, held, self.at + c.len_utf8()));
                }
            }
        }
        self.at = end;
        if last && let Some(Open { held, .. }) = self.open.take() {
            look(held, Self::window(text, base, held, end));
        }
        self.run = self.run.max(back(text, base, end));
    }

    /// Everything before is decided.
    pub(super) fn decided(&self) -> usize {
        let [before, latest] = self.words;
        // A word that has not begun yet has one before it, too.
        let quiet = if self.word == 0 { latest } else { before };
        self.open.map_or(quiet.min(self.run), |open| open.held)
    }

    /// Takes the next one; whether it is a space.
    fn character(&mut self, text: &str, base: usize, c: char) -> bool {
        let shown = if matches!(c, ' '..='~') { Some(c) } else { view::shown(c) };
        let lasting = self.reach.take(shown);
        let space = shown.is_some_and(|c| c.is_ascii_whitespace());
        if space {
            self.word = 0;
            self.run = self.at + c.len_utf8();
        } else {
            // Scripts without spaces: each sign is a word.
            let sign = c >= '\u{3000}' && is_calm(c);
            if self.word == 0 || sign {
                self.words = [self.words[1], self.at];
            }
            self.word = if sign { 0 } else { self.word + 1 };
        }
        if lasting || !is_calm(c) && !space || self.word > LONGEST_WORD {
            let held = self.open.map(|open| open.held).unwrap_or_else(|| {
                let [before, latest] = self.words;
                before.min(latest).min(self.run.max(back(text, base, self.at)))
            });
            self.open = Some(Open { held, calm_from: self.reach.seen });
        }
        space
    }

    fn window(text: &str, base: usize, held: usize, end: usize) -> Span {
        let start = held.saturating_sub(BEFORE).max(base);
        Span::new(base + text.ceil_char_boundary(start - base).min(held - base), end)
    }
}

/// As far before `at` as a mail address may start.
fn back(text: &str, base: usize, at: usize) -> usize {
    base + text.floor_char_boundary(at.saturating_sub(LOCAL_MAX).saturating_sub(base))
}

/// What reaches further than a stretch does: the words that announce a secret, and how far they do.
#[derive(Debug, Default)]
struct Reach {
    recent: Recent,
    /// How many bytes the text has as the detectors see it.
    seen: usize,
    /// Up to where nothing is prose.
    until: usize,
    /// How much had been seen when `curl` was last.
    curl: Option<usize>,
    armour: Option<Armour>,
}

impl Reach {
    /// Takes a character as the detectors see it; whether text is to be kept for it though it looks like prose.
    fn take(&mut self, shown: Option<char>) -> bool {
        let Some(c) = shown else { return true };
        self.seen += c.len_utf8();
        self.recent.push(c);
        let recent = self.recent;
        if let Some(armour) = &mut self.armour
            && armour.ends(c, recent)
        {
            self.armour = None;
        }
        let stirs = match c.to_ascii_lowercase() {
            'd' => recent.ends(b"password") || recent.ends(b"passwd") || recent.ends(b"pwd"),
            'e' => recent.ends(b"passphrase") || recent.ends(b"mot de passe"),
            't' => recent.ends(b"passwort") || recent.ends(b"kennwort"),
            'w' => recent.ends(b"pw"),
            'a' => recent.ends(b"contrase\0a"),
            '.' => recent.ends(b"ww."),
            'n' if recent.ends(b"-----begin") => {
                self.armour = Some(Armour::default());
                true
            }
            'n' => recent.ends(b"authorization"),
            'l' if recent.ends(b"curl") => {
                self.curl = Some(self.seen);
                false
            }
            'u' | 'r' if recent.ends(b"-u") || recent.ends(b"--user") => {
                let command = self.curl.is_some_and(|curl| self.seen - curl <= COMMAND);
                self.until = if command { self.seen + OPTION } else { self.until };
                command
            }
            _ => false,
        };
        stirs || self.seen <= self.until || self.armour.is_some()
    }
}

/// As far as `curl` reaches.
const COMMAND: usize = 1024 + 64;
/// As far as a name and a password on a command line do.
const OPTION: usize = 640;
