//! Making, judging and ending keys.

mod issued;

pub use issued::{ApiKeyRotation, ApiKeySummary, Issuance, IssuedApiKey, NewApiKey};

use super::prefix::Drawn;
use super::standing::{KeyStanding, Known};
use super::{
    ApiKeyConfig, ApiKeyConfigError, ApiKeyError, ApiKeyRecord, ApiKeyRefusal, ApiKeyStore, InvalidApiKey,
    KeyCreation, KeyRevocation, KeyRotation, RolesOf,
};
use crate::authenticate::Authentication;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use stockade_core::{ApiKeyId, Clock, Entropy, EntropyError, SubjectId, UnixMillis};

/// The shortest life of a key.
const MIN_LIFETIME: Duration = Duration::from_secs(60);

/// API keys over a store. `Clone` gives another handle to the same memory.
///
/// ```
/// use std::sync::Arc;
/// use stockade_authn::api_key::*;
/// use stockade_core::{SystemClock, SystemEntropy};
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let keys = ApiKeys::new(
///     Arc::new(MemoryApiKeys::new()),
///     Arc::new(WithoutRoles),
///     ApiKeyConfig::new(ApiKeyPrefix::new("acme")?),
///     Arc::new(SystemClock::new()),
///     Arc::new(SystemEntropy),
/// )?;
/// let wanted = NewApiKey::new("ada".parse()?, ApiKeyName::parse("nightly export")?, ["invoice:read".parse()?]);
/// let Issuance::Issued(issued) = keys.issue(wanted).await? else { unreachable!("it is the first") };
/// let principal = keys.verify(issued.key.expose()).resolve().await?;
/// assert_eq!(principal.subject().as_str(), "ada");
/// assert_eq!(principal.api_key_id(), Some(&issued.summary.id));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct ApiKeys {
    store: Arc<dyn ApiKeyStore>,
    config: ApiKeyConfig,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    standing: Arc<KeyStanding>,
}

