use super::*;
use proptest::prelude::*;

#[tokio::test]
async fn asvs_v6_5_1_replay_of_a_totp_code_is_refused() {
    let bench = bench();
    let app = bench.enrol(&ada(), fresh_set()).await;
    let code = app.code_at(bench.clock.now());
    assert_eq!(bench.verify(&ada(), &code).await, CodeCheck::Accepted);
    assert_eq!(bench.verify(&ada(), &code).await, CodeCheck::Replayed);
    bench.clock.advance(STEP);
    assert_eq!(bench.verify(&ada(), &code).await, CodeCheck::Replayed, "within the skew of the next step");
    assert_eq!(bench.verify(&ada(), &app.code_at(bench.clock.now())).await, CodeCheck::Accepted);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn asvs_v6_5_1_race_of_64_uses_of_one_totp_code_has_one_winner() {
    let bench = bench();
    let app = bench.enrol(&ada(), fresh_set()).await;
    let code = app.code_at(bench.clock.now());
    let mut racers = tokio::task::JoinSet::new();
    for _ in 0..64 {
        let (factors, code) = (bench.factors.clone(), code.clone());
        racers.spawn(async move { factors.verify(&ada(), &code).await.unwrap() });
    }
    let outcomes = racers.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == CodeCheck::Accepted).count(), 1);
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == CodeCheck::Replayed).count(), 63);
}

#[tokio::test]
async fn asvs_v6_5_1_the_code_that_confirmed_is_consumed() {
    let bench = bench();
    let app = App::scan(&bench.begin(&ada()).await);
    let code = app.code_at(bench.clock.now());
    let proof = bench.prove(&ada(), &code).await;
    assert_eq!(bench.factors.confirm(proof, fresh_set()).await.unwrap(), Confirmation::Confirmed);
    assert_eq!(bench.verify(&ada(), &code).await, CodeCheck::Replayed);
}

#[tokio::test]
async fn asvs_v6_5_5_a_totp_code_lives_for_its_step_and_one_on_either_side() {
    for (skew, good) in [(1, [false, true, true, true, false]), (0, [false, false, true, false, false])] {
        for (steps, good) in (-2_i32..=2).zip(good) {
            let bench = bench_with(FactorConfig::new("S").with_skew_steps(skew), Arc::new(SystemEntropy));
            let app = bench.enrol(&ada(), fresh_set()).await;
            bench.clock.advance(3 * STEP);
            let (now, off) = (bench.clock.now(), steps.unsigned_abs() * STEP);
            let made_at = if steps < 0 { now.minus(off) } else { now.plus(off) };
            let check = bench.verify(&ada(), &app.code_at(made_at)).await;
            assert_eq!(check == CodeCheck::Accepted, good, "{steps} steps off, skew {skew}");
        }
    }
}

#[tokio::test]
async fn asvs_v6_5_8_only_the_given_clock_tells_the_time() {
    let bench = bench();
    let app = bench.enrol(&ada(), fresh_set()).await;
    let later = bench.clock.now().plus(Duration::from_secs(86_400));
    assert_eq!(bench.verify(&ada(), &app.code_at(later)).await, CodeCheck::Wrong);
    bench.clock.jump_to(later);
    assert_eq!(bench.verify(&ada(), &app.code_at(later)).await, CodeCheck::Accepted);
}

#[tokio::test]
async fn clock_jump_back_revives_no_code() {
    let bench = bench();
    let app = bench.enrol(&ada(), fresh_set()).await;
    let before = bench.clock.now();
    bench.clock.advance(10 * STEP);
    assert_eq!(bench.verify(&ada(), &app.code_at(bench.clock.now())).await, CodeCheck::Accepted);
    bench.clock.jump_to(before);
    assert_eq!(
        bench.verify(&ada(), &app.code_at(before)).await,
        CodeCheck::Replayed,
        "never used, yet too old"
    );
    bench.clock.advance(11 * STEP);
    assert_eq!(bench.verify(&ada(), &app.code_at(bench.clock.now())).await, CodeCheck::Accepted);
}

