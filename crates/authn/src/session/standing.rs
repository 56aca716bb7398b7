//! What is remembered of sessions, so that judging an access token rarely asks the store.

#[cfg(test)]
mod tests;

use super::{SessionStore, Standing};
use crate::access::SessionBinding;
use crate::bounded::BoundedMap;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use stockade_core::{Clock, SessionId, StoreError, SubjectId, UnixMillis};

/// The most sessions remembered, at about 150 bytes each.
const CAPACITY: usize = 65_536;

/// Why the session behind an access token does not carry it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StandingError {
    /// The session is over.
    #[error("the session is over")]
    Over,
    /// The subject's security version has grown since the token was issued.
    #[error("the subject's security version has grown")]
    Superseded,
    /// The store could not say.
    #[error("the session's standing is unknown")]
    Store(#[from] StoreError),
}

/// A judgement about a session, or the wait for one.
pub(crate) enum StandingCheck {
    Known(Result<(), StandingError>),
    Ask(Pin<Box<dyn Future<Output = Result<(), StandingError>> + Send>>),
}

pub(super) struct StandingCache {
    store: Arc<dyn SessionStore>,
    clock: Arc<dyn Clock>,
    max_staleness: Duration,
    remembered: BoundedMap<SessionId, Remembered>,
    /// Counts what changed in this process, so that an answer tells whether it was asked for before or after.
    changes: AtomicU64,
}

#[derive(Debug)]
enum Remembered {
    Live(Live),
    /// Something changed: an answer that was asked for before is not remembered.
    Outdated {
        change: u64,
    },
    /// Final: a session does not rise again, and an answer that was under way when it ended must not revive it.
    Over,
}

#[derive(Debug)]
struct Live {
    owner: SubjectId,
    security_version: u64,
    valid_until: UnixMillis,
    checked_at: Duration,
}

impl StandingCache {
    pub(super) fn new(store: Arc<dyn SessionStore>, clock: Arc<dyn Clock>, max_staleness: Duration) -> Self {
        Self {
            store,
            clock,
            max_staleness,
            remembered: BoundedMap::new(CAPACITY),
            changes: AtomicU64::new(0),
        }
    }

    pub(super) fn check(self: &Arc<Self>, binding: SessionBinding, subject: &SubjectId) -> StandingCheck {
        let known = self.remembered.with(&binding.session, |found| match found {
            Some(Remembered::Over) => Some(Err(StandingError::Over)),
            // A newer token than what we remember: our memory is the outdated one.
            Some(Remembered::Live(live))
                if self.is_fresh(live) && binding.security_version <= live.security_version =>
            {
                Some(live.judge(binding, subject))
            }
            _ => None,
        });
        known.map_or_else(
            || {
                let (cache, subject) = (Arc::clone(self), subject.clone());
                StandingCheck::Ask(Box::pin(async move { cache.ask(binding, &subject).await }))
            },
            StandingCheck::Known,
        )
    }

    /// Called when a session ends here: from now on its access tokens are refused in this process.
    pub(super) fn has_ended(&self, session: SessionId) {
        self.remembered.insert(session, Remembered::Over);
    }

    /// Called when something about a session changed here: the store has to be asked again.
    pub(super) fn is_outdated(&self, session: SessionId) {
        let change = self.changes.fetch_add(1, Ordering::SeqCst) + 1;
        let outdated = Remembered::Outdated { change };
        self.remembered.insert_unless(session, outdated, |found| matches!(found, Remembered::Over));
    }

    fn is_fresh(&self, live: &Live) -> bool {
        self.clock.monotonic().saturating_sub(live.checked_at) < self.max_staleness
            && self.clock.now() < live.valid_until
    }

    async fn ask(&self, binding: SessionBinding, subject: &SubjectId) -> Result<(), StandingError> {
        // Both are read before the store is asked: the answer is at least as old as they are.
        let (asked_after, checked_at) = (self.changes.load(Ordering::SeqCst), self.clock.monotonic());
        match self.store.standing(binding.session, self.clock.now()).await? {
            Standing::Live { subject: owner, security_version, valid_until } => {
                let live = Live { owner, security_version, valid_until, checked_at };
                let judgement = live.judge(binding, subject);
                self.remember(binding.session, live, asked_after);
                judgement
            }
            Standing::Over => {
                self.has_ended(binding.session);
                Err(StandingError::Over)
            }
        }
    }

    fn remember(&self, session: SessionId, live: Live, asked_after: u64) {
        self.remembered.insert_unless(session, Remembered::Live(live), |found| match found {
            Remembered::Live(_) => false,
            Remembered::Outdated { change } => *change > asked_after,
            Remembered::Over => true,
        });
    }
}

impl Live {
    /// Somebody else's session is over, as far as this subject is concerned. A token newer than the store's own number can only
    /// come from a store that lost writes: refused.
    fn judge(&self, binding: SessionBinding, subject: &SubjectId) -> Result<(), StandingError> {
        if self.owner != *subject {
            Err(StandingError::Over)
        } else if binding.security_version != self.security_version {
            Err(StandingError::Superseded)
        } else {
            Ok(())
        }
    }
}
