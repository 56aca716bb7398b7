use super::BoxError;
use std::time::Duration;
use stockade_core::Problem;
use stockade_provider_health::GiveUp;

/// Why a request through [`Failover`](super::Failover) has no answer. Where there is one, however bad, it is given on instead.
///
/// None of these is to be retried at once: whoever could be asked was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FailoverError<E> {
    /// What came of the last call.
    #[error("the upstream that was asked last failed")]
    Upstream(#[source] E),
    /// The last answer broke off before its first byte could be given on.
    #[error("the answer of the upstream that was asked last broke off")]
    Broken(#[source] BoxError),
    /// The upstream that was asked last did not answer in its time.
    #[error("the upstream that was asked last gave no answer in time")]
    TimedOut,
    /// Nobody was asked.
    #[error("the request was given up")]
    GivenUp(#[source] GiveUp),
}

impl<E> FailoverError<E> {
    /// After how long somebody is asked again, where nobody was for being unwell.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::GivenUp(GiveUp::AllDown(none)) => none.retry_after,
            _ => None,
        }
    }
}

impl<E> From<&FailoverError<E>> for Problem {
    /// It names no upstream, and repeats nothing of what one has said.
    fn from(error: &FailoverError<E>) -> Self {
        match error {
            FailoverError::TimedOut => Self::from(&GiveUp::Deadline),
            FailoverError::GivenUp(given_up) => Self::from(given_up),
            FailoverError::Upstream(_) | FailoverError::Broken(_) => Self::unavailable(),
        }
    }
}

/// Why there can be no [`Failover`](super::Failover).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SetupError {
    /// Not one service for each member of the pool.
    #[error("the pool has {members} members and there are {upstreams} services")]
    Count {
        /// How many the pool has.
        members: usize,
        /// How many services were given.
        upstreams: usize,
    },
}

impl From<&SetupError> for Problem {
    fn from(_: &SetupError) -> Self {
        Self::internal()
    }
}
