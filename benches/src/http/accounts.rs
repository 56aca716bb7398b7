//! The account routes as processes of their own, to be put under load.

use super::serve::WORKERS;
use crate::Failure;
use crate::rig::{accounts, accounts_with, memory_stores, sign_in, sign_up};
use axum::Router;
use axum::routing::get;
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use stockade_audit::{AuditLog, MemoryAuditStore};
use stockade_authn::session::SessionConfig;
use stockade_axum::{Caller, auth_router, peer_address};
use stockade_core::Secret;
use stockade_flows::{Auth, AuthStores};
use stockade_postgres::Postgres;
use stockade_tower::{AuthenticateLayer, ClientInfoLayer};

/// Where [`serve_sessions`] answers.
pub const SIGNED_IN: &str = "/signed-in";

/// The account routes over stores in memory, with the hash that a service has, and limits that nobody reaches.
///
/// # Errors
/// The server cannot be set up.
pub fn serve_accounts() -> Result<(), Failure> {
    run(async {
        let log = Arc::new(AuditLog::new(Arc::new(MemoryAuditStore::default())));
        let auth = accounts(memory_stores(), log)?;
        sign_up(&auth).await?;
        let token = sign_in(&auth).await?.access_token;
        listen(auth_router(auth.clone()), &auth, &token).await
    })
}

/// A handler for who is signed in, over sessions in the database at `url`, whose standing is remembered for so long.
///
/// # Errors
/// The server cannot be set up.
pub fn serve_sessions(url: &str, staleness: Duration) -> Result<(), Failure> {
    run(async {
        let store = Arc::new(Postgres::connect(url).await?);
        let stores = AuthStores { sessions: store, ..memory_stores() };
        let log = Arc::new(AuditLog::new(Arc::new(MemoryAuditStore::default())));
        let config = SessionConfig::default().with_max_staleness(staleness);
        let auth = accounts_with(stores, log, |builder| builder.sessions(config))?;
        sign_up(&auth).await?;
        let token = sign_in(&auth).await?.access_token;
        let app = Router::new().route(SIGNED_IN, get(async |_: Caller| "hello"));
        listen(app, &auth, &token).await
    })
}

pub(super) fn run(server: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(WORKERS).enable_all().build()?.block_on(server)
}

async fn listen(app: Router, auth: &Auth, token: &Secret<String>) -> Result<(), Failure> {
    let app = app
        .layer(AuthenticateLayer::new(Arc::new(auth.authenticator.clone())))
        .layer(ClientInfoLayer::direct().peer_from(peer_address));
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "header authorization: Bearer {}", token.expose())?;
    writeln!(out, "listening on http://{}", listener.local_addr()?)?;
    drop(out);
    Ok(axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>()).await?)
}
