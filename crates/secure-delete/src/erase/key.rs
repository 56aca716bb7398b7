//! The key of one object.

use super::text::hex_digest;
use hkdf::Hkdf;
use sha2::{Digest, Sha256};
use std::fmt;
use stockade_core::{Entropy, EntropyError, Secret};
use zeroize::Zeroizing;

/// The key of one object: 256 random bits that seal nothing else. Never printed, wiped when dropped.
///
/// What is done with it is the application's: seal one file for it, or derive from it. It must not be kept anywhere but in
/// the key store, wrapped: a copy that is written elsewhere is one that no erasure reaches.
#[derive(Clone)]
pub struct ObjectKey(Secret<[u8; Self::LEN]>);

impl ObjectKey {
    /// Octets of a key (NIST SP 800-57 part 1, table 2: 256 bits of security).
    pub const LEN: usize = 32;

    /// Draws a key.
    pub(super) fn generate(entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        let mut key = Zeroizing::new([0; Self::LEN]);
        entropy.fill(&mut *key)?;
        Ok(Self(Secret::new(*key)))
    }

    /// A key that was unwrapped.
    #[must_use]
    pub fn from_bytes(bytes: [u8; Self::LEN]) -> Self {
        Self(Secret::new(bytes))
    }

    /// The key itself. Each call is a place where it may leak.
    #[must_use]
    pub fn expose(&self) -> &[u8; Self::LEN] {
        self.0.expose()
    }

    /// A key for one `purpose`, such as `example.com image v1`: HKDF with SHA-256 (RFC 5869), from which the object's key does not
    /// follow. It is gone with the object's key, if nobody keeps it.
    #[must_use]
    pub fn derive(&self, purpose: &str) -> Secret<[u8; 32]> {
        derive(self.expose(), purpose.as_bytes())
    }

    /// What names the key and tells nothing of it.
    #[must_use]
    pub fn fingerprint(&self) -> KeyFingerprint {
        let digest: [u8; 32] = Sha256::new_with_prefix(b"stockade/secure-delete/key/v1\0")
            .chain_update(self.expose())
            .finalize()
            .into();
        let mut short = [0; 16];
        short.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
        KeyFingerprint::from_bytes(short)
    }
}

#[expect(clippy::expect_used, reason = "HKDF-SHA256 refuses only more than 8160 bytes, and 32 are asked for")]
fn derive(key: &[u8; ObjectKey::LEN], purpose: &[u8]) -> Secret<[u8; 32]> {
    let mut derived = Zeroizing::new([0; 32]);
    let hkdf = Hkdf::<Sha256>::new(Some(b"stockade/secure-delete/derive/v1"), key);
    hkdf.expand(purpose, &mut *derived).expect("32 bytes can be derived");
    Secret::new(*derived)
}

impl PartialEq for ObjectKey {
    /// Takes the same time wherever the difference is.
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for ObjectKey {}

impl fmt::Debug for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ObjectKey({})", self.fingerprint())
    }
}

hex_digest! {
    /// The first 128 bits of SHA-256 of an object's key, in hexadecimal. The key has 256 random bits, so that nothing of it can
    /// be found from this; it stays in tombstones and receipts.
    KeyFingerprint, 16, "a key fingerprint"
}
