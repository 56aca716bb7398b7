//! What every character becomes, in two look-ups.

use super::ascii::{DROP, FOLD_ASCII};
use super::extras::extra;
use icu_normalizer::properties::CanonicalCombiningClassMapBorrowed;
use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use std::collections::HashMap;
use std::sync::OnceLock;

/// What a character becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fold {
    /// Itself; whether it belongs to words.
    Own { word: bool },
    /// Nothing.
    Drop,
    /// One ASCII character.
    Byte(u8),
    /// Other characters, of which some are of ASCII.
    Other(&'static str),
    /// Other characters, none of which is of ASCII but spaces between others.
    Foreign(&'static str),
}

/// The folded bytes of one character.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bytes {
    bytes: [u8; 4],
    other: Option<&'static str>,
    len: usize,
}

impl Bytes {
    pub(crate) fn as_slice(&self) -> &[u8] {
        match self.other {
            Some(text) => text.as_bytes(),
            None => self.bytes.get(..self.len).unwrap_or_default(),
        }
    }
}

/// Characters share pages of this many, and most pages are one and the same.
const PAGE: usize = 128;
const PAGES: usize = 0x11_0000 / PAGE;

/// Tags shadow ASCII from here on (the code chart "Tags").
const TAGS: u32 = 0xe_0000;

/// No character folds to more rounds of itself than this; what still changes then is left at what it was.
const ROUNDS: usize = 6;

/// What stands in the low byte of an entry: the one ASCII character that it becomes, or one of these.
pub(crate) mod kind {
    pub(crate) const DROP: u8 = 128;
    pub(crate) const OWN: u8 = 129;
    pub(crate) const OWN_WORD: u8 = 130;
    pub(crate) const FOREIGN: u8 = 131;
    pub(crate) const OTHER: u8 = 132;
}

const OWN: u32 = kind::OWN as u32;
const OWN_WORD: u32 = kind::OWN_WORD as u32;
const DROPPED: u32 = kind::DROP as u32;
const FOREIGN: u32 = kind::FOREIGN as u32;
const OTHER: u32 = kind::OTHER as u32;

/// The folds of all characters: made once from the tables of `icu_normalizer` and `unicode-security`, the same in every process.
#[derive(Debug)]
pub(crate) struct Table {
    pages: Box<[u16]>,
    entries: Vec<u32>,
    others: Vec<&'static str>,
}

impl Table {
    /// The one table. The first call takes some tens of milliseconds.
    pub(crate) fn get() -> &'static Self {
        static TABLE: OnceLock<Table> = OnceLock::new();
        TABLE.get_or_init(Self::new)
    }

    #[inline(always)]
    fn entry(&self, c: char) -> u32 {
        let code = c as usize;
        let page = self.pages.get(code / PAGE).copied().unwrap_or_default();
        self.entries.get(usize::from(page) * PAGE + code % PAGE).copied().unwrap_or(OWN)
    }

    /// The ASCII character that `c` becomes, or what [`kind`] it is of.
    #[inline(always)]
    pub(crate) fn kind(&self, c: char) -> u8 {
        self.entry(c) as u8
    }

    /// What `c` becomes.
    #[inline]
    pub(crate) fn fold(&self, c: char) -> Fold {
        let entry = self.entry(c);
        let other = self.others.get((entry >> 8) as usize).copied().unwrap_or_default();
        match entry as u8 {
            kind::OWN => Fold::Own { word: false },
            kind::OWN_WORD => Fold::Own { word: true },
            kind::DROP => Fold::Drop,
            kind::FOREIGN => Fold::Foreign(other),
            kind::OTHER => Fold::Other(other),
            byte => Fold::Byte(byte),
        }
    }

    /// What `c` becomes, as bytes.
    #[inline]
    pub(crate) fn bytes(&self, c: char) -> Bytes {
        let mut bytes = [0; 4];
        let (other, len) = match self.fold(c) {
            Fold::Own { .. } => (None, c.encode_utf8(&mut bytes).len()),
            Fold::Drop => (None, 0),
            Fold::Byte(byte) => {
                bytes[0] = byte;
                (None, 1)
            }
            Fold::Other(text) | Fold::Foreign(text) => (Some(text), text.len()),
        };
        Bytes { bytes, other, len }
    }

    fn new() -> Self {
        let derive = Derive::new();
        let mut table = Self { pages: vec![0; PAGES].into(), entries: Vec::new(), others: Vec::new() };
        let mut known = HashMap::new();
        let mut others = HashMap::new();
        for page in 0..PAGES {
            let entries: Vec<u32> = (page * PAGE..(page + 1) * PAGE)
                .map(|code| {
                    char::from_u32(u32::try_from(code).unwrap_or(0)).map_or(OWN, |c| {
                        let folded = derive.whole(c);
                        let mut chars = folded.chars();
                        match (chars.next(), chars.next()) {
                            (None, _) => DROPPED,
                            (Some(own), None) if own == c && !c.is_ascii() => {
                                if c.is_alphanumeric() {
                                    OWN_WORD
                                } else {
                                    OWN
                                }
                            }
                            (Some(one), None) if one.is_ascii() => one as u32,
                            _ => {
                                let at = *others.entry(folded.clone()).or_insert_with(|| {
                                    table.others.push(String::leak(folded.clone()));
                                    table.others.len() - 1
                                });
                                let kind = if is_foreign(&folded) { FOREIGN } else { OTHER };
                                kind | u32::try_from(at).unwrap_or(0) << 8
                            }
                        }
                    })
                })
                .collect();
            let number = *known.entry(entries).or_insert_with_key(|entries| {
                table.entries.extend_from_slice(entries);
                u16::try_from(table.entries.len() / PAGE - 1).unwrap_or(0)
            });
            if let Some(slot) = table.pages.get_mut(page) {
                *slot = number;
            }
        }
        table
    }
}

