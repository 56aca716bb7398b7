use std::time::Duration;
use stockade_core::Problem;
use stockade_provider_health::Refused;

/// Why a call through [`Health`](super::Health) gave no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HealthError<E> {
    /// The provider was not asked. To try again at once is of no use; [`retry_after`](Self::retry_after) says when it is.
    #[error("the upstream is not well")]
    Refused(#[source] Refused),
    /// The provider was asked, and this came of it.
    #[error(transparent)]
    Inner(E),
}

impl<E> HealthError<E> {
    /// After how long the provider is asked again; `None` where only an operator changes that, or where it was asked.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.refused().and_then(|refused| refused.retry_after)
    }

    /// Why it was not asked, if it was not. A retry policy must not retry such an error.
    #[must_use]
    pub fn refused(&self) -> Option<&Refused> {
        match self {
            Self::Refused(refused) => Some(refused),
            Self::Inner(_) => None,
        }
    }
}

impl<E> From<&HealthError<E>> for Problem {
    fn from(error: &HealthError<E>) -> Self {
        match error {
            HealthError::Refused(refused) => Self::from(refused),
            HealthError::Inner(_) => Self::unavailable(),
        }
    }
}
