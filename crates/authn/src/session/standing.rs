//! What is remembered of sessions, so that judging an access token rarely asks the store.

use super::{SessionStore, Standing};
use crate::access::SessionBinding;
use crate::bounded::BoundedMap;
use std::pin::Pin;
use std::sync::Arc;
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
}

#[derive(Debug, Clone, Copy)]
enum Remembered {
    Live {
        security_version: u64,
        valid_until: UnixMillis,
        checked_at: Duration,
    },
    /// Final: a session does not rise again, and an answer that was under way when it ended must not revive it.
    Over,
}

impl StandingCache {
    pub(super) fn new(store: Arc<dyn SessionStore>, clock: Arc<dyn Clock>, max_staleness: Duration) -> Self {
        Self { store, clock, max_staleness, remembered: BoundedMap::new(CAPACITY) }
    }

    pub(super) fn check(self: &Arc<Self>, binding: SessionBinding, subject: &SubjectId) -> StandingCheck {
        match self.remembered.with(&binding.session, |found| found.copied()) {
            Some(Remembered::Over) => StandingCheck::Known(Err(StandingError::Over)),
            Some(Remembered::Live { security_version, valid_until, checked_at })
                if self.is_fresh(checked_at)
                    && self.clock.now() < valid_until
                    // A newer token than what we remember: our memory is the outdated one.
                    && binding.security_version <= security_version =>
            {
                StandingCheck::Known(judge(binding, security_version))
            }
            _ => {
                let (cache, subject) = (Arc::clone(self), subject.clone());
                StandingCheck::Ask(Box::pin(async move { cache.ask(binding, &subject).await }))
            }
        }
    }

    /// Called when a session ends here: from now on its access tokens are refused in this process.
    pub(super) fn has_ended(&self, session: SessionId) {
        self.remembered.insert(session, Remembered::Over);
    }

    /// Called when something about a session changed here: the store has to be asked again.
    pub(super) fn is_outdated(&self, session: SessionId) {
        self.remembered.with(&session, |found| {
            if let Some(Remembered::Live { checked_at, valid_until, .. }) = found {
                *checked_at = Duration::ZERO;
                *valid_until = UnixMillis::default();
            }
        });
    }

    fn is_fresh(&self, checked_at: Duration) -> bool {
        self.clock.monotonic().saturating_sub(checked_at) < self.max_staleness
    }

    async fn ask(&self, binding: SessionBinding, subject: &SubjectId) -> Result<(), StandingError> {
        // Read before the store is asked: the answer is at least as old as this.
        let checked_at = self.clock.monotonic();
        match self.store.standing(binding.session, self.clock.now()).await? {
            Standing::Live { subject: owner, security_version, valid_until } if owner == *subject => {
                self.remember(
                    binding.session,
                    Remembered::Live { security_version, valid_until, checked_at },
                );
                judge(binding, security_version)
            }
            _ => {
                self.has_ended(binding.session);
                Err(StandingError::Over)
            }
        }
    }

    fn remember(&self, session: SessionId, live: Remembered) {
        let known = self.remembered.with(&session, |found| {
            found.map(|found| {
                if !matches!(found, Remembered::Over) {
                    *found = live;
                }
            })
        });
        if known.is_none() {
            self.remembered.insert(session, live);
        }
    }
}

/// A token newer than the store's own number can only come from a store that lost writes: refused.
fn judge(binding: SessionBinding, security_version: u64) -> Result<(), StandingError> {
    if binding.security_version == security_version { Ok(()) } else { Err(StandingError::Superseded) }
}
