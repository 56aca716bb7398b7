//! One handler, bare and behind everything.

use super::{accounts, sign_in, sign_up};
use crate::Failure;
use axum::Router;
use axum::routing::get;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use stockade_audit::{AuditLog, AuditQueue, Overflow, QueueConfig};
use stockade_axum::{Require, harden, peer_address};
use stockade_core::{Secret, SystemClock, SystemEntropy};
use stockade_flows::{Auth, AuthStores};
use stockade_ratelimit::{LocalLimiter, MemoryLimiter, Quota};
use stockade_rbac::{NamedPermission, Permission, Policy};
use stockade_sqlite::Sqlite;
use stockade_tower::{
    AuditLayer, AuthenticateLayer, ClientInfoLayer, OnAuditFull, RateLimitLayer, RequestIdLayer, Wall,
};

/// Where the handler answers.
pub const PATH: &str = "/hello";

/// A million requests a second from one address: never reached, so that the decision is measured and not the refusal.
pub(super) const PLENTY: Quota = Quota::literal(1_000_000, Duration::from_secs(1));

/// For a service of tens of thousands of requests a second: room for a disk that stalls for a second or two, in some 30 MB, and
/// batches that are worth a flush. The rest as by default.
const QUEUE: QueueConfig = QueueConfig {
    capacity: 65_536,
    batch: 2_048,
    linger_ms: 0,
    overflow: Overflow::Refuse,
    attempts: 6,
    backoff_ms: 100,
    max_backoff_ms: 2_000,
};

/// The same handler twice, and a user who may call it.
#[derive(Debug)]
pub struct HttpStack {
    /// Nothing around it.
    pub bare: Router,
    /// Behind the whole wall, with a permission demanded.
    pub protected: Router,
    /// What the user presents.
    pub access_token: Secret<String>,
    /// Where the events of the requests go; stored by a task on the runtime that made this.
    pub queue: AuditQueue,
}

struct SayHello;

impl NamedPermission for SayHello {
    const PERMISSION: Permission = Permission::literal("hello:read");
}

impl HttpStack {
    /// Everything over `store`: accounts, sessions, roles, and the audit log behind its queue.
    ///
    /// # Errors
    /// Something cannot be set up.
    pub async fn over(store: Arc<Sqlite>) -> Result<Self, Failure> {
        let auth = accounts(AuthStores::all_in(store.clone()), Arc::new(AuditLog::new(store.clone())))?;
        sign_up(&auth).await?;
        let access_token = sign_in(&auth).await?.access_token;
        let queue = AuditQueue::start(store, QUEUE)?;
        let policy = Policy::builder().role("member").grants(["hello:read"]).build()?;
        let protected =
            Router::new().route(PATH, get(async |_: Require<SayHello>| "hello")).with_state(Arc::new(policy));
        Ok(Self {
            bare: Router::new().route(PATH, get(async || "hello")),
            protected: harden(protected, wall(&auth, queue.clone())),
            access_token,
            queue,
        })
    }
}

fn wall(auth: &Auth, queue: AuditQueue) -> Wall {
    let clock = Arc::new(SystemClock::new());
    let entropy = Arc::new(SystemEntropy);
    let limiter = LocalLimiter::new(Arc::new(MemoryLimiter::default()), clock.clone());
    Wall {
        request_id: RequestIdLayer::new(clock.clone(), entropy.clone()),
        client_info: ClientInfoLayer::direct().peer_from(peer_address),
        rate_limit: RateLimitLayer::per_client(limiter, "http.ip", PLENTY),
        audit: AuditLayer::new(Arc::new(queue), OnAuditFull::Refuse, clock, entropy),
        authenticate: AuthenticateLayer::new(Arc::new(auth.authenticator.clone())),
    }
}

/// A fresh database in `folder`.
///
/// # Errors
/// It cannot be made.
pub async fn open_sqlite(folder: &Path) -> Result<Arc<Sqlite>, Failure> {
    Ok(Arc::new(Sqlite::open(folder.join("stockade.db")).await?))
}
