//! The keys that a verifier trusts.

use super::{Jwks, JwsError, KeyError, VerifyingKey, compact};

/// A few verifying keys, each with its own name and its one algorithm.
///
/// Refused at construction: two keys with one name, and shared secrets beside key pairs (ASVS 9.1.2).
#[derive(Debug, Clone)]
pub struct KeySet {
    keys: Vec<VerifyingKey>,
}

impl KeySet {
    /// The most keys of a set: an active one and the retired ones whose tokens still live, with room to spare.
    pub const MAX_KEYS: usize = 16;

    /// A set of the given keys.
    ///
    /// # Errors
    /// None or too many keys, two with one name, or shared secrets beside key pairs.
    pub fn new(keys: impl IntoIterator<Item = VerifyingKey>) -> Result<Self, KeyError> {
        let keys: Vec<_> = keys.into_iter().take(Self::MAX_KEYS + 1).collect();
        if keys.is_empty() || keys.len() > Self::MAX_KEYS {
            return Err(KeyError::Count { given: keys.len(), max: Self::MAX_KEYS });
        }
        for (i, key) in keys.iter().enumerate() {
            if keys[..i].iter().any(|other| other.id() == key.id()) {
                return Err(KeyError::DuplicateKeyId(key.id().clone()));
            }
            if key.algorithm().is_symmetric() != keys[0].algorithm().is_symmetric() {
                return Err(KeyError::MixedFamilies);
            }
        }
        Ok(Self { keys })
    }

    /// Verifies a compact JWS under the rules of [this module](super) and gives its payload. With `typ`, only a token of that
    /// type is accepted; name one wherever a key signs more than one sort of token.
    ///
    /// # Errors
    /// The first rule that the token breaks.
    pub fn verify(&self, token: &str, typ: Option<&str>) -> Result<Vec<u8>, JwsError> {
        compact::verify(token, self, typ)
    }

    /// The public keys as a JWKS document (RFC 7517 §5). Shared secrets are never in it.
    #[must_use]
    pub fn jwks(&self) -> Jwks {
        Jwks { keys: self.keys.iter().filter_map(|key| key.public_jwk().cloned()).collect() }
    }

    pub(super) fn find(&self, kid: &str) -> Option<&VerifyingKey> {
        self.keys.iter().find(|key| key.id().as_str() == kid)
    }
}
