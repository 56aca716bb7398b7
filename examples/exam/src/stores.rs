//! Where everything is kept: one SQLite file, or Postgres, and Redis beside either.

use crate::config::{Config, Database, RedisAt};
use std::error::Error;
use std::sync::Arc;
use stockade::audit::AuditStore;
use stockade::authn::account::AccountStore;
use stockade::authn::api_key::ApiKeyStore;
use stockade::authn::factor::FactorStore;
use stockade::authn::jose::rotation::SigningKeyStore;
use stockade::authn::one_time::OneTimeTokenStore;
use stockade::authn::session::SessionStore;
use stockade::core::{Clock, StoreError, SubjectId};
use stockade::flows::AuthStores;
use stockade::postgres::Postgres;
use stockade::ratelimit::Limiter;
use stockade::rbac::RoleAssignments;
use stockade::redis::{Redis, RedisConfig};
use stockade::sqlite::Sqlite;

/// The opened stores. A clone is another handle.
#[derive(Clone)]
pub(crate) struct Stores {
    pub(crate) auth: AuthStores,
    pub(crate) audit: Arc<dyn AuditStore>,
    pub(crate) signing: Arc<dyn SigningKeyStore>,
    /// Counts attempts, so that a restart forgives nobody a guess.
    pub(crate) attempts: Arc<dyn Limiter>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Stores {
    pub(crate) async fn open(config: &Config, clock: Arc<dyn Clock>) -> Result<Self, Box<dyn Error>> {
        let mut stores = match &config.database {
            Database::Sqlite(path) => {
                let store = Arc::new(Sqlite::open(path).await?);
                let attempts = Arc::new(store.limiter(clock.clone()));
                Self::all_in(store, attempts, clock)
            }
            Database::Postgres(url) => {
                let store = Arc::new(Postgres::connect(url).await?);
                let attempts = Arc::new(store.limiter(clock.clone()));
                Self::all_in(store, attempts, clock)
            }
        };
        if let Some(RedisAt { url, prefix }) = &config.redis {
            let redis = Arc::new(Redis::connect(url, RedisConfig::new(prefix)).await?);
            stores.attempts = Arc::new(redis.limiter(stores.clock.clone()));
            stores.auth.sessions = redis.clone();
            stores.auth.one_time = redis;
        }
        Ok(stores)
    }

    fn all_in<S>(store: Arc<S>, attempts: Arc<dyn Limiter>, clock: Arc<dyn Clock>) -> Self
    where
        S: AccountStore + SessionStore + OneTimeTokenStore + FactorStore + ApiKeyStore,
        S: RoleAssignments + AuditStore + SigningKeyStore + 'static,
    {
        Self {
            auth: AuthStores::all_in(store.clone()),
            audit: store.clone(),
            signing: store,
            attempts,
            clock,
        }
    }

    /// Asks each store something that costs it little.
    ///
    /// # Errors
    /// One of them does not answer.
    pub(crate) async fn answer(&self) -> Result<(), StoreError> {
        let Ok(nobody) = "nobody".parse::<SubjectId>() else { return Ok(()) };
        self.auth.accounts.by_id(&nobody).await?;
        self.auth.roles.roles_of(&nobody).await?;
        self.auth.sessions.list(&nobody, self.clock.now()).await?;
        Ok(())
    }
}
