//! What a limiter says.

use crate::Quota;
use std::time::Duration;
use stockade_core::{Problem, ProblemKind};

/// Whether an action may go on. Nothing is consumed unless it is [`Allowed`](Verdict::Allowed).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a verdict that nobody reads limits nothing"]
pub enum Verdict {
    /// Every charge fits, and all have been made.
    Allowed {
        /// How many single units the tightest of the keys has left; `u32::MAX` where nothing was charged.
        remaining: u32,
        /// After how long all of the keys are whole again, if nothing more is charged.
        reset_after: Duration,
    },
    /// At least one charge does not fit now.
    Denied {
        /// After how long the same charges fit, if nothing more is charged in between.
        retry_after: Duration,
        /// The scope of the charge that has to wait longest.
        limit: &'static str,
    },
    /// At least one charge is above what its key may ever have at once: no wait helps.
    Unpayable {
        /// The scope of that charge.
        limit: &'static str,
    },
}

impl Verdict {
    /// What to tell the world; `None` if allowed. It names neither the limit nor its size, and the wait is rounded up to a
    /// second, so that an attacker learns only when to come back.
    #[must_use]
    pub fn problem(&self) -> Option<Problem> {
        match *self {
            Self::Allowed { .. } => None,
            Self::Denied { retry_after, .. } => Some(Problem::too_many_requests(whole_seconds(retry_after))),
            Self::Unpayable { .. } => Some(Problem::new(
                ProblemKind::TooManyRequests,
                "rate_limited",
                "this request asks for more than is allowed at once",
            )),
        }
    }
}

fn whole_seconds(span: Duration) -> Duration {
    Duration::from_secs(span.as_secs().saturating_add(u64::from(span.subsec_nanos() > 0)))
}

/// The verdict on several charges, as it grows charge by charge. Starts from the verdict on none.
pub(crate) struct Tally {
    remaining: u32,
    reset_after: u64,
    wait: Option<(u64, &'static str)>,
    unpayable: Option<&'static str>,
}

impl Tally {
    pub(crate) fn new() -> Self {
        Self { remaining: u32::MAX, reset_after: 0, wait: None, unpayable: None }
    }

    /// Weighs one charge: its key is `backlog` nanoseconds in debt already, and `bill` are the nanoseconds that this call
    /// charges to the key up to and including this charge.
    pub(crate) fn weigh(&mut self, scope: &'static str, quota: Quota, backlog: u64, bill: u64) {
        let tolerance = quota.tolerance();
        let debt = backlog.saturating_add(bill);
        if bill > tolerance {
            self.unpayable = self.unpayable.or(Some(scope));
        } else if debt > tolerance {
            self.wait = self.wait.max(Some((debt - tolerance, scope)));
        } else {
            self.remaining = self.remaining.min(quota.units_in(tolerance - debt));
            self.reset_after = self.reset_after.max(debt);
        }
    }

    pub(crate) fn verdict(&self) -> Verdict {
        match (self.unpayable, self.wait) {
            (Some(limit), _) => Verdict::Unpayable { limit },
            (None, Some((wait, limit))) => Verdict::Denied { retry_after: Duration::from_nanos(wait), limit },
            (None, None) => Verdict::Allowed {
                remaining: self.remaining,
                reset_after: Duration::from_nanos(self.reset_after),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_world_learns_when_to_come_back_and_nothing_else() {
        let denied = Verdict::Denied { retry_after: Duration::from_millis(1_001), limit: "login.email" };
        let problem = denied.problem().unwrap();
        assert_eq!(problem.retry_after(), Some(Duration::from_secs(2)));
        assert_eq!(problem.kind(), ProblemKind::TooManyRequests);
        assert!(!format!("{problem:?}").contains("email"));
        let unpayable = Verdict::Unpayable { limit: "export.rows" }.problem().unwrap();
        assert_eq!((unpayable.code(), unpayable.retry_after()), ("rate_limited", None));
        assert_eq!(Verdict::Allowed { remaining: 0, reset_after: Duration::ZERO }.problem(), None);
    }
}
