//! All terms of all policies in one automaton.

use crate::Span;
use aho_corasick::{AhoCorasick, MatchKind};

/// Where the ends of a term must meet the ends of words. Letters, marks and digits make words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Boundary {
    /// Both ends: `aspirin`.
    Word,
    /// The start only: `suici*`.
    Prefix,
    /// The end only: `*cillin`.
    Suffix,
    /// Neither: `*ludge*`.
    Free,
}

/// Something to look for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Term {
    /// The words, in any case; a space stands for any white space.
    pub text: String,
    /// What has to surround them.
    pub boundary: Boundary,
}

/// The place of a [`Term`] in the list that a [`Lexicon`] was made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TermId(pub u32);

/// How a term was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Via {
    /// As written, but for case, width, accents, look-alike letters and invisible characters.
    Plain,
    /// After undoing letter spacing, separators inside words or digits for letters.
    Disguised,
    /// After decoding what the text held.
    Decoded,
}

/// One occurrence of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// Which one.
    pub term: TermId,
    /// Where it ends, counted in folded bytes from the start of the text: a measure of distance between hits.
    pub at: u32,
    /// Where it stands in the caller's text.
    pub span: Span,
    /// How it was seen.
    pub via: Via,
}

/// Whether all of a text was looked at.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coverage {
    /// All of it.
    Whole,
    /// Decoding what it holds would have cost more than is allowed; the rest was left undecoded.
    BudgetSpent,
}

/// Why no lexicon can be made of the terms given.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LexiconError {
    /// A term that folds to nothing.
    #[error("term `{0}` has no letter or digit to look for")]
    Empty(String),
    /// The automaton would be larger than is allowed.
    #[error("the terms make too large an automaton")]
    TooLarge,
}

/// All terms, ready to be looked for in one pass.
#[derive(Debug, Clone)]
pub struct Lexicon {
    automaton: AhoCorasick,
    boundaries: Vec<Boundary>,
}

impl Lexicon {
    /// Compiles the terms. Costs milliseconds for some hundreds of them; meant to be kept.
    ///
    /// # Errors
    /// [`LexiconError`] for an empty term, and for more of them than an automaton may hold.
    pub fn new(terms: &[Term]) -> Result<Self, LexiconError> {
        for term in terms {
            if !term.text.chars().any(char::is_alphanumeric) {
                return Err(LexiconError::Empty(term.text.clone()));
            }
        }
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .build(terms.iter().map(|term| &term.text))
            .map_err(|_| LexiconError::TooLarge)?;
        Ok(Self { automaton, boundaries: terms.iter().map(|term| term.boundary).collect() })
    }

    /// Adds every occurrence in `text` to `hits`, overlapping ones too, in the order of their ends.
    pub fn scan(&self, text: &str, hits: &mut Vec<Hit>) -> Coverage {
        for found in self.automaton.find_overlapping_iter(text) {
            let span = Span::new(found.start(), found.end());
            let Some(boundary) = self.boundaries.get(found.pattern().as_usize()) else { continue };
            let opens = !text.get(..span.start).is_some_and(|before| before.ends_with(char::is_alphanumeric));
            let closes = !text.get(span.end..).is_some_and(|after| after.starts_with(char::is_alphanumeric));
            let stands = match boundary {
                Boundary::Word => opens && closes,
                Boundary::Prefix => opens,
                Boundary::Suffix => closes,
                Boundary::Free => true,
            };
            if stands {
                let at = u32::try_from(span.end).unwrap_or(u32::MAX);
                hits.push(Hit { term: TermId(found.pattern().as_u32()), at, span, via: Via::Plain });
            }
        }
        Coverage::Whole
    }
}
