//! What became of a call, and what that says about the provider.

use std::time::Duration;

/// How a call to a provider ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// A useful answer.
    Ok,
    /// A useful answer that came too late to be pleasant. It ends a row of failures as a success does, and counts for the rate
    /// of slow calls.
    Slow,
    /// The provider asked to be left alone for so long, or did not say for how long. It is not unhealthy: it cools down.
    Throttled(Option<Duration>),
    /// The provider answered that it failed, or broke off its answer.
    ServerFault,
    /// No answer in time.
    Timeout,
    /// No connection: nothing of the request has reached the provider, so that even a payment may be tried elsewhere. A connection
    /// that broke later is a [`ServerFault`](Self::ServerFault).
    ConnectFault,
    /// The provider answered that the request was wrong. It says nothing about the provider and never counts.
    ClientFault,
    /// The provider refused to carry the request out, for a reason that lies between it and the request: a model that is not
    /// offered to this account, a text that its filter dislikes, a price above the credit. Nothing was done, so that somebody else
    /// may be asked; and since whoever words the request can provoke it at will, it never counts.
    Declined,
    /// Nobody waited for the answer. It gives back what was taken for the call and says nothing about the provider.
    Cancelled,
}

/// What an [`Outcome`] says about the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bearing {
    Good,
    Slow,
    Bad,
    Throttled(Option<Duration>),
    Silent,
}

impl Outcome {
    pub(crate) fn bearing(self) -> Bearing {
        match self {
            Self::Ok => Bearing::Good,
            Self::Slow => Bearing::Slow,
            Self::Throttled(wait) => Bearing::Throttled(wait),
            Self::ServerFault | Self::Timeout | Self::ConnectFault => Bearing::Bad,
            Self::ClientFault | Self::Declined | Self::Cancelled => Bearing::Silent,
        }
    }
}

/// What the answer's status code says: the one place where status codes are known, as numbers.
///
/// 429 (RFC 6585 §4) is [`Outcome::Throttled`] with what [`retry_after()`](crate::retry_after()) has read; 408 and 504 are
/// [`Outcome::Timeout`]; every other 5xx, `529` of some model providers among them, is [`Outcome::ServerFault`], also with a
/// `Retry-After`: a provider that only ever says "later" must not stay in the pool. A wait of nothing, such as a date in the past
/// of a provider whose clock is behind, is no word on how long: it would be asked again at once. Other 4xx are
/// [`Outcome::ClientFault`], none [`Outcome::Declined`], which only who knows the provider can tell; below 400 is [`Outcome::Ok`]. What is no status code at all is a server's fault.
#[must_use]
pub fn classify(status: u16, retry_after: Option<Duration>) -> Outcome {
    match status {
        100..400 => Outcome::Ok,
        408 | 504 => Outcome::Timeout,
        429 => Outcome::Throttled(retry_after.filter(|wait| !wait.is_zero())),
        400..500 => Outcome::ClientFault,
        _ => Outcome::ServerFault,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_its_outcome() {
        let wait = Some(Duration::from_secs(7));
        for (status, outcome) in [
            (200, Outcome::Ok),
            (304, Outcome::Ok),
            (400, Outcome::ClientFault),
            (401, Outcome::ClientFault),
            (408, Outcome::Timeout),
            (429, Outcome::Throttled(wait)),
            (499, Outcome::ClientFault),
            (500, Outcome::ServerFault),
            (503, Outcome::ServerFault),
            (504, Outcome::Timeout),
            (529, Outcome::ServerFault),
            (0, Outcome::ServerFault),
            (99, Outcome::ServerFault),
            (u16::MAX, Outcome::ServerFault),
        ] {
            assert_eq!(classify(status, wait), outcome, "{status}");
        }
        assert_eq!(classify(429, None), Outcome::Throttled(None));
    }
}
