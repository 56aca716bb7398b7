//! The smallest protected service: accounts, one protected route, one admin route, an audit trail that survives a restart.
//!
//! `POST /v1/auth/signup` answers 409 for a known address, and so tells that it is known; only mail verification closes that.
//! The first account to sign up becomes the administrator.

use axum::{Router, routing::get};
use example_support::{Args, bind, exit, hourly, init_logs, load_secrets, open_key_ring};
use serde_json::json;
use std::{error::Error, process::ExitCode, sync::Arc};
use stockade::audit::{AuditLog, AuditQueue, QueueConfig};
use stockade::authn::access::TokenConfig;
use stockade::axum::{Caller, Json, audit_router, auth_router, harden_beside, jwks_router, peer_address};
use stockade::flows::{Auth, AuthStores};
use stockade::{rbac::Policy, sqlite::Sqlite, tower::Wall};

#[tokio::main]
async fn main() -> ExitCode {
    init_logs();
    exit(run().await)
}

async fn run() -> Result<(), Box<dyn Error>> {
    let args = Args::parse("hello");
    let data = args.data_dir()?;
    let store = Arc::new(Sqlite::open(data.join("hello.db")).await?);
    let policy = Arc::new(Policy::from_toml(include_str!("../policy.toml"))?);
    let log = AuditLog::new(store.clone());
    let queue = AuditQueue::start(store.clone(), QueueConfig::default())?;
    let tokens = TokenConfig::new("https://hello.example", "https://hello.example");
    let secrets = load_secrets(data, &open_key_ring(data)?)?;
    let auth = Auth::builder(AuthStores::all_in(store), secrets, tokens, Arc::new(log.clone()))
        .first_user_role("admin".parse()?)
        .build()?;
    let purge = auth.purge.clone();
    hourly("forgetting what is over", move || {
        let purge = purge.clone();
        async move { purge.run().await }
    });

    let jwks = axum::body::Bytes::from(serde_json::to_vec(&auth.jwks())?);
    let mut wall = Wall::standard(Arc::new(auth.authenticator.clone()), Arc::new(queue.clone()));
    wall.client_info = wall.client_info.peer_from(peer_address);
    let app = Router::new()
        .route("/v1/hello", get(async |Caller(me): Caller| format!("hello, {}\n", me.subject())))
        .merge(auth_router(auth))
        .merge(audit_router(log))
        .merge(jwks_router(move || jwks.clone()))
        .with_state(policy);
    let health = Router::new().route("/health", get(async || Json(json!({"status": "ok"}))));
    let app = harden_beside(app, wall, health);

    let server = bind(args.listen).await?;
    server.say(include_str!("try.txt"))?;
    server.serve(app).await?;
    Ok(queue.shutdown().await?)
}
