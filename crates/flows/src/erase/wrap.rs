//! The key ring as what wraps the keys of objects.

use std::sync::Arc;
use stockade_core::{Seal, SealContext, SealError};
use stockade_secure_delete::erase::{KeyWrap, ObjectId, ObjectKey, Wrap, WrapError};
use zeroize::Zeroizing;

const PURPOSE: &str = "secure-delete.object-key";

/// Wraps the keys of objects with any [`Seal`], such as the `Fields` of `stockade-crypto-at-rest`, each bound to its object's id.
///
/// After the ring rotated, `CryptoErasure::rewrap` moves wraps under the new key; only then may the old one be destroyed. An
/// erasure is as good as the ring is far from the key store: keep its file, or what unlocks it, elsewhere.
#[derive(Debug, Clone)]
pub struct SealedWrap(Arc<dyn Seal>);

impl SealedWrap {
    /// Wraps with `seal`.
    #[must_use]
    pub fn new(seal: Arc<dyn Seal>) -> Self {
        Self(seal)
    }
}

impl KeyWrap for SealedWrap {
    fn wrap(&self, object: &ObjectId, key: &ObjectKey) -> Result<Wrap, WrapError> {
        let owner = [object.as_str()];
        Wrap::new(self.0.seal(&SealContext::new(PURPOSE, &owner), key.expose()).map_err(wrap_error)?)
    }

    fn unwrap(&self, object: &ObjectId, wrap: &Wrap) -> Result<ObjectKey, WrapError> {
        let owner = [object.as_str()];
        let opened = self.0.open(&SealContext::new(PURPOSE, &owner), wrap.as_bytes()).map_err(wrap_error)?;
        let key = <[u8; ObjectKey::LEN]>::try_from(opened.expose().as_slice()).map(Zeroizing::new);
        key.map(|key| ObjectKey::from_bytes(*key)).map_err(|_| WrapError::Refused)
    }
}

fn wrap_error(error: SealError) -> WrapError {
    match error {
        SealError::Unavailable => WrapError::Unavailable,
        SealError::TooLong => WrapError::Length,
        _ => WrapError::Refused,
    }
}
