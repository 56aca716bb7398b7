//! What can go wrong with hashing.

use super::HashKind;
use stockade_core::Problem;

/// A hash could not be made or judged. Never says anything of the password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PasswordError {
    /// The stored text is no hash of its kind, or of none.
    #[error("the stored hash is malformed")]
    MalformedHash,
    /// A hash to be imported is of a kind that cannot be verified, or not without the feature `foreign-hashes`.
    #[error("the hash is of an unknown kind")]
    UnknownHash,
    /// A hash of another system asks for more work than is allowed.
    #[error("the stored {kind:?} hash asks for too much work: {work} of at most {max}")]
    CostlyForeignHash {
        /// Of which kind it is.
        kind: HashKind,
        /// What it asks for: bcrypt's cost, PBKDF2's iterations, scrypt's N × r × p, or the larger of its r and p.
        work: u64,
        /// What is allowed.
        max: u64,
    },
    /// The stored hash asks for more work than is allowed.
    #[error("the stored hash asks for too much work: m={memory_kib} t={passes} p={lanes}")]
    CostlyHash {
        /// Memory in KiB.
        memory_kib: u32,
        /// Passes.
        passes: u32,
        /// Lanes.
        lanes: u32,
    },
    /// The configured parameters are below the OWASP floor.
    #[error("the argon2 parameters are below the owasp floor")]
    WeakParams,
    /// The stored hash names a pepper that is not configured.
    #[error("the stored hash names an unknown pepper")]
    UnknownPepper,
    /// The system gave no randomness for a salt.
    #[error("no randomness for a salt")]
    Entropy,
    /// The memory for a hash could not be had.
    #[error("no memory for a hash")]
    OutOfMemory,
}

impl From<&PasswordError> for Problem {
    fn from(error: &PasswordError) -> Self {
        match error {
            PasswordError::Entropy | PasswordError::OutOfMemory => Self::unavailable(),
            _ => Self::internal(),
        }
    }
}
