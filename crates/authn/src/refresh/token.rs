//! A refresh token's bytes.

use std::fmt;
use stockade_core::{Secret, SessionId};
use subtle::ConstantTimeEq;

pub(super) const SECRET_LEN: usize = 32;
pub(super) const TAG_LEN: usize = 16;
pub(super) const UNTAGGED_LEN: usize = 16 + 4 + SECRET_LEN;
pub(super) const TOKEN_LEN: usize = UNTAGGED_LEN + TAG_LEN;

/// A refresh token that somebody presented and that we did issue. Whether it is still good only the store knows.
pub struct PresentedToken {
    pub(super) session: SessionId,
    pub(super) generation: u32,
    pub(super) digest: TokenDigest,
    pub(super) bytes: Secret<[u8; TOKEN_LEN]>,
}

impl PresentedToken {
    /// The session that it belongs to.
    #[must_use]
    pub fn session(&self) -> SessionId {
        self.session
    }

    /// How many rotations came before it.
    #[must_use]
    pub fn generation(&self) -> u32 {
        self.generation
    }

    /// What a store knows it by.
    #[must_use]
    pub fn digest(&self) -> TokenDigest {
        self.digest
    }
}

impl fmt::Debug for PresentedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PresentedToken")
            .field("session", &self.session)
            .field("generation", &self.generation)
            .finish_non_exhaustive()
    }
}

/// An HMAC-SHA256 of a refresh token: all that a store keeps of it. Worthless without the key.
#[derive(Clone, Copy)]
pub struct TokenDigest([u8; 32]);

impl TokenDigest {
    /// The digest with these bytes, from a store.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, for a store.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 32] {
        self.0
    }
}

impl PartialEq for TokenDigest {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for TokenDigest {}

impl fmt::Debug for TokenDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenDigest([redacted])")
    }
}

/// The fresh randomness of one rotation. Kept by the store until the next one, so that a second tab can compute the same
/// successor; without the presented token and our key it says nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Nonce([u8; 32]);

impl Nonce {
    /// The nonce with these bytes, from a generator or a store.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, for a store.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 32] {
        self.0
    }
}

impl fmt::Debug for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Nonce([redacted])")
    }
}
