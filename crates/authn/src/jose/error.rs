//! What can be wrong with a key, and what with a token.

use super::{Algorithm, KeyId};

/// A key cannot be used. Raised when keys are loaded, so that a bad one stops the service at its start.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The crate was built with neither `aws-lc-rs` nor `rust-crypto`.
    #[error("no signature backend: enable the feature `aws-lc-rs` or `rust-crypto`")]
    NoBackend,
    /// Not a key for this algorithm.
    #[error("not a valid {} key", .algorithm.name())]
    Invalid {
        /// The algorithm that the key was meant for.
        algorithm: Algorithm,
    },
    /// Not a JSON Web Key that can verify signatures here.
    #[error("the JSON Web Key cannot be used: {0}")]
    Jwk(&'static str),
    /// A shared secret shorter than the 32 bytes that RFC 7518 §3.2 asks for.
    #[error("an HS256 key needs at least 32 bytes, this one has {0}")]
    TooShort(usize),
    /// A shared secret that somebody could guess.
    #[error("the HS256 key is weak: {0}")]
    Weak(&'static str),
    /// An RSA key below the 2048 bits that RFC 7518 §3.3 asks for.
    #[error("an RSA key needs at least 2048 bits, this one has {0}")]
    ModulusTooSmall(usize),
    /// An RSA key above the 8192 bits up to which backends verify.
    #[error("an RSA key has at most 8192 bits, this one has {0}")]
    ModulusTooLarge(usize),
    /// Two keys with one name.
    #[error("two keys have the id `{0}`")]
    DuplicateKeyId(KeyId),
    /// Shared secrets and key pairs in one set invite confusion between them.
    #[error("a set may not mix shared secrets with key pairs")]
    MixedFamilies,
    /// No key, or more than a set holds.
    #[error("a set holds 1 to {max} keys, not {given}")]
    Count {
        /// How many were given.
        given: usize,
        /// How many it holds.
        max: usize,
    },
    /// A key id that is empty, too long, or not visible ASCII.
    #[error("a key id has 1 to {} visible ascii characters", KeyId::MAX_LEN)]
    KeyId,
    /// The system gave no randomness for a new key.
    #[error("the system gave no randomness")]
    Entropy,
}

impl From<stockade_core::EntropyError> for KeyError {
    fn from(_: stockade_core::EntropyError) -> Self {
        Self::Entropy
    }
}

/// A compact JWS is refused. Says why to the operator; the sender learns only that it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JwsError {
    /// More bytes than are looked at.
    #[error("the token is too long")]
    TooLong,
    /// Not three parts of canonical base64url.
    #[error("the token is malformed")]
    Malformed,
    /// The header is not plain JSON with `alg`, `kid` and `typ`, or names something else or something twice.
    #[error("the token's header is not acceptable")]
    Header,
    /// No configured key has this `kid`, or there is none in the header.
    #[error("the token names no known key")]
    UnknownKey,
    /// `alg` is not the one that the key is pinned to.
    #[error("the token's algorithm is not its key's")]
    Algorithm,
    /// `typ` is not the wanted one.
    #[error("the token is of another type")]
    Type,
    /// The signature is wrong.
    #[error("the token's signature is wrong")]
    Signature,
    /// No backend can verify.
    #[error("the key cannot be used")]
    Key,
}

impl JwsError {
    /// A stable code for the audit log.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::TooLong => "token_too_long",
            Self::Malformed => "token_malformed",
            Self::Header => "token_header",
            Self::UnknownKey => "token_unknown_key",
            Self::Algorithm => "token_algorithm",
            Self::Type => "token_type",
            Self::Signature => "token_signature",
            Self::Key => "token_key_unusable",
        }
    }
}
