//! The words for how a provider stands.

use std::fmt;
use std::time::Duration;

/// What its calls have shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Well.
    Healthy,
    /// It failed a few times in a row; asked, but after the healthy ones.
    Degraded,
    /// Left alone until its time is over: the circuit is open.
    Unhealthy,
    /// Tried again, by a few calls at a time: the circuit is half open.
    Probing,
}

/// What an operator has ordered. It stands above the [`Phase`], which is kept as it was and goes on when the order ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Overlay {
    /// Ask it, whatever its calls show.
    ForcedUp,
    /// Do not ask it.
    ForcedDown,
    /// Ask nothing new of it; what is under way still counts.
    Draining,
}

/// Phase and overlay together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct State {
    /// What its calls have shown.
    pub phase: Phase,
    /// What an operator has ordered, if anything.
    pub overlay: Option<Overlay>,
}

/// Why a state was entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reason {
    /// It was never anything else.
    Initial,
    /// So many failures in a row.
    Consecutive(u32),
    /// So many failures in a hundred calls of the window.
    FailureRate(u8),
    /// So many slow calls in a hundred of the window.
    SlowRate(u8),
    /// Its time alone is over.
    TimeToProbe,
    /// A probe failed.
    ProbeFailed,
    /// A probe was not back in time.
    ProbeOverdue,
    /// Enough successes.
    Recovered,
    /// Somebody said so.
    Marked,
    /// An active check said so.
    Check,
    /// Another instance said so.
    Peer,
    /// An operator's order began or ended.
    Overlay,
}

/// Why a call was not let through, and when it makes sense to ask again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the provider is not asked: {why}")]
pub struct Refused {
    /// Why.
    pub why: Refusal,
    /// After how long that can have changed; `None` where only an operator changes it.
    pub retry_after: Option<Duration>,
}

/// Why a call was not let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Refusal {
    /// The circuit is open.
    Open,
    /// All probes are under way.
    Probing,
    /// The provider asked to be left alone.
    Cooling,
    /// An operator's order.
    ForcedDown,
    /// An operator's order.
    Draining,
}

/// One step of a provider from state to state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Transition {
    /// How it stood.
    pub old: State,
    /// How it stands.
    pub new: State,
    /// Why.
    pub reason: Reason,
    /// When, by the monotonic clock of this process.
    pub at: Duration,
}

impl State {
    /// How every provider begins.
    pub const INITIAL: Self = Self { phase: Phase::Healthy, overlay: None };
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Healthy => "healthy",
            Self::Degraded => "degraded",
            Self::Unhealthy => "unhealthy",
            Self::Probing => "probing",
        })
    }
}

impl fmt::Display for Overlay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::ForcedUp => "forced up",
            Self::ForcedDown => "forced down",
            Self::Draining => "draining",
        })
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.overlay {
            Some(overlay) => write!(f, "{} ({overlay})", self.phase),
            None => self.phase.fmt(f),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Open => "its circuit is open",
            Self::Probing => "its probes are under way",
            Self::Cooling => "it asked to be left alone",
            Self::ForcedDown => "it is forced down",
            Self::Draining => "it is draining",
        })
    }
}

impl From<&Refused> for stockade_core::Problem {
    /// What the world may know: that a dependency is out of reach, and when to come back.
    fn from(refused: &Refused) -> Self {
        match refused.retry_after {
            Some(wait) => Self::unavailable().with_retry_after(wait),
            None => Self::unavailable(),
        }
    }
}