struct Derive {
    decompose: DecomposingNormalizerBorrowed<'static>,
    compose: ComposingNormalizerBorrowed<'static>,
    classes: CanonicalCombiningClassMapBorrowed<'static>,
}

impl Derive {
    fn new() -> Self {
        Self {
            decompose: DecomposingNormalizerBorrowed::new_nfkd(),
            compose: ComposingNormalizerBorrowed::new_nfc(),
            classes: CanonicalCombiningClassMapBorrowed::new(),
        }
    }

    /// The fold of `c`: one that folds to itself.
    fn whole(&self, c: char) -> String {
        if is_plain(c) {
            return c.to_string();
        }
        let mut text = self.once(c);
        if text.chars().eq([c]) {
            return text;
        }
        for _ in 0..ROUNDS {
            let again: String = text.chars().map(|c| self.once(c)).collect();
            if again == text {
                break;
            }
            text = again;
        }
        let spaces = text.contains(' ') && text.trim().is_empty();
        if spaces { " ".into() } else { text.split_whitespace().collect::<Vec<_>>().join(" ") }
    }

    fn once(&self, c: char) -> String {
        if let Some(&folded) = FOLD_ASCII.get(c as usize) {
            return if folded == DROP { String::new() } else { char::from(folded).into() };
        }
        if let Some(shadowed) =
            (c as u32).checked_sub(TAGS).and_then(char::from_u32).filter(|c| matches!(c, ' '..='~'))
        {
            return self.once(shadowed);
        }
        if let Some(known) = extra(c) {
            return known.into();
        }
        if c.is_whitespace() || c.is_control() {
            return " ".into();
        }
        if is_plain(c) {
            return c.into();
        }
        let looks = skeleton(c);
        if looks.is_empty() {
            return String::new();
        }
        let mut buffer = [0; 4];
        let decomposed = self.decompose.normalize(c.encode_utf8(&mut buffer));
        let caseless = c.to_uppercase().eq([c]) && c.to_lowercase().eq([c]);
        if caseless && looks.chars().eq([c]) && decomposed.chars().eq([c]) && !self.is_mark(c) {
            return c.into();
        }
        let bare: String = decomposed.chars().filter(|c| !self.is_mark(*c)).collect();
        if bare.is_ascii() {
            return bare.to_ascii_lowercase();
        }
        if let Some(latin) = self.latin(c) {
            return latin;
        }
        if bare.chars().eq([c]) {
            return lower(c);
        }
        self.compose.normalize(&bare).chars().map(lower).collect()
    }

    /// The Latin letters that `c` looks like, itself or in its other case: so that both cases of a letter fold alike where UTS #39
    /// knows only one of them.
    fn latin(&self, c: char) -> Option<String> {
        if !c.is_alphabetic() {
            return None;
        }
        let looks = |c: char| {
            let bare: String = skeleton(c).chars().filter(|c| !self.is_mark(*c)).collect();
            let latin = bare.chars().all(|c| c.is_ascii_alphabetic()) && !bare.is_empty();
            latin.then(|| bare.to_ascii_lowercase())
        };
        let single = |mut chars: std::char::ToUppercase| chars.next().filter(|_| chars.next().is_none());
        // UTS #39 gives the capital `I` of every script the prototype `l`.
        looks(c)
            .filter(|latin| latin != "l" || !c.is_uppercase())
            .or_else(|| lower(c).chars().next().filter(|other| *other != c).and_then(looks))
            .or_else(|| single(c.to_uppercase()).and_then(looks))
    }

    fn is_mark(&self, c: char) -> bool {
        // Enclosing marks have no combining class.
        self.classes.get_u8(c) != 0
            || matches!(c, '\u{488}' | '\u{489}' | '\u{20dd}'..='\u{20e0}' | '\u{20e2}'..='\u{20e4}' | '\u{a670}'..='\u{a672}')
    }
}

/// Ideographs, syllables and private characters: they fold to themselves, and there are a hundred thousand of them.
fn is_plain(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{e000}'..='\u{f8ff}' | '\u{20000}'..='\u{2f7ff}' | '\u{2fa20}'..='\u{dffff}' | '\u{e1000}'..)
}

/// Whether no automaton for ASCII sees anything in `text` but letters that it does not know.
fn is_foreign(text: &str) -> bool {
    text.chars().all(|c| c == ' ' || (!c.is_ascii() && c.is_alphanumeric())) && !text.ends_with(' ')
}

fn skeleton(c: char) -> String {
    unicode_security::skeleton(c.encode_utf8(&mut [0; 4])).collect()
}

/// The simple case fold, by way of the upper case: so `ſ` is `s` and `ς` is `σ`.
fn lower(c: char) -> String {
    c.to_uppercase().flat_map(char::to_lowercase).collect()
}
