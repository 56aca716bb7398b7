//! The key of one file, and what is derived from it.

use hkdf::Hkdf;
use sha2::Sha256;
use stockade_core::{Entropy, EntropyError, Secret};
use zeroize::Zeroizing;

/// Octets of a file key (age v1, "File key").
pub(super) const FILE_KEY_LEN: usize = 16;
/// Octets of the nonce before the payload (age v1, "Payload").
pub(super) const PAYLOAD_NONCE_LEN: usize = 16;

/// 128 random bits, drawn anew for each file and wrapped once for each recipient.
#[derive(Debug, Clone)]
pub struct FileKey(Secret<[u8; FILE_KEY_LEN]>);

impl FileKey {
    /// Draws a key.
    pub(super) fn generate(entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        let mut key = Zeroizing::new([0; FILE_KEY_LEN]);
        entropy.fill(&mut *key)?;
        Ok(Self(Secret::new(*key)))
    }

    /// A key that a stanza carried, for an [`Identity`](super::Identity).
    #[must_use]
    pub fn from_bytes(bytes: [u8; FILE_KEY_LEN]) -> Self {
        Self(Secret::new(bytes))
    }

    /// The key itself, for a [`Recipient`](super::Recipient) to wrap.
    #[must_use]
    pub fn expose(&self) -> &[u8; FILE_KEY_LEN] {
        self.0.expose()
    }

    /// The key of the header's HMAC.
    pub(super) fn mac_key(&self) -> Secret<[u8; 32]> {
        self.derive(&[], b"header")
    }

    /// The key of the payload's STREAM.
    pub(super) fn payload_key(&self, nonce: &[u8; PAYLOAD_NONCE_LEN]) -> Secret<[u8; 32]> {
        self.derive(nonce, b"payload")
    }

    #[expect(
        clippy::expect_used,
        reason = "HKDF-SHA256 refuses only more than 8160 bytes, and 32 are asked for"
    )]
    fn derive(&self, salt: &[u8], info: &[u8]) -> Secret<[u8; 32]> {
        let mut key = Zeroizing::new([0; 32]);
        Hkdf::<Sha256>::new(Some(salt), self.0.expose())
            .expand(info, &mut *key)
            .expect("32 bytes can be derived");
        Secret::new(*key)
    }
}
