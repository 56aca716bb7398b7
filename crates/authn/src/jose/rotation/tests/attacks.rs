use super::*;
use crate::jose::rotation::line::Line;
use crate::jose::rotation::record;
use crate::{Authenticate, AuthenticateError, Authenticator};
use proptest::prelude::*;

#[tokio::test]
async fn a_token_of_a_dropped_key_is_refused() {
    let world = world().await;
    let token = world.token(&world.keys);
    let _ = world.keys.rotate_now().await.unwrap();
    world.clock.advance(DAY);
    assert_eq!(world.verify(&world.keys, &world.token(&world.keys)), Ok(()));
    world.clock.advance(25 * HOUR);
    world.keys.tick().await.unwrap();
    world.clock.jump_to(UnixMillis::from_secs(1_700_000_000));
    assert_eq!(world.verify(&world.keys, &token), Err(JwsError::UnknownKey.into()), "whatever its times say");
}

#[tokio::test]
async fn theft_of_a_key_is_answered_by_dropping_all_at_once_remembered_tokens_too() {
    let world = world().await;
    let elsewhere = world.another().await;
    let _ = world.keys.rotate_now().await.unwrap();
    elsewhere.tick().await.unwrap();
    let token = world.token(&world.keys);
    let verifier = AccessVerifier::new(world.keys.clone(), config(), world.clock.clone()).unwrap();
    let authenticator = Authenticator::insecure_without_revocation(verifier);
    assert!(authenticator.authenticate(&token).resolve().await.is_ok());

    let stolen = ids(&world.keys);
    let emergency = world.keys.emergency().await.unwrap();
    assert_eq!(emergency.dropped, stolen, "the announced one was in the same record");
    assert_eq!(ids(&world.keys), [emergency.active]);
    let refused = authenticator.authenticate(&token).resolve().await;
    assert!(matches!(refused, Err(AuthenticateError::Token(TokenError::Jws(JwsError::UnknownKey)))));
    assert_eq!(world.verify(&elsewhere, &token), Ok(()), "not known there yet");
    assert!(elsewhere.tick().await.unwrap().reloaded);
    assert_eq!(world.verify(&elsewhere, &token), Err(JwsError::UnknownKey.into()));
    let new = world.token(&elsewhere);
    assert!(authenticator.authenticate(&new).resolve().await.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn race_of_many_processes_makes_one_new_key() {
    let world = world().await;
    for round in 1..6_u32 {
        world.clock.jump_to(UnixMillis::from_secs(1_700_000_000).plus(90 * round * DAY));
        let mut processes = tokio::task::JoinSet::new();
        for _ in 0..16 {
            let keys = world.another().await;
            processes.spawn(async move {
                let tick = keys.tick().await.unwrap();
                (tick.announced, ids(&keys))
            });
        }
        let outcomes = processes.join_all().await;
        let announced: Vec<_> = outcomes.iter().filter_map(|(announced, _)| announced.clone()).collect();
        assert_eq!(announced.len(), 1, "round {round}");
        world.keys.tick().await.unwrap();
        assert!(outcomes.iter().all(|(_, held)| *held == ids(&world.keys)), "all hold the same keys");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn race_of_first_starts_makes_one_first_key() {
    let store: Arc<dyn SigningKeyStore> = Arc::new(MemorySigningKeys::new());
    let clock = Arc::new(ManualClock::at(UnixMillis::from_secs(1_700_000_000)));
    let mut processes = tokio::task::JoinSet::new();
    for _ in 0..32 {
        let (store, clock) = (store.clone(), clock.clone());
        processes.spawn(async move { ids(&process(&store, &clock).await.unwrap()) });
    }
    let held = processes.join_all().await;
    assert!(held.iter().all(|ids| ids.len() == 1 && *ids == held[0]));
}

#[tokio::test]
async fn rollback_of_the_record_is_refused_and_the_newer_keys_stay() {
    let world = world().await;
    let old = world.store.load().await.unwrap().unwrap();
    world.keys.emergency().await.unwrap();
    let held = ids(&world.keys);

    // Under its own version, as from a backup.
    let backup: Arc<dyn SigningKeyStore> = Arc::new(MemorySigningKeys::new());
    let _ = backup.replace(None, old.bytes.clone()).await.unwrap();
    let refused = world.keys.shared_with(backup).tick().await;
    assert!(matches!(refused, Err(SigningKeysError::Rollback { seen: 2, found: 1 })), "{refused:?}");
    let emptied = world.keys.shared_with(Arc::new(MemorySigningKeys::new())).tick().await;
    assert!(matches!(emptied, Err(SigningKeysError::Rollback { seen: 2, found: 0 })), "{emptied:?}");

    // Under a newer version, by whoever can write to the store.
    let _ = world.store.replace(Some(2), old.bytes).await.unwrap();
    assert!(matches!(world.keys.tick().await, Err(SigningKeysError::Seal(SealError::Refused))));
    assert_eq!(ids(&world.keys), held);
    assert_eq!(world.verify(&world.keys, &world.token(&world.keys)), Ok(()));
    let fresh = process(&world.store, &world.clock).await;
    assert!(matches!(fresh, Err(SigningKeysError::Seal(SealError::Refused))));
}

#[tokio::test]
async fn asvs_v16_2_5_no_secret_is_printed() {
    let world = world().await;
    let record = world.store.load().await.unwrap().unwrap();
    let seed = &record.bytes[record.bytes.len() - 32..];
    let printed = format!("{:?} {:?} {record:?}", world.keys, world.keys.keys());
    let list = |bytes: &[u8]| bytes.iter().map(u8::to_string).collect::<Vec<_>>().join(", ");
    assert!(!printed.contains(&list(&seed[..4])), "{printed}");
    assert!(printed.contains(ids(&world.keys)[0].as_str()), "it does say which keys");
}

fn line(n: usize) -> Line {
    let at = |n: usize| UnixMillis::from_secs(n as u64);
    let mut line = Line::begin(at(0), &SystemEntropy).unwrap();
    for i in 1..n {
        line.announce(at(i), &RotationSchedule::default(), &SystemEntropy).unwrap();
    }
    line
}

#[test]
fn truncation_and_growth_of_a_record_are_refused() {
    for n in 1..=16 {
        let bytes = record::write(&line(n));
        assert_eq!(record::read(&bytes).unwrap().ids(), line_ids(&bytes));
        for length in 0..bytes.len() {
            assert!(record::read(&bytes[..length]).is_err());
        }
        assert!(record::read(&[&bytes[..], &[0]].concat()).is_err());
    }
    assert!(record::read(&record::write(&line(17))).is_err());
}

fn line_ids(bytes: &[u8]) -> Vec<KeyId> {
    let seeds = bytes[2..].chunks(49).map(|entry| <[u8; 32]>::try_from(&entry[17..]).unwrap());
    seeds
        .map(|seed| crate::jose::SigningKey::ed25519_from_seed(&Secret::new(seed)).unwrap().id().clone())
        .collect()
}

#[test]
fn confusion_of_form_algorithm_and_order_is_refused() {
    let bytes = record::write(&line(2));
    for (at, value) in [(0, 0), (0, 2), (1, 0), (1, 1), (1, 3), (2, 0), (2, 2), (51, 9)] {
        let mut changed = bytes.to_vec();
        changed[at] = value;
        assert!(record::read(&changed).is_err(), "{at}");
    }
    let (first, second) = (&bytes[2..51], &bytes[51..]);
    assert!(record::read(&[&bytes[..2], second, first].concat()).is_err(), "out of order");
    let twice = [&bytes[..2], first, first].concat();
    assert!(record::read(&twice).unwrap().trusted().is_err(), "one key twice");
}

proptest! {
    #[test]
    fn no_record_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = record::read(&bytes);
    }

    /// Whatever the clock does, there is a key to sign with, it is trusted, and the record can be read again.
    #[test]
    fn no_walk_of_the_clock_leaves_a_service_without_a_key(
        walk in prop::collection::vec((0_u64..40_000_000_000, any::<bool>()), 1..30),
    ) {
        let schedule = RotationSchedule::default();
        let mut line = line(1);
        for (at, rotate) in walk {
            let now = UnixMillis::from_millis(at);
            line.advance(now, &schedule, &SystemEntropy).unwrap();
            if rotate && line.announced(now).is_none() && !line.is_full() {
                line.announce(now, &schedule, &SystemEntropy).unwrap();
            }
            prop_assert!(line.entries.len() <= 16);
            let signing = line.signing(now).unwrap().id().clone();
            prop_assert!(line.trusted().unwrap().jwks().keys.len() == line.entries.len());
            line = record::read(&record::write(&line)).unwrap();
            prop_assert_eq!(line.signing(now).unwrap().id(), &signing);
        }
    }
}
