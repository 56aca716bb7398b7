//! Forgetting what nobody can use any more. Nothing else shrinks the stores.

use crate::stores::Stores;
use example_support::hourly;
use std::time::Duration;
use stockade::flows::{Auth, FlowError};

/// For how long a sign-up waits to be verified: twice the life of the token that was mailed for it, which may be asked for once
/// more.
const PENDING: Duration = Duration::from_secs(2 * 24 * 60 * 60);

/// Keys that ended are shown to their owner for so long.
const ENDED_KEYS: Duration = Duration::from_secs(30 * 24 * 60 * 60);

pub(crate) fn start(auth: &Auth, stores: &Stores) {
    let (auth, stores) = (auth.clone(), stores.clone());
    hourly("forgetting what is over", move || forget(auth.clone(), stores.clone()));
}

async fn forget(auth: Auth, stores: Stores) -> Result<(), FlowError> {
    let now = stores.clock.now();
    let sessions = auth.sessions.purge().await?;
    let tokens = stores.auth.one_time.purge(now).await?;
    let pending = stores.auth.accounts.purge_pending(now.minus(PENDING)).await?;
    let keys = stores.auth.api_keys.purge(now.minus(ENDED_KEYS)).await?;
    tracing::info!(sessions, tokens, pending, keys, "forgot what is over");
    Ok(())
}
