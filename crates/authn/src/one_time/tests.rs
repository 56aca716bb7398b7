mod keys;

use super::*;
use proptest::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use stockade_core::{
    Clock, Entropy, EntropyError, ManualClock, Secret, StoreError, StoreErrorKind, SubjectId, SystemEntropy,
    UnixMillis,
};

fn keys(byte: u8) -> OneTimeKeys {
    OneTimeKeys::new(&Secret::new([byte; 32]))
}

fn start() -> UnixMillis {
    UnixMillis::from_secs(1_700_000_000)
}

fn ada() -> SubjectId {
    "ada".parse().unwrap()
}

struct Bench {
    store: Arc<MemoryOneTimeTokens>,
    clock: Arc<ManualClock>,
    tokens: OneTimeTokens,
}

fn bench() -> Bench {
    let (store, clock) = (Arc::new(MemoryOneTimeTokens::new()), Arc::new(ManualClock::at(start())));
    let tokens = OneTimeTokens::new(store.clone(), keys(1), clock.clone(), Arc::new(SystemEntropy));
    Bench { store, clock, tokens }
}

impl Bench {
    async fn issue(&self, purpose: Purpose) -> Secret<String> {
        self.tokens.issue(purpose, &ada(), Bound::new("v1").unwrap()).await.unwrap().token
    }

    async fn redeem(&self, purpose: Purpose, token: &Secret<String>) -> Redemption {
        self.tokens.redeem(purpose, token.expose()).await.unwrap()
    }
}

#[cfg(feature = "laws")]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn asvs_v15_4_2_the_memory_store_keeps_the_laws() {
    laws::all(Arc::new(MemoryOneTimeTokens::new())).await;
}

