//! The handle that a service holds.

use super::line::{Line, SigningKeyInfo};
use super::{Replacing, RotationSchedule, SealedSigningKeys, SigningKeyStore, SigningKeysError, record};
use crate::jose::{Jwks, KeyError, KeyId, KeySet, SigningKey};
use arc_swap::ArcSwap;
use std::fmt;
use std::sync::Arc;
use stockade_core::{Clock, Entropy, Seal, SealContext, UnixMillis};

/// How often a change is tried again because somebody else changed the record meanwhile.
const TRIES: usize = 64;

/// The signing keys of a service. `Clone` gives another handle to the same keys.
///
/// [`AccessIssuer`](crate::access::AccessIssuer) and [`AccessVerifier`](crate::access::AccessVerifier) take it in the place of fixed
/// keys and see every change without a restart. Reading takes no lock; what is read is what the last [`tick`](Self::tick) found,
/// judged by the clock of the moment.
#[derive(Clone)]
pub struct SigningKeys {
    shared: Arc<Shared>,
}

struct Shared {
    store: Arc<dyn SigningKeyStore>,
    seal: Arc<dyn Seal>,
    schedule: RotationSchedule,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    loaded: ArcSwap<Loaded>,
}

/// A record, opened.
#[derive(Debug)]
struct Loaded {
    version: u64,
    line: Line,
    trusted: KeySet,
}

/// What a [`tick`](SigningKeys::tick) did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Tick {
    /// The key that it announced.
    pub announced: Option<KeyId>,
    /// The keys that it dropped.
    pub dropped: Vec<KeyId>,
    /// Whether it found that another process had changed the record.
    pub reloaded: bool,
}

/// What came of [`SigningKeys::rotate_now`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum RotateNow {
    /// There is a new key.
    Announced {
        /// Its `kid`.
        id: KeyId,
        /// From when on it signs.
        activates_at: UnixMillis,
    },
    /// A key was announced before and is not active yet; nothing was changed.
    AlreadyAnnounced {
        /// Its `kid`.
        id: KeyId,
        /// From when on it signs.
        activates_at: UnixMillis,
    },
}

/// What [`SigningKeys::emergency`] did.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Emergency {
    /// The key that signs now.
    pub active: KeyId,
    /// The keys that are no longer trusted.
    pub dropped: Vec<KeyId>,
}

