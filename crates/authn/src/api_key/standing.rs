//! What is remembered of keys, so that judging one rarely asks the store.

#[cfg(test)]
mod tests;

use super::prefix::{ID_LEN, Presented};
use super::{ApiKeyDigest, ApiKeyRecord, ApiKeyRefusal, ApiKeyStore, OwnerRoles, RolesOf};
use crate::authenticate::AuthenticateError;
use crate::bounded::BoundedMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use stockade_core::{ApiKeyId, Clock, Principal, UnixMillis};

/// The most keys remembered, at about 600 bytes each.
const CAPACITY: usize = 16_384;

/// How coarsely the last use of a key is noted.
const TOUCH_EVERY: Duration = Duration::from_secs(3600);

pub(super) struct KeyStanding {
    store: Arc<dyn ApiKeyStore>,
    roles: Arc<dyn RolesOf>,
    clock: Arc<dyn Clock>,
    max_staleness: Duration,
    remembered: BoundedMap<[u8; ID_LEN], Remembered>,
    /// Counts what changed in this process, so that an answer tells whether it was asked for before or after.
    changes: AtomicU64,
}

#[derive(Debug)]
enum Remembered {
    Live(Arc<Live>),
    /// Something changed: an answer that was asked for before is not remembered.
    Outdated {
        change: u64,
    },
    /// Final: a revoked key does not rise again, and an answer that was under way when it ended must not revive it.
    Revoked,
}

#[derive(Debug)]
struct Live {
    digest: ApiKeyDigest,
    principal: Result<Principal, ApiKeyRefusal>,
    expires_at: Option<UnixMillis>,
    checked_at: Duration,
}

/// What is known of a key without asking.
pub(super) enum Known {
    Judged(Result<Principal, ApiKeyRefusal>),
    Nothing,
}

impl KeyStanding {
    pub(super) fn new(
        store: Arc<dyn ApiKeyStore>,
        roles: Arc<dyn RolesOf>,
        clock: Arc<dyn Clock>,
        max_staleness: Duration,
    ) -> Self {
        let remembered = BoundedMap::new(CAPACITY);
        Self { store, roles, clock, max_staleness, remembered, changes: AtomicU64::new(0) }
    }

    pub(super) fn check(&self, presented: &Presented<'_>) -> Known {
        let live = self.remembered.with(&presented.id, |found| match found {
            Some(Remembered::Live(live)) if self.is_fresh(live) => Some(Ok(Arc::clone(live))),
            Some(Remembered::Revoked) => Some(Err(ApiKeyRefusal::Unknown)),
            _ => None,
        });
        match live {
            None => Known::Nothing,
            Some(Err(refusal)) => Known::Judged(Err(refusal)),
            Some(Ok(live)) => Known::Judged(live.judge(presented.digest(), self.clock.now())),
        }
    }

    /// Asks the store about the key `id` whose secret is said to have this digest.
    pub(super) async fn ask(
        &self,
        id: [u8; ID_LEN],
        digest: ApiKeyDigest,
    ) -> Result<Principal, AuthenticateError> {
        // Both are read before the store is asked: the answer is at least as old as they are.
        let (asked_after, checked_at) = (self.changes.load(Ordering::SeqCst), self.clock.monotonic());
        let Some(name) = name(id) else { return Err(ApiKeyRefusal::Unknown.into()) };
        let found = self.store.by_id(&name).await?;
        // An unknown id costs the comparison that a wrong secret costs.
        let stored = found.as_ref().map_or(ApiKeyDigest::from_bytes([0; 32]), |key| key.digest);
        let Some(key) = found.filter(|_| stored == digest) else {
            return Err(ApiKeyRefusal::Unknown.into());
        };
        let now = self.clock.now();
        if key.revoked_at.is_some() {
            self.has_ended(&name);
        }
        if !key.is_live(now) {
            return Err(ApiKeyRefusal::Over.into());
        }
        let live = Live {
            digest: key.digest,
            principal: self.principal(&key).await?,
            expires_at: key.expires_at,
            checked_at,
        };
        let judgement = live.judge(digest, now);
        self.remember(id, live, asked_after);
        if judgement.is_ok() && key.last_used_at.is_none_or(|last| last.plus(TOUCH_EVERY) <= now) {
            // A line in a list is not worth a refused request.
            let _ = self.store.touch(&name, now).await;
        }
        Ok(judgement?)
    }

    /// Called when a key is revoked here: from now on it is refused in this process.
    pub(super) fn has_ended(&self, id: &ApiKeyId) {
        if let Ok(id) = id.as_str().as_bytes().try_into() {
            self.remembered.insert(id, Remembered::Revoked);
        }
    }

    /// Called when something about a key changed here: the store has to be asked again.
    pub(super) fn is_outdated(&self, id: &ApiKeyId) {
        let change = self.changes.fetch_add(1, Ordering::SeqCst) + 1;
        if let Ok(id) = id.as_str().as_bytes().try_into() {
            let outdated = Remembered::Outdated { change };
            self.remembered.insert_unless(id, outdated, |found| matches!(found, Remembered::Revoked));
        }
    }

    async fn principal(
        &self,
        key: &ApiKeyRecord,
    ) -> Result<Result<Principal, ApiKeyRefusal>, AuthenticateError> {
        Ok(match self.roles.roles_of(&key.owner).await? {
            OwnerRoles::Active(roles) => {
                let scopes = key.scopes.as_slice();
                Ok(Principal::api_key(key.owner.clone(), key.id.clone(), scopes).with_roles(roles))
            }
            OwnerRoles::MayNotAct => Err(ApiKeyRefusal::Owner),
        })
    }

    fn is_fresh(&self, live: &Live) -> bool {
        self.clock.monotonic().saturating_sub(live.checked_at) < self.max_staleness
    }

    fn remember(&self, id: [u8; ID_LEN], live: Live, asked_after: u64) {
        self.remembered.insert_unless(id, Remembered::Live(Arc::new(live)), |found| match found {
            Remembered::Live(_) => false,
            Remembered::Outdated { change } => *change > asked_after,
            Remembered::Revoked => true,
        });
    }
}

impl Live {
    /// What is over or may not act is told, in the audit log, only of a key whose secret was right.
    fn judge(&self, digest: ApiKeyDigest, now: UnixMillis) -> Result<Principal, ApiKeyRefusal> {
        if self.digest != digest {
            Err(ApiKeyRefusal::Unknown)
        } else if self.expires_at.is_some_and(|end| end <= now) {
            Err(ApiKeyRefusal::Over)
        } else {
            self.principal.clone()
        }
    }
}

fn name(id: [u8; ID_LEN]) -> Option<ApiKeyId> {
    std::str::from_utf8(&id).ok()?.parse().ok()
}
