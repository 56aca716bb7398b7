use super::*;
use crate::password::{PasswordError, PepperId};
use std::collections::HashSet;

fn set_of(codes: &BackupCodes) -> BackupSet {
    BackupSet::hash(codes, &hasher(), &SystemEntropy).unwrap()
}

fn typed(code: &Secret<String>) -> BackupCode {
    BackupCode::parse(code.expose()).unwrap()
}

#[tokio::test]
async fn asvs_v6_5_1_replay_of_a_backup_code_is_refused_and_the_rest_are_counted() {
    let bench = bench();
    let codes = BackupCodes::generate(&SystemEntropy).unwrap();
    let _ = bench.enrol(&ada(), set_of(&codes)).await;
    for (n, code) in codes.to_texts().iter().enumerate() {
        let state = bench.factors.backup_codes(&ada()).await.unwrap().unwrap();
        assert_eq!(state.left as usize, 10 - n);
        let digest = state.digest(&typed(code), &hasher()).unwrap();
        let spent = bench.factors.spend_backup_code(&ada(), &state, digest).await.unwrap();
        assert_eq!(spent, Spending::Spent { left: state.left - 1 });
        let again = bench.factors.spend_backup_code(&ada(), &state, digest).await.unwrap();
        assert_eq!(again, Spending::Unknown);
    }
    assert_eq!(bench.factors.factors(&ada()).await.unwrap().backup_codes_left(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn asvs_v6_5_1_race_of_64_uses_of_one_backup_code_has_one_winner() {
    let bench = bench();
    let codes = BackupCodes::generate(&SystemEntropy).unwrap();
    let set = set_of(&codes);
    let _ = bench.enrol(&ada(), set.clone()).await;
    let mut racers = tokio::task::JoinSet::new();
    for _ in 0..64 {
        let (factors, state, digest) = (bench.factors.clone(), set.state(), set.digests[4]);
        racers.spawn(async move { factors.spend_backup_code(&ada(), &state, digest).await.unwrap() });
    }
    let spent = racers.join_all().await.into_iter().filter(|outcome| *outcome != Spending::Unknown).count();
    assert_eq!(spent, 1);
}

#[tokio::test]
async fn regenerating_voids_the_old_codes_and_needs_an_authenticator() {
    let bench = bench();
    let (old, new) =
        (BackupCodes::generate(&SystemEntropy).unwrap(), BackupCodes::generate(&SystemEntropy).unwrap());
    let refused = bench.factors.regenerate(&ada(), set_of(&new)).await.unwrap();
    assert_eq!(refused, Regeneration::NotEnrolled);
    let old_set = set_of(&old);
    let _ = bench.enrol(&ada(), old_set.clone()).await;
    let new_set = set_of(&new);
    assert_eq!(bench.factors.regenerate(&ada(), new_set.clone()).await.unwrap(), Regeneration::Replaced);

    let void = bench.factors.spend_backup_code(&ada(), &old_set.state(), old_set.digests[0]).await.unwrap();
    assert_eq!(void, Spending::Unknown, "a digest computed before the change counts no more");
    let state = bench.factors.backup_codes(&ada()).await.unwrap().unwrap();
    let digest = state.digest(&typed(&old.to_texts()[0]), &hasher()).unwrap();
    let void = bench.factors.spend_backup_code(&ada(), &state, digest).await.unwrap();
    assert_eq!(void, Spending::Unknown);
    let digest = state.digest(&typed(&new.to_texts()[0]), &hasher()).unwrap();
    let spent = bench.factors.spend_backup_code(&ada(), &state, digest).await.unwrap();
    assert_eq!(spent, Spending::Spent { left: 9 });
}

#[test]
fn asvs_v6_5_2_backup_codes_are_kept_as_slow_salted_hashes() {
    let codes = BackupCodes::generate(&SystemEntropy).unwrap();
    let (one, two) = (set_of(&codes), set_of(&codes));
    assert_ne!(one.salt, two.salt, "a salt for each set");
    assert!(one.digests.iter().all(|digest| !two.digests.contains(digest)));
    assert_eq!(one.derivation, hasher().derivation(), "argon2id, at the cost of passwords");
    for (code, digest) in codes.to_texts().iter().zip(&one.digests) {
        let symbols = code.expose().replace('-', "");
        let (expected, _) = hasher().derive(symbols.as_bytes(), &one.salt).unwrap();
        assert_eq!(digest.to_bytes(), *expected.expose());
        assert_eq!(one.state().digest(&typed(code), &hasher()), Ok(*digest));
    }
}

#[test]
fn codes_survive_a_change_of_cost_and_pepper_but_not_the_loss_of_one() {
    let hasher = |params, peppers| PasswordHasher::new(params, peppers, Arc::new(SystemEntropy)).unwrap();
    let pepper = |byte| Secret::new([byte; 32]);
    let cheap = Argon2Params::insecure_for_tests();
    let dear = Argon2Params { memory_kib: 128, ..cheap };
    let old = hasher(cheap, Peppers::new(PepperId(1), pepper(1)));
    let codes = BackupCodes::generate(&SystemEntropy).unwrap();
    let set = BackupSet::hash(&codes, &old, &SystemEntropy).unwrap();
    let code = typed(&codes.to_texts()[0]);
    let rotated =
        hasher(dear, Peppers::new(PepperId(2), pepper(2)).with_older(PepperId(1), pepper(1)).unwrap());
    assert_eq!(set.state().digest(&code, &rotated), Ok(set.digests[0]));
    let lost = hasher(dear, Peppers::new(PepperId(2), pepper(2)));
    assert_eq!(set.state().digest(&code, &lost), Err(PasswordError::UnknownPepper));
}

#[test]
fn asvs_v6_5_4_a_backup_code_carries_50_bits() {
    let mut seen = HashSet::new();
    let mut symbols = [HashSet::new(), HashSet::new()];
    for _ in 0..100 {
        for code in BackupCodes::generate(&SystemEntropy).unwrap().to_texts() {
            let code = code.expose().clone();
            assert_eq!((code.len(), code.find('-')), (11, Some(5)));
            for (n, symbol) in code.chars().filter(|c| *c != '-').enumerate() {
                symbols[n % 2].insert(symbol);
            }
            assert!(seen.insert(code), "drawn twice in a thousand");
        }
    }
    assert!(symbols.iter().all(|seen| seen.len() == 32), "ten symbols, each one of 32");
}

#[test]
fn asvs_v6_5_3_backup_codes_come_from_the_given_entropy_or_are_not_made() {
    assert!(BackupCodes::generate(&NoEntropy).is_err());
    assert!(BackupCodes::generate(&Repeating(7)).is_err(), "ten equal codes are no codes");
    let codes = BackupCodes::generate(&SystemEntropy).unwrap();
    let refused = BackupSet::hash(&codes, &hasher(), &NoEntropy).unwrap_err();
    assert_eq!(refused, BackupError::Entropy(EntropyError));
}
