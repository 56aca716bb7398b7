//! The keys that an issuer holds: one to sign with, older ones whose tokens still live.

use super::{Jwks, KeyError, KeySet, SigningKey, VerifyingKey};

/// One active signing key, and verify-only keys for tokens that older or other keys have signed.
///
/// ```
/// use stockade_authn::jose::{KeyRing, SigningKey};
/// use stockade_core::SystemEntropy;
///
/// let old = SigningKey::generate_ed25519(&SystemEntropy)?;
/// let new = SigningKey::generate_ed25519(&SystemEntropy)?;
/// let ring = KeyRing::new(new, [old.verifying_key().clone()])?;
/// assert_eq!(ring.jwks().keys.len(), 2);
/// # Ok::<(), stockade_authn::jose::KeyError>(())
/// ```
#[derive(Debug, Clone)]
pub struct KeyRing {
    active: SigningKey,
    trusted: KeySet,
}

impl KeyRing {
    /// A ring that signs with `active` and also trusts `verify_only`.
    ///
    /// # Errors
    /// What [`KeySet::new`] refuses.
    pub fn new(
        active: SigningKey,
        verify_only: impl IntoIterator<Item = VerifyingKey>,
    ) -> Result<Self, KeyError> {
        let trusted = KeySet::new(std::iter::once(active.verifying_key().clone()).chain(verify_only))?;
        Ok(Self { active, trusted })
    }

    /// The key that signs.
    #[must_use]
    pub fn active(&self) -> &SigningKey {
        &self.active
    }

    /// Every key that is trusted, the active one among them.
    #[must_use]
    pub fn trusted(&self) -> &KeySet {
        &self.trusted
    }

    /// The public keys as a JWKS document.
    #[must_use]
    pub fn jwks(&self) -> Jwks {
        self.trusted.jwks()
    }
}
