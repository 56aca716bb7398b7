//! Who may open a file.

use super::file_key::FileKey;
use super::header::{HeaderError, Stanza};
use crate::ring::KeyError;
use std::fmt;
use stockade_core::Entropy;

/// Someone to seal a file for.
///
/// [`X25519Recipient`](super::X25519Recipient), [`Passphrase`](super::Passphrase) and [`RingAccess`](super::RingAccess) are
/// such. Implement it for a key that lives elsewhere (a KMS, a card), under a type name of your own such as
/// `example.com/enigma`.
pub trait Recipient: Send + Sync + fmt::Debug {
    /// Wraps `key` so that only this recipient's [`Identity`] unwraps it. All that must be fresh is drawn from `entropy`.
    ///
    /// # Errors
    /// [`HeaderError::BadRecipient`] where this cannot be done safely, [`HeaderError::Entropy`] without randomness.
    fn wrap(&self, key: &FileKey, entropy: &dyn Entropy) -> Result<Vec<Stanza>, HeaderError>;
}

/// Someone who may be able to open a file.
pub trait Identity: Send + Sync + fmt::Debug {
    /// Looks for a stanza of its own among all those of a header, and unwraps the file key from it.
    ///
    /// The stanzas are not yet trusted. An implementation bounds the work they may ask for, and must pass over types that it
    /// does not know.
    ///
    /// # Errors
    /// [`HeaderError::BadStanza`] or [`HeaderError::TooMuchWork`] for a stanza of its type that nobody may open. That ends the
    /// opening, whatever other identities there are.
    fn unwrap(&self, stanzas: &[Stanza]) -> Result<Unwrapped, HeaderError>;
}

/// What an [`Identity`] found.
#[derive(Debug)]
#[must_use]
#[non_exhaustive]
pub enum Unwrapped {
    /// The file key, not yet proven by the header's MAC.
    Opened(FileKey),
    /// No stanza of its own, or none that it opens.
    NotMine,
    /// A stanza for a ring key that is not to be had.
    NoKey(KeyError),
}

/// Which other stanzas a type that must stand alone still bears beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Company {
    Nobody,
    OnlyPadding,
}
