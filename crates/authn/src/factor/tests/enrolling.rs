use super::*;

#[tokio::test]
async fn an_enrolment_locks_nobody_out_until_it_is_confirmed() {
    let bench = bench();
    let app = App::scan(&bench.begin(&ada()).await);
    let code = app.code_at(bench.clock.now());
    assert!(!bench.factors.factors(&ada()).await.unwrap().required());
    assert_eq!(bench.verify(&ada(), &code).await, CodeCheck::NotEnrolled);
    let wrong = if code == "000000" { "000001" } else { "000000" };
    assert!(matches!(bench.factors.check_pending(&ada(), wrong).await.unwrap(), PendingCheck::Wrong));
    assert!(matches!(bench.factors.check_pending(&ada(), "12345").await.unwrap(), PendingCheck::Wrong));
    let _ = bench.prove(&ada(), &code).await;
    assert!(!bench.factors.factors(&ada()).await.unwrap().required(), "a check puts nothing in force");
    let proof = bench.prove(&ada(), &code).await;
    assert_eq!(bench.factors.confirm(proof, fresh_set()).await.unwrap(), Confirmation::Confirmed);
    let factors = bench.factors.factors(&ada()).await.unwrap();
    assert_eq!((factors.required(), factors.backup_codes_left(), factors.pending), (true, 10, None));
}

#[tokio::test]
async fn replay_of_a_proof_confirms_nothing_twice() {
    let bench = bench();
    let app = App::scan(&bench.begin(&ada()).await);
    let code = app.code_at(bench.clock.now());
    let (first, second) = (bench.prove(&ada(), &code).await, bench.prove(&ada(), &code).await);
    let set = fresh_set();
    assert_eq!(bench.factors.confirm(first, set.clone()).await.unwrap(), Confirmation::Confirmed);
    assert_eq!(bench.factors.confirm(second, fresh_set()).await.unwrap(), Confirmation::Stale);
    assert_eq!(bench.factors.backup_codes(&ada()).await.unwrap(), Some(set.state()));
}

#[tokio::test]
async fn an_enrolment_begun_anew_voids_the_qr_code_before() {
    let bench = bench();
    let first = App::scan(&bench.begin(&ada()).await);
    let proof = bench.prove(&ada(), &first.code_at(bench.clock.now())).await;
    let second = App::scan(&bench.begin(&ada()).await);
    assert_eq!(bench.factors.confirm(proof, fresh_set()).await.unwrap(), Confirmation::Stale);
    assert_ne!(first.0.secret().as_bytes(), second.0.secret().as_bytes());
    let _ = bench.prove(&ada(), &second.code_at(bench.clock.now())).await;
}

#[tokio::test]
async fn an_enrolment_waits_no_longer_than_it_says() {
    let bench = bench();
    let enrolment = bench.begin(&ada()).await;
    let app = App::scan(&enrolment);
    bench.clock.advance(enrolment.expires_in - Duration::from_millis(1));
    let proof = bench.prove(&ada(), &app.code_at(bench.clock.now())).await;
    bench.clock.advance(Duration::from_millis(1));
    assert_eq!(bench.factors.confirm(proof, fresh_set()).await.unwrap(), Confirmation::Stale);
    let code = app.code_at(bench.clock.now());
    assert!(matches!(bench.factors.check_pending(&ada(), &code).await.unwrap(), PendingCheck::NotPending));
}

#[tokio::test]
async fn takeover_no_second_authenticator_is_enrolled_beside_the_first() {
    let bench = bench();
    let app = bench.enrol(&ada(), fresh_set()).await;
    let refused = bench.factors.begin(&ada(), "thief").await.unwrap();
    assert!(matches!(refused, Enrolling::AlreadyEnrolled));
    assert_eq!(bench.verify(&ada(), &app.code_at(bench.clock.now())).await, CodeCheck::Accepted);
}

#[tokio::test]
async fn asvs_v6_5_3_a_secret_is_160_bits_of_the_given_entropy_or_is_not_made() {
    let bench = bench_with(FactorConfig::new("S"), Arc::new(Repeating(0xab)));
    let enrolment = bench.begin(&ada()).await;
    assert_eq!(App::scan(&enrolment).0.secret().as_bytes(), [0xab; 20]);
    assert_eq!(enrolment.secret.expose(), "VOV2XK5LVOV2XK5LVOV2XK5LVOV2XK5L");
    let bench = bench_with(FactorConfig::new("S"), Arc::new(NoEntropy));
    let refused = bench.factors.begin(&ada(), "ada").await.unwrap_err();
    assert!(matches!(refused, FactorError::Entropy(_)));
    assert_eq!(bench.store.factors(&ada()).await.unwrap(), Factors::default());
}

#[tokio::test]
async fn asvs_v16_2_5_nothing_prints_a_secret_or_a_code() {
    let bench = bench_with(FactorConfig::new("S"), Arc::new(Repeating(0xab)));
    let enrolment = bench.begin(&ada()).await;
    let proof = bench.prove(&ada(), &App::scan(&enrolment).code_at(bench.clock.now())).await;
    let codes = BackupCodes::generate(&SystemEntropy).unwrap();
    let set = BackupSet::hash(&codes, &hasher(), &SystemEntropy).unwrap();
    let shown = format!("{enrolment:?} {:?} {proof:?} {codes:?} {:?}", bench.factors, bench.store);
    let shown_set = format!("{:?}", set.digests);
    assert!(!shown.contains("VOV2") && !shown.contains("171, 171") && !shown.contains("otpauth"), "{shown}");
    assert!(codes.to_texts().iter().all(|code| !shown.contains(code.expose().as_str())));
    assert!(shown_set.replace("BackupDigest([redacted])", "").chars().all(|c| "[], ".contains(c)));
}

#[tokio::test]
async fn flood_a_full_store_enrols_nobody_further() {
    let bench = bench();
    for n in 0..MemoryFactors::MAX_SUBJECTS {
        let pending = PendingTotp {
            id: FactorId::from_bytes([0; 16]),
            sealed: SealedTotp::from_bytes(vec![]),
            expires_at: start(),
        };
        assert_eq!(
            bench.store.begin(&format!("user-{n}").parse().unwrap(), pending).await.unwrap(),
            Beginning::Begun
        );
    }
    assert!(matches!(bench.factors.begin(&ada(), "ada").await, Err(FactorError::Store(_))));
    let _ = bench.store.remove(&"user-7".parse().unwrap(), FactorKind::All).await.unwrap();
    let _ = bench.begin(&ada()).await;
}
