//! Moving fields to the active key.

use super::envelope::{Envelope, Flags};
use super::fields::open_with;
use super::{FieldContext, FieldError, Fields};
use crate::ring::KeyId;

/// Whether a sealed field is under the active key.
#[must_use]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// It is.
    Current,
    /// It is under an older one, which must not be destroyed before the field is resealed.
    Stale {
        /// The key that sealed it.
        key: KeyId,
    },
}

/// What became of a field that was to be under the active key.
#[must_use]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reseal {
    /// It was already; nothing to write.
    Current,
    /// It was not; write this in its place, if it still stands there.
    Resealed(Vec<u8>),
}

impl Fields {
    /// Whether `sealed` is under the active key: by its header alone, without opening it.
    ///
    /// # Errors
    /// [`FieldError::NotAnEnvelope`], [`FieldError::Unsupported`]; [`FieldError::Refused`] if it names the active key's id and was
    /// sealed by another.
    pub fn freshness(&self, sealed: &[u8]) -> Result<Freshness, FieldError> {
        let envelope = Envelope::parse(sealed)?;
        let ring = self.keys.load();
        if envelope.key != ring.active().id() {
            return Ok(Freshness::Stale { key: envelope.key });
        }
        envelope.check_key(ring.active())?;
        Ok(Freshness::Current)
    }

    /// Opens `sealed` and seals it anew, unless it is under the active key already and padded if its column is. Doing it twice
    /// does nothing more, so that a walk over a table may begin again anywhere.
    ///
    /// What is current is not opened: this moves keys, and does not audit tables. What is padded to another length than the
    /// column's counts as current too.
    ///
    /// # Errors
    /// As of [`open`](Self::open) and [`seal`](Self::seal).
    pub fn reseal(&self, context: &FieldContext<'_>, sealed: &[u8]) -> Result<Reseal, FieldError> {
        let same_flags = Envelope::parse(sealed)?.flags == Flags::of(context);
        if same_flags && self.freshness(sealed)? == Freshness::Current {
            return Ok(Reseal::Current);
        }
        let text = open_with(&self.keys.load(), context, sealed)?;
        self.seal(context, &text).map(Reseal::Resealed)
    }
}
