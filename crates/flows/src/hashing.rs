//! Password hashing off the async threads, behind a bounded queue.

use crate::FlowError;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use stockade_authn::factor::{BackupCode, BackupCodes, BackupDigest, BackupSet, BackupState};
use stockade_authn::password::{AcceptedPassword, Password, PasswordHash, PasswordHasher, Verification};
use stockade_core::Entropy;
use tokio::sync::{Semaphore, TryAcquireError};

/// How much hashing goes on at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct HashPoolConfig {
    /// How many hashes are computed at once. Memory stays under `permits` × the cost of one hash. Default: the number of cores.
    pub permits: NonZeroUsize,
    /// How many callers may wait for a permit. Past it they are told to try later. Default: 32 for each permit, so that nobody
    /// waits much longer than a second.
    pub max_waiting: usize,
}

impl HashPoolConfig {
    const WAITING_PER_PERMIT: usize = 32;

    /// So many hashes at once, and 32 callers waiting for each.
    #[must_use]
    pub fn new(permits: NonZeroUsize) -> Self {
        Self { permits, max_waiting: permits.get().saturating_mul(Self::WAITING_PER_PERMIT) }
    }

    /// Sets how many callers may wait.
    #[must_use]
    pub fn with_max_waiting(mut self, max_waiting: usize) -> Self {
        self.max_waiting = max_waiting;
        self
    }
}

impl Default for HashPoolConfig {
    fn default() -> Self {
        Self::new(std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN))
    }
}

/// Hashes and verifies passwords, a few at a time. `Clone` gives another handle to the same pool.
///
/// A caller that goes away while waiting makes room at once; one that goes away while its hash is computed keeps its permit
/// until that is done, so that abandoned requests cannot add up.
#[derive(Debug, Clone)]
pub struct HashPool {
    hasher: Arc<PasswordHasher>,
    permits: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    max_waiting: usize,
}

/// What came of asking the pool.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Hashed<T> {
    /// It was done.
    Done(T),
    /// Too many are waiting: try later.
    Busy,
}

impl<T> Hashed<T> {
    /// After how long a caller that was turned away may try again: by then the queue has moved.
    pub const RETRY_AFTER: Duration = Duration::from_secs(2);
}

impl HashPool {
    /// A pool over `hasher`.
    #[must_use]
    pub fn new(hasher: PasswordHasher, config: HashPoolConfig) -> Self {
        Self {
            hasher: Arc::new(hasher),
            permits: Arc::new(Semaphore::new(config.permits.get().min(Semaphore::MAX_PERMITS))),
            waiting: Arc::default(),
            max_waiting: config.max_waiting,
        }
    }

    /// Hashes an accepted password.
    ///
    /// # Errors
    /// Hashing failed, or the runtime shuts down.
    pub async fn hash(&self, password: AcceptedPassword) -> Result<Hashed<PasswordHash>, FlowError> {
        self.run(move |hasher| hasher.hash(&password)).await
    }

    /// Verifies a password, against nobody's hash where there is none.
    ///
    /// # Errors
    /// Hashing failed, or the runtime shuts down.
    pub async fn verify(
        &self,
        password: Password,
        stored: Option<PasswordHash>,
    ) -> Result<Hashed<Verification>, FlowError> {
        self.run(move |hasher| hasher.verify(&password, stored.as_ref())).await
    }

    /// Hashes a verified password anew.
    ///
    /// # Errors
    /// Hashing failed, or the runtime shuts down.
    pub async fn rehash(&self, verified: Password) -> Result<Hashed<PasswordHash>, FlowError> {
        self.run(move |hasher| hasher.rehash(&verified)).await
    }

    /// Hashes a set of backup codes: ten hashes in one turn.
    pub(crate) async fn backup_set(
        &self,
        codes: BackupCodes,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Hashed<BackupSet>, FlowError> {
        self.run(move |hasher| BackupSet::hash(&codes, hasher, &*entropy)).await
    }

    /// The digest of a presented backup code: one hash.
    pub(crate) async fn backup_digest(
        &self,
        codes: BackupState,
        code: BackupCode,
    ) -> Result<Hashed<BackupDigest>, FlowError> {
        self.run(move |hasher| codes.digest(&code, hasher)).await
    }

    async fn run<T: Send + 'static, E: Into<FlowError> + Send + 'static>(
        &self,
        job: impl FnOnce(&PasswordHasher) -> Result<T, E> + Send + 'static,
    ) -> Result<Hashed<T>, FlowError> {
        let permit = match Arc::clone(&self.permits).try_acquire_owned() {
            Ok(permit) => permit,
            Err(TryAcquireError::Closed) => return Err(FlowError::Interrupted),
            Err(TryAcquireError::NoPermits) => {
                let Some(_place) = Place::take(&self.waiting, self.max_waiting) else {
                    return Ok(Hashed::Busy);
                };
                Arc::clone(&self.permits).acquire_owned().await.map_err(|_| FlowError::Interrupted)?
            }
        };
        let hasher = Arc::clone(&self.hasher);
        let done = tokio::task::spawn_blocking(move || {
            let result = job(&hasher);
            drop(permit);
            result
        });
        let result = done.await.map_err(|_| FlowError::Interrupted)?;
        Ok(Hashed::Done(result.map_err(Into::into)?))
    }
}

/// A place in the queue; given back when dropped, however the wait ends.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize, max: usize) -> Option<Self> {
        waiting
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |n| (n < max).then_some(n + 1))
            .ok()
            .map(|_| Self(waiting))
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}
