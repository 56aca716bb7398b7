//! The public half.

use super::super::file_key::FileKey;
use super::super::header::{HeaderError, Stanza};
use super::super::key_text::KeyTextError;
use super::super::recipient::Recipient;
use super::super::wrap;
use super::{KIND, decode, encode, wrap_key};
use base64ct::{Base64Unpadded, Encoding};
use std::fmt;
use std::str::FromStr;
use stockade_core::Entropy;
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroizing;

const HRP: &str = "age";

/// A public key, `age1…`: whoever holds its [`X25519Identity`](super::X25519Identity) opens the file. It may be shown to
/// anyone.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct X25519Recipient([u8; 32]);

impl X25519Recipient {
    /// The recipient with this point.
    #[must_use]
    pub const fn from_bytes(point: [u8; 32]) -> Self {
        Self(point)
    }

    /// The point.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl Recipient for X25519Recipient {
    fn wrap(&self, key: &FileKey, entropy: &dyn Entropy) -> Result<Vec<Stanza>, HeaderError> {
        let mut secret = Zeroizing::new([0; 32]);
        entropy.fill(&mut *secret)?;
        let secret = StaticSecret::from(*secret);
        let share = PublicKey::from(&secret).to_bytes();
        let wrap_key = wrap_key(&secret, &self.0, &share, &self.0)
            .ok_or(HeaderError::BadRecipient { kind: KIND, what: "the point is of low order" })?;
        let body = wrap::wrap(&wrap_key, key).to_vec();
        Ok(vec![Stanza::known(KIND, vec![Base64Unpadded::encode_string(&share)], body)])
    }
}

impl FromStr for X25519Recipient {
    type Err = KeyTextError;

    /// Takes the one spelling that [`Display`](fmt::Display) gives: lower case, no spaces.
    fn from_str(text: &str) -> Result<Self, KeyTextError> {
        decode(text, HRP)
            .map(|point| Self(*point))
            .ok_or_else(|| KeyTextError::of(text, KeyTextError::NotARecipient))
    }
}

impl fmt::Display for X25519Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&encode(&self.0, HRP, false))
    }
}

impl fmt::Debug for X25519Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "X25519Recipient({self})")
    }
}
