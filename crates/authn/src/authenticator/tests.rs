//! Every sort of credential in the place of every other.

use super::*;
use crate::access::{AccessIssuer, Grant, TokenConfig};
use crate::api_key::{
    ApiKeyConfig, ApiKeyName, ApiKeyPrefix, ApiKeyRefusal, Issuance, MemoryApiKeys, NewApiKey, WithoutRoles,
};
use crate::jose::{KeyRing, SigningKey};
use crate::one_time::{OneTimeKeys, Purpose};
use crate::refresh::RefreshKeys;
use crate::session::{MemorySessions, Refresh, RefreshRefusal, SessionConfig, SignIn};
use stockade_core::{
    AuthMethod, AuthMethods, ClientInfo, Clock, ManualClock, Secret, SystemEntropy, UnixMillis,
};

struct World {
    authenticator: Authenticator,
    without_keys: Authenticator,
    sessions: Sessions,
    access: String,
    refresh: String,
    api_key: String,
    pending: String,
}

async fn world() -> World {
    let clock = Arc::new(ManualClock::at(UnixMillis::from_secs(1_700_000_000)));
    let ring = Arc::new(KeyRing::new(SigningKey::generate_ed25519(&SystemEntropy).unwrap(), []).unwrap());
    let config = TokenConfig::new("https://id.test", "https://api.test");
    let entropy = Arc::new(SystemEntropy);
    let issuer = AccessIssuer::new(ring.clone(), config.clone(), clock.clone(), entropy.clone()).unwrap();
    let verifier = AccessVerifier::new(ring.trusted().clone(), config, clock.clone()).unwrap();
    let sessions = Sessions::new(
        Arc::new(MemorySessions::new()),
        RefreshKeys::new(&Secret::new([1; 32])),
        SessionConfig::default(),
        clock.clone(),
        entropy.clone(),
    )
    .unwrap();
    let methods = AuthMethods::of(AuthMethod::Password);
    let sign_in = SignIn::new("ada".parse().unwrap(), ClientInfo::unknown(), methods);
    let opened = sessions.open(sign_in).await.unwrap();
    let grant =
        Grant::new("ada".parse().unwrap()).in_session(opened.binding).authenticated(clock.now(), methods);
    let keys = ApiKeys::new(
        Arc::new(MemoryApiKeys::new()),
        Arc::new(WithoutRoles),
        ApiKeyConfig::new(ApiKeyPrefix::new("acme").unwrap()),
        clock,
        entropy,
    )
    .unwrap();
    let name = ApiKeyName::parse("export").unwrap();
    let wanted = NewApiKey::new("ada".parse().unwrap(), name, ["invoice:read".parse().unwrap()]);
    let Issuance::Issued(issued) = keys.issue(wanted).await.unwrap() else { panic!("too many") };
    let (pending, _) =
        OneTimeKeys::new(&Secret::new([2; 32])).make(Purpose::MfaPending, &SystemEntropy).unwrap();
    let without_keys = Authenticator::new(verifier, sessions.clone());
    World {
        authenticator: without_keys.clone().with_api_keys(keys),
        without_keys,
        sessions,
        access: issuer.issue(grant).unwrap().token.expose().clone(),
        refresh: opened.refresh_token.expose().clone(),
        api_key: issued.key.expose().clone(),
        pending: pending.expose().clone(),
    }
}

impl World {
    async fn reason(&self, bearer: &str) -> &'static str {
        match self.authenticator.authenticate(bearer).resolve().await {
            Ok(_) => "accepted",
            Err(error) => error.reason(),
        }
    }
}

#[tokio::test]
async fn each_credential_is_accepted_for_what_it_is() {
    let world = world().await;
    let person = world.authenticator.authenticate(&world.access).resolve().await.unwrap();
    assert_eq!((person.api_key_id(), person.methods().is_empty()), (None, false));
    let program = world.authenticator.authenticate(&world.api_key).resolve().await.unwrap();
    assert!(program.api_key_id().is_some() && program.auth_time().is_none());
    assert!(world.without_keys.authenticate(&world.access).resolve().await.is_ok());
}

#[tokio::test]
async fn confusion_a_refresh_token_is_no_access_token() {
    let world = world().await;
    assert_eq!(world.reason(&world.refresh).await, "token_malformed");
}

#[tokio::test]
async fn confusion_an_access_token_or_an_api_key_is_no_refresh_token() {
    let world = world().await;
    for text in [&world.access, &world.api_key, &world.pending] {
        let refused = world.sessions.refresh(text).await.unwrap();
        assert!(matches!(refused, Refresh::Refused(RefreshRefusal::NotOurs)), "{refused:?}");
    }
    assert!(matches!(world.sessions.refresh(&world.refresh).await, Ok(Refresh::Renewed(_))));
}

#[tokio::test]
async fn asvs_v9_2_2_confusion_a_pending_token_is_no_bearer() {
    let world = world().await;
    assert!(world.pending.starts_with("mfa1_"));
    assert_eq!(world.reason(&world.pending).await, "token_malformed");
}

#[tokio::test]
async fn confusion_an_api_key_is_no_access_token_where_keys_are_not_taken() {
    let world = world().await;
    let refused = world.without_keys.authenticate(&world.api_key).resolve().await;
    assert!(matches!(refused, Err(AuthenticateError::Token(_))), "{refused:?}");
}

#[tokio::test]
async fn confusion_an_access_token_in_the_clothes_of_an_api_key_is_neither() {
    let world = world().await;
    for text in [format!("acme_{}", world.access), format!("acme_{}", world.pending)] {
        let refused = world.authenticator.authenticate(&text).resolve().await;
        assert!(
            matches!(refused, Err(AuthenticateError::ApiKey(ApiKeyRefusal::Text(_)))),
            "judged as a key and as nothing else: {refused:?}"
        );
    }
    let bare = world.api_key.trim_start_matches("acme_");
    assert_eq!(world.reason(bare).await, "token_malformed");
    assert_eq!(world.reason(&format!("{}.{}", world.access, world.api_key)).await, "token_malformed");
}
