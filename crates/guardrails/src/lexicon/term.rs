use crate::Span;

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

impl Boundary {
    pub(crate) fn opens(self) -> bool {
        matches!(self, Self::Word | Self::Prefix)
    }

    pub(crate) fn closes(self) -> bool {
        matches!(self, Self::Word | Self::Suffix)
    }
}

/// Something to look for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Term {
    /// The words, in any case; a space stands for any white space.
    pub text: String,
    /// What has to surround them.
    pub boundary: Boundary,
}

/// The place of a [`Term`] in the list that a [`Lexicon`](crate::Lexicon) was made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TermId(pub u32);

/// How a term was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    /// Where it ends, counted in folded bytes from the start of the text: a measure of distance between hits. What was decoded counts
    /// from where its encoding starts, in the folded bytes of what it says.
    pub at: u32,
    /// Where it stands in the caller's text; of what was decoded, where its encoding stands.
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
    /// Decoding what it holds would have cost more than is allowed, or a term stood in it more than
    /// [`Lexicon::MAX_HITS_PER_TERM`](crate::Lexicon::MAX_HITS_PER_TERM) times; the rest was left out.
    BudgetSpent,
}

/// Why no lexicon can be made of the terms given.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LexiconError {
    /// A term that folds to nothing.
    #[error("term `{0}` has no letter or digit to look for")]
    Empty(String),
    /// A term of more than [`Lexicon::MAX_TERM`](crate::Lexicon::MAX_TERM) bytes.
    #[error("term `{0}…` is longer than 256 bytes")]
    TooLong(String),
    /// The automaton would be larger than is allowed.
    #[error("the terms make too large an automaton")]
    TooLarge,
}
