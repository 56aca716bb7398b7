//! The secret half.

use super::super::header::{HeaderError, Stanza};
use super::super::key_text::KeyTextError;
use super::super::recipient::{Identity, Unwrapped};
use super::super::wrap;
use super::{KIND, X25519Recipient, decode, encode, wrap_key};
use std::fmt;
use std::str::FromStr;
use stockade_core::{Entropy, EntropyError, Secret};
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroizing;

const HRP: &str = "AGE-SECRET-KEY-";

/// A secret key, `AGE-SECRET-KEY-1…`. Never printed but by [`expose_text`](Self::expose_text), and wiped when dropped.
#[derive(Clone)]
pub struct X25519Identity {
    secret: StaticSecret,
    recipient: X25519Recipient,
}

impl X25519Identity {
    /// Draws a key pair.
    ///
    /// # Errors
    /// The system gave no randomness.
    pub fn generate(entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        let mut secret = Zeroizing::new([0; 32]);
        entropy.fill(&mut *secret)?;
        Ok(Self::from_secret(&secret))
    }

    /// The public half, to give to whoever seals.
    #[must_use]
    pub fn recipient(&self) -> X25519Recipient {
        self.recipient
    }

    /// The secret as text, for an identity file.
    #[must_use]
    pub fn expose_text(&self) -> Secret<String> {
        Secret::new((*encode(self.secret.as_bytes(), HRP, true)).clone())
    }

    fn from_secret(secret: &[u8; 32]) -> Self {
        let secret = StaticSecret::from(*secret);
        let recipient = X25519Recipient::from_bytes(PublicKey::from(&secret).to_bytes());
        Self { secret, recipient }
    }

    fn unwrap_one(&self, stanza: &Stanza) -> Result<Option<super::super::FileKey>, HeaderError> {
        let bad = |what| HeaderError::BadStanza { kind: KIND, what };
        let [share] = stanza.args() else {
            return Err(bad("has other than one argument"));
        };
        let share = wrap::bytes(share).ok_or(bad("the share is not 32 bytes in canonical base64"))?;
        let body = wrap::body(KIND, stanza.body())?;
        let wrap_key = wrap_key(&self.secret, &share, &share, self.recipient.as_bytes())
            .ok_or(bad("the share is of low order"))?;
        Ok(wrap::unwrap(&wrap_key, body))
    }
}

impl Identity for X25519Identity {
    fn unwrap(&self, stanzas: &[Stanza]) -> Result<Unwrapped, HeaderError> {
        for stanza in stanzas.iter().filter(|stanza| stanza.kind() == KIND) {
            if let Some(key) = self.unwrap_one(stanza)? {
                return Ok(Unwrapped::Opened(key));
            }
        }
        Ok(Unwrapped::NotMine)
    }
}

impl FromStr for X25519Identity {
    type Err = KeyTextError;

    /// Takes the one spelling that [`expose_text`](Self::expose_text) gives: upper case, no spaces.
    fn from_str(text: &str) -> Result<Self, KeyTextError> {
        decode(text, HRP)
            .map(|secret| Self::from_secret(&secret))
            .ok_or_else(|| KeyTextError::of(text, KeyTextError::NotAnIdentity))
    }
}

impl fmt::Debug for X25519Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("X25519Identity").field("recipient", &self.recipient).finish_non_exhaustive()
    }
}
