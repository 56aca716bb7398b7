//! One key, and the keys for its uses.

use super::{KeyId, KeyInfo};
use crate::kdf::Expander;
use std::fmt;
use std::sync::Arc;
use stockade_core::{Entropy, EntropyError, Secret};
use zeroize::Zeroizing;

/// Octets of a key's root secret, of each key derived from it, and of its commitment.
pub(crate) const ROOT_LEN: usize = 32;

/// The salt under which root secrets are extracted: it parts this format from every other use of HKDF.
const SALT: &[u8] = b"stockade key ring v1";

/// One key of a ring: 256 random bits, from which HKDF-SHA256 derives a key of its own for each use.
///
/// They are derived once, when the key is drawn or read, so that sealing a field costs no derivation. Cloning is cheap and
/// shares the secret, which is wiped when the last clone is dropped.
#[derive(Clone)]
pub struct RingKey {
    info: KeyInfo,
    secrets: Arc<Secrets>,
}

struct Secrets {
    root: Secret<[u8; ROOT_LEN]>,
    field: Secret<[u8; 32]>,
    wrapping: Secret<[u8; 32]>,
    deterministic: Secret<[u8; 32]>,
    commitment: [u8; 32],
}

impl RingKey {
    pub(super) fn generate(info: KeyInfo, entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        draw(entropy).map(|root| Self::from_root(info, root))
    }

    pub(super) fn from_root(info: KeyInfo, root: Secret<[u8; ROOT_LEN]>) -> Self {
        let expander = Expander::new(SALT, root.expose());
        let secrets = Secrets {
            field: expander.key(b"field"),
            wrapping: expander.key(b"file wrapping"),
            deterministic: expander.key(b"deterministic"),
            commitment: *expander.key(b"commitment").expose(),
            root,
        };
        Self { info, secrets: Arc::new(secrets) }
    }

    /// The same secret with its life moved on.
    pub(super) fn with_info(&self, info: KeyInfo) -> Self {
        Self { info, secrets: Arc::clone(&self.secrets) }
    }

    /// Its name.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.info.id
    }

    /// Its name, state and times.
    #[must_use]
    pub fn info(&self) -> KeyInfo {
        self.info
    }

    /// A fingerprint that tells this key from every other, also from one with the same id.
    ///
    /// No secret: it is derived from the root secret under a label of its own, and nobody can find two root secrets with one
    /// commitment without a collision in SHA-256.
    #[must_use]
    pub fn commitment(&self) -> &[u8; 32] {
        &self.secrets.commitment
    }

    /// The key of randomised field encryption.
    pub(crate) fn field_key(&self) -> &[u8; 32] {
        self.secrets.field.expose()
    }

    /// The key that wraps file keys.
    pub(crate) fn wrapping_key(&self) -> &[u8; 32] {
        self.secrets.wrapping.expose()
    }

    /// The key of deterministic field encryption.
    pub(crate) fn deterministic_key(&self) -> &[u8; 32] {
        self.secrets.deterministic.expose()
    }

    /// What is written, sealed, to the key-ring file.
    pub(super) fn root(&self) -> &[u8; ROOT_LEN] {
        self.secrets.root.expose()
    }
}

impl fmt::Debug for RingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RingKey").field("info", &self.info).finish_non_exhaustive()
    }
}

/// A fresh root secret.
pub(super) fn draw(entropy: &dyn Entropy) -> Result<Secret<[u8; ROOT_LEN]>, EntropyError> {
    let mut root = Zeroizing::new([0; ROOT_LEN]);
    entropy.fill(&mut *root)?;
    Ok(Secret::new(*root))
}
