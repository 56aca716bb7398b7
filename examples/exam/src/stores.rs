//! Where everything is kept: one SQLite file, or Postgres, and Redis beside either.

use crate::config::{Config, Database};
use std::error::Error;
use std::sync::Arc;
use stockade::audit::AuditStore;
use stockade::core::{Clock, StoreError, SubjectId};
use stockade::flows::AuthStores;
use stockade::ratelimit::Limiter;
use stockade::sqlite::Sqlite;

/// The opened stores. A clone is another handle.
#[derive(Clone)]
pub(crate) struct Stores {
    pub(crate) auth: AuthStores,
    pub(crate) audit: Arc<dyn AuditStore>,
    /// Counts attempts, so that a restart forgives nobody a guess.
    pub(crate) attempts: Arc<dyn Limiter>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Stores {
    pub(crate) async fn open(config: &Config, clock: Arc<dyn Clock>) -> Result<Self, Box<dyn Error>> {
        let stores = match &config.database {
            Database::Sqlite(path) => {
                let store = Arc::new(Sqlite::open(path).await?);
                let attempts = Arc::new(store.limiter(clock.clone()));
                Self { auth: AuthStores::all_in(store.clone()), audit: store, attempts, clock }
            }
            Database::Postgres(_) => return Err("this build has no Postgres".into()),
        };
        match &config.redis {
            None => Ok(stores),
            Some(_) => Err("this build has no Redis".into()),
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
