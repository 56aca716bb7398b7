//! Refresh tokens: races and replays.

use crate::harness::client::Client;
use crate::harness::hello::{Hello, PASSWORD, Tokens};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use stockade::audit::{AuditLog, MemoryAuditStore};
use stockade::authn::Authenticate;
use stockade::authn::access::TokenConfig;
use stockade::core::{ManualClock, Secret, SystemClock, SystemEntropy};
use stockade::crypto_at_rest::field::Fields;
use stockade::crypto_at_rest::ring::{KeyRing, Keys};
use stockade::flows::{
    Auth, AuthSecrets, AuthStores, Call, Login, LoginRequest, Renewal, SignUpRequest, TokenPair,
};
use stockade::sqlite::Sqlite;
use stockade_testkit::test_clock;
use tokio::task::JoinSet;

/// Rounds over HTTP. The laws of the session stores do 200 rounds on memory and on SQLite; here each costs 16 requests with
/// two flushes to the disk each.
const ROUNDS: usize = 50;

#[tokio::test]
async fn asvs_v10_4_5_race_sixteen_refreshes_at_once_make_one_child_and_sign_nobody_out() {
    let hello = Hello::start();
    let tabs: Vec<Client> = (0..16).map(|n| hello.client_number(n)).collect();
    let mut current = tabs[0].join("ada@example.org").await;
    for round in 0..ROUNDS {
        let mut racers = JoinSet::new();
        for tab in tabs.clone() {
            let token = current.refresh.clone();
            racers.spawn(async move { Tokens::from(&tab.refresh(&token).await.expect(200)) });
        }
        let children = racers.join_all().await;
        let distinct: HashSet<_> = children.iter().map(|tokens| &tokens.refresh).collect();
        assert_eq!(distinct.len(), 1, "round {round}: one child");
        assert!(!distinct.contains(&current.refresh), "round {round}: the token was spent");
        current = children.into_iter().next().unwrap();
    }
    tabs[0].me(&current.access).await.expect(200);
    assert_eq!(tabs[0].session_ids(&current.access).await.len(), 1);
    let reuse = tabs[0].audit(&current.access, "action=auth.refresh_reuse&").await;
    assert!(reuse.is_empty(), "nobody was taken for a thief: {reuse:?}");
}

#[tokio::test]
async fn asvs_v10_4_5_replay_of_a_token_from_two_renewals_ago_ends_the_family() {
    let hello = Hello::start();
    let client = hello.client();
    let stolen = client.join("ada@example.org").await;
    let second = Tokens::from(&client.refresh(&stolen.refresh).await.expect(200));
    let third = Tokens::from(&client.refresh(&second.refresh).await.expect(200));
    let elsewhere = client.login("ada@example.org").await;

    client.refresh(&stolen.refresh).await.expect_error(401, "invalid_refresh_token");
    for tokens in [&stolen, &second, &third] {
        client.refresh(&tokens.refresh).await.expect_error(401, "invalid_refresh_token");
        client.me(&tokens.access).await.expect_error(401, "invalid_token");
    }
    client.me(&elsewhere.access).await.expect(200);
    let reuse = client.audit(&elsewhere.access, "action=auth.refresh_reuse&").await;
    assert_eq!(reuse.len(), 1, "{reuse:?}");
    assert_eq!((&reuse[0]["outcome"], &reuse[0]["reason"]), (&"denied".into(), &"reuse".into()));
}

/// The flows on a SQLite file, under a clock that stands still: the grace of ten seconds takes no time.
struct World {
    auth: Auth,
    clock: Arc<ManualClock>,
    _folder: tempfile::TempDir,
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(Sqlite::open(folder.path().join("house.db")).await.unwrap());
        let ring = KeyRing::generate(&SystemEntropy, &SystemClock::new());
        let fields = Fields::new(Keys::new(ring.unwrap()), Arc::new(SystemEntropy));
        let secrets = AuthSecrets::random(Arc::new(fields), &SystemEntropy).unwrap();
        let tokens = TokenConfig::new("https://id.example.org", "https://api.example.org");
        let log = Arc::new(AuditLog::new(Arc::new(MemoryAuditStore::default())));
        let clock = test_clock();
        let auth = Auth::builder(AuthStores::all_in(store), secrets, tokens, log).clock(clock.clone());
        Self { auth: auth.build().unwrap(), clock, _folder: folder }
    }

    async fn join(&self, email: &str) -> TokenPair {
        let password = || Secret::new(PASSWORD.to_owned());
        let request = SignUpRequest { name: "Ada".into(), email: email.into(), password: password() };
        self.auth.sign_up.run(request, &Call::default()).await.unwrap().into_result().unwrap();
        let request = LoginRequest { email: email.into(), password: password() };
        match self.auth.login.run(request, &Call::default()).await.unwrap() {
            Login::SignedIn(pair) => pair,
            other => panic!("{other:?}"),
        }
    }

    async fn refresh(&self, pair: &TokenPair) -> Option<TokenPair> {
        match self.auth.refresh.run(pair.refresh_token.expose(), &Call::default()).await.unwrap() {
            Renewal::Renewed(pair) => Some(pair),
            _ => None,
        }
    }

    async fn is_let_in(&self, pair: &TokenPair) -> bool {
        self.auth.authenticator.authenticate(pair.access_token.expose()).resolve().await.is_ok()
    }
}

#[tokio::test]
async fn replay_after_the_grace_ends_the_family_and_its_access_tokens() {
    let world = World::new().await;
    let stolen = world.join("ada@example.org").await;
    let child = world.refresh(&stolen).await.unwrap();
    world.clock.advance(Duration::from_secs(9));
    let twin = world.refresh(&stolen).await.expect("within the grace a second tab gets the same child");
    assert_eq!(twin.refresh_token.expose(), child.refresh_token.expose());
    assert!(world.is_let_in(&child).await);

    world.clock.advance(Duration::from_secs(2));
    assert!(world.refresh(&stolen).await.is_none());
    assert!(world.refresh(&child).await.is_none(), "the thief and the owner are both out");
    for pair in [&stolen, &child, &twin] {
        assert!(!world.is_let_in(pair).await);
    }
}

#[tokio::test]
async fn clock_jump_backwards_revives_no_spent_token() {
    let world = World::new().await;
    let stolen = world.join("ada@example.org").await;
    let child = world.refresh(&stolen).await.unwrap();
    world.clock.advance(Duration::from_secs(60));
    assert!(world.refresh(&stolen).await.is_none());
    world.clock.jump_to(stockade_testkit::TEST_START);
    assert!(world.refresh(&stolen).await.is_none());
    assert!(world.refresh(&child).await.is_none());
}

#[tokio::test]
async fn guessing_refresh_tokens_neither_works_nor_fills_the_log() {
    let hello = Hello::start();
    let client = hello.client();
    let ada = client.join("ada@example.org").await;
    let flip = |at: usize| {
        let mut token = ada.refresh.clone();
        let other = if &token[at..=at] == "A" { "B" } else { "A" };
        token.replace_range(at..=at, other);
        token
    };
    for at in [0, 4, 10, 30, 60, ada.refresh.len() - 2] {
        client.refresh(&flip(at)).await.expect_error(401, "invalid_refresh_token");
    }
    client.refresh(&ada.refresh).await.expect(200);
    let events = client.audit(&ada.access, "action=auth.refresh&").await;
    assert_eq!(events.len(), 1, "only the genuine one: {events:?}");
}
