mod impersonation;

use super::*;
use crate::access::*;
use crate::jose::{KeyRing, SigningKey};
use crate::refresh::RefreshKeys;
use crate::{Authenticate, AuthenticateError, Authentication, Authenticator};
use std::sync::Arc;
use std::time::Duration;
use stockade_core::{
    AuthMethods, ClientInfo, Clock, ManualClock, Secret, SessionId, StoreError, SubjectId, SystemEntropy,
    UnixMillis,
};

#[cfg(feature = "laws")]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn race_memory_holds_to_the_laws() {
    laws::all(Arc::new(MemorySessions::new()), 200).await;
}

#[tokio::test]
async fn flood_of_sessions_fills_no_memory() {
    let (store, clock) = (MemorySessions::new(), UnixMillis::from_secs(1_700_000_000));
    let record = |n: u32| {
        let mut id = [0; 16];
        id[..4].copy_from_slice(&n.to_be_bytes());
        SessionRecord {
            id: SessionId::from_bytes(id),
            subject: "ada".parse().unwrap(),
            client: ClientInfo::unknown(),
            created_at: clock,
            methods: AuthMethods::NONE,
            credential_version: 0,
            last_seen_at: clock,
            idle_expires_at: clock,
            expires_at: clock,
            current: crate::refresh::TokenDigest::from_bytes([0; 32]),
            last_rotation: None,
            ended: None,
        }
    };
    let full = Arc::new(store);
    full.fill(MemorySessions::MAX_SESSIONS, |n| record(u32::try_from(n).unwrap()));
    let refused = full.open(record(u32::MAX), Concurrency::Unlimited).await;
    assert!(refused.is_err_and(|error| error.kind() == stockade_core::StoreErrorKind::Unavailable));
    full.purge(clock.plus(Duration::from_secs(1))).await.unwrap();
    assert!(full.open(record(u32::MAX), Concurrency::Unlimited).await.is_ok());
}

struct World {
    clock: Arc<ManualClock>,
    store: Arc<Switchable>,
    sessions: Sessions,
    issuer: AccessIssuer,
    authenticator: Authenticator,
    config: SessionConfig,
    keys: Arc<KeyRing>,
}

fn world(config: SessionConfig) -> World {
    let clock = Arc::new(ManualClock::at(UnixMillis::from_secs(1_700_000_000)));
    clock.advance(Duration::from_secs(3600));
    let store = Arc::new(Switchable::default());
    let keys = Arc::new(KeyRing::new(SigningKey::generate_ed25519(&SystemEntropy).unwrap(), []).unwrap());
    let token = TokenConfig::new("https://id.test", "https://api.test");
    let issuer = AccessIssuer::new(keys.clone(), token, clock.clone(), Arc::new(SystemEntropy)).unwrap();
    let (sessions, authenticator) = process(&clock, &store, &keys, &config);
    World { clock, store, sessions, issuer, authenticator, config, keys }
}

/// One process over the shared store: its own memory of what it has seen.
fn process(
    clock: &Arc<ManualClock>,
    store: &Arc<Switchable>,
    keys: &Arc<KeyRing>,
    config: &SessionConfig,
) -> (Sessions, Authenticator) {
    let refresh = RefreshKeys::new(&Secret::new([9; 32]));
    let sessions =
        Sessions::new(store.clone(), refresh, config.clone(), clock.clone(), Arc::new(SystemEntropy))
            .unwrap();
    let token = TokenConfig::new("https://id.test", "https://api.test");
    let verifier = AccessVerifier::new(keys.trusted().clone(), token, clock.clone()).unwrap();
    (sessions.clone(), Authenticator::new(verifier, sessions))
}

impl World {
    fn subject(&self) -> SubjectId {
        "ada".parse().unwrap()
    }

    async fn open(&self) -> OpenedSession {
        self.sessions
            .open(SignIn::new(self.subject(), ClientInfo::unknown(), AuthMethods::NONE))
            .await
            .unwrap()
    }

    fn access_token(&self, binding: SessionBinding) -> String {
        let grant = Grant::new(self.subject()).in_session(binding);
        self.issuer.issue(grant).unwrap().token.expose().clone()
    }

    fn another_process(&self) -> (Sessions, Authenticator) {
        process(&self.clock, &self.store, &self.keys, &self.config)
    }

