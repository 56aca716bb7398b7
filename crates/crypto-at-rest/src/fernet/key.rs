//! The key.

use aes::Aes128;
use aes::cipher::KeyIvInit;
use base64ct::{Base64Url, Encoding};
use hmac::{Hmac, KeyInit};
use sha2::Sha256;
use std::str::FromStr;
use stockade_core::Secret;
use zeroize::Zeroizing;

/// Octets of a key: 128 bits for HMAC-SHA256, then 128 bits for AES (Fernet spec, "Key Format").
const KEY_LEN: usize = 32;

/// A Fernet key. Redacted in `Debug`, compared in constant time, wiped when dropped; read in constant time from its text, 32 octets in
/// base64url with padding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FernetKey {
    signing: Secret<[u8; KEY_LEN / 2]>,
    encryption: Secret<[u8; KEY_LEN / 2]>,
}

impl FernetKey {
    /// The key with these octets.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        let bytes = Zeroizing::new(bytes);
        let (mut signing, mut encryption) = (Zeroizing::new([0; 16]), Zeroizing::new([0; 16]));
        signing.copy_from_slice(&bytes[..16]);
        encryption.copy_from_slice(&bytes[16..]);
        Self { signing: Secret::new(*signing), encryption: Secret::new(*encryption) }
    }

    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    pub(super) fn mac(&self) -> Hmac<Sha256> {
        Hmac::new_from_slice(self.signing.expose()).expect("a key")
    }

    pub(super) fn cbc(&self, iv: &[u8; 16]) -> cbc::Decryptor<Aes128> {
        cbc::Decryptor::new(self.encryption.expose().into(), iv.into())
    }
}

impl FromStr for FernetKey {
    type Err = InvalidFernetKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bytes = Zeroizing::new([0; KEY_LEN]);
        match Base64Url::decode(text, &mut *bytes) {
            Ok(decoded) if decoded.len() == KEY_LEN => Ok(Self::from_bytes(*bytes)),
            _ => Err(InvalidFernetKey::Malformed),
        }
    }
}

impl<'de> serde::Deserialize<'de> for FernetKey {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Secret::<String>::deserialize(deserializer)?.expose().parse().map_err(serde::de::Error::custom)
    }
}

/// Why there is no such key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidFernetKey {
    /// Not 32 octets in base64url with padding. What was there instead is not repeated: it may be a key.
    #[error("a Fernet key is 32 octets in base64url with padding")]
    Malformed,
    /// More keys than a reader tries.
    #[error("more than {max} Fernet keys")]
    TooMany {
        /// The most keys of one reader.
        max: usize,
    },
}
