use super::*;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use stockade_authn::Purpose;
use stockade_core::{ManualClock, StoreErrorKind, UnixMillis};
use stockade_ratelimit::{LocalLimiter, MemoryLimiter};
use tokio::task::JoinSet;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

const ALL: [Purpose; 11] = [
    Purpose::LOGIN,
    Purpose::SIGN_UP,
    Purpose::MFA,
    Purpose::BACKUP_CODE,
    Purpose::RESET,
    Purpose::RESET_REQUEST,
    Purpose::VERIFY,
    Purpose::VERIFY_REQUEST,
    Purpose::REAUTHENTICATE,
    Purpose::API_KEY,
    Purpose::literal("exam.unlock"),
];

fn guard() -> (LimitedAttempts, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::at(UnixMillis::default()));
    let limiter = LocalLimiter::new(Arc::new(MemoryLimiter::default()), clock.clone());
    (LimitedAttempts::new(Arc::new(limiter), AttemptLimits::default()), clock)
}

fn ip(n: usize) -> Option<IpAddr> {
    Some(Ipv4Addr::from(u32::try_from(n).unwrap()).into())
}

async fn admits(guard: &LimitedAttempts, purpose: Purpose, account: &str, ip: Option<IpAddr>) -> bool {
    guard.admit(&Attempt::new(purpose, account, ip)).await.unwrap() == Admission::Proceed
}

/// How many of 200 attempts pass, the n-th at `about(n)`.
async fn passed(
    guard: &LimitedAttempts,
    purpose: Purpose,
    about: impl Fn(usize) -> (String, Option<IpAddr>),
) -> usize {
    let mut passed = 0;
    for n in 0..200 {
        let (account, ip) = about(n);
        passed += usize::from(admits(guard, purpose, &account, ip).await);
    }
    passed
}

fn burst(quota: Option<Quota>) -> usize {
    quota.map_or(200, |quota| quota.burst_size() as usize)
}

#[tokio::test]
async fn asvs_v6_3_1_and_6_6_3_each_secret_is_limited_by_account_network_and_pair() {
    for purpose in ALL {
        let limits = *AttemptLimits::default().of(purpose);
        let by_account = burst(limits.per_account);
        let by_network = burst(limits.per_ip);
        let everywhere = passed(&guard().0, purpose, |n| ("ada".into(), ip(n))).await;
        assert_eq!(everywhere, by_account, "{purpose} at one account from many networks");
        let one_network = passed(&guard().0, purpose, |n| (format!("user{n}"), ip(0))).await;
        assert_eq!(one_network, by_network, "{purpose} from one network at many accounts");
        let pair = passed(&guard().0, purpose, |_| ("ada".into(), ip(0))).await;
        assert_eq!(
            pair,
            by_account.min(by_network).min(burst(limits.per_pair)),
            "{purpose} from one network at one account"
        );
        assert!(pair < 200, "{purpose} has a limit");
    }
}

#[tokio::test]
async fn lockout_one_network_leaves_the_owner_a_part_of_the_budget() {
    let (guard, _) = guard();
    assert_eq!(passed(&guard, Purpose::LOGIN, |_| ("ada".into(), ip(1))).await, 5);
    assert!(admits(&guard, Purpose::LOGIN, "ada", ip(2)).await);
}

