//! The account backend of an exam platform: everything that the library knows about accounts, over HTTP.
//!
//! What it shows and what to try stands in `README.md`.

mod app;
mod config;
mod health;
mod limits;
mod mail;
mod openapi;
mod papers;
mod roles;
mod signing;
mod stores;
#[cfg(test)]
mod tests;
mod visit;

use app::App;
use clap::Parser;
use config::{Config, Options};
use example_support::{
    PASSPHRASE, SHUTDOWN_GRACE, bind, data_folder, demo_accounts, exit, hourly, init_logs, load_secrets,
    open_key_ring,
};
use std::{error::Error, process::ExitCode, sync::Arc};
use stockade::audit::{AuditLog, AuditQueue, QueueConfig};
use stockade::authn::access::TokenConfig;
use stockade::authn::api_key::{ApiKeyConfig, ApiKeyPrefix};
use stockade::authn::factor::FactorConfig;
use stockade::authn::jose::rotation::{RotationSchedule, SigningKeys};
use stockade::authn::session::SessionConfig;
use stockade::axum::peer_address;
use stockade::core::{SystemClock, SystemEntropy};
use stockade::flows::{Auth, LimitedAttempts};
use stockade::ratelimit::{LocalLimiter, MemoryLimiter};
use stockade::tower::{RateLimitLayer, Wall};
use stores::Stores;

/// The accounts of `SEED_DEMO_ACCOUNTS`: the name before `@exam.example`, and the role.
const DEMO: [(&str, &str); 3] = [("student", "student"), ("reviewer", "reviewer"), ("admin", "admin")];

#[tokio::main]
async fn main() -> ExitCode {
    init_logs();
    match Config::check(Options::parse(), std::env::var(PASSPHRASE).ok().as_deref()) {
        Ok(config) => exit(run(config).await),
        Err(complaints) => {
            for complaint in complaints {
                eprintln!("error: {complaint}");
            }
            // As clap's own, for a command line that makes no sense.
            ExitCode::from(2)
        }
    }
}

async fn run(config: Config) -> Result<(), Box<dyn Error>> {
    data_folder(&config.data)?;
    let clock = Arc::new(SystemClock::new());
    let stores = Stores::open(&config, clock.clone()).await?;
    let mut secrets = load_secrets(&config.data, &open_key_ring(&config.data)?)?;
    let (schedule, entropy) = (RotationSchedule::default(), Arc::new(SystemEntropy));
    let signing =
        SigningKeys::open(stores.signing.clone(), secrets.seal.clone(), schedule, clock.clone(), entropy)
            .await?;
    secrets.signing = signing.clone().into();
    signing::keep_time(signing.clone());
    let log = AuditLog::new(stores.audit.clone());
    let queue = AuditQueue::start(stores.audit.clone(), QueueConfig::default())?;
    let server = bind(config.listen).await?;
    if config.seed_demo_accounts {
        let peppers = secrets.peppers.clone();
        server.say(&demo_accounts(&stores.auth, peppers, &*clock, "exam.example", &DEMO).await?)?;
    }

    let base = config.public_url.clone().unwrap_or_else(|| format!("http://{}", server.addr()));
    // An issuer is a name that must not change with the port.
    let issuer = config.public_url.clone().unwrap_or_else(|| "https://exam.example".to_owned());
    let quotas = if config.generous { limits::insecure_generous() } else { limits::standard() };
    let mut sessions = SessionConfig::default();
    sessions.concurrency = config.concurrency;
    let auth = Auth::builder(
        stores.auth.clone(),
        secrets,
        TokenConfig::new(&issuer, &issuer),
        Arc::new(log.clone()),
    )
    .sessions(sessions)
    .attempts(Arc::new(LimitedAttempts::new(stores.attempts.clone(), quotas)))
    .notifier(mail::notifier(&config.mail, &base, clock.clone())?)
    .factors(FactorConfig::new("Exam"))
    .api_keys(ApiKeyConfig::new(ApiKeyPrefix::new("exam")?))
    .default_role("student".parse()?)
    .first_user_role("admin".parse()?)
    .build()?;
    let purge = auth.purge.clone();
    hourly("forgetting what is over", move || {
        let purge = purge.clone();
        async move { purge.run().await }
    });

    let mut wall = Wall::standard(Arc::new(auth.authenticator.clone()), Arc::new(queue.clone()));
    wall.client_info = wall.client_info.peer_from(peer_address);
    if config.generous {
        let limiter = LocalLimiter::new(Arc::new(MemoryLimiter::default()), clock);
        wall.rate_limit = RateLimitLayer::per_client(limiter, "http.ip", limits::GENEROUS);
    }
    let errands = auth.errands.clone();
    let app = App::new(stores, log, signing)?.service(auth, wall);
    server.say(include_str!("try.txt"))?;
    server.serve(app).await?;
    // Mails under way go out before the end.
    if tokio::time::timeout(SHUTDOWN_GRACE, errands.finished()).await.is_err() {
        tracing::warn!("ended with mails unsent");
    }
    Ok(queue.shutdown().await?)
}
