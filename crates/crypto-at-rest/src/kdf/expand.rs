//! One secret into several.

use hkdf::Hkdf;
use sha2::Sha256;
use stockade_core::Secret;
use zeroize::Zeroizing;

/// HKDF-SHA256 (RFC 5869), extracted once, to be expanded under several labels.
pub(crate) struct Expander(Hkdf<Sha256>);

impl Expander {
    /// Extracts from `secret` under `salt`.
    pub(crate) fn new(salt: &[u8], secret: &[u8]) -> Self {
        Self(Hkdf::new(Some(salt), secret))
    }

    /// The 32 octets that belong to `label`.
    #[expect(
        clippy::expect_used,
        reason = "HKDF-SHA256 refuses only more than 8160 octets, and 32 are asked for"
    )]
    pub(crate) fn key(&self, label: &[u8]) -> Secret<[u8; 32]> {
        let mut key = Zeroizing::new([0; 32]);
        self.0.expand(label, &mut *key).expect("32 octets can be derived");
        Secret::new(*key)
    }
}
