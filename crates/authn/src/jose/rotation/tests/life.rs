use super::*;
use std::sync::RwLock;
use std::sync::atomic::{AtomicBool, Ordering};

#[tokio::test]
async fn asvs_v13_3_4_a_key_is_announced_signs_retires_and_goes() {
    use KeyPhase::{Active, Announced, Retired};
    let world = world().await;
    let first = active(&world.keys);
    assert_eq!(world.phases(), [Active]);
    world.clock.advance(89 * DAY - Duration::from_millis(1));
    assert_eq!(world.keys.tick().await.unwrap(), Tick::default());

    world.clock.advance(Duration::from_millis(1));
    let second = world.keys.tick().await.unwrap().announced.unwrap();
    assert_eq!((world.phases(), active(&world.keys)), (vec![Active, Announced], first.clone()));
    assert_eq!(world.keys.jwks().keys.len(), 2, "published before it signs");
    assert_eq!(world.keys.tick().await.unwrap(), Tick::default(), "once");

    world.clock.advance(DAY);
    assert_eq!(
        (world.phases(), active(&world.keys)),
        (vec![Retired, Active], second.clone()),
        "without a tick"
    );
    world.clock.advance(25 * HOUR - Duration::from_millis(1));
    assert_eq!(world.keys.tick().await.unwrap(), Tick::default());
    world.clock.advance(Duration::from_millis(1));
    assert_eq!(world.keys.tick().await.unwrap().dropped, [first]);
    assert_eq!(ids(&world.keys), [second]);
}

/// Two processes, one of which looks at the store once an hour only.
#[tokio::test]
async fn tokens_issued_before_during_and_after_a_rotation_all_verify() {
    const STEP: Duration = Duration::from_secs(450);
    let world = world().await;
    let elsewhere = world.another().await;
    let (mut tokens, mut signers) = (Vec::new(), std::collections::HashSet::new());
    world.clock.advance(88 * DAY);
    for step in 0..4 * 24 * 8 {
        world.keys.tick().await.unwrap();
        if step % 8 == 7 {
            elsewhere.tick().await.unwrap();
        }
        for keys in [&world.keys, &elsewhere] {
            signers.insert(active(keys));
            tokens.push((world.clock.now(), world.token(keys)));
        }
        tokens.retain(|(at, _)| world.clock.now().since(*at) < config().access_ttl);
        for (_, token) in &tokens {
            assert_eq!(world.verify(&world.keys, token), Ok(()));
            assert_eq!(world.verify(&elsewhere, token), Ok(()));
        }
        world.clock.advance(STEP);
    }
    assert_eq!((signers.len(), world.phases().len()), (2, 1), "the old key signed, and is gone");
}

/// Rotations come at any moment; only the clock waits until a token that was just signed is judged.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_rotation_shows_without_a_restart_and_under_load() {
    let world = Arc::new(world().await);
    let verifier = AccessVerifier::new(world.keys.clone(), config(), world.clock.clone()).unwrap();
    let (stop, hour) = (Arc::new(AtomicBool::new(false)), Arc::new(RwLock::new(())));
    let mut load = tokio::task::JoinSet::new();
    for _ in 0..3 {
        let (world, verifier, stop, hour) = (world.clone(), verifier.clone(), stop.clone(), hour.clone());
        load.spawn_blocking(move || {
            let mut judged = 0;
            while !stop.load(Ordering::SeqCst) {
                let _now = hour.read().unwrap();
                assert_eq!(verifier.verify(&world.token(&world.keys)).map(drop), Ok(()));
                judged += 1;
            }
            judged
        });
    }
    for _ in 0..12 {
        assert!(matches!(world.keys.rotate_now().await.unwrap(), RotateNow::Announced { .. }));
        tokio::time::sleep(Duration::from_millis(2)).await;
        let _nobody = hour.write().unwrap();
        world.clock.advance(DAY);
    }
    stop.store(true, Ordering::SeqCst);
    assert!(load.join_all().await.into_iter().all(|judged: u64| judged > 0));
    assert_eq!(world.keys.keys().len(), 13);
}

#[tokio::test]
async fn rotating_now_announces_once_and_stops_where_there_is_no_room() {
    let world = world().await;
    let RotateNow::Announced { id, activates_at } = world.keys.rotate_now().await.unwrap() else {
        panic!("there was none")
    };
    assert_eq!(activates_at, world.clock.now().plus(DAY));
    let again = world.keys.rotate_now().await.unwrap();
    assert_eq!(again, RotateNow::AlreadyAnnounced { id, activates_at });
    for _ in 0..14 {
        world.clock.advance(DAY);
        let _ = world.keys.rotate_now().await.unwrap();
    }
    world.clock.advance(DAY);
    assert!(matches!(world.keys.rotate_now().await, Err(SigningKeysError::Full)));
    assert_eq!(world.keys.tick().await.unwrap().dropped.len(), 13);
    assert!(world.keys.rotate_now().await.is_ok());
}

#[tokio::test]
async fn clock_jump_ahead_and_back_leaves_a_service_that_signs_and_rotates() {
    let world = world().await;
    let (start, before) = (world.clock.now(), world.token(&world.keys));
    world.clock.jump_to(start.plus(400 * DAY));
    for _ in 0..3 {
        world.keys.tick().await.unwrap();
        world.clock.advance(26 * HOUR);
    }
    world.keys.tick().await.unwrap();
    world.clock.jump_to(start);
    let token = world.token(&world.keys);
    assert_eq!(world.verify(&world.keys, &token), Ok(()));
    assert_eq!(
        world.verify(&world.keys, &before),
        Err(JwsError::UnknownKey.into()),
        "dropped while the clock was wrong: sign in again"
    );
    world.keys.tick().await.unwrap();
    assert!(world.keys.keys()[0].activates_at <= start, "and its life counts from now");
    world.clock.advance(90 * DAY);
    assert!(world.keys.tick().await.unwrap().announced.is_some());
}

#[tokio::test]
async fn clock_jump_ahead_while_a_key_is_announced_does_not_hold_up_the_next() {
    let world = world().await;
    let start = world.clock.now();
    world.clock.jump_to(start.plus(200 * DAY));
    let announced = world.keys.tick().await.unwrap().announced.unwrap();
    world.clock.jump_to(start);
    world.keys.tick().await.unwrap();
    world.clock.advance(DAY);
    assert_eq!(active(&world.keys), announced);
}

#[test]
fn schedules_without_sense_are_refused() {
    let default = RotationSchedule::default;
    assert_eq!(default().validate(), Ok(()));
    let secs = Duration::from_secs;
    for (schedule, error) in [
        (default().announcing_for(secs(299)), ScheduleError::Announce),
        (RotationSchedule { retire: secs(599), ..default() }, ScheduleError::Retire),
        (default().every(2 * DAY), ScheduleError::Every),
        (default().every(Duration::MAX), ScheduleError::Every),
        (default().announcing_for(Duration::MAX), ScheduleError::Every),
    ] {
        assert_eq!(schedule.validate(), Err(error));
    }
    assert_eq!(default().retiring_with(&config()).retire, secs(3600 + 5 + 600));
    assert!(serde_json::from_str::<RotationSchedule>(r#"{"every_secs":864000}"#).is_ok());
    assert!(serde_json::from_str::<RotationSchedule>(r#"{"every":864000}"#).is_err());
}
