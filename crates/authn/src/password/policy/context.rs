//! What is known about the person who chooses a password.

use crate::EmailAddress;
use std::fmt;

/// Which other factors stand beside a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[must_use]
pub enum PasswordFactors {
    /// None: the password alone opens the account.
    #[default]
    Only,
    /// A second factor is in force for the account, and the flows that end it ask for a password of full length.
    WithSecondFactor,
}

/// For whom and in what situation a password is judged.
///
/// Holds at most [`MAX_WORDS`](Self::MAX_WORDS) words; what comes after is not looked for.
#[derive(Clone, Default)]
pub struct PasswordContext {
    factors: PasswordFactors,
    words: Vec<String>,
}

impl PasswordContext {
    /// The most words: those of an address, a name and some more.
    pub const MAX_WORDS: usize = 64;

    /// The most bytes of a text of which words are taken: the rest is not looked at.
    pub const MAX_TEXT_LEN: usize = 512;

    /// The password alone opens the account: the longer minimum applies.
    #[must_use]
    pub fn only_factor() -> Self {
        Self::default()
    }

    /// A second factor is in force for the account: the shorter minimum applies.
    #[must_use]
    pub fn with_second_factor() -> Self {
        Self { factors: PasswordFactors::WithSecondFactor, words: Vec::new() }
    }

    /// Adds a name, whole and in its parts. For the person's own; the service's stand in
    /// [`PasswordPolicy::context_words`](super::PasswordPolicy::context_words).
    #[must_use]
    pub fn with_name(mut self, name: &str) -> Self {
        let room = Self::MAX_WORDS.saturating_sub(self.words.len());
        self.words.extend(parts(name).take(room).map(str::to_owned));
        self
    }

    /// Adds the local part of an address and the labels of its domain.
    #[must_use]
    pub fn with_email(self, email: &EmailAddress) -> Self {
        email.canonical().split('@').fold(self, Self::with_name)
    }

    /// The situation.
    pub fn factors(&self) -> PasswordFactors {
        self.factors
    }

    pub(in crate::password) fn words(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(String::as_str)
    }
}

/// The words of `text`: itself, and its pieces between what is neither letter nor digit.
pub(super) fn parts(text: &str) -> impl Iterator<Item = &str> {
    let text = text.get(..text.floor_char_boundary(PasswordContext::MAX_TEXT_LEN)).unwrap_or_default();
    let pieces = text.split(|c: char| !c.is_alphanumeric()).filter(move |piece| *piece != text);
    std::iter::once(text).chain(pieces).filter(|piece| !piece.is_empty())
}

impl fmt::Debug for PasswordContext {
    /// Names are the person's: only their number is shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasswordContext")
            .field("factors", &self.factors)
            .field("words", &self.words.len())
            .finish()
    }
}
