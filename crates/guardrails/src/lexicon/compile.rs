use super::classes::{Class, classes, kinds, symbol};
use super::dense::{Dense, More};
use super::skim::States;
use super::{Boundary, Coverage, Cursor, Hit, LexiconError, Term};
use crate::decode::{Lure, Sentinel};
use crate::fold::{Table, fold, kind};
use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

/// All terms, ready to be looked for in one pass. A clone is another handle of the same tables.
#[derive(Clone)]
pub struct Lexicon {
    pub(crate) tables: Arc<Tables>,
}

/// What a scan reads and never writes.
pub(crate) struct Tables {
    pub(crate) terms: Vec<Known>,
    /// The transitions of all three automata.
    pub(crate) table: Vec<u32>,
    pub(crate) main: Dense,
    /// What each pattern of `main` means.
    pub(crate) targets: Vec<Target>,
    pub(crate) squeezed: Dense,
    /// Whose letters each pattern of `squeezed` is.
    pub(crate) squeezes: Vec<u32>,
    pub(crate) classes: Box<[Class; 256]>,
    /// The same for what a character beyond ASCII becomes; those up to a kind are one step.
    pub(crate) kinds: Box<[Class; 256]>,
    pub(crate) one_step: u8,
    pub(crate) sentinel: Sentinel,
    pub(crate) folds: &'static Table,
}

impl Tables {
    /// Where every scan starts.
    pub(crate) fn start(&self) -> States {
        States { main: self.main.start, squeezed: self.squeezed.start, sentinel: self.sentinel.start }
    }

    #[inline(always)]
    pub(crate) fn step(&self, state: u32, column: u32) -> u32 {
        // Every state that the table holds is a row of it.
        self.table.get((state + column) as usize).copied().unwrap_or(self.main.start)
    }
}

/// What a pattern of the main automaton stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    Term(u32),
    Lure(Lure),
}

/// A term as the walk back from a hit needs it.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) boundary: Boundary,
    pub(crate) folded_len: usize,
    pub(crate) letters: Vec<Letter>,
    /// Whether it is looked for backwards and in rot13.
    pub(crate) imaged: bool,
}

/// One letter of a squeezed term.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Letter {
    /// What it is read as.
    pub(crate) symbol: u8,
    /// What the term has.
    pub(crate) own: u8,
    /// Whether a word of the term ends before it.
    pub(crate) starts_word: bool,
}

/// With fewer letters than this, too many everyday words hold a term by chance.
const MIN_SQUEEZED: usize = 6;
/// The fewest letters of one word, and of several, whose mirror image or rot13 is looked for.
const MIN_WORD: usize = 7;
const MIN_PHRASE: usize = 6;
/// How much of such an image is looked for: what follows is found by decoding.
const IMAGE: usize = 7;

impl Lexicon {
    /// The most bytes that a folded term may have.
    pub const MAX_TERM: usize = 256;
    /// How often one term is reported of one text, and again as often of what the text encodes. Later ones are left out, and
    /// [`Coverage::BudgetSpent`] says so: a flood costs neither memory nor the rules' time.
    pub const MAX_HITS_PER_TERM: u16 = 1024;

