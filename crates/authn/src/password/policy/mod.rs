//! Which new passwords are accepted.

mod context;
mod fold;
mod rejection;
#[cfg(test)]
mod tests;

pub use context::{PasswordContext, PasswordFactors};
pub use rejection::PasswordRejection;

use super::{CommonPasswords, Password};

/// What a new password has to be, after NIST SP 800-63B-4 §3.1.1.2. No composition rules and no forced change: both make
/// passwords worse (ASVS 6.2.5, 6.2.10).
///
/// 1. Long enough: 15 characters where the password is the only factor, 8 where a second factor is in force.
///    [`PasswordContext`] says which. Characters are code points of the normalised form (NFC), spaces and all.
/// 2. Not on the [built-in list](CommonPasswords::built_in) of common passwords, and no repetition of an entry.
/// 3. Not made of context words: the names of the service, and those of the person. A word counts as nothing; if one was
///    found, 8 letters or digits must be left without it.
///
/// For rule 3 password and words are compared without case, accents, spaces and punctuation, and `@ 4 3 1 ! l 0 $ 5 7` read
/// as the letters that they replace. Words of fewer than four characters are not looked for.
///
/// ```
/// use stockade_authn::password::{Password, PasswordContext, PasswordPolicy, PasswordRejection};
///
/// let policy = PasswordPolicy::default().with_context_words(["Stockade"]);
/// let judge = |typed: &str| policy.accept(Password::new(typed.into())?, &PasswordContext::only_factor());
/// assert!(judge("correct horse battery staple").is_ok());
/// assert_eq!(judge("$t0ckade-2026!!").unwrap_err(), PasswordRejection::ContextWord);
/// # Ok::<(), PasswordRejection>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct PasswordPolicy {
    /// The fewest characters where the password is the only factor. Default 15 (NIST SP 800-63B-4 §3.1.1.2; recommended by
    /// ASVS 6.2.1).
    pub min_chars: usize,
    /// The fewest characters where a second factor is in force. Default 8 (NIST SP 800-63B-4 §3.1.1.2, ASVS 6.2.1).
    pub min_chars_with_second_factor: usize,
    /// Names of the service and its owner, which attackers try first (ASVS 6.1.2, 6.2.11). Default none.
    pub context_words: Vec<String>,
}

impl Default for PasswordPolicy {
    fn default() -> Self {
        Self { min_chars: 15, min_chars_with_second_factor: Self::FLOOR, context_words: Vec::new() }
    }
}

impl PasswordPolicy {
    /// ASVS 6.2.1: no policy may accept fewer characters than this.
    pub const FLOOR: usize = 8;

    /// ASVS 6.2.9: no policy may ask for more characters than this, or good passwords would be refused as too short.
    pub const CEILING: usize = 64;

    /// Asks for at least `chars` characters whatever other factors there are, held between [`FLOOR`](Self::FLOOR) and
    /// [`CEILING`](Self::CEILING).
    #[must_use]
    pub fn at_least(chars: usize) -> Self {
        let chars = chars.clamp(Self::FLOOR, Self::CEILING);
        Self { min_chars: chars, min_chars_with_second_factor: chars, ..Self::default() }
    }

    /// Adds names of the service and its owner.
    #[must_use]
    pub fn with_context_words<W: Into<String>>(mut self, words: impl IntoIterator<Item = W>) -> Self {
        self.context_words.extend(words.into_iter().map(Into::into));
        self
    }

    /// Accepts `password` as a new one, or says why not. Asks nobody: for lists elsewhere there is
    /// [`PasswordRules`](super::PasswordRules).
    ///
    /// # Errors
    /// The first rule that it breaks.
    pub fn accept(
        &self,
        password: Password,
        context: &PasswordContext,
    ) -> Result<AcceptedPassword, PasswordRejection> {
        self.judge(&password, context)?;
        Ok(AcceptedPassword { password, checks_missed: 0 })
    }

    pub(super) fn judge(
        &self,
        password: &Password,
        context: &PasswordContext,
    ) -> Result<(), PasswordRejection> {
        let typed = password.normalized();
        let min = self.min_chars_for(context.factors());
        if typed.chars().count() < min {
            return Err(PasswordRejection::TooShort { min });
        }
        if CommonPasswords::built_in().contains(&typed) {
            return Err(PasswordRejection::Common);
        }
        let own_words = self.context_words.iter().flat_map(|word| context::parts(word));
        let words = own_words.chain(context.words());
        if fold::is_mostly(&typed, words, Self::FLOOR) {
            return Err(PasswordRejection::ContextWord);
        }
        Ok(())
    }

    /// The fewest characters in this situation, held between [`FLOOR`](Self::FLOOR) and [`CEILING`](Self::CEILING).
    #[must_use]
    pub fn min_chars_for(&self, factors: PasswordFactors) -> usize {
        let min = match factors {
            PasswordFactors::Only => self.min_chars,
            PasswordFactors::WithSecondFactor => self.min_chars_with_second_factor,
        };
        min.clamp(Self::FLOOR, Self::CEILING)
    }
}

/// A new password that a [`PasswordPolicy`] or [`PasswordRules`](super::PasswordRules) have accepted: the only sort that can
/// be hashed.
#[derive(Debug, Clone)]
pub struct AcceptedPassword {
    pub(super) password: Password,
    pub(super) checks_missed: usize,
}

impl AcceptedPassword {
    pub(super) fn password(&self) -> &Password {
        &self.password
    }

    /// How many lists of breached passwords could not be asked, by the choice of
    /// [`FailurePolicy::FailOpen`](super::FailurePolicy::FailOpen). Worth a line in the log.
    #[must_use]
    pub fn checks_missed(&self) -> usize {
        self.checks_missed
    }
}