#[tokio::test]
async fn confusion_a_code_of_one_is_none_of_another_and_none_is_asked_of_nobody() {
    let bench = bench();
    let bob = "bob".parse().unwrap();
    let hers = bench.enrol(&ada(), fresh_set()).await;
    let his = bench.enrol(&bob, fresh_set()).await;
    let (now, nobody) = (bench.clock.now(), "nobody".parse().unwrap());
    assert_eq!(bench.verify(&bob, &hers.code_at(now)).await, CodeCheck::Wrong);
    assert_eq!(bench.verify(&nobody, &hers.code_at(now)).await, CodeCheck::NotEnrolled);
    assert_eq!(bench.verify(&bob, "no code").await, CodeCheck::Wrong);
    assert_eq!(bench.verify(&ada(), &hers.code_at(now)).await, CodeCheck::Accepted);
    assert_eq!(bench.verify(&bob, &his.code_at(now)).await, CodeCheck::Accepted);
}

#[tokio::test]
async fn confusion_a_sealed_secret_moved_to_another_subject_does_not_open() {
    let bench = bench();
    let _ = bench.enrol(&ada(), fresh_set()).await;
    let stolen = bench.store.factors(&ada()).await.unwrap().totp.unwrap();
    let mallory: SubjectId = "mallory".parse().unwrap();
    let planted = PendingTotp { id: stolen.id, sealed: stolen.sealed, expires_at: start().plus(100 * STEP) };
    assert_eq!(bench.store.begin(&mallory, planted).await.unwrap(), Beginning::Begun);
    let refused = bench.factors.check_pending(&mallory, "123456").await.unwrap_err();
    assert!(matches!(refused, FactorError::Seal(SealError::Refused)), "{refused}");

    let sealed = TestSeal.seal(&SealContext::new("authn.totp", &["mallory"]), &[0; 19]).unwrap();
    let short = PendingTotp {
        id: stolen.id,
        sealed: SealedTotp::from_bytes(sealed),
        expires_at: start().plus(100 * STEP),
    };
    assert_eq!(bench.store.begin(&mallory, short).await.unwrap(), Beginning::Begun);
    let refused = bench.factors.check_pending(&mallory, "123456").await.unwrap_err();
    assert!(matches!(refused, FactorError::ForeignSecret), "truncation: {refused}");
}

#[tokio::test]
async fn asvs_v6_5_6_each_factor_is_revoked_alone() {
    let bench = bench();
    let codes = BackupCodes::generate(&SystemEntropy).unwrap();
    let set = BackupSet::hash(&codes, &hasher(), &SystemEntropy).unwrap();
    let app = bench.enrol(&ada(), set.clone()).await;
    assert_eq!(bench.factors.remove(&ada(), FactorKind::Totp).await.unwrap(), Removal::Removed);
    assert_eq!(bench.verify(&ada(), &app.code_at(bench.clock.now())).await, CodeCheck::NotEnrolled);
    let left = bench.factors.factors(&ada()).await.unwrap();
    assert!(left.required() && left.backup_codes_left() == 10, "the lost phone turns nothing off");
    let spent = bench.factors.spend_backup_code(&ada(), &set.state(), set.digests[0]).await.unwrap();
    assert_eq!(spent, Spending::Spent { left: 9 });
    assert_eq!(bench.factors.remove(&ada(), FactorKind::BackupCodes).await.unwrap(), Removal::Removed);
    assert!(!bench.factors.factors(&ada()).await.unwrap().required());

    let app = bench.enrol(&ada(), fresh_set()).await;
    assert_eq!(bench.factors.remove(&ada(), FactorKind::BackupCodes).await.unwrap(), Removal::Removed);
    assert_eq!(bench.factors.backup_codes(&ada()).await.unwrap(), None);
    assert_eq!(bench.verify(&ada(), &app.code_at(bench.clock.now())).await, CodeCheck::Accepted);
    assert_eq!(bench.factors.remove(&ada(), FactorKind::All).await.unwrap(), Removal::Removed);
    assert_eq!(bench.factors.remove(&ada(), FactorKind::All).await.unwrap(), Removal::NotEnrolled);
}

proptest! {
    #[test]
    fn whatever_the_clock_does_accepted_steps_only_grow(steps in proptest::collection::vec(0_u64..30, 0..60)) {
        let id = FactorId::from_bytes([1; 16]);
        let mut totp = ConfirmedTotp { id, sealed: SealedTotp::from_bytes(vec![]), last_step: 5 };
        let mut accepted = vec![5];
        for step in steps {
            let judged = totp.accept(id, step);
            let newest = *accepted.last().unwrap();
            prop_assert_eq!(judged, if step > newest { Step::Accepted } else { Step::Replayed });
            if judged == Step::Accepted {
                accepted.push(step);
            }
            prop_assert_eq!(totp.accept(FactorId::from_bytes([2; 16]), step + 1), Step::Gone);
        }
        prop_assert_eq!(Some(&totp.last_step), accepted.last());
    }
}
