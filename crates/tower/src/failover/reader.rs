//! Whether whoever reads an answer keeps up with its upstream.

use std::sync::Arc;
use std::time::Duration;
use stockade_core::Clock;

/// Counts for how long the reader was away against how long it has waited: what was written meanwhile lies in buffers, and a
/// reader that comes back to it finds pieces ready, with hardly a wait between them, up to the break that its own absence has caused.
pub(super) struct Reader {
    clock: Arc<dyn Clock>,
    may_be_away: Duration,
    away: Duration,
    since: Option<(State, Duration)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// It has a piece, and has not asked for the next one.
    Away,
    /// It has asked, and nothing has come.
    Waiting,
}

/// How long a reader may be away at most: servers bound how long they write to somebody who does not read, and hardly one of them
/// below ten seconds.
const AWAY: Duration = Duration::from_secs(5);

impl Reader {
    /// Half of a pause that is watched for is as long as a reader may be away.
    pub(super) fn new(clock: &Arc<dyn Clock>, stall_after: Option<Duration>) -> Self {
        let may_be_away = stall_after.map_or(AWAY, |after| AWAY.min(after / 2));
        Self { clock: Arc::clone(clock), may_be_away, away: Duration::ZERO, since: None }
    }

    /// What it does from here on.
    pub(super) fn is(&mut self, state: State) {
        let now = self.clock.monotonic();
        if let Some((before, then)) = self.since.replace((state, now)) {
            let span = now.saturating_sub(then);
            self.away = match before {
                State::Away => self.away.saturating_add(span),
                State::Waiting => self.away.saturating_sub(span),
            };
        }
    }

    /// Whether an upstream may have given it up.
    pub(super) fn is_behind(&self) -> bool {
        self.away > self.may_be_away
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stockade_core::{ManualClock, UnixMillis};

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn pauses_add_up_and_only_waiting_takes_them_back() {
        let clock = Arc::new(ManualClock::at(UnixMillis::from_secs(1_700_000_000)));
        let shared: Arc<dyn Clock> = clock.clone();
        let mut reader = Reader::new(&shared, Some(30 * SECOND));
        for _ in 0..4 {
            reader.is(State::Away);
            clock.advance(SECOND + SECOND / 2);
            // Pieces that were there already.
            reader.is(State::Waiting);
        }
        assert!(reader.is_behind());
        clock.advance(SECOND);
        reader.is(State::Waiting);
        assert!(!reader.is_behind());
        clock.advance(60 * SECOND);
        reader.is(State::Away);
        clock.advance(4 * SECOND);
        reader.is(State::Waiting);
        assert!(!reader.is_behind(), "nothing is saved up but the right to be away for five seconds");
        assert!(!Reader::new(&shared, None).is_behind());
    }
}
