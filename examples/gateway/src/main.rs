//! A gateway to language models: one address over several upstreams, for those who may.
//!
//! What it shows and what to try stands in `README.md`.

mod access;
mod app;
mod ask;
mod chat;
mod events;
mod filter;
mod options;
mod relay;
mod roles;
mod tls;
mod upstream;
mod verdict;
mod visit;

use app::{Forwarder, Gateway};
use clap::Parser;
use example_support::{
    bind, data_folder, demo_accounts, exit, hourly, init_logs, load_secrets, open_key_ring,
};
use filter::Filter;
use options::{Options, Rules, keys};
use std::{error::Error, process::ExitCode, sync::Arc};
use stockade::audit::{AuditLog, AuditQueue, QueueConfig};
use stockade::authn::access::TokenConfig;
use stockade::authn::api_key::{ApiKeyConfig, ApiKeyPrefix};
use stockade::axum::peer_address;
use stockade::core::{Clock, Secret, SystemClock, SystemEntropy};
use stockade::flows::{Auth, AuthStores};
use stockade::provider_health::{Background, Member, Notice, Pool, Provider, Strategy, TokioTimer};
use stockade::tower::{HttpClassifier, Wall};
use stockade::{rbac::Policy, sqlite::Sqlite};
use upstream::Upstream;
use verdict::{Verdict, inspecting};

/// The accounts of `SEED_DEMO_ACCOUNTS`: the name before `@gateway.example`, and the role.
const DEMO: [(&str, &str); 4] =
    [("guest", "guest"), ("viewer", "viewer"), ("user", "user"), ("admin", "admin")];

#[tokio::main]
async fn main() -> ExitCode {
    init_logs();
    exit(run(Options::parse()).await)
}

async fn run(options: Options) -> Result<(), Box<dyn Error>> {
    options.check()?;
    data_folder(&options.data)?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let store = Arc::new(Sqlite::open(options.data.join("gateway.db")).await?);
    let stores = AuthStores::all_in(store.clone());
    let secrets = load_secrets(&options.data, &open_key_ring(&options.data)?)?;
    let log = AuditLog::new(store.clone());
    // A transaction for each request would cost as much as all the rest of it.
    let queue = AuditQueue::start(store, QueueConfig { linger_ms: 10, ..QueueConfig::default() })?;
    let forwarder = forwarder(&options, clock.clone())?;
    let _announcer = announce(forwarder.pool())?;

    let server = bind(options.listen).await?;
    if options.seed_demo_accounts {
        let peppers = secrets.peppers.clone();
        server.say(&demo_accounts(&stores, peppers, &*clock, "gateway.example", &DEMO).await?)?;
    }
    let tokens = TokenConfig::new("https://gateway.example", "https://gateway.example");
    let auth = Auth::builder(stores.clone(), secrets, tokens, Arc::new(log.clone()))
        .api_keys(ApiKeyConfig::new(ApiKeyPrefix::new("gateway")?))
        .default_role("guest".parse()?)
        .first_user_role("admin".parse()?)
        .build()?;
    let purge = auth.purge.clone();
    hourly("forgetting what is over", move || {
        let purge = purge.clone();
        async move { purge.run().await }
    });

    let mut wall = Wall::standard(Arc::new(auth.authenticator.clone()), Arc::new(queue.clone()));
    wall.client_info = wall.client_info.peer_from(peer_address);
    let policy = Arc::new(Policy::from_toml(include_str!("../policy.toml"))?);
    let patience = options.stall();
    let filter = Filter::of(&options.guard, queue.clone(), clock.clone())?;
    let app = Gateway { policy, stores, log, forwarder, filter, clock, patience }.service(auth, wall);
    server.say(include_str!("try.txt"))?;
    server.serve(app).await?;
    Ok(queue.shutdown().await?)
}

/// All upstreams as one, healthy until their calls show something else.
fn forwarder(options: &Options, clock: Arc<dyn Clock>) -> Result<Forwarder, Box<dyn Error>> {
    let rules = Rules::load(options.rules.as_deref())?;
    let keys = keys(&options.upstreams, |name| std::env::var(name).ok().map(Secret::new))?;
    let mut members = Vec::new();
    for place in &options.upstreams {
        let provider = Provider::new(place.name.clone(), rules.provider, clock.clone(), &SystemEntropy)?;
        members.push(Member::new(provider));
    }
    let pool = Pool::new(rules.pool, Strategy::default(), members, clock.clone(), &SystemEntropy)?;
    let upstreams = options.upstreams.iter().cloned().zip(keys);
    let ca = options.upstream_ca.as_deref();
    let tls = if options.needs_tls() { tls::trusting(ca)? } else { tls::trusting_nobody()? };
    let upstreams = upstreams.map(|(place, key)| Upstream::new(place, key, tls.clone())).collect();
    let verdict = Verdict(HttpClassifier::new(clock.clone()));
    let forwarder = Forwarder::new(pool, upstreams, verdict, clock, TokioTimer)?
        .deadline(options.deadline())
        .stall_after(options.stall());
    Ok(inspecting(forwarder))
}

/// Tells the log of every change.
fn announce(pool: &Pool) -> Result<Background, Box<dyn Error>> {
    let mut watch = pool.watch()?;
    Ok(Background::spawn(async move {
        loop {
            match watch.next().await {
                Notice::Changed(event) => {
                    let change = event.transition;
                    tracing::info!(provider = %event.provider, old = %change.old, new = %change.new, reason = ?change.reason, "an upstream changed");
                }
                Notice::Missed(count) => tracing::warn!(count, "changes of upstreams were missed"),
            }
        }
    }))
}
