use super::VaultError;
use super::mask::replace;
use super::token::{self, NAME_LEN};
use crate::{Found, Kind, resolve};
use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::BuildHasher;
use stockade_core::Entropy;
use zeroize::Zeroizing;

/// How much a vault holds and gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VaultLimits {
    /// Values.
    pub values: usize,
    /// Bytes of all values together.
    pub bytes: usize,
    /// Bytes of a restored text: an answer may repeat a token as often as it likes.
    pub restored: usize,
}

impl Default for VaultLimits {
    /// 4,096 values of 1 MiB together, restored to 4 MiB: more than a conversation of the largest models holds.
    fn default() -> Self {
        Self { values: 4096, bytes: 1024 * 1024, restored: 4 * 1024 * 1024 }
    }
}

/// Takes values out of texts and leaves tokens in their places that only it can turn back.
///
/// Made for one conversation: tokens of one vault are plain text to every other. Within it the same value of the same kind has the
/// same token, so that a model can tell people apart; that also shows which values are equal. Values are wiped when it is dropped.
///
/// `restore(redact(text)) == text` for every text, also for one that holds what looks like a token of this vault: it is taken out like
/// a value. So what has tokens in it is not redacted again: keep a conversation in its redacted form and restore what is shown.
///
/// ```
/// use stockade_core::SystemEntropy;
/// use stockade_guardrails::{pii::Pii, vault::Vault};
///
/// let text = "write to jo@example.org";
/// let mut found = Vec::new();
/// Pii::new().find(text, &mut found);
///
/// let mut vault = Vault::new(&SystemEntropy)?;
/// let redacted = vault.redact(text, &found)?;
/// assert!(redacted.starts_with("write to [EMAIL:"));
/// assert_eq!(vault.restore(&redacted)?, text);
/// // What another vault says, this one does not know.
/// assert_eq!(Vault::new(&SystemEntropy)?.restore(&redacted)?, redacted);
/// # Ok::<(), stockade_guardrails::vault::VaultError>(())
/// ```
pub struct Vault {
    pub(super) name: String,
    pub(super) values: Vec<Kept>,
    pub(super) bytes: usize,
    pub(super) limits: VaultLimits,
    places: HashMap<u64, Vec<usize>>,
    hasher: RandomState,
}

/// A value and the label of its kind.
pub(super) struct Kept {
    pub(super) label: String,
    pub(super) value: Zeroizing<String>,
}

/// The kind of a text that looked like a token before anything was taken out.
const TOKEN: Kind = Kind::new("token");

impl Vault {
    /// An empty one, with a random name.
    ///
    /// # Errors
    /// [`VaultError::Entropy`] without randomness.
    pub fn new(entropy: &dyn Entropy) -> Result<Self, VaultError> {
        Self::with_limits(entropy, VaultLimits::default())
    }

    /// An empty one with limits of one's own.
    ///
    /// # Errors
    /// [`VaultError::Entropy`] without randomness.
    pub fn with_limits(entropy: &dyn Entropy, limits: VaultLimits) -> Result<Self, VaultError> {
        let mut random = [0; NAME_LEN];
        entropy.fill(&mut random)?;
        Ok(Self::empty(token::name(random), limits))
    }

    pub(super) fn empty(name: String, limits: VaultLimits) -> Self {
        Self {
            name,
            values: Vec::new(),
            bytes: 0,
            limits,
            places: HashMap::new(),
            hasher: RandomState::new(),
        }
    }

    /// `text` with a token in the place of each finding; of findings that overlap the longest counts ([`resolve`]).
    ///
    /// # Errors
    /// [`VaultError::Full`] where a limit is reached, and for findings that are of another text. Nothing of the text is given then;
    /// values that were taken in before stay.
    pub fn redact(&mut self, text: &str, found: &[Found]) -> Result<String, VaultError> {
        let mut found = found.to_vec();
        if found.iter().any(|one| text.get(one.span.range()).is_none()) {
            return Err(VaultError::Full);
        }
        found.extend(token::all(text, &self.name).map(|written| Found { kind: TOKEN, span: written.span }));
        resolve(&mut found);
        let mut full = false;
        let redacted = replace(text, &found, |one, value| match self.keep(&one.kind.label(), value) {
            Some(index) => Cow::Owned(token::write(&one.kind.label(), &self.name, index)),
            None => {
                full = true;
                Cow::Borrowed("")
            }
        });
        if full { Err(VaultError::Full) } else { Ok(redacted) }
    }

    /// `text` with the values in the places of their tokens, once: what a value holds is not read again. Only exact tokens count: a
    /// model that changes the case or the spacing of one has made another text of it, which stays.
    ///
    /// # Errors
    /// [`VaultError::TooLong`] where the result would exceed [`VaultLimits::restored`].
    pub fn restore(&self, text: &str) -> Result<String, VaultError> {
        let mut out = String::with_capacity(text.len());
        let mut done = 0;
        for written in token::all(text, &self.name) {
            let kept = self.values.get(written.index).filter(|kept| kept.label == written.label);
            let (Some(kept), Some(between)) = (kept, text.get(done..written.span.start)) else { continue };
            out.push_str(between);
            out.push_str(&kept.value);
            done = written.span.end;
            if out.len() > self.limits.restored {
                return Err(VaultError::TooLong);
            }
        }
        out.push_str(text.get(done..).unwrap_or_default());
        if out.len() > self.limits.restored.max(text.len()) { Err(VaultError::TooLong) } else { Ok(out) }
    }

    /// How many values it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether it holds nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The place of the value, which is taken in if it is new; `None` if it does not fit.
    pub(super) fn keep(&mut self, label: &str, value: &str) -> Option<usize> {
        let hash = self.hasher.hash_one((label, value));
        let places = self.places.entry(hash).or_default();
        let same = |place: &&usize| {
            self.values.get(**place).is_some_and(|kept| kept.label == label && *kept.value == value)
        };
        if let Some(place) = places.iter().find(same) {
            return Some(*place);
        }
        if self.values.len() >= self.limits.values || self.bytes + value.len() > self.limits.bytes {
            return None;
        }
        let place = self.values.len();
        places.push(place);
        self.bytes += value.len();
        self.values.push(Kept { label: label.to_owned(), value: Zeroizing::new(value.to_owned()) });
        Some(place)
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault").field("values", &self.values.len()).finish_non_exhaustive()
    }
}
