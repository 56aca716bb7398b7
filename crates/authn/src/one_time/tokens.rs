//! Issuing and redeeming one-time tokens.

use super::{Attempted, Bound, OneTimeKeys, OneTimeRecord, OneTimeTokenStore, Purpose};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use stockade_core::{Clock, Entropy, EntropyError, Problem, Secret, StoreError, SubjectId, UnixMillis};

/// One-time tokens over a store. `Clone` gives another handle.
#[derive(Clone)]
pub struct OneTimeTokens {
    store: Arc<dyn OneTimeTokenStore>,
    keys: Arc<OneTimeKeys>,
    lifetimes: BTreeMap<Purpose, Duration>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

/// A token that has just been issued.
#[derive(Debug)]
#[non_exhaustive]
pub struct IssuedToken {
    /// The token: shown to nobody but whom it is mailed or handed to.
    pub token: Secret<String>,
    /// For how long it is good.
    pub expires_in: Duration,
}

/// What a good token says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Grant {
    /// Whose it is: the only authority on that, whatever else the request claims.
    pub subject: SubjectId,
    /// What it was bound to. Compare it with what holds now, before acting on it.
    pub bound: Bound,
    /// When it was issued.
    pub issued_at: UnixMillis,
}

/// What came of presenting a token to be spent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "an unread redemption protects nothing"]
pub enum Redemption {
    /// It was good, and is spent now.
    Redeemed(Grant),
    /// It is not good: unknown, spent, expired, voided or of another purpose. Which of them is said to nobody.
    Refused,
}

/// What came of presenting a token for an attempt at what stands behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "an unread count limits nothing"]
pub enum AttemptOutcome {
    /// The attempt is counted and may be made.
    Counted {
        /// What the token says.
        grant: Grant,
        /// How many more it allows.
        left: u32,
    },
    /// It is not good, or has no attempts left.
    Refused,
}

/// A token could not be issued or judged. Where it was to be spent, it may be gone.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OneTimeError {
    /// The store failed.
    #[error("the store of one-time tokens failed")]
    Store(#[from] StoreError),
    /// The system gave no randomness for a token.
    #[error("no randomness for a token")]
    Entropy(#[from] EntropyError),
}

impl From<&OneTimeError> for Problem {
    fn from(error: &OneTimeError) -> Self {
        match error {
            OneTimeError::Store(store) => store.into(),
            OneTimeError::Entropy(entropy) => (*entropy).into(),
        }
    }
}

/// A token's life is to be shorter than a second or longer than its purpose allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a `{}` token must live at least one second and at most {} seconds", .0.name(), .0.max_lifetime().as_secs())]
pub struct LifetimeError(Purpose);

impl OneTimeTokens {
    /// Tokens over `store`, made with `keys`, living as long as [`Purpose::default_lifetime`] says.
    #[must_use]
    pub fn new(
        store: Arc<dyn OneTimeTokenStore>,
        keys: OneTimeKeys,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        Self { store, keys: Arc::new(keys), lifetimes: BTreeMap::new(), clock, entropy }
    }

    /// Tokens for `purpose` live so long.
    ///
    /// # Errors
    /// That is less than a second or more than [`Purpose::max_lifetime`].
    pub fn with_lifetime(mut self, purpose: Purpose, lifetime: Duration) -> Result<Self, LifetimeError> {
        if lifetime < Duration::from_secs(1) || lifetime > purpose.max_lifetime() {
            return Err(LifetimeError(purpose));
        }
        self.lifetimes.insert(purpose, lifetime);
        Ok(self)
    }

    /// How long tokens for `purpose` live.
    #[must_use]
    pub fn lifetime(&self, purpose: Purpose) -> Duration {
        self.lifetimes.get(&purpose).copied().unwrap_or(purpose.default_lifetime())
    }

    /// Issues a token. The subject's oldest of the same purpose makes room if there are [`Purpose::max_live`] already.
    ///
    /// # Errors
    /// The store failed, or there is no randomness. No token was issued.
    pub async fn issue(
        &self,
        purpose: Purpose,
        subject: &SubjectId,
        bound: Bound,
    ) -> Result<IssuedToken, OneTimeError> {
        let (token, digest) = self.keys.make(purpose, &*self.entropy)?;
        let (now, expires_in) = (self.clock.now(), self.lifetime(purpose));
        let record = OneTimeRecord {
            digest,
            purpose,
            subject: subject.clone(),
            bound,
            issued_at: now,
            expires_at: now.plus(expires_in),
            attempts_left: purpose.attempts().get(),
        };
        self.store.issue(record, purpose.max_live()).await?;
        Ok(IssuedToken { token, expires_in })
    }

    /// What a token says, while it is good. Nothing is spent, and nothing decided: act only on what [`redeem`](Self::redeem) or
    /// [`attempt`](Self::attempt) gives. A text that we did not issue for `purpose` is refused without asking the store.
    ///
    /// # Errors
    /// The store failed.
    pub async fn find(&self, purpose: Purpose, token: &str) -> Result<Option<Grant>, OneTimeError> {
        let Ok(digest) = self.keys.read(purpose, token) else { return Ok(None) };
        Ok(self.store.find(digest, purpose, self.clock.now()).await?.map(Grant::from))
    }

    /// Counts an attempt at the secret that stands behind a token, before that secret is looked at. [`redeem`](Self::redeem) the
    /// token when the attempt was right. A text that we did not issue for `purpose` is refused without asking the store.
    ///
    /// # Errors
    /// The store failed. Refuse the attempt; it may have been counted.
    pub async fn attempt(&self, purpose: Purpose, token: &str) -> Result<AttemptOutcome, OneTimeError> {
        let Ok(digest) = self.keys.read(purpose, token) else { return Ok(AttemptOutcome::Refused) };
        Ok(match self.store.attempt(digest, purpose, self.clock.now()).await? {
            Attempted::Counted { record, left } => AttemptOutcome::Counted { grant: record.into(), left },
            Attempted::Gone => AttemptOutcome::Refused,
        })
    }

    /// Spends a token. Of any number of calls with one token, exactly one is [`Redemption::Redeemed`]. A text that we did not
    /// issue for `purpose` is refused without asking the store.
    ///
    /// # Errors
    /// The store failed. Refuse the token; it may be spent.
    pub async fn redeem(&self, purpose: Purpose, token: &str) -> Result<Redemption, OneTimeError> {
        let Ok(digest) = self.keys.read(purpose, token) else { return Ok(Redemption::Refused) };
        let taken = self.store.take(digest, purpose, self.clock.now()).await?;
        Ok(taken.map_or(Redemption::Refused, |record| Redemption::Redeemed(record.into())))
    }

    /// Voids all tokens of `subject`, of one purpose or, with `None`, of all, and gives their number.
    ///
    /// # Errors
    /// The store failed; nothing was voided.
    pub async fn void(&self, subject: &SubjectId, purpose: Option<Purpose>) -> Result<u64, OneTimeError> {
        Ok(self.store.void(subject, purpose).await?)
    }

    /// Forgets tokens that have expired, and gives their number.
    ///
    /// # Errors
    /// The store failed.
    pub async fn purge(&self) -> Result<u64, OneTimeError> {
        Ok(self.store.purge(self.clock.now()).await?)
    }
}

impl From<OneTimeRecord> for Grant {
    fn from(record: OneTimeRecord) -> Self {
        Self { subject: record.subject, bound: record.bound, issued_at: record.issued_at }
    }
}

impl fmt::Debug for OneTimeTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OneTimeTokens").field("lifetimes", &self.lifetimes).finish_non_exhaustive()
    }
}
