//! Where issuers and verifiers take their keys from: fixed ones, or those of a rotation.

use super::rotation::SigningKeys;
use super::{Jwks, JwsError, KeyId, KeyRing, KeySet, SigningKey};
use std::sync::Arc;

/// The key to sign with, asked for anew each time.
#[derive(Debug, Clone)]
pub struct SigningSource(Signing);

#[derive(Debug, Clone)]
enum Signing {
    Fixed(Arc<KeyRing>),
    Rotating(SigningKeys),
}

/// The keys to verify by, asked for anew each time.
#[derive(Debug, Clone)]
pub struct TrustSource(Trust);

#[derive(Debug, Clone)]
enum Trust {
    Fixed(Arc<KeySet>),
    Rotating(SigningKeys),
}

impl SigningSource {
    /// The keys that verify what this source signs.
    #[must_use]
    pub fn trust(&self) -> TrustSource {
        match &self.0 {
            Signing::Fixed(ring) => ring.trusted().clone().into(),
            Signing::Rotating(keys) => keys.clone().into(),
        }
    }

    /// The public keys as a JWKS document, as they stand now.
    #[must_use]
    pub fn jwks(&self) -> Jwks {
        match &self.0 {
            Signing::Fixed(ring) => ring.jwks(),
            Signing::Rotating(keys) => keys.jwks(),
        }
    }

    /// The name of the key that signs now.
    #[must_use]
    pub fn active_id(&self) -> Option<KeyId> {
        self.with_signing(|key| key.id().clone())
    }

    pub(crate) fn with_signing<R>(&self, use_it: impl FnOnce(&SigningKey) -> R) -> Option<R> {
        match &self.0 {
            Signing::Fixed(ring) => Some(use_it(ring.active())),
            Signing::Rotating(keys) => keys.with_signing(use_it),
        }
    }
}

impl TrustSource {
    pub(crate) fn verify(&self, token: &str, typ: &str) -> Result<Vec<u8>, JwsError> {
        match &self.0 {
            Trust::Fixed(keys) => keys.verify(token, Some(typ)),
            Trust::Rotating(keys) => keys.with_trusted(|keys| keys.verify(token, Some(typ))),
        }
    }

    /// Grows whenever a key may have lost trust: what was verified before is to be verified again.
    pub(crate) fn generation(&self) -> u64 {
        match &self.0 {
            Trust::Fixed(_) => 0,
            Trust::Rotating(keys) => keys.generation(),
        }
    }
}

impl From<KeyRing> for SigningSource {
    fn from(ring: KeyRing) -> Self {
        Arc::new(ring).into()
    }
}

impl From<Arc<KeyRing>> for SigningSource {
    fn from(ring: Arc<KeyRing>) -> Self {
        Self(Signing::Fixed(ring))
    }
}

impl From<SigningKeys> for SigningSource {
    fn from(keys: SigningKeys) -> Self {
        Self(Signing::Rotating(keys))
    }
}

impl From<KeySet> for TrustSource {
    fn from(keys: KeySet) -> Self {
        Self(Trust::Fixed(Arc::new(keys)))
    }
}

impl From<SigningKeys> for TrustSource {
    fn from(keys: SigningKeys) -> Self {
        Self(Trust::Rotating(keys))
    }
}
