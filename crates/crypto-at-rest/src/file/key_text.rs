//! What can be wrong with a key written as text.

/// A recipient or an identity could not be read. The text is never repeated: it may be a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyTextError {
    /// Not `age1…` as age writes it.
    #[error("not an age x25519 recipient")]
    NotARecipient,
    /// Not `AGE-SECRET-KEY-1…` as age writes it.
    #[error("not an age x25519 identity")]
    NotAnIdentity,
}
