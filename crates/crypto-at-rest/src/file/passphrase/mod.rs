//! Files under a passphrase: age's own scrypt, and stanzas of ours for Argon2id and PBKDF2.

mod caps;
mod derived;
mod scrypt;
#[cfg(test)]
mod tests;

pub use caps::PassphraseCaps;

pub(super) use derived::{ARGON2ID_KIND, PBKDF2_KIND, parameters as derived_parameters};
pub(super) use scrypt::{KIND as SCRYPT_KIND, parameters as scrypt_parameters};

use super::file_key::FileKey;
use super::header::{HeaderError, Stanza};
use super::recipient::{Identity, Recipient, Unwrapped};
use crate::kdf::PasswordKdf;
use std::fmt;
use stockade_core::{Entropy, Secret};

/// How a passphrase is made expensive to guess, when sealing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PassphraseKdf {
    /// age's scrypt with N = 2 to this power, r = 8, p = 1: any age opens it. 18, the default as in age, takes 256 MiB and
    /// about a second; each one more doubles both. Below 17, the least that OWASP's Password Storage Cheat Sheet allows, is
    /// refused.
    Scrypt(u8),
    /// Argon2id or PBKDF2-HMAC-SHA256, in a stanza of ours that other programs do not read.
    Ours(PasswordKdf),
}

impl Default for PassphraseKdf {
    /// `Scrypt(18)`.
    fn default() -> Self {
        Self::Scrypt(18)
    }
}

/// A passphrase: seals with one function, opens whatever function the file names, within [`PassphraseCaps`].
///
/// It must be the only recipient of a file. Deriving its key blocks the thread for about a second: on a server, run it where
/// that is allowed, and bound how many run at once.
#[derive(Clone)]
pub struct Passphrase {
    text: Secret<String>,
    kdf: PassphraseKdf,
    caps: PassphraseCaps,
}

impl Passphrase {
    /// A passphrase, which seals with scrypt 18 so that any age opens the file.
    #[must_use]
    pub fn new(text: Secret<String>) -> Self {
        Self { text, kdf: PassphraseKdf::default(), caps: PassphraseCaps::default() }
    }

    /// Seals with another function.
    #[must_use]
    pub fn with_kdf(mut self, kdf: PassphraseKdf) -> Self {
        self.kdf = kdf;
        self
    }

    /// Opens within other caps.
    #[must_use]
    pub fn with_caps(mut self, caps: PassphraseCaps) -> Self {
        self.caps = caps;
        self
    }
}

impl Recipient for Passphrase {
    fn wrap(&self, key: &FileKey, entropy: &dyn Entropy) -> Result<Vec<Stanza>, HeaderError> {
        let mut salt = [0; 16];
        entropy.fill(&mut salt)?;
        let stanza = match self.kdf {
            PassphraseKdf::Scrypt(log_n) => {
                scrypt::check_writing(&self.text, log_n, self.caps.scrypt_log_n)?;
                scrypt::wrap(&self.text, log_n, &salt, key)
            }
            PassphraseKdf::Ours(kdf) => derived::wrap(&self.text, kdf, &self.caps.kdf, &salt, key),
        }?;
        Ok(vec![stanza])
    }
}

impl Identity for Passphrase {
    fn unwrap(&self, stanzas: &[Stanza]) -> Result<Unwrapped, HeaderError> {
        // A header has at most one of these: reading it has seen to that. So one derivation is the most that it can ask for.
        for stanza in stanzas {
            let opened = match stanza.kind() {
                SCRYPT_KIND => scrypt::unwrap(&self.text, self.caps.scrypt_log_n, stanza)?,
                ARGON2ID_KIND | PBKDF2_KIND => derived::unwrap(&self.text, &self.caps.kdf, stanza)?,
                _ => continue,
            };
            return Ok(opened.map_or(Unwrapped::NotMine, Unwrapped::Opened));
        }
        Ok(Unwrapped::NotMine)
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Passphrase").field("kdf", &self.kdf).finish_non_exhaustive()
    }
}
