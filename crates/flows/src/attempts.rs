//! The default guard of guessable secrets: limits per account and per network.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use stockade_authn::{Admission, Attempt, AttemptGuard};
use stockade_core::StoreError;
use stockade_ratelimit::{Charge, Key, Limiter, Quota, Verdict};

/// How often somebody may try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct LoginLimits {
    /// Logins from one network (an IPv4 address, an IPv6 /64). Default 20 in 10 minutes.
    pub per_ip: Quota,
    /// Logins at one account, wherever they come from. Default 10 in 10 minutes: far below what guessing needs, and a real
    /// owner who is kept out by somebody else's guessing gets in again within a minute (ASVS 6.1.1).
    pub per_account: Quota,
    /// Sign-ups from one network. Default 100 in an hour: each costs a hash and tells whether an address is taken.
    pub sign_up_per_ip: Quota,
}

impl Default for LoginLimits {
    fn default() -> Self {
        const TEN_MINUTES: Duration = Duration::from_secs(600);
        const HOUR: Duration = Duration::from_secs(3600);
        const PER_IP: Quota = Quota::literal(20, TEN_MINUTES);
        const PER_ACCOUNT: Quota = Quota::literal(10, TEN_MINUTES);
        const SIGN_UP_PER_IP: Quota = Quota::literal(100, HOUR);
        Self { per_ip: PER_IP, per_account: PER_ACCOUNT, sign_up_per_ip: SIGN_UP_PER_IP }
    }
}

impl LoginLimits {
    /// Sets how often one network may try to log in.
    #[must_use]
    pub fn with_per_ip(mut self, quota: Quota) -> Self {
        self.per_ip = quota;
        self
    }

    /// Sets how often one account may be tried.
    #[must_use]
    pub fn with_per_account(mut self, quota: Quota) -> Self {
        self.per_account = quota;
        self
    }
}

/// An [`AttemptGuard`] over a [`Limiter`]. Account and network are charged together, all or nothing, so that neither limit is
/// spent on an attempt that the other refuses.
#[derive(Clone)]
pub struct LimitedAttempts {
    limiter: Arc<dyn Limiter>,
    limits: LoginLimits,
}

impl LimitedAttempts {
    /// The purpose under which logins are counted.
    pub const LOGIN: &'static str = "login";
    /// The purpose under which sign-ups are counted.
    pub const SIGN_UP: &'static str = "sign_up";

    /// A refusal is worth an event once a minute for each network: a flood must not fill the log.
    const NOTABLE: Quota = Quota::literal(1, Duration::from_secs(60));

    /// A guard with these limits.
    #[must_use]
    pub fn new(limiter: Arc<dyn Limiter>, limits: LoginLimits) -> Self {
        Self { limiter, limits }
    }

    fn charges(&self, attempt: &Attempt<'_>) -> Vec<Charge> {
        let network = |scope, quota| Charge::one(network_key(scope, attempt), quota);
        match attempt.purpose {
            Self::SIGN_UP => vec![network("sign_up.ip", self.limits.sign_up_per_ip)],
            _ => {
                let account = Key::text("login.account", attempt.account);
                vec![network("login.ip", self.limits.per_ip), Charge::one(account, self.limits.per_account)]
            }
        }
    }

    async fn is_notable(&self, attempt: &Attempt<'_>) -> Result<bool, StoreError> {
        let key = network_key("attempts.notable", attempt);
        let verdict = self.limiter.measure(&[Charge::one(key, Self::NOTABLE)]).await?;
        Ok(matches!(verdict, Verdict::Allowed { .. }))
    }
}

/// Callers of unknown address share one budget: where the layer that finds addresses is missing, guessing is limited as a whole
/// rather than not at all.
fn network_key(scope: &'static str, attempt: &Attempt<'_>) -> Key {
    attempt.ip.map_or_else(|| Key::text(scope, "unknown"), |ip| Key::ip(scope, ip))
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
