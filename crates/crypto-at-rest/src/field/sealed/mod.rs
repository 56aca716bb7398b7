//! A sealed value as it lies in a column.

mod text;

#[cfg(feature = "sqlx")]
mod sqlx;

use super::envelope::Envelope;
use super::{FieldContext, FieldError, FieldValue, Fields};
use crate::ring::KeyId;
use std::fmt;
use std::marker::PhantomData;
use stockade_core::Secret;

/// A `T`, sealed: the type of a struct's field that is read from and written to a column.
///
/// It holds the envelope. With serde it is base64url without padding in a readable format and bytes in a binary one; with the
/// feature `sqlx` it is a column of bytes of any database that has those. What is no envelope is refused when it is read; what does
/// not open, when it is opened.
///
/// ```
/// # use std::sync::Arc;
/// # use stockade_core::{SystemClock, SystemEntropy, TenantId};
/// # use stockade_crypto_at_rest::field::{Column, Fields, Sealed};
/// # use stockade_crypto_at_rest::ring::{KeyRing, Keys};
/// const NOTES: Column = Column::new("patients", "notes");
///
/// #[derive(serde::Serialize, serde::Deserialize)]
/// struct Patient { id: i64, notes: Sealed<String> }
/// # let keys = Keys::new(KeyRing::generate(&SystemEntropy, &SystemClock::new())?);
/// # let fields = Fields::new(keys, Arc::new(SystemEntropy));
/// # let acme: TenantId = "acme".parse()?;
///
/// let notes = Sealed::seal(&fields, &NOTES.row(&acme, 7_i64), &String::from("allergic to penicillin"))?;
/// let json = serde_json::to_string(&Patient { id: 7, notes })?;
/// assert!(!json.contains("penicillin"));
///
/// let patient: Patient = serde_json::from_str(&json)?;
/// let notes = patient.notes.open(&fields, &NOTES.row(&acme, patient.id))?;
/// assert_eq!(notes.expose(), "allergic to penicillin");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Sealed<T> {
    envelope: Vec<u8>,
    key: KeyId,
    of: PhantomData<fn() -> T>,
}

impl<T: FieldValue> Sealed<T> {
    /// Seals `value` for `context`.
    ///
    /// # Errors
    /// As of [`Fields::seal`].
    pub fn seal(fields: &Fields, context: &FieldContext<'_>, value: &T) -> Result<Self, FieldError> {
        value.with_bytes(|bytes| fields.seal(context, bytes))?.try_into()
    }

    /// Opens the value.
    ///
    /// # Errors
    /// As of [`Fields::open`]; [`FieldError::Type`] if what was sealed is no `T`.
    pub fn open(&self, fields: &Fields, context: &FieldContext<'_>) -> Result<Secret<T>, FieldError> {
        fields.open_as(context, &self.envelope)
    }
}

impl<T> Sealed<T> {
    /// The envelope.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.envelope
    }

    /// The key that sealed it, by the envelope's own word.
    #[must_use]
    pub fn key(&self) -> KeyId {
        self.key
    }
}

impl<T> TryFrom<Vec<u8>> for Sealed<T> {
    type Error = FieldError;

    /// Refuses what is no envelope of a known version.
    fn try_from(envelope: Vec<u8>) -> Result<Self, FieldError> {
        let key = Envelope::parse(&envelope)?.key;
        Ok(Self { envelope, key, of: PhantomData })
    }
}

impl<T> From<Sealed<T>> for Vec<u8> {
    fn from(sealed: Sealed<T>) -> Self {
        sealed.envelope
    }
}

impl<T> AsRef<[u8]> for Sealed<T> {
    fn as_ref(&self) -> &[u8] {
        &self.envelope
    }
}

impl<T> Clone for Sealed<T> {
    fn clone(&self) -> Self {
        Self { envelope: self.envelope.clone(), key: self.key, of: PhantomData }
    }
}

/// Of the envelopes: equal texts have different ones.
impl<T> PartialEq for Sealed<T> {
    fn eq(&self, other: &Self) -> bool {
        self.envelope == other.envelope
    }
}

impl<T> Eq for Sealed<T> {}

impl<T> fmt::Debug for Sealed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealed").field("key", &self.key).field("len", &self.envelope.len()).finish()
    }
}
