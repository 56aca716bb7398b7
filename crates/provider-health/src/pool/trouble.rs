//! What is remembered of a member's latest faults: who had them, and which calls they took by surprise.

use crate::chain::Sender;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Of one member. Touched only when a call fails, under a short lock.
#[derive(Debug, Default)]
pub(crate) struct Trouble(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    /// Who had the latest fault that nobody else could confirm, and when it counted.
    sender: Option<(Sender, Duration)>,
    /// When the latest wave of faults began.
    wave: Option<Duration>,
}

/// For so long one sender counts once, and a wave is the same wave. Longer than a crowd needs to notice an outage, and short
/// enough that the faults of a sender who is alone still add up: five of them open a circuit in two minutes.
const WAVE: Duration = Duration::from_secs(30);

/// Whether a fault that only the word of its sender stands for counts against the member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub(crate) enum Blame {
    Counts,
    /// The same sender had the one before.
    Repeats,
}

/// Who pays for taking a call elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub(crate) enum Fare {
    /// The call was under way before anybody could know: there are never more of these than calls under way at one moment.
    Free,
    Paid,
}

impl Trouble {
    pub(crate) fn blame(&self, sender: Option<Sender>, now: Duration) -> Blame {
        let Some(sender) = sender else { return Blame::Counts };
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match known.sender {
            Some((last, then)) if last == sender && now.saturating_sub(then) < WAVE => Blame::Repeats,
            _ => {
                known.sender = Some((sender, now));
                Blame::Counts
            }
        }
    }

    /// Of a call that began at `started` and has failed by `now`.
    pub(crate) fn fare(&self, started: Duration, now: Duration) -> Fare {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let wave = match known.wave {
            Some(wave) if now.saturating_sub(wave) < WAVE => wave,
            _ => *known.wave.insert(now),
        };
        if started < wave { Fare::Free } else { Fare::Paid }
    }
}
