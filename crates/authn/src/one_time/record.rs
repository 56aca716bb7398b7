//! A one-time token as a store keeps it, and what may become of it. Pure.

use super::{Attempted, OneTimeDigest, Purpose};
use std::fmt;
use std::num::NonZeroU32;
use stockade_core::{SubjectId, UnixMillis};

/// Everything that a store keeps of a one-time token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneTimeRecord {
    /// Which token.
    pub digest: OneTimeDigest,
    /// What it is for.
    pub purpose: Purpose,
    /// Whose it is: the only authority on that, whatever else comes with the token.
    pub subject: SubjectId,
    /// What it holds for besides.
    pub bound: Bound,
    /// When it was issued.
    pub issued_at: UnixMillis,
    /// From when on it is no longer good.
    pub expires_at: UnixMillis,
    /// How many attempts it still allows.
    pub attempts_left: u32,
}

impl OneTimeRecord {
    /// Whether it is still good at `now`.
    #[must_use]
    pub fn is_live(&self, now: UnixMillis) -> bool {
        now < self.expires_at
    }

    /// Counts one attempt. On [`Attempted::Gone`] because of expiry the store forgets the token; with no attempt left it keeps
    /// it until it is taken or expires.
    pub fn attempt(&mut self, now: UnixMillis) -> Attempted {
        match self.attempts_left.checked_sub(1) {
            Some(left) if self.is_live(now) => {
                self.attempts_left = left;
                Attempted::Counted { record: self.clone(), left }
            }
            _ => Attempted::Gone,
        }
    }
}

/// What a token is bound to, in the words of the flow that issues it: for instance the version of the credentials that it
/// resets, and the address that it verifies. The flow compares it with what holds when the token comes back; stores and this
/// module do not look into it. At most [`MAX_LEN`](Self::MAX_LEN) bytes, no control characters.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Bound(String);

/// Why a text cannot be what a token is bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidBound {
    /// It is longer than [`Bound::MAX_LEN`].
    #[error("what a token is bound to is longer than {} bytes", Bound::MAX_LEN)]
    TooLong,
    /// There is a control character in it, which not every store keeps.
    #[error("what a token is bound to has a control character")]
    ControlCharacter,
}

impl Bound {
    /// The most bytes: an address of 254 and as much again.
    pub const MAX_LEN: usize = 512;

    /// Bound to `text`.
    ///
    /// # Errors
    /// It is longer than [`MAX_LEN`](Self::MAX_LEN), or has a control character in it.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidBound> {
        let text = text.into();
        if text.len() > Self::MAX_LEN {
            return Err(InvalidBound::TooLong);
        }
        if text.chars().any(char::is_control) {
            return Err(InvalidBound::ControlCharacter);
        }
        Ok(Self(text))
    }

    /// Bound to nothing but the subject.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Bound {
    /// Shows the length only: there may be an address in it, and logs are no address book.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bound({} bytes)", self.0.len())
    }
}

/// Which of a subject's live tokens of one purpose have to go before one more is issued: the oldest, as many as the limit
/// demands.
#[must_use]
pub fn surplus_tokens(
    mut live: Vec<(OneTimeDigest, UnixMillis)>,
    max_live: NonZeroU32,
) -> Vec<OneTimeDigest> {
    live.sort_by_key(|(digest, issued_at)| std::cmp::Reverse((*issued_at, digest.to_bytes())));
    let room = usize::try_from(max_live.get() - 1).unwrap_or(usize::MAX);
    live.into_iter().skip(room).map(|(digest, _)| digest).collect()
}
