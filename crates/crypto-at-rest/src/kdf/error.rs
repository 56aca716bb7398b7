//! Why no key was derived.

use stockade_core::Problem;

/// No key was derived from the password. Never says anything of the password itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KdfError {
    /// The text names a function that is not offered.
    #[error("the key derivation is neither argon2id nor pbkdf2-hmac-sha256")]
    UnknownFunction,
    /// The parameters are not the decimals that the function takes.
    #[error("the parameters of the key derivation are malformed")]
    Malformed,
    /// A parameter is below the floor: the password could be guessed too cheaply.
    #[error("the key derivation is too weak: {parameter} is {value}, at least {min} is required")]
    TooWeak {
        /// The parameter's name.
        parameter: &'static str,
        /// Its value.
        value: u64,
        /// The floor.
        min: u64,
    },
    /// A parameter is above the cap: deriving would take too long or too much memory.
    #[error("the key derivation costs too much: {parameter} is {value}, at most {max} is accepted")]
    TooCostly {
        /// The parameter's name.
        parameter: &'static str,
        /// Its value.
        value: u64,
        /// The cap.
        max: u64,
    },
    /// The salt is shorter or longer than it may be.
    #[error("the salt of the key derivation has {len} octets, 16 to 64 are accepted")]
    Salt {
        /// Its octets.
        len: usize,
    },
    /// The password is empty.
    #[error("the password is empty")]
    EmptyPassword,
    /// The password is longer than [`PasswordKdf::MAX_PASSWORD_LEN`](super::PasswordKdf::MAX_PASSWORD_LEN).
    #[error("the password is longer than 4096 octets")]
    LongPassword,
    /// The memory for the derivation could not be had.
    #[error("no memory for the key derivation")]
    OutOfMemory,
}

impl From<&KdfError> for Problem {
    fn from(error: &KdfError) -> Self {
        match error {
            KdfError::OutOfMemory => Self::unavailable(),
            _ => Self::internal(),
        }
    }
}
