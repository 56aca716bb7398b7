//! The default guard of guessable secrets: limits per account, per network, and per pair of them.

mod limits;
#[cfg(test)]
mod tests;

pub use limits::{AttemptLimits, Limits};

use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use stockade_authn::{Admission, Attempt, AttemptGuard};
use stockade_core::StoreError;
use stockade_ratelimit::{Charge, Key, Limiter, Quota, Verdict};

/// [`AttemptLimits`] by the name of the first of them.
pub type LoginLimits = AttemptLimits;

/// An [`AttemptGuard`] over a [`Limiter`]. All limits of an attempt are charged together, all or nothing, so that none is spent
/// on an attempt that another refuses. What one purpose spends, another has still.
///
/// Attempts are counted wherever the limiter keeps its budgets: in the memory of this process a restart forgives all, and each
/// instance counts for itself; a limiter over SQLite, Postgres or Redis does neither. Where it does not answer, the attempt is
/// refused with an error.
///
/// **Escalating lockout** is not here. It counts failures in a row, which takes an answer after the attempt that this guard never
/// hears: it will be another [`AttemptGuard`] that asks its strikes first and this one second, and that flows tell how
/// an attempt ended.
#[derive(Clone)]
pub struct LimitedAttempts {
    limiter: Arc<dyn Limiter>,
    limits: AttemptLimits,
}

impl LimitedAttempts {
    /// A refusal is worth an event once a minute for each purpose and network: a flood must not fill the log.
    const NOTABLE: Quota = Quota::literal(1, Duration::from_secs(60));

    /// A guard with these limits.
    #[must_use]
    pub fn new(limiter: Arc<dyn Limiter>, limits: AttemptLimits) -> Self {
        Self { limiter, limits }
    }

    fn charges(&self, attempt: &Attempt<'_>) -> Vec<Charge> {
        let Attempt { purpose, account, .. } = attempt;
        let Limits { per_account, per_account_long, per_ip, per_pair } = *self.limits.of(*purpose);
        let network = network(attempt);
        let charge = |quota: Option<Quota>, scope, who: &str| {
            quota.map(|quota| Charge::one(Key::text(scope, &format!("{purpose}:{who}")), quota))
        };
        [
            charge(per_account, "attempts.account", account),
            charge(per_account_long, "attempts.account_long", account),
            charge(per_ip, "attempts.ip", &network),
            charge(per_pair, "attempts.pair", &format!("{network}:{account}")),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    async fn is_notable(&self, attempt: &Attempt<'_>) -> Result<bool, StoreError> {
        let who = format!("{}:{}", attempt.purpose, network(attempt));
        let charge = Charge::one(Key::text("attempts.notable", &who), Self::NOTABLE);
        Ok(matches!(self.limiter.measure(&[charge]).await?, Verdict::Allowed { .. }))
    }
}

/// Callers of unknown address share one budget: where the layer that finds addresses is missing, guessing is limited as a whole
/// rather than not at all.
fn network(attempt: &Attempt<'_>) -> String {
    attempt.ip.map_or_else(|| "unknown".to_owned(), |ip| Key::ip("ip", ip).to_string())
}

#[async_trait::async_trait]
impl AttemptGuard for LimitedAttempts {
    async fn admit(&self, attempt: &Attempt<'_>) -> Result<Admission, StoreError> {
        match self.limiter.measure(&self.charges(attempt)).await? {
            Verdict::Allowed { .. } => Ok(Admission::Proceed),
            Verdict::Denied { retry_after: after, .. } => {
                Ok(Admission::Wait { after, notable: self.is_notable(attempt).await? })
            }
            // One attempt costs one unit, and every quota has room for one.
            Verdict::Unpayable { .. } => Ok(Admission::Wait { after: Duration::MAX, notable: true }),
        }
    }
}

impl fmt::Debug for LimitedAttempts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LimitedAttempts").field("limits", &self.limits).finish_non_exhaustive()
    }
}
