mod accounts;
mod administration;
mod enumeration;
mod hashing;
mod journeys;
mod mail;
mod mfa;
mod recording;
mod requirements;
mod resets;

use crate::*;
use std::net::IpAddr;
use std::sync::Arc;
use stockade_audit::{AuditLog, MemoryAuditStore, Query};
use stockade_authn::Authenticate;
use stockade_authn::access::TokenConfig;
use stockade_authn::password::{Argon2Params, Peppers};
use stockade_core::{
    ClientInfo, Event, ManualClock, Principal, Problem, Recorder, Secret, StoreError, SystemEntropy,
    UnixMillis,
};

const PASSWORD: &str = "correct horse battery staple";

struct World {
    auth: Auth,
    log: AuditLog,
    clock: Arc<ManualClock>,
    recorder: Arc<Switchable>,
}

fn world() -> World {
    world_with(|builder| builder)
}

fn world_with(adjust: impl FnOnce(AuthBuilder) -> AuthBuilder) -> World {
    let clock = Arc::new(ManualClock::at(UnixMillis::from_secs(1_700_000_000)));
    let log = AuditLog::new(Arc::new(MemoryAuditStore::default()));
    let recorder = Arc::new(Switchable { log: log.clone(), failing: false.into() });
    let (stores, secrets) = (AuthStores::in_memory(), AuthSecrets::random(seal(), &SystemEntropy).unwrap());
    let builder = Auth::builder(
        stores,
        secrets,
        TokenConfig::new("https://id.test", "https://api.test"),
        recorder.clone(),
    )
    .argon2(Argon2Params::insecure_for_tests())
    .first_user_role("admin".parse().unwrap())
    .clock(clock.clone());
    World { auth: adjust(builder).build().unwrap(), log, clock, recorder }
}

fn seal() -> Arc<dyn stockade_core::Seal> {
    let ring =
        stockade_crypto_at_rest::ring::KeyRing::generate(&SystemEntropy, &stockade_core::SystemClock::new());
    let keys = stockade_crypto_at_rest::ring::Keys::new(ring.unwrap());
    Arc::new(stockade_crypto_at_rest::field::Fields::new(keys, Arc::new(SystemEntropy)))
}

impl World {
    async fn sign_up(&self, email: &str) -> SignUp {
        let request = SignUpRequest {
            name: "Somebody".into(),
            email: email.into(),
            password: Secret::new(PASSWORD.into()),
        };
        self.auth.sign_up.run(request, &call()).await.unwrap()
    }

    async fn try_login(&self, email: &str, password: &str, call: &Call) -> Login {
        let request = LoginRequest { email: email.into(), password: Secret::new(password.into()) };
        self.auth.login.run(request, call).await.unwrap()
    }

    async fn login(&self, email: &str) -> TokenPair {
        self.try_login(email, PASSWORD, &call()).await.into_result().unwrap()
    }

    async fn refresh(&self, token: &Secret<String>) -> Result<TokenPair, Problem> {
        self.auth.refresh.run(token.expose(), &call()).await.unwrap().into_result()
    }

    async fn caller(&self, pair: &TokenPair) -> Option<Principal> {
        self.auth.authenticator.authenticate(pair.access_token.expose()).resolve().await.ok()
    }

    /// Action, outcome and reason of every event, oldest first.
    async fn events(&self) -> Vec<(String, &'static str, String)> {
        let page = self.log.query(&Query::new()).await.unwrap();
        let line = |event: &Event| {
            let reason = event.reason.as_deref().unwrap_or_default().to_owned();
            (event.action.to_string(), event.outcome.as_str(), reason)
        };
        page.records.iter().rev().map(|record| line(&record.event)).collect()
    }
}

fn call() -> Call {
    call_from([203, 0, 113, 7].into())
}

fn call_from(ip: IpAddr) -> Call {
    Call::new(ClientInfo::at(ip).with_user_agent("test/1.0"), Some("req-1".parse().unwrap()))
}

/// A recorder that can be out of order.
struct Switchable {
    log: AuditLog,
    failing: std::sync::atomic::AtomicBool,
}

#[async_trait::async_trait]
impl Recorder for Switchable {
    async fn record(&self, event: Event) -> Result<(), StoreError> {
        if self.failing.load(std::sync::atomic::Ordering::SeqCst) {
            return Err(StoreError::unavailable("the disk is full"));
        }
        self.log.record(event).await
    }
}
