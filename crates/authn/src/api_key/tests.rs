mod attacks;
mod lifecycle;
mod text;

use super::*;
use crate::authenticate::{AuthenticateError, Authentication};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use stockade_core::{
    ApiKeyId, Clock, ManualClock, Principal, RoleName, StoreError, SubjectId, SystemEntropy, UnixMillis,
};

struct World {
    clock: Arc<ManualClock>,
    store: Arc<Watched>,
    owners: Arc<Owners>,
    keys: ApiKeys,
}

fn world() -> World {
    let clock = Arc::new(ManualClock::at(UnixMillis::from_secs(1_700_000_000)));
    let (store, owners) = (Arc::new(Watched::default()), Arc::new(Owners::default()));
    let keys = process(&store, &owners, &clock);
    World { clock, store, owners, keys }
}

fn prefix() -> ApiKeyPrefix {
    ApiKeyPrefix::new("acme").unwrap()
}

/// Keys as another process has them: over the same store, with a memory of its own.
fn process(store: &Arc<Watched>, owners: &Arc<Owners>, clock: &Arc<ManualClock>) -> ApiKeys {
    let config = ApiKeyConfig::new(prefix());
    ApiKeys::new(store.clone(), owners.clone(), config, clock.clone(), Arc::new(SystemEntropy)).unwrap()
}

fn ada() -> SubjectId {
    "ada".parse().unwrap()
}

fn wanted() -> NewApiKey {
    NewApiKey::new(ada(), ApiKeyName::parse("export").unwrap(), ["invoice:read".parse().unwrap()])
}

impl World {
    async fn issued(&self) -> IssuedApiKey {
        match self.keys.issue(wanted()).await.unwrap() {
            Issuance::Issued(issued) => issued,
            Issuance::TooMany => panic!("too many"),
        }
    }

    async fn judge(&self, text: &str) -> Result<Principal, AuthenticateError> {
        self.keys.verify(text).resolve().await
    }

    async fn refusal(&self, text: &str) -> ApiKeyRefusal {
        match self.judge(text).await {
            Err(AuthenticateError::ApiKey(refusal)) => refusal,
            other => panic!("{other:?}"),
        }
    }
}

/// A memory store that counts what it is asked and can be out of reach.
#[derive(Default)]
struct Watched {
    inner: MemoryApiKeys,
    failing: AtomicBool,
    reads: AtomicUsize,
    touches: AtomicUsize,
}

impl Watched {
    fn reads(&self) -> usize {
        self.reads.load(Ordering::SeqCst)
    }

    fn reach(&self) -> Result<(), StoreError> {
        if self.failing.load(Ordering::SeqCst) {
            Err(StoreError::unavailable("out of reach"))
        } else {
            Ok(())
        }
    }
}

#[async_trait::async_trait]
impl ApiKeyStore for Watched {
    async fn create(&self, key: ApiKeyRecord, cap: usize) -> Result<KeyCreation, StoreError> {
        self.inner.create(key, cap).await
    }

    async fn by_id(&self, id: &ApiKeyId) -> Result<Option<ApiKeyRecord>, StoreError> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        self.reach()?;
        self.inner.by_id(id).await
    }

    async fn list(&self, owner: &SubjectId, now: UnixMillis) -> Result<Vec<ApiKeyRecord>, StoreError> {
        self.inner.list(owner, now).await
    }

    async fn revoke(
        &self,
        id: &ApiKeyId,
        owner: Option<&SubjectId>,
        now: UnixMillis,
    ) -> Result<KeyRevocation, StoreError> {
        self.inner.revoke(id, owner, now).await
    }

    async fn revoke_all(&self, owner: &SubjectId, now: UnixMillis) -> Result<Vec<ApiKeyId>, StoreError> {
        self.inner.revoke_all(owner, now).await
    }

    async fn rotate(
        &self,
        id: &ApiKeyId,
        owner: &SubjectId,
        successor: ApiKeyRecord,
        overlap: Duration,
    ) -> Result<KeyRotation, StoreError> {
        self.inner.rotate(id, owner, successor, overlap).await
    }

    async fn touch(&self, id: &ApiKeyId, at: UnixMillis) -> Result<(), StoreError> {
        self.touches.fetch_add(1, Ordering::SeqCst);
        self.inner.touch(id, at).await
    }

    async fn purge(&self, before: UnixMillis) -> Result<u64, StoreError> {
        self.inner.purge(before).await
    }
}

/// Owners with one role, who can lose the right to act.
#[derive(Default)]
struct Owners {
    disabled: AtomicBool,
    failing: AtomicBool,
}

#[async_trait::async_trait]
impl RolesOf for Owners {
    async fn roles_of(&self, _: &SubjectId) -> Result<OwnerRoles, StoreError> {
        if self.failing.load(Ordering::SeqCst) {
            return Err(StoreError::unavailable("out of reach"));
        }
        Ok(match self.disabled.load(Ordering::SeqCst) {
            true => OwnerRoles::MayNotAct,
            false => OwnerRoles::Active(vec![RoleName::new("clerk").unwrap()]),
        })
    }
}

#[cfg(feature = "laws")]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn race_memory_holds_to_the_laws() {
    laws::all(Arc::new(MemoryApiKeys::new())).await;
}
