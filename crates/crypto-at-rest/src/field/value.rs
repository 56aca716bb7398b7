//! Which types can be sealed.

use super::{FieldContext, FieldError, Fields};
use crate::field::fields::open_with;
use stockade_core::Secret;
use zeroize::Zeroize;

/// A type that lies in a column as bytes.
///
/// Ready for `String`, `Vec<u8>`, `i64` and `bool`. Anything else takes two functions; with JSON:
///
/// ```
/// use stockade_crypto_at_rest::field::FieldValue;
/// use zeroize::{Zeroize, Zeroizing};
///
/// #[derive(serde::Serialize, serde::Deserialize, Zeroize)]
/// struct Allergy { substance: String, severe: bool }
///
/// impl FieldValue for Allergy {
///     const NAME: &'static str = "allergy";
///
///     fn with_bytes<R>(&self, then: impl FnOnce(&[u8]) -> R) -> R {
///         then(&Zeroizing::new(serde_json::to_vec(self).unwrap_or_default()))
///     }
///
///     fn from_bytes(bytes: &mut Vec<u8>) -> Option<Self> {
///         serde_json::from_slice(bytes).ok()
///     }
/// }
/// ```
pub trait FieldValue: Zeroize + Sized {
    /// What an error calls the type.
    const NAME: &'static str;

    /// Hands the value as bytes to `then`. Bytes made for it must be wiped after.
    fn with_bytes<R>(&self, then: impl FnOnce(&[u8]) -> R) -> R;

    /// The value that has these bytes, if they are one. Bytes that are taken out of `bytes` belong to the value; those left in it
    /// are wiped by the caller.
    fn from_bytes(bytes: &mut Vec<u8>) -> Option<Self>;
}

impl FieldValue for String {
    const NAME: &'static str = "text";

    fn with_bytes<R>(&self, then: impl FnOnce(&[u8]) -> R) -> R {
        then(self.as_bytes())
    }

    fn from_bytes(bytes: &mut Vec<u8>) -> Option<Self> {
        match Self::from_utf8(std::mem::take(bytes)) {
            Ok(text) => Some(text),
            Err(error) => {
                *bytes = error.into_bytes();
                None
            }
        }
    }
}

impl FieldValue for Vec<u8> {
    const NAME: &'static str = "bytes";

    fn with_bytes<R>(&self, then: impl FnOnce(&[u8]) -> R) -> R {
        then(self)
    }

    fn from_bytes(bytes: &mut Vec<u8>) -> Option<Self> {
        Some(std::mem::take(bytes))
    }
}

impl FieldValue for i64 {
    const NAME: &'static str = "integer";

    fn with_bytes<R>(&self, then: impl FnOnce(&[u8]) -> R) -> R {
        then(&self.to_be_bytes())
    }

    fn from_bytes(bytes: &mut Vec<u8>) -> Option<Self> {
        bytes.as_slice().try_into().ok().map(Self::from_be_bytes)
    }
}

impl FieldValue for bool {
    const NAME: &'static str = "boolean";

    fn with_bytes<R>(&self, then: impl FnOnce(&[u8]) -> R) -> R {
        then(&[u8::from(*self)])
    }

    fn from_bytes(bytes: &mut Vec<u8>) -> Option<Self> {
        match bytes.as_slice() {
            [0] => Some(false),
            [1] => Some(true),
            _ => None,
        }
    }
}

impl Fields {
    pub(super) fn open_as<T: FieldValue>(
        &self,
        context: &FieldContext<'_>,
        sealed: &[u8],
    ) -> Result<Secret<T>, FieldError> {
        let mut bytes = open_with(&self.keys.load(), context, sealed)?;
        T::from_bytes(&mut bytes).map(Secret::new).ok_or(FieldError::Type { wanted: T::NAME })
    }
}