impl SigningKeys {
    /// The keys in `store`, sealed by `seal`; where there are none, a first one that signs at once.
    ///
    /// # Errors
    /// See [`SigningKeysError`].
    pub async fn open(
        store: Arc<dyn SigningKeyStore>,
        seal: Arc<dyn Seal>,
        schedule: RotationSchedule,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, SigningKeysError> {
        schedule.validate()?;
        for _ in 0..TRIES {
            if let Some(sealed) = store.load().await? {
                let loaded = ArcSwap::from_pointee(open(&*seal, &sealed)?);
                return Ok(Self {
                    shared: Arc::new(Shared { store, seal, schedule, clock, entropy, loaded }),
                });
            }
            let line = Line::begin(clock.now(), &*entropy)?;
            let bytes = close(&*seal, SealedSigningKeys::version_after(None), &line)?;
            let _ = store.replace(None, bytes).await?;
        }
        Err(SigningKeysError::Contended)
    }

    /// Takes over what other processes changed, and does what the schedule demands: announces a successor, drops what no token needs.
    /// Call it in the background every minute or so: that is how soon a change by another process shows here. One that finds nothing
    /// to do costs one read.
    ///
    /// # Errors
    /// See [`SigningKeysError`]; the keys held stay in use.
    pub async fn tick(&self) -> Result<Tick, SigningKeysError> {
        let shared = &self.shared;
        self.change(|line| {
            let advance = line.advance(shared.clock.now(), &shared.schedule, &*shared.entropy)?;
            let nothing = advance.is_nothing();
            let tick = Tick { announced: advance.announced, dropped: advance.dropped, reloaded: false };
            Ok(if nothing { Change::None(tick) } else { Change::Write(tick) })
        })
        .await
        .map(|(tick, reloaded)| Tick { reloaded, ..tick })
    }

    /// Announces a new key ahead of the schedule. It signs when it was published for as long as the schedule says.
    ///
    /// # Errors
    /// See [`SigningKeysError`]; nothing is known to have changed.
    pub async fn rotate_now(&self) -> Result<RotateNow, SigningKeysError> {
        let shared = &self.shared;
        let rotated = self.change(|line| {
            let now = shared.clock.now();
            if let Some(entry) = line.announced(now) {
                let (id, activates_at) = (entry.key.id().clone(), entry.activates_at);
                return Ok(Change::None(RotateNow::AlreadyAnnounced { id, activates_at }));
            }
            if line.is_full() {
                return Err(SigningKeysError::Full);
            }
            let (id, activates_at) = line.announce(now, &shared.schedule, &*shared.entropy)?;
            Ok(Change::Write(RotateNow::Announced { id, activates_at }))
        });
        rotated.await.map(|(rotated, _)| rotated)
    }

    /// For keys that are known to somebody else: drops all of them, announced ones too, and signs with a new one from now on.
    /// Everything signed before is refused, in this process at once and in others from their next [`tick`](Self::tick) on; everybody
    /// has to refresh. Who caches the JWKS knows the new key after [`JWKS_MAX_AGE`](super::JWKS_MAX_AGE), and trusts the old ones
    /// until then.
    ///
    /// # Errors
    /// See [`SigningKeysError`]; the old keys may still be trusted.
    pub async fn emergency(&self) -> Result<Emergency, SigningKeysError> {
        let shared = &self.shared;
        let done = self.change(|line| {
            let dropped = line.ids();
            *line = Line::begin(shared.clock.now(), &*shared.entropy)?;
            let active = line.ids().pop().ok_or(KeyError::Count { given: 0, max: KeySet::MAX_KEYS })?;
            Ok(Change::Write(Emergency { active, dropped }))
        });
        done.await.map(|(done, _)| done)
    }

    /// The keys, in the order in which they become active.
    #[must_use]
    pub fn keys(&self) -> Vec<SigningKeyInfo> {
        self.shared.loaded.load().line.infos(self.shared.clock.now(), &self.shared.schedule)
    }

    /// The public keys as a JWKS document: what a verifier may meet now and soon.
    #[must_use]
    pub fn jwks(&self) -> Jwks {
        self.shared.loaded.load().trusted.jwks()
    }

    /// The same keys held, over another store: what a process sees whose store was exchanged behind its back.
    #[cfg(test)]
    pub(super) fn shared_with(&self, store: Arc<dyn SigningKeyStore>) -> Self {
        let Shared { seal, schedule, clock, entropy, loaded, .. } = &*self.shared;
        let loaded = ArcSwap::new(loaded.load_full());
        let (seal, clock, entropy) = (seal.clone(), clock.clone(), entropy.clone());
        Self { shared: Arc::new(Shared { store, seal, schedule: *schedule, clock, entropy, loaded }) }
    }

    /// Gives `use_it` the key that signs now.
    pub(crate) fn with_signing<R>(&self, use_it: impl FnOnce(&SigningKey) -> R) -> Option<R> {
        self.shared.loaded.load().line.signing(self.shared.clock.now()).map(use_it)
    }

    /// Gives `use_it` the keys that are trusted now.
    pub(crate) fn with_trusted<R>(&self, use_it: impl FnOnce(&KeySet) -> R) -> R {
        use_it(&self.shared.loaded.load().trusted)
    }

    /// Grows whenever the set of trusted keys may have changed.
    pub(crate) fn generation(&self) -> u64 {
        self.shared.loaded.load().version
    }

    /// Lets `decide` change the line as it is in the store, again if somebody else changed it meanwhile. Says as well whether the
    /// store had a newer record than this process.
    async fn change<T>(
        &self,
        decide: impl Fn(&mut Line) -> Result<Change<T>, SigningKeysError> + Send + Sync,
    ) -> Result<(T, bool), SigningKeysError> {
        let shared = &self.shared;
        let mut reloaded = false;
        for _ in 0..TRIES {
            let found = shared.store.load().await?;
            reloaded |= shared.adopt(found)?;
            let held = shared.loaded.load_full();
            let mut line = held.line.clone();
            let outcome = match decide(&mut line)? {
                Change::None(outcome) => return Ok((outcome, reloaded)),
                Change::Write(outcome) => outcome,
            };
            let version = SealedSigningKeys::version_after(Some(held.version));
            let bytes = close(&*shared.seal, version, &line)?;
            if matches!(shared.store.replace(Some(held.version), bytes).await?, Replacing::Replaced) {
                let trusted = line.trusted()?;
                shared.put(Loaded { version, line, trusted });
                return Ok((outcome, reloaded));
            }
        }
        Err(SigningKeysError::Contended)
    }
}

enum Change<T> {
    None(T),
    Write(T),
}

impl Shared {
    /// Takes over what the store has, if it is newer.
    fn adopt(&self, found: Option<SealedSigningKeys>) -> Result<bool, SigningKeysError> {
        let seen = self.loaded.load().version;
        match found {
            Some(sealed) if sealed.version == seen => Ok(false),
            Some(sealed) if sealed.version > seen => {
                self.put(open(&*self.seal, &sealed)?);
                Ok(true)
            }
            older => {
                Err(SigningKeysError::Rollback { seen, found: older.map_or(0, |sealed| sealed.version) })
            }
        }
    }

    /// Never puts an older record in the place of a newer one: two changes of this process may overtake each other.
    fn put(&self, new: Loaded) {
        let new = Arc::new(new);
        self.loaded.rcu(|held| if held.version < new.version { Arc::clone(&new) } else { Arc::clone(held) });
    }
}

/// The version is bound, so that a record is good for its own place in the succession only.
fn with_context<R>(version: u64, use_it: impl FnOnce(&SealContext<'_>) -> R) -> R {
    let version = version.to_string();
    use_it(&SealContext::new("authn.signing_keys", &[&version]))
}

fn open(seal: &dyn Seal, sealed: &SealedSigningKeys) -> Result<Loaded, SigningKeysError> {
    if sealed.bytes.len() > SealedSigningKeys::MAX_LEN {
        return Err(SigningKeysError::Record("it is too long".into()));
    }
    let opened = with_context(sealed.version, |context| seal.open(context, &sealed.bytes))?;
    let line = record::read(opened.expose())?;
    let trusted = line.trusted()?;
    Ok(Loaded { version: sealed.version, line, trusted })
}

fn close(seal: &dyn Seal, version: u64, line: &Line) -> Result<Vec<u8>, SigningKeysError> {
    let bytes = record::write(line);
    Ok(with_context(version, |context| seal.seal(context, &bytes))?)
}

impl fmt::Debug for SigningKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKeys")
            .field("keys", &self.keys())
            .field("schedule", &self.shared.schedule)
            .finish_non_exhaustive()
    }
}