    async fn refreshed(&self, token: &Secret<String>) -> (SessionBinding, Secret<String>) {
        match self.sessions.refresh(token.expose()).await.unwrap() {
            Refresh::Renewed(next) => (next.binding, next.refresh_token),
            Refresh::Refused(why) => panic!("refused: {why:?}"),
        }
    }
}

#[tokio::test]
async fn asvs_v10_4_5_replay_of_a_refresh_token_revokes_the_family_and_its_access_tokens() {
    let world = world(SessionConfig::default());
    let opened = world.open().await;
    let (binding, second) = world.refreshed(&opened.refresh_token).await;
    let access = world.access_token(binding);
    assert!(world.authenticator.authenticate(&access).resolve().await.is_ok());

    world.clock.advance(world.config.grace);
    let replayed = world.sessions.refresh(opened.refresh_token.expose()).await.unwrap();
    assert!(matches!(replayed, Refresh::Refused(RefreshRefusal::Reused { .. })), "{replayed:?}");
    let heir = world.sessions.refresh(second.expose()).await.unwrap();
    assert!(matches!(heir, Refresh::Refused(RefreshRefusal::Over { .. })), "{heir:?}");
    let refused = world.authenticator.authenticate(&access).resolve().await;
    assert!(matches!(refused, Err(AuthenticateError::SessionOver)), "{refused:?}");
}

#[tokio::test]
async fn two_tabs_within_the_grace_get_the_same_successor_and_both_stay_signed_in() {
    let world = world(SessionConfig::default());
    let opened = world.open().await;
    let (_, one) = world.refreshed(&opened.refresh_token).await;
    world.clock.advance(Duration::from_secs(3));
    let (_, two) = world.refreshed(&opened.refresh_token).await;
    assert_eq!(one, two);
    world.refreshed(&one).await;
}

#[tokio::test]
async fn forgery_garbage_that_names_a_session_neither_asks_the_store_nor_ends_it() {
    let world = world(SessionConfig::default());
    let opened = world.open().await;
    let asked = world.store.calls();
    let mut forged = opened.refresh_token.expose().clone();
    forged.replace_range(60..64, "AAAA");
    for text in [forged.as_str(), "", "rt1_", "garbage", &"A".repeat(100_000)] {
        let refused = world.sessions.refresh(text).await.unwrap();
        assert!(matches!(refused, Refresh::Refused(RefreshRefusal::NotOurs)), "{text:.20}");
        let (ending, _) = world.sessions.end_by_token(text).await.unwrap();
        assert_eq!(ending, Ending::Unknown);
    }
    assert_eq!(world.store.calls(), asked, "refused without asking the store");
    world.refreshed(&opened.refresh_token).await;
}

#[tokio::test]
async fn the_common_case_asks_no_store() {
    let world = world(SessionConfig::default());
    let access = world.access_token(world.open().await.binding);
    let first = world.authenticator.authenticate(&access);
    assert!(matches!(first, Authentication::Pending(_)), "nothing is remembered yet");
    assert!(first.resolve().await.is_ok());
    let asked = world.store.calls();
    for _ in 0..1000 {
        assert!(matches!(world.authenticator.authenticate(&access), Authentication::Ready(Ok(_))));
    }
    assert_eq!(world.store.calls(), asked);
}

#[tokio::test]
async fn asvs_v7_4_1_logout_stops_the_access_token_at_once_here_and_within_the_staleness_elsewhere() {
    let world = world(SessionConfig::default());
    let opened = world.open().await;
    let access = world.access_token(opened.binding);
    let (_, elsewhere) = world.another_process();
    assert!(world.authenticator.authenticate(&access).resolve().await.is_ok());
    assert!(elsewhere.authenticate(&access).resolve().await.is_ok());

    let (ending, _) = world.sessions.end_by_token(opened.refresh_token.expose()).await.unwrap();
    assert_eq!(ending, Ending::Ended { subject: world.subject() });
    let here = world.authenticator.authenticate(&access);
    assert!(matches!(here, Authentication::Ready(Err(AuthenticateError::SessionOver))));

    world.clock.advance(world.config.max_staleness - Duration::from_millis(1));
    assert!(elsewhere.authenticate(&access).resolve().await.is_ok(), "the stated bound, not less");
    world.clock.advance(Duration::from_millis(1));
    assert!(elsewhere.authenticate(&access).resolve().await.is_err(), "the stated bound, not more");
}

