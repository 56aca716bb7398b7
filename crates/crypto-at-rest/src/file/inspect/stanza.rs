//! One stanza, explained.

use super::super::header::{PAD_KIND, Stanza};
use super::super::passphrase::{
    ARGON2ID_KIND, PBKDF2_KIND, SCRYPT_KIND, derived_parameters, scrypt_parameters,
};
use super::super::{ring_access, x25519};
use crate::kdf::PasswordKdf;
use crate::ring::KeyId;
use serde::Serialize;

/// What one stanza of a header is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum StanzaInfo {
    /// An age key pair. For whom is not told.
    X25519,
    /// A passphrase, by age's scrypt.
    Scrypt {
        /// The binary logarithm of N; 255 where it is larger still.
        log_n: u8,
    },
    /// A key of a key ring.
    Ring {
        /// The key's id within its ring.
        key: KeyId,
    },
    /// A passphrase, in a stanza of ours.
    Passphrase {
        /// The function and its parameters, such as `argon2id 65536 3 4`.
        kdf: PasswordKdf,
    },
    /// Padding.
    Padding,
    /// A type that this crate does not know, or a known one with arguments that it cannot have.
    Other {
        /// The type, cut to 64 characters.
        kind: String,
    },
}

/// The most characters of an unknown type that are repeated.
const MAX_KIND: usize = 64;

impl StanzaInfo {
    pub(super) fn of(stanza: &Stanza) -> Self {
        Self::known(stanza)
            .unwrap_or_else(|| Self::Other { kind: stanza.kind().chars().take(MAX_KIND).collect() })
    }

    fn known(stanza: &Stanza) -> Option<Self> {
        match stanza.kind() {
            x25519::KIND => Some(Self::X25519),
            SCRYPT_KIND => scrypt_parameters(stanza).ok().map(|(_, log_n)| Self::Scrypt { log_n }),
            ring_access::KIND => ring_access::arguments(stanza).ok().map(|(key, _)| Self::Ring { key }),
            ARGON2ID_KIND | PBKDF2_KIND => {
                derived_parameters(stanza).ok().map(|(_, kdf)| Self::Passphrase { kdf })
            }
            PAD_KIND => Some(Self::Padding),
            _ => None,
        }
    }
}