#[tokio::test]
async fn asvs_v6_6_3_patient_guessing_is_bounded_in_the_long_run() {
    let (guard, clock) = guard();
    let mut counts = [0; 2];
    for minute in 0..3 * 24 * 60 {
        for (count, purpose) in counts.iter_mut().zip([Purpose::LOGIN, Purpose::MFA]) {
            while admits(&guard, purpose, "ada", ip(minute)).await {
                *count += 1;
            }
        }
        clock.advance(Duration::from_secs(60));
    }
    assert_eq!(counts, [100 + 3 * 100, 50 + 3 * 50].map(|most| most - 1), "burst, and three days");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn asvs_v15_4_2_race_of_64_guesses_admits_exactly_the_limit() {
    for purpose in ALL {
        let (guard, _) = guard();
        let mut guesses = JoinSet::new();
        for n in 0..64 {
            let guard = guard.clone();
            guesses.spawn(async move { admits(&guard, purpose, "ada", ip(n)).await });
        }
        let admitted = guesses.join_all().await.into_iter().filter(|admitted| *admitted).count();
        let limits = AttemptLimits::default();
        assert_eq!(admitted, burst(limits.of(purpose).per_account).min(64), "{purpose}");
    }
}

#[tokio::test]
async fn confusion_of_purposes_spends_nobody_elses_budget() {
    let (guard, _) = guard();
    for purpose in ALL {
        let _ = passed(&guard, purpose, |n| ("ada".into(), ip(n))).await;
    }
    for purpose in ALL {
        assert!(admits(&guard, purpose, "bob", ip(1_000)).await, "{purpose}");
    }
    let (guard, _) = self::guard();
    let _ = passed(&guard, Purpose::LOGIN, |_| ("ada".into(), ip(0))).await;
    for purpose in ALL.into_iter().filter(|purpose| *purpose != Purpose::LOGIN) {
        assert!(admits(&guard, purpose, "ada", ip(0)).await, "{purpose}");
    }
}

#[tokio::test]
async fn a_refused_attempt_is_charged_to_no_limit() {
    let (guard, _) = guard();
    let _ = passed(&guard, Purpose::LOGIN, |n| ("ada".into(), ip(n % 20))).await;
    let fresh = passed(&guard, Purpose::LOGIN, |n| (format!("user{n}"), ip(19))).await;
    assert_eq!(fresh, 20, "a network whose tries at a locked account were all refused has its whole budget");
}

#[tokio::test]
async fn flood_ipv6_rotation_within_a_64_is_one_network() {
    let (guard, _) = guard();
    let host =
        |n: usize| Some(IpAddr::V6(Ipv6Addr::from((0x2001_0db8_u128 << 96) | u128::try_from(n).unwrap())));
    assert_eq!(passed(&guard, Purpose::LOGIN, |n| (format!("user{n}"), host(n))).await, 20);
    assert!(admits(&guard, Purpose::LOGIN, "ada", Some("2001:db8:0:1::1".parse().unwrap())).await);
}

#[tokio::test]
async fn a_refusal_is_notable_once_a_minute_for_each_purpose_and_network() {
    let (guard, clock) = guard();
    for minute in 0..3 {
        for purpose in [Purpose::LOGIN, Purpose::MFA] {
            let mut notable = 0;
            for _ in 0..50 {
                let attempt = Attempt::new(purpose, "ada", ip(1));
                if let Admission::Wait { notable: true, .. } = guard.admit(&attempt).await.unwrap() {
                    notable += 1;
                }
            }
            assert_eq!(notable, 1, "{purpose} in minute {minute}");
        }
        clock.advance(Duration::from_secs(60));
    }
}

#[tokio::test]
async fn whoever_waits_as_long_as_told_gets_through() {
    for purpose in ALL {
        let (guard, clock) = guard();
        let _ = passed(&guard, purpose, |_| ("ada".into(), ip(0))).await;
        let attempt = Attempt::new(purpose, "ada", ip(0));
        let Admission::Wait { after, .. } = guard.admit(&attempt).await.unwrap() else {
            panic!("{purpose} is spent")
        };
        assert!(after <= DAY / 3, "{purpose}: {after:?}");
        clock.advance(after);
        assert!(admits(&guard, purpose, "ada", ip(0)).await, "{purpose}");
    }
}

struct Broken;

#[async_trait::async_trait]
impl Limiter for Broken {
    async fn measure(&self, _: &[Charge]) -> Result<Verdict, StoreError> {
        Err(StoreError::unavailable("connection refused"))
    }
}

#[tokio::test]
async fn downgrade_by_an_outage_of_the_limiter_admits_nobody() {
    let guard = LimitedAttempts::new(Arc::new(Broken), AttemptLimits::default());
    for purpose in ALL {
        let error = guard.admit(&Attempt::new(purpose, "ada", ip(0))).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{purpose}");
    }
}