#[tokio::test]
async fn clock_jump_of_the_wall_does_not_stretch_the_staleness() {
    let world = world(SessionConfig::default());
    let opened = world.open().await;
    let access = world.access_token(opened.binding);
    let (_, elsewhere) = world.another_process();
    assert!(elsewhere.authenticate(&access).resolve().await.is_ok());
    let _ = world.sessions.end_by_token(opened.refresh_token.expose()).await.unwrap();
    world.clock.advance(world.config.max_staleness);
    world.clock.jump_to(world.clock.now().minus(world.config.max_staleness));
    assert!(elsewhere.authenticate(&access).resolve().await.is_err());
}

#[tokio::test]
async fn asvs_v8_3_2_a_raised_security_version_outdates_access_tokens_and_a_refresh_mends_it() {
    let world = world(SessionConfig::default());
    let opened = world.open().await;
    let old = world.access_token(opened.binding);
    assert!(world.authenticator.authenticate(&old).resolve().await.is_ok());
    let (_, elsewhere) = world.another_process();
    assert!(elsewhere.authenticate(&old).resolve().await.is_ok());

    assert_eq!(world.sessions.raise_security_version(&world.subject()).await.unwrap(), 1);
    let outdated = world.authenticator.authenticate(&old).resolve().await;
    assert!(matches!(outdated, Err(AuthenticateError::Superseded)), "{outdated:?}");

    let (binding, _) = world.refreshed(&opened.refresh_token).await;
    let new = world.access_token(binding);
    assert!(world.authenticator.authenticate(&new).resolve().await.is_ok());
    assert!(
        elsewhere.authenticate(&new).resolve().await.is_ok(),
        "a stale memory does not refuse a newer token"
    );
    assert!(elsewhere.authenticate(&old).resolve().await.is_err());
}

#[tokio::test]
async fn asvs_v7_4_5_ending_all_sessions_of_a_subject_stops_every_token() {
    let world = world(SessionConfig::default());
    let (one, two) = (world.open().await, world.open().await);
    let tokens = [world.access_token(one.binding), world.access_token(two.binding)];
    let ended = world.sessions.end_all(&world.subject(), EndReason::LogoutAll).await.unwrap();
    assert_eq!(ended.len(), 2);
    for access in &tokens {
        assert!(world.authenticator.authenticate(access).resolve().await.is_err());
    }
    for opened in [one, two] {
        let refused = world.sessions.refresh(opened.refresh_token.expose()).await.unwrap();
        assert!(matches!(refused, Refresh::Refused(RefreshRefusal::Over { .. })));
    }
}

#[tokio::test]
async fn asvs_v16_5_3_a_store_out_of_reach_refuses() {
    let world = world(SessionConfig::default());
    let access = world.access_token(world.open().await.binding);
    world.store.fail(true);
    let refused = world.authenticator.authenticate(&access).resolve().await;
    assert!(matches!(refused, Err(AuthenticateError::Store(_))), "{refused:?}");
    world.store.fail(false);
    assert!(world.authenticator.authenticate(&access).resolve().await.is_ok(), "a failure is not remembered");
}

#[tokio::test]
async fn asvs_v7_3_1_and_7_3_2_idle_and_absolute_timeouts_end_access_too() {
    let config = SessionConfig::default().with_timeouts(Duration::from_secs(60), Duration::from_secs(90));
    let world = world(config);
    let opened = world.open().await;
    let access = world.access_token(opened.binding);
    assert!(world.authenticator.authenticate(&access).resolve().await.is_ok());
    world.clock.advance(Duration::from_secs(59));
    let (_, next) = world.refreshed(&opened.refresh_token).await;
    assert!(world.authenticator.authenticate(&access).resolve().await.is_ok(), "renewed");
    world.clock.advance(Duration::from_secs(31));
    assert!(world.authenticator.authenticate(&access).resolve().await.is_err(), "past the absolute end");
    let refused = world.sessions.refresh(next.expose()).await.unwrap();
    assert!(matches!(refused, Refresh::Refused(RefreshRefusal::Over { .. })));
}