#[tokio::test]
async fn asvs_v6_5_1_replay_of_a_spent_token_is_refused() {
    let bench = bench();
    for purpose in Purpose::ALL {
        let token = bench.issue(purpose).await;
        let grant = Grant { subject: ada(), bound: Bound::new("v1").unwrap(), issued_at: start() };
        let found = bench.tokens.find(purpose, token.expose()).await.unwrap();
        assert_eq!(found.as_ref(), Some(&grant));
        assert_eq!(bench.redeem(purpose, &token).await, Redemption::Redeemed(grant));
        assert_eq!(bench.redeem(purpose, &token).await, Redemption::Refused);
        assert_eq!(bench.tokens.find(purpose, token.expose()).await.unwrap(), None);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn asvs_v6_5_1_race_of_64_redemptions_has_one_winner() {
    let bench = bench();
    for purpose in Purpose::ALL {
        let token = bench.issue(purpose).await;
        let mut racers = tokio::task::JoinSet::new();
        for _ in 0..64 {
            let (tokens, token) = (bench.tokens.clone(), token.clone());
            racers.spawn(async move { tokens.redeem(purpose, token.expose()).await.unwrap() });
        }
        let won = racers.join_all().await.into_iter().filter(|r| *r != Redemption::Refused).count();
        assert_eq!(won, 1, "{purpose:?}");
    }
}

#[tokio::test]
async fn asvs_v9_2_2_confusion_a_token_of_one_purpose_is_none_of_another() {
    let bench = bench();
    for purpose in Purpose::ALL {
        let token = bench.issue(purpose).await;
        let body = token.expose().trim_start_matches(purpose.prefix());
        for other in Purpose::ALL.into_iter().filter(|other| *other != purpose) {
            let relabelled = Secret::new(format!("{}{body}", other.prefix()));
            for text in [&token, &relabelled] {
                assert_eq!(bench.redeem(other, text).await, Redemption::Refused, "{purpose:?} as {other:?}");
                let attempted = bench.tokens.attempt(other, text.expose()).await.unwrap();
                assert_eq!(attempted, AttemptOutcome::Refused);
            }
        }
        assert!(matches!(bench.redeem(purpose, &token).await, Redemption::Redeemed(_)), "nothing was spent");
    }
}

/// A store of which nothing may be asked.
#[derive(Default)]
struct Untouchable(AtomicUsize);

impl Untouchable {
    fn touched<T>(&self) -> Result<T, StoreError> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Err(StoreError::unavailable("asked"))
    }
}

#[async_trait::async_trait]
impl OneTimeTokenStore for Untouchable {
    async fn issue(&self, _: OneTimeRecord, _: std::num::NonZeroU32) -> Result<(), StoreError> {
        self.touched()
    }
    async fn find(
        &self,
        _: OneTimeDigest,
        _: Purpose,
        _: UnixMillis,
    ) -> Result<Option<OneTimeRecord>, StoreError> {
        self.touched()
    }
    async fn attempt(&self, _: OneTimeDigest, _: Purpose, _: UnixMillis) -> Result<Attempted, StoreError> {
        self.touched()
    }
    async fn take(
        &self,
        _: OneTimeDigest,
        _: Purpose,
        _: UnixMillis,
    ) -> Result<Option<OneTimeRecord>, StoreError> {
        self.touched()
    }
    async fn void(&self, _: &SubjectId, _: Option<Purpose>) -> Result<u64, StoreError> {
        self.touched()
    }
    async fn purge(&self, _: UnixMillis) -> Result<u64, StoreError> {
        self.touched()
    }
}

#[tokio::test]
async fn flood_of_forged_tokens_never_reaches_the_store_and_its_failure_refuses() {
    let store = Arc::new(Untouchable::default());
    let clock = Arc::new(ManualClock::at(start()));
    let tokens = OneTimeTokens::new(store.clone(), keys(1), clock, Arc::new(SystemEntropy));
    for purpose in Purpose::ALL {
        let (forged, _) = keys(2).make(purpose, &SystemEntropy).unwrap();
        for text in ["", "ot1_", "mfa1_", "ot1_AAAA", "rt1_", forged.expose(), &"A".repeat(1 << 20)] {
            assert_eq!(tokens.redeem(purpose, text).await.unwrap(), Redemption::Refused);
            assert_eq!(tokens.attempt(purpose, text).await.unwrap(), AttemptOutcome::Refused);
            assert_eq!(tokens.find(purpose, text).await.unwrap(), None);
        }
        assert_eq!(store.0.load(Ordering::Relaxed), 0);
    }
    let (ours, _) = keys(1).make(Purpose::ResetPassword, &SystemEntropy).unwrap();
    let failed = tokens.redeem(Purpose::ResetPassword, ours.expose()).await.unwrap_err();
    assert!(matches!(&failed, OneTimeError::Store(e) if e.kind() == StoreErrorKind::Unavailable));
    assert!(tokens.issue(Purpose::ResetPassword, &ada(), Bound::none()).await.is_err());
}

#[tokio::test]
async fn asvs_v6_5_5_tokens_live_as_long_as_their_purpose_allows_and_no_longer() {
    const EXPECTED: [(Purpose, u64); 4] = [
        (Purpose::VerifyEmail, 24 * 3600),
        (Purpose::ChangeEmail, 3600),
        (Purpose::ResetPassword, 900),
        (Purpose::MfaPending, 300),
    ];
    for (purpose, secs) in EXPECTED {
        for (age, good) in
            [(Duration::from_millis(secs * 1000 - 1), true), (Duration::from_secs(secs), false)]
        {
            let bench = bench();
            let issued = bench.tokens.issue(purpose, &ada(), Bound::none()).await.unwrap();
            assert_eq!(issued.expires_in, Duration::from_secs(secs));
            bench.clock.advance(age);
            let redemption = bench.redeem(purpose, &issued.token).await;
            assert_eq!(redemption != Redemption::Refused, good, "{purpose:?} after {age:?}");
        }
    }
    assert!(Purpose::MfaPending.max_lifetime() <= Duration::from_secs(600), "ASVS 6.5.5");
}

#[tokio::test]
async fn a_lifetime_can_be_set_within_its_bounds_only() {
    for purpose in Purpose::ALL {
        for refused in [Duration::ZERO, Duration::from_millis(999), purpose.max_lifetime() * 2] {
            let error = bench().tokens.with_lifetime(purpose, refused).unwrap_err();
            assert!(error.to_string().contains(purpose.name()));
        }
        assert!(bench().tokens.with_lifetime(purpose, purpose.max_lifetime()).is_ok());
    }
    let bench = bench();
    let short = bench.tokens.clone().with_lifetime(Purpose::ResetPassword, Duration::from_secs(2)).unwrap();
    let issued = short.issue(Purpose::ResetPassword, &ada(), Bound::none()).await.unwrap();
    bench.clock.advance(issued.expires_in);
    assert_eq!(bench.redeem(Purpose::ResetPassword, &issued.token).await, Redemption::Refused);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn asvs_v6_6_3_brute_force_behind_a_pending_token_ends_after_five_attempts() {
    let bench = bench();
    let token = bench.issue(Purpose::MfaPending).await;
    let mut racers = tokio::task::JoinSet::new();
    for _ in 0..64 {
        let (tokens, token) = (bench.tokens.clone(), token.clone());
        racers.spawn(async move { tokens.attempt(Purpose::MfaPending, token.expose()).await.unwrap() });
    }
    let counted = racers.join_all().await.into_iter().filter(|a| *a != AttemptOutcome::Refused).count();
    assert_eq!(counted, 5);
    bench.clock.jump_to(start().minus(Duration::from_secs(3600)));
    let later = bench.tokens.attempt(Purpose::MfaPending, token.expose()).await.unwrap();
    assert_eq!(later, AttemptOutcome::Refused, "no clock gives attempts back");
}

#[test]
fn asvs_v6_4_1_mailed_tokens_are_random_short_lived_and_single_use() {
    let mailed = [Purpose::VerifyEmail, Purpose::ChangeEmail, Purpose::ResetPassword];
    for purpose in mailed {
        assert_eq!(purpose.attempts().get(), 1);
        assert!(purpose.default_lifetime() <= Duration::from_secs(24 * 3600));
        let (one, two) = (keys(1).make(purpose, &SystemEntropy), keys(1).make(purpose, &SystemEntropy));
        assert_ne!(one.unwrap().0, two.unwrap().0);
    }
    assert!(Purpose::ResetPassword.max_lifetime() <= Duration::from_secs(3600));
}

/// Entropy that says how much was drawn.
#[derive(Debug, Default)]
struct Counting(AtomicUsize);

impl Entropy for Counting {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError> {
        self.0.fetch_add(buffer.len(), Ordering::Relaxed);
        buffer.fill(0xa5);
        Ok(())
    }
}

#[derive(Debug)]
struct NoEntropy;

impl Entropy for NoEntropy {
    fn fill(&self, _: &mut [u8]) -> Result<(), EntropyError> {
        Err(EntropyError)
    }
}

#[tokio::test]
async fn asvs_v6_5_3_a_token_is_256_bits_of_the_given_entropy_or_is_not_issued() {
    let drawn = Counting::default();
    let (token, _) = keys(1).make(Purpose::ResetPassword, &drawn).unwrap();
    assert_eq!(drawn.0.load(Ordering::Relaxed), 32);
    assert!(token.expose().starts_with(&format!("ot1_{}", "paWl".repeat(10))), "they stand in the token");
    let Bench { store, clock, .. } = bench();
    let tokens = OneTimeTokens::new(store, keys(1), clock, Arc::new(NoEntropy));
    let failed = tokens.issue(Purpose::ResetPassword, &ada(), Bound::none()).await;
    assert!(matches!(failed, Err(OneTimeError::Entropy(_))));
}

#[tokio::test]
async fn clock_jump_back_does_not_revive_a_token_that_was_seen_expired() {
    let bench = bench();
    let token = bench.issue(Purpose::ResetPassword).await;
    bench.clock.advance(Duration::from_secs(901));
    assert_eq!(bench.redeem(Purpose::ResetPassword, &token).await, Redemption::Refused);
    bench.clock.jump_to(start());
    assert_eq!(bench.redeem(Purpose::ResetPassword, &token).await, Redemption::Refused);

    let token = bench.issue(Purpose::ResetPassword).await;
    bench.clock.jump_to(UnixMillis::from_millis(u64::MAX));
    assert_eq!(bench.tokens.purge().await.unwrap(), 1);
    bench.clock.jump_to(start());
    assert_eq!(bench.redeem(Purpose::ResetPassword, &token).await, Redemption::Refused);
    assert_eq!(bench.clock.now(), start());
}

#[tokio::test]
async fn voided_tokens_and_the_oldest_beyond_three_are_refused() {
    let bench = bench();
    let mut tokens = Vec::new();
    for _ in 0..4 {
        tokens.push(bench.issue(Purpose::ResetPassword).await);
        bench.clock.advance(Duration::from_secs(1));
    }
    assert_eq!(bench.redeem(Purpose::ResetPassword, &tokens[0]).await, Redemption::Refused);
    assert!(matches!(bench.redeem(Purpose::ResetPassword, &tokens[1]).await, Redemption::Redeemed(_)));
    assert_eq!(bench.tokens.void(&ada(), Some(Purpose::ResetPassword)).await.unwrap(), 2);
    assert_eq!(bench.redeem(Purpose::ResetPassword, &tokens[3]).await, Redemption::Refused);
}

#[tokio::test]
async fn nothing_prints_a_token_a_key_or_an_address() {
    let bench = bench();
    let bound = Bound::new("v1 ada@example.org").unwrap();
    let issued = bench.tokens.issue(Purpose::ResetPassword, &ada(), bound.clone()).await.unwrap();
    let grant = bench.tokens.find(Purpose::ResetPassword, issued.token.expose()).await.unwrap();
    let digest = keys(1).read(Purpose::ResetPassword, issued.token.expose()).unwrap();
    let shown =
        format!("{issued:?} {grant:?} {digest:?} {:?} {:?} {:?}", keys(65), bench.tokens, bench.store);
    assert!(
        !shown.contains(issued.token.expose()) && !shown.contains("65") && !shown.contains("ada@"),
        "{shown}"
    );
    assert_eq!(Bound::new("x".repeat(513)), Err(InvalidBound::TooLong));
    assert_eq!(Bound::new("a\0b"), Err(InvalidBound::ControlCharacter));
}

#[tokio::test]
async fn flood_a_full_store_takes_no_further_token_until_it_is_purged() {
    let bench = bench();
    bench.store.fill(MemoryOneTimeTokens::MAX_TOKENS, |n| {
        let mut digest = [0; 32];
        digest[..8].copy_from_slice(&n.to_be_bytes());
        OneTimeRecord {
            digest: OneTimeDigest::from_bytes(digest),
            purpose: Purpose::VerifyEmail,
            subject: format!("user-{n}").parse().unwrap(),
            bound: Bound::none(),
            issued_at: start(),
            expires_at: start().plus(Duration::from_secs(60)),
            attempts_left: 1,
        }
    });
    let full = bench.tokens.issue(Purpose::ResetPassword, &ada(), Bound::none()).await.unwrap_err();
    assert!(matches!(full, OneTimeError::Store(e) if e.kind() == StoreErrorKind::Unavailable));
    bench.clock.advance(Duration::from_secs(61));
    assert_eq!(bench.tokens.purge().await.unwrap(), MemoryOneTimeTokens::MAX_TOKENS as u64);
    assert!(bench.tokens.issue(Purpose::ResetPassword, &ada(), Bound::none()).await.is_ok());
}

#[test]
fn purposes_read_back_by_name() {
    for purpose in Purpose::ALL {
        assert_eq!(Purpose::from_name(purpose.name()), Some(purpose));
        assert!(purpose.default_lifetime() <= purpose.max_lifetime());
    }
    assert_eq!(Purpose::from_name("Verify_Email"), None);
}

proptest! {
    #[test]
    fn what_is_kept_is_the_newest(times in proptest::collection::vec(0_u64..50, 0..12), max in 1_u32..5) {
        let live: Vec<_> = times
            .iter()
            .enumerate()
            .map(|(n, at)| (OneTimeDigest::from_bytes([n as u8; 32]), UnixMillis::from_millis(*at)))
            .collect();
        let gone = surplus_tokens(live.clone(), std::num::NonZeroU32::new(max).unwrap());
        prop_assert_eq!(live.len() - gone.len(), live.len().min(max as usize - 1));
        let (out, kept): (Vec<_>, Vec<_>) = live.iter().partition(|(digest, _)| gone.contains(digest));
        let newest_gone = out.iter().map(|(_, at)| *at).max().unwrap_or_default();
        prop_assert!(kept.iter().all(|(_, at)| *at >= newest_gone));
    }
}
