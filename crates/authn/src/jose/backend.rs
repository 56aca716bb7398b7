//! The one place that touches the signature library.
//!
//! The library keeps a process-wide provider and panics when its features leave the choice open. We hand the provider over
//! explicitly instead: no global state, and a missing backend is a typed error.

use super::{Algorithm, KeyError};
use jsonwebtoken::crypto::CryptoProvider;
use jsonwebtoken::{DecodingKey, EncodingKey};

#[cfg(feature = "aws-lc-rs")]
pub(super) fn provider() -> Result<&'static CryptoProvider, KeyError> {
    Ok(&jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER)
}

#[cfg(all(feature = "rust-crypto", not(feature = "aws-lc-rs")))]
pub(super) fn provider() -> Result<&'static CryptoProvider, KeyError> {
    Ok(&jsonwebtoken::crypto::rust_crypto::DEFAULT_PROVIDER)
}

#[cfg(not(any(feature = "aws-lc-rs", feature = "rust-crypto")))]
pub(super) fn provider() -> Result<&'static CryptoProvider, KeyError> {
    Err(KeyError::NoBackend)
}

pub(super) fn sign(message: &[u8], key: &EncodingKey, algorithm: Algorithm) -> Result<Vec<u8>, KeyError> {
    let unusable = |_| KeyError::Invalid { algorithm };
    let signer = (provider()?.signer_factory)(&algorithm.jwt(), key).map_err(unusable)?;
    signer.try_sign(message).map_err(|_| KeyError::Invalid { algorithm })
}

pub(super) fn verifies(
    message: &[u8],
    signature: &Vec<u8>,
    key: &DecodingKey,
    algorithm: Algorithm,
) -> Result<bool, KeyError> {
    let unusable = |_| KeyError::Invalid { algorithm };
    let verifier = (provider()?.verifier_factory)(&algorithm.jwt(), key).map_err(unusable)?;
    Ok(verifier.verify(message, signature).is_ok())
}
