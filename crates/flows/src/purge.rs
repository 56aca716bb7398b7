//! Forgetting what is over. Nothing else shrinks the stores.

use crate::FlowError;
use crate::handles::Handles;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use stockade_authn::one_time::Purpose;

/// Forgets what is over: sessions, one-time tokens, sign-ups that nobody verified, API keys.
#[derive(Clone)]
pub struct PurgeFlow {
    pub(crate) with: Arc<Handles>,
}

/// How much was forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Purged {
    /// Sessions of which no token can come any more.
    pub sessions: u64,
    /// One-time tokens that have expired.
    pub one_time_tokens: u64,
    /// Sign-ups that were never verified, a week after their last mail could have come.
    pub pending_accounts: u64,
    /// API keys that ended a month ago. Until then their owner sees what became of them.
    pub api_keys: u64,
}

impl PurgeFlow {
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);

    /// Forgets. Call it now and then, such as once an hour.
    ///
    /// # Errors
    /// A store failed; some of it may be forgotten.
    pub async fn run(&self) -> Result<Purged, FlowError> {
        let (with, now) = (&self.with, self.with.clock.now());
        let patience = 7 * Self::DAY + with.one_time.lifetime(Purpose::VerifyEmail);
        Ok(Purged {
            sessions: with.sessions.purge().await?,
            one_time_tokens: with.one_time.purge().await?,
            pending_accounts: with.accounts.purge_pending(now.minus(patience)).await?,
            api_keys: with.api_keys.purge(now.minus(30 * Self::DAY)).await?,
        })
    }
}

impl fmt::Debug for PurgeFlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PurgeFlow").finish_non_exhaustive()
    }
}
