//! A medical imaging API: roles, sealed fields and images, search by blind index, every access on record.
//!
//! What it shows and what to try stands in `README.md`.

mod access;
mod analyses;
mod chat;
mod clinic;
mod config;
mod deletion;
mod gallery;
mod ids;
mod image_access;
mod images;
mod incoming;
mod keys;
mod keystore;
mod patients;
mod picture;
mod pieces;
mod range;
mod reseal;
mod roles;
mod store;
mod text;
mod vault;
mod writes;

use crate::chat::Assistant;
use crate::clinic::Clinic;
use axum::Router;
use axum::routing::{get, post, put};
use config::Config;
use example_support::{Args, bind, exit, hourly, init_logs, load_secrets, open_key_ring};
use gallery::Gallery;
use keystore::Keystore;
use reseal::Resealer;
use serde_json::json;
use std::{error::Error, process::ExitCode, sync::Arc};
use stockade::audit::{AuditLog, AuditQueue, QueueConfig};
use stockade::authn::access::TokenConfig;
use stockade::axum::{Json, audit_router, auth_router, harden_beside, jwks_router, peer_address};
use stockade::core::{SystemClock, SystemEntropy};
use stockade::flows::{Auth, AuthStores, EraseFlow, SealedWrap, Trail};
use stockade::secure_delete::erase::CryptoErasure;
use stockade::{rbac::Policy, sqlite::Sqlite, tower::Wall};
use store::Store;
use vault::Vault;
use writes::Writes;

#[tokio::main]
async fn main() -> ExitCode {
    init_logs();
    exit(run().await)
}

async fn run() -> Result<(), Box<dyn Error>> {
    let args = Args::parse("clinic");
    let config = Config::from_env()?;
    let data = args.data_dir()?;
    let accounts = Arc::new(Sqlite::open(data.join("clinic.db")).await?);
    let log = AuditLog::new(accounts.clone());
    let queue = AuditQueue::start(accounts.clone(), QueueConfig::default())?;
    let tokens = TokenConfig::new("https://clinic.example", "https://clinic.example");
    let stores = AuthStores::all_in(accounts.clone());
    let ring = open_key_ring(data)?;
    let auth = Auth::builder(stores, load_secrets(data, &ring)?, tokens, Arc::new(log.clone()))
        .first_user_role("admin".parse()?)
        .build()?;
    let purge = auth.purge.clone();
    hourly("forgetting what is over", move || {
        let purge = purge.clone();
        async move { purge.run().await }
    });

    let (clock, entropy) = (Arc::new(SystemClock::new()), Arc::new(SystemEntropy));
    let keystore = Keystore::new(ring, clock.clone(), entropy.clone());
    let vault = Vault::new(config.tenant.clone(), keystore.keys(), entropy.clone());
    let tables = data.join("patients.db");
    let gallery = Gallery::open_in(
        data.join("images"),
        config.max_image,
        vault.clone(),
        clock.clone(),
        entropy.clone(),
    )?;
    let wrap = Arc::new(SealedWrap::new(vault.seal()));
    let erasure = CryptoErasure::new(accounts.clone(), wrap, clock.clone(), entropy.clone());
    let trail = Trail::new(Arc::new(log.clone()), clock.clone(), entropy.clone());
    let eraser =
        EraseFlow::new(erasure.clone(), Arc::new(gallery.clone()), trail).with_resource(deletion::resource);
    let expiry = eraser.clone();
    hourly("deleting images that are over their time", move || {
        let expiry = expiry.clone();
        async move { expiry.expire().await }
    });
    let clinic = Clinic {
        erasure,
        eraser,
        keep_images_for: config.keep_images_for,
        policy: Arc::new(Policy::from_toml(include_str!("../policy.toml"))?),
        store: Store::open(&tables).await?,
        resealer: Resealer::open(&tables, config.rows_per_second).await?,
        gallery,
        tenant: config.tenant,
        keystore,
        vault,
        writes: Writes::default(),
        assistant: Assistant::new(config.model, log.clone(), clock.clone(), entropy.clone())?,
        accounts,
        log: log.clone(),
        clock,
        entropy,
    };
    clinic.gallery.sweep(&clinic.store, &clinic.erasure).await?;
    // Whatever came due while nothing ran; from then on once an hour.
    clinic.eraser.expire().await?;
    clinic.resealer.clone().run_in_background(clinic.clone());

    let jwks = axum::body::Bytes::from(serde_json::to_vec(&auth.jwks())?);
    let mut wall = Wall::standard(Arc::new(auth.authenticator.clone()), Arc::new(queue.clone()));
    wall.client_info = wall.client_info.peer_from(peer_address);
    let app = routes()
        .merge(auth_router(auth))
        .merge(audit_router(log))
        .merge(jwks_router(move || jwks.clone()))
        .with_state(clinic);
    let health = Router::new().route("/health", get(async || Json(json!({"status": "ok"}))));
    let app = harden_beside(app, wall, health);

    let server = bind(args.listen).await?;
    server.say(include_str!("try.txt"))?;
    server.serve(app).await?;
    Ok(queue.shutdown().await?)
}

/// What this service has beyond accounts and their audit log.
fn routes() -> Router<Clinic> {
    Router::new()
        .route("/v1/patients", post(patients::create).get(patients::search))
        .route("/v1/patients/{id}", get(patients::read))
        .route("/v1/patients/{patient}/images", post(images::upload))
        .route("/v1/patients/{patient}/images/{image}", get(images::read).delete(deletion::delete))
        .route(
            "/v1/patients/{patient}/images/{image}/holds/{hold}",
            put(deletion::hold).delete(deletion::release),
        )
        .route("/v1/analyses", post(analyses::create).get(analyses::list))
        .route("/v1/chat", post(chat::ask))
        .route("/v1/admin/chats", get(chat::list))
        .route("/v1/admin/users/{id}/roles/{role}", put(roles::grant))
        .route("/v1/admin/keys", get(keys::show))
        .route("/v1/admin/keys/rotate", post(keys::rotate))
}

/// Runs `work` where it may block. A panic in it goes on here.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}
