use stockade_core::{EntropyError, Problem, SealError};

/// Why a vault does not take, give back or open something.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    /// It holds as many values, or as many bytes of them, as its limits allow.
    #[error("the vault is full")]
    Full,
    /// The text with all values in it would be longer than the limits allow.
    #[error("the restored text would be too long")]
    TooLong,
    /// No name could be drawn for it.
    #[error("no name could be drawn for the vault")]
    Entropy(#[from] EntropyError),
    /// It was not sealed, or does not open.
    #[error("the vault could not be sealed or opened")]
    Seal(#[from] SealError),
    /// What was sealed is not a vault, or exceeds the limits given.
    #[error("what was sealed is not a vault")]
    Corrupt,
}

impl From<&VaultError> for Problem {
    fn from(error: &VaultError) -> Self {
        match error {
            VaultError::Full | VaultError::TooLong => Self::new(
                stockade_core::ProblemKind::TooLarge,
                "too_much_personal_data",
                "the text holds more personal data than can be kept apart",
            ),
            VaultError::Entropy(_) | VaultError::Seal(SealError::Unavailable) => Self::unavailable(),
            VaultError::Seal(_) | VaultError::Corrupt => Self::internal(),
        }
    }
}