impl ApiKeys {
    /// Keys over `store`, which act with the roles that `roles` knows of their owners.
    ///
    /// # Errors
    /// The settings make no sense.
    pub fn new(
        store: Arc<dyn ApiKeyStore>,
        roles: Arc<dyn RolesOf>,
        config: ApiKeyConfig,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, ApiKeyConfigError> {
        config.validate()?;
        let standing = KeyStanding::new(store.clone(), roles, clock.clone(), config.max_staleness);
        Ok(Self { store, config, clock, entropy, standing: Arc::new(standing) })
    }

    /// Makes a key. Its text is in the answer and nowhere else: show it once.
    ///
    /// # Errors
    /// What is asked for breaks a rule, the store failed, or there is no randomness. No key was made.
    pub async fn issue(&self, wanted: NewApiKey) -> Result<Issuance, ApiKeyError> {
        check_scopes(&wanted)?;
        let now = self.clock.now();
        let expires_at = self.end_of_life(now, wanted.lifetime)?;
        let drawn = self.config.prefix.draw(&*self.entropy)?;
        let record = ApiKeyRecord {
            id: drawn.id.clone(),
            owner: wanted.owner,
            name: wanted.name,
            scopes: wanted.scopes,
            digest: drawn.digest,
            created_at: now,
            expires_at,
            last_used_at: None,
            revoked_at: None,
            successor: None,
        };
        match self.store.create(record.clone(), self.config.max_per_owner).await? {
            KeyCreation::Created => Ok(Issuance::Issued(IssuedApiKey::new(drawn, record))),
            KeyCreation::TooMany => Ok(Issuance::TooMany),
            // Of 95 random bits: whatever drew them does not.
            KeyCreation::Taken => Err(EntropyError.into()),
        }
    }

    /// Whether `bearer` claims to be a key of this service, and not some other credential.
    #[must_use]
    pub fn claims(&self, bearer: &str) -> bool {
        self.config.prefix.claims(bearer)
    }

    /// Judges a presented key. [`Ready`](Authentication::Ready) where it was judged a moment ago; otherwise the store is asked, and
    /// once an hour told that the key is in use.
    ///
    /// An unknown id and a wrong secret get one answer for the same work. That an id is in use can be told by time all the same,
    /// since what is in use is remembered; the id is no secret.
    ///
    /// A false acceptance lets a stranger act; a false refusal stops a program.
    pub fn verify(&self, bearer: &str) -> Authentication {
        let presented = match self.config.prefix.read(bearer) {
            Ok(presented) => presented,
            Err(error) => return Authentication::Ready(Err(ApiKeyRefusal::from(error).into())),
        };
        match self.standing.check(&presented) {
            Known::Judged(judgement) => Authentication::Ready(judgement.map_err(Into::into)),
            Known::Nothing => {
                let (standing, id, digest) = (Arc::clone(&self.standing), presented.id, presented.digest());
                Authentication::Pending(Box::pin(async move { standing.ask(id, digest).await }))
            }
        }
    }

    /// The owner's keys that stand now, newest first; of a rotated one for as long as it stays beside its successor.
    ///
    /// # Errors
    /// The store failed.
    pub async fn list(&self, owner: &SubjectId) -> Result<Vec<ApiKeySummary>, ApiKeyError> {
        let keys = self.store.list(owner, self.clock.now()).await?;
        Ok(keys.into_iter().map(ApiKeySummary::from).collect())
    }

    /// Revokes a key: of `owner`, or with `None` of anybody, for administrators and scanners. It is refused at once in this
    /// process, and within [`max_staleness`](ApiKeyConfig::max_staleness) in others.
    ///
    /// # Errors
    /// The store failed; the key may still be in force.
    pub async fn revoke(
        &self,
        id: &ApiKeyId,
        owner: Option<&SubjectId>,
    ) -> Result<KeyRevocation, ApiKeyError> {
        let revocation = self.store.revoke(id, owner, self.clock.now()).await?;
        match &revocation {
            KeyRevocation::Revoked { .. } => self.standing.has_ended(id),
            KeyRevocation::AlreadyOver { .. } => self.standing.is_outdated(id),
            KeyRevocation::Unknown => {}
        }
        Ok(revocation)
    }

    /// Revokes all keys of `owner`, and gives them.
    ///
    /// # Errors
    /// The store failed; keys may still be in force.
    pub async fn revoke_all(&self, owner: &SubjectId) -> Result<Vec<ApiKeyId>, ApiKeyError> {
        let revoked = self.store.revoke_all(owner, self.clock.now()).await?;
        for id in &revoked {
            self.standing.has_ended(id);
        }
        Ok(revoked)
    }

    /// Gives the owner's key `id` a successor of the same name, scopes and life, and lets the old one stay for `overlap`, in which
    /// programs are to be moved over. With no overlap the old one ends at once: for a key that leaked.
    ///
    /// # Errors
    /// The overlap is longer than [`ApiKeyConfig::MAX_OVERLAP`], the store failed, or there is no randomness. The key is as it was.
    pub async fn rotate(
        &self,
        id: &ApiKeyId,
        owner: &SubjectId,
        overlap: Duration,
    ) -> Result<ApiKeyRotation, ApiKeyError> {
        if overlap > ApiKeyConfig::MAX_OVERLAP {
            return Err(InvalidApiKey::Overlap.into());
        }
        let found = self.store.by_id(id).await?.filter(|key| key.owner == *owner);
        let Some(old) = found else { return Ok(ApiKeyRotation::Unknown) };
        let drawn = self.config.prefix.draw(&*self.entropy)?;
        let successor = self.successor(old, &drawn);
        Ok(match self.store.rotate(id, owner, successor.clone(), overlap).await? {
            KeyRotation::Rotated { until } => {
                self.standing.is_outdated(id);
                ApiKeyRotation::Rotated { issued: IssuedApiKey::new(drawn, successor), until }
            }
            KeyRotation::AlreadyRotated => ApiKeyRotation::AlreadyRotated,
            KeyRotation::Over => ApiKeyRotation::Over,
            KeyRotation::Unknown => ApiKeyRotation::Unknown,
        })
    }

    /// Forgets keys that were over before `before`, and gives their number.
    ///
    /// # Errors
    /// The store failed.
    pub async fn purge(&self, before: UnixMillis) -> Result<u64, ApiKeyError> {
        Ok(self.store.purge(before).await?)
    }

    fn successor(&self, old: ApiKeyRecord, drawn: &Drawn) -> ApiKeyRecord {
        let now = self.clock.now();
        let lifetime = old.expires_at.map(|end| end.since(old.created_at));
        let expires_at = match lifetime {
            Some(lifetime) => Some(now.plus(lifetime.clamp(MIN_LIFETIME, self.config.max_lifetime))),
            None if self.config.insecure_allow_eternal => None,
            None => Some(now.plus(self.config.max_lifetime)),
        };
        ApiKeyRecord {
            id: drawn.id.clone(),
            digest: drawn.digest,
            created_at: now,
            expires_at,
            last_used_at: None,
            revoked_at: None,
            successor: None,
            ..old
        }
    }

    fn end_of_life(
        &self,
        now: UnixMillis,
        lifetime: Option<Duration>,
    ) -> Result<Option<UnixMillis>, InvalidApiKey> {
        match lifetime {
            None if self.config.insecure_allow_eternal => Ok(None),
            None => Ok(Some(now.plus(self.config.max_lifetime))),
            Some(lifetime) if (MIN_LIFETIME..=self.config.max_lifetime).contains(&lifetime) => {
                Ok(Some(now.plus(lifetime)))
            }
            Some(_) => Err(InvalidApiKey::Lifetime),
        }
    }
}

fn check_scopes(wanted: &NewApiKey) -> Result<(), InvalidApiKey> {
    let scopes = &wanted.scopes;
    let fits = (1..=ApiKeyRecord::MAX_SCOPES).contains(&scopes.len());
    let repeated =
        || scopes.iter().enumerate().any(|(i, scope)| scopes.iter().skip(i + 1).any(|s| s == scope));
    if fits && !repeated() { Ok(()) } else { Err(InvalidApiKey::Scopes) }
}

impl fmt::Debug for ApiKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKeys").field("config", &self.config).finish_non_exhaustive()
    }
}