    /// Compiles the terms; meant to be kept. Costs some milliseconds and a megabyte or two for some hundreds of them, and a tenth of a
    /// second and more in a process that has folded nothing yet.
    ///
    /// # Errors
    /// [`LexiconError`] for an empty term or a long one, and for more of them than an automaton may hold.
    pub fn new(terms: &[Term]) -> Result<Self, LexiconError> {
        let mut known = Vec::with_capacity(terms.len());
        let (mut patterns, mut targets) = (Vec::new(), Vec::new());
        let (mut squeezed, mut squeezes) = (Vec::new(), Vec::new());
        let mut known_images = HashSet::new();
        for (term, number) in terms.iter().zip(0_u32..) {
            if term.text.len() > 16 * Self::MAX_TERM {
                return Err(LexiconError::TooLong(term.text.chars().take(32).collect()));
            }
            let folded = fold(&term.text).as_str().trim().to_owned();
            if !folded.chars().any(char::is_alphanumeric) {
                return Err(LexiconError::Empty(term.text.clone()));
            }
            if folded.len() > Self::MAX_TERM {
                return Err(LexiconError::TooLong(folded.chars().take(32).collect()));
            }
            let letters = letters(&folded);
            patterns.push(folded.clone().into_bytes());
            targets.push(Target::Term(number));
            let images = images(&folded, &letters);
            let imaged = !images.is_empty();
            for (lure, image) in images {
                if known_images.insert((lure, image.clone())) {
                    patterns.push(image);
                    targets.push(Target::Lure(lure));
                }
            }
            if letters.len() >= MIN_SQUEEZED {
                squeezed.push(letters.iter().map(|letter| letter.symbol).collect());
                squeezes.push(number);
            }
            known.push(Known { boundary: term.boundary, folded_len: folded.len(), letters, imaged });
        }
        let mut table = Vec::new();
        let main = Dense::new(&patterns, More::Spaces, &mut table)?;
        let squeezed = Dense::new(&squeezed, More::Letters, &mut table)?;
        let sentinel = Sentinel::new(&mut table);
        table.shrink_to_fit();
        let classes = classes(&main.columns, &squeezed.columns);
        let tables = Tables {
            terms: known,
            table,
            kinds: kinds(&classes),
            // No term has a character that stays beyond ASCII, or else it has to be looked at byte by byte.
            one_step: if main.columns.is_ascii() { kind::FOREIGN } else { kind::DROP },
            main,
            targets,
            squeezed,
            squeezes,
            classes,
            sentinel,
            folds: Table::get(),
        };
        Ok(Self { tables: Arc::new(tables) })
    }

    /// Adds every occurrence in `text` to `hits`, overlapping ones too, in the order of their ends.
    ///
    /// Linear in the text whatever it holds; of plain ASCII nothing is copied, and without a hit nothing is allocated.
    pub fn scan(&self, text: &str, hits: &mut Vec<Hit>) -> Coverage {
        let known = hits.len();
        let coverage = Cursor::scan_whole(&self.tables, text, hits);
        if let Some(new) = hits.get_mut(known..) {
            new.sort_by_key(|hit| (hit.at, hit.span, hit.term, hit.via));
        }
        coverage
    }

    /// A scan of a text that comes in pieces.
    #[must_use]
    pub fn cursor(&self) -> Cursor {
        Cursor::new(self.tables.clone())
    }
}

impl fmt::Debug for Lexicon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lexicon").field("terms", &self.tables.terms.len()).finish_non_exhaustive()
    }
}

fn letters(folded: &str) -> Vec<Letter> {
    let mut letters = Vec::new();
    let mut starts_word = false;
    for own in folded.bytes() {
        match symbol(own) {
            Some(symbol) => {
                letters.push(Letter { symbol, own, starts_word: std::mem::take(&mut starts_word) })
            }
            None => starts_word = !letters.is_empty(),
        }
    }
    letters
}

/// How a term begins in texts that are to be decoded.
fn images(folded: &str, letters: &[Letter]) -> Vec<(Lure, Vec<u8>)> {
    let least = if folded.contains(' ') { MIN_PHRASE } else { MIN_WORD };
    if letters.len() < least || !folded.is_ascii() {
        return Vec::new();
    }
    let rotated: Vec<u8> = folded.bytes().map(crate::decode::rot13).collect();
    let mirrored: Vec<u8> = folded.bytes().rev().collect();
    let words: Vec<Vec<u8>> = folded.split(' ').map(|word| word.bytes().rev().collect()).collect();
    let mut images = vec![(Lure::Rot13, rotated), (Lure::Mirror, mirrored)];
    if words.len() > 1 {
        images.push((Lure::MirrorWords, words.join(&b' ')));
    }
    for (_, image) in &mut images {
        image.truncate(IMAGE);
        let end = image.trim_ascii_end().len();
        image.truncate(end);
    }
    images.retain(|(_, image)| image.len() >= 5);
    images
}