#[tokio::test]
async fn confusion_a_token_bound_to_anothers_session_is_refused() {
    let world = world(SessionConfig::default());
    let binding = world.open().await.binding;
    let grant = Grant::new("mallory".parse().unwrap()).in_session(binding);
    let token = world.issuer.issue(grant).unwrap().token.expose().clone();
    let owners = world.access_token(binding);
    assert!(world.authenticator.authenticate(&token).resolve().await.is_err());
    assert!(world.authenticator.authenticate(&owners).resolve().await.is_ok(), "nor does it end the session");
    assert!(world.authenticator.authenticate(&token).resolve().await.is_err(), "remembered or not");
    let unbound = Grant::new(world.subject());
    let token = world.issuer.issue(unbound).unwrap().token.expose().clone();
    assert!(
        world.authenticator.authenticate(&token).resolve().await.is_err(),
        "no session, no way to call it back"
    );
}

#[test]
fn asvs_v7_1_1_settings_without_sense_are_refused() {
    let default = SessionConfig::default;
    assert_eq!(default().validate(), Ok(()));
    let secs = Duration::from_secs;
    for (config, error) in [
        (default().with_timeouts(secs(0), secs(60)), SessionConfigError::Timeouts),
        (default().with_timeouts(secs(61), secs(60)), SessionConfigError::Timeouts),
        (default().with_timeouts(secs(60), secs(401 * 86_400)), SessionConfigError::Absolute),
        (default().with_grace(secs(61)), SessionConfigError::Grace),
        (default().with_max_staleness(secs(61)), SessionConfigError::Staleness),
    ] {
        assert_eq!(config.validate(), Err(error));
    }
    assert!(serde_json::from_str::<SessionConfig>(r#"{"grace_secs":5,"concurrency":{"max":3}}"#).is_ok());
    assert!(serde_json::from_str::<SessionConfig>(r#"{"grace":5}"#).is_err(), "unknown keys are refused");
}

/// A memory store that counts its calls and can be out of reach.
#[derive(Default)]
struct Switchable {
    inner: MemorySessions,
    failing: std::sync::atomic::AtomicBool,
    calls: std::sync::atomic::AtomicUsize,
}

impl Switchable {
    fn fail(&self, failing: bool) {
        self.failing.store(failing, std::sync::atomic::Ordering::SeqCst);
    }

    fn calls(&self) -> usize {
        self.calls.load(std::sync::atomic::Ordering::SeqCst)
    }

    fn reach(&self) -> Result<&MemorySessions, StoreError> {
        self.calls.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        match self.failing.load(std::sync::atomic::Ordering::SeqCst) {
            true => Err(StoreError::unavailable("switched off")),
            false => Ok(&self.inner),
        }
    }
}

#[async_trait::async_trait]
impl SessionStore for Switchable {
    async fn open(&self, session: SessionRecord, concurrency: Concurrency) -> Result<Opened, StoreError> {
        self.reach()?.open(session, concurrency).await
    }

    async fn rotate(&self, id: SessionId, attempt: &RotationAttempt) -> Result<Rotation, StoreError> {
        self.reach()?.rotate(id, attempt).await
    }

    async fn end(
        &self,
        id: SessionId,
        owner: Option<&SubjectId>,
        reason: EndReason,
        now: UnixMillis,
    ) -> Result<Ending, StoreError> {
        self.reach()?.end(id, owner, reason, now).await
    }

    async fn end_all(
        &self,
        subject: &SubjectId,
        reason: EndReason,
        now: UnixMillis,
    ) -> Result<Vec<SessionId>, StoreError> {
        self.reach()?.end_all(subject, reason, now).await
    }

    async fn end_others(
        &self,
        subject: &SubjectId,
        kept: SessionId,
        reason: EndReason,
        now: UnixMillis,
    ) -> Result<OthersEnding, StoreError> {
        self.reach()?.end_others(subject, kept, reason, now).await
    }

    async fn raise_security_version(&self, subject: &SubjectId) -> Result<u64, StoreError> {
        self.reach()?.raise_security_version(subject).await
    }

    async fn standing(&self, id: SessionId, now: UnixMillis) -> Result<Standing, StoreError> {
        self.reach()?.standing(id, now).await
    }

    async fn list(&self, subject: &SubjectId, now: UnixMillis) -> Result<Vec<SessionRecord>, StoreError> {
        self.reach()?.list(subject, now).await
    }

    async fn purge(&self, before: UnixMillis) -> Result<u64, StoreError> {
        self.reach()?.purge(before).await
    }
}
