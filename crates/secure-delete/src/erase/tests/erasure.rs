use super::*;
use crate::Level;
use stockade_core::{Clock, Event, Outcome, UnixMillis};

fn hold(name: &str) -> Hold {
    Hold::new(name.parse().unwrap(), "a court asks", UnixMillis::default()).unwrap()
}

#[tokio::test]
async fn asvs_v14_2_7_an_erased_key_never_opens_again_and_is_never_given_anew() {
    let Bench { erasure, store, clock, .. } = bench();
    let scan = object("ward/scan");
    let key = erasure.create(&scan, None).await.unwrap();
    assert_eq!(erasure.key(&scan).await.unwrap(), key);
    let Finding::Live(wrapped) = store.find(&scan).await.unwrap() else { panic!("it lives") };

    let receipt = done(erasure.erase(&scan).await.unwrap());
    assert_eq!((receipt.object, receipt.key), (scan.digest(), key.fingerprint()));
    assert_eq!(
        (receipt.turn, receipt.cause, receipt.assured()),
        (Turn::First, Cause::Requested, (Level::CryptoErased, MediumCaveat::ProcessMemory))
    );
    assert!(matches!(erasure.key(&scan).await, Err(EraseError::Erased(_))));
    assert!(matches!(erasure.create(&scan, None).await, Err(EraseError::Erased(_))));
    assert!(matches!(store.keep(wrapped).await.unwrap(), Keeping::Erased(_)), "the old wrap, from a backup");
    assert!(matches!(erasure.rewrap(&scan).await.unwrap(), Rewrapping::Erased(_)));
    assert_eq!(erasure.standing(&scan, &receipt).await.unwrap(), Standing::Stands);

    clock.jump_to(UnixMillis::default());
    let again = done(erasure.erase(&scan).await.unwrap());
    assert_eq!(
        (again.turn, again.erased_at),
        (Turn::Again, receipt.erased_at),
        "clock_jump changes no receipt"
    );
}

#[tokio::test]
async fn replay_of_a_restored_store_shows_against_the_receipt() {
    let before = bench();
    let scan = object("scan");
    before.erasure.create(&scan, None).await.unwrap();
    let Finding::Live(backup) = before.store.find(&scan).await.unwrap() else { panic!("it lives") };
    let receipt = done(before.erasure.erase(&scan).await.unwrap());

    let restored = bench();
    assert_eq!(restored.erasure.standing(&scan, &receipt).await.unwrap(), Standing::Unknown);
    assert_eq!(restored.store.keep(backup).await.unwrap(), Keeping::Kept);
    assert_eq!(restored.erasure.standing(&scan, &receipt).await.unwrap(), Standing::Undone);
    restored.clock.advance(std::time::Duration::from_secs(1));
    let anew = done(restored.erasure.erase(&scan).await.unwrap());
    assert_eq!(anew.key, receipt.key);
    assert_eq!(restored.erasure.standing(&scan, &anew).await.unwrap(), Standing::Stands);
    assert_ne!(anew.erased_at, receipt.erased_at);
    let old = restored.erasure.standing(&scan, &receipt).await.unwrap();
    assert_eq!(old, Standing::Stands, "erasing again mends what the restore undid");
    let other = bench();
    other.erasure.create(&scan, None).await.unwrap();
    done(other.erasure.erase(&scan).await.unwrap());
    assert_eq!(other.erasure.standing(&scan, &receipt).await.unwrap(), Standing::Undone, "another key");
}

#[tokio::test]
async fn confusion_a_wrap_in_the_place_of_another_opens_nothing() {
    let Bench { erasure, store, .. } = bench();
    let (one, two) = (object("one"), object("two"));
    erasure.create(&one, None).await.unwrap();
    erasure.create(&two, None).await.unwrap();
    let (Finding::Live(of_one), Finding::Live(of_two)) =
        (store.find(&one).await.unwrap(), store.find(&two).await.unwrap())
    else {
        panic!("they live")
    };
    assert_eq!(store.rewrap(&two, &of_two.wrap, of_one.wrap).await.unwrap(), Rewrapping::Rewrapped);
    assert!(matches!(erasure.key(&two).await, Err(EraseError::Wrap(WrapError::Refused))));
    assert!(matches!(erasure.rewrap(&two).await, Err(EraseError::Wrap(WrapError::Refused))));
}

#[tokio::test]
async fn confusion_another_key_of_the_same_object_is_found_out() {
    let Bench { erasure, store, wrap, .. } = bench();
    let scan = object("scan");
    erasure.create(&scan, None).await.unwrap();
    let Finding::Live(kept) = store.find(&scan).await.unwrap() else { panic!("it lives") };
    let planted = wrap.wrap(&scan, &ObjectKey::from_bytes([7; 32])).unwrap();
    assert_eq!(store.rewrap(&scan, &kept.wrap, planted).await.unwrap(), Rewrapping::Rewrapped);
    assert!(matches!(erasure.key(&scan).await, Err(EraseError::Mismatch)));
    assert!(matches!(erasure.rewrap(&scan).await, Err(EraseError::Mismatch)));
}

#[tokio::test]
async fn a_held_object_keeps_key_and_ciphertext_until_the_last_hold_goes() {
    let Bench { erasure, .. } = bench();
    let (scan, ciphertext) = (object("scan"), Scripted::default());
    let key = erasure.create(&scan, None).await.unwrap();
    for name in ["case-2", "case-1"] {
        assert_eq!(erasure.hold(&scan, hold(name)).await.unwrap(), Holding::Held);
    }
    let refused = erasure.erase_with(&scan, &ciphertext).await.unwrap();
    assert_eq!(refused, Erasure::Held { by: vec!["case-1".parse().unwrap(), "case-2".parse().unwrap()] });
    let problem = refused.into_result().unwrap_err();
    assert_eq!(problem.code(), "held");
    assert_eq!(erasure.key(&scan).await.unwrap(), key);
    assert_eq!(ciphertext.asked(), []);
    for name in ["case-1", "case-2"] {
        assert!(matches!(
            erasure.release(&scan, &name.parse().unwrap()).await,
            Ok(Releasing::Released { .. })
        ));
    }
    done(erasure.erase_with(&scan, &ciphertext).await.unwrap());
    assert_eq!(ciphertext.asked(), [scan]);
}

#[tokio::test]
async fn a_ciphertext_that_resists_undoes_nothing_and_is_tried_again() {
    let Bench { erasure, .. } = bench();
    let scan = object("scan");
    erasure.create(&scan, None).await.unwrap();
    let ciphertext = Scripted::saying([
        CiphertextFate::left("read-only file system"),
        CiphertextFate::deleted(Level::OverwriteIneffective, ["copy-on-write"], 1, 4096),
    ]);
    let first = done(erasure.erase_with(&scan, &ciphertext).await.unwrap());
    assert_eq!(first.remains(), Remains::Something);
    assert!(matches!(erasure.key(&scan).await, Err(EraseError::Erased(_))));
    let second = done(erasure.erase_with(&scan, &ciphertext).await.unwrap());
    assert_eq!((second.turn, second.remains()), (Turn::Again, Remains::Nothing));
    assert_eq!(second.ciphertext.as_str(), "overwrite-ineffective");
    let third = done(erasure.erase_with(&scan, &ciphertext).await.unwrap());
    assert_eq!(third.ciphertext, CiphertextFate::Absent);
    assert_eq!((second.key, third.key), (first.key, first.key));
}

#[tokio::test]
async fn what_is_unknown_is_left_alone() {
    let Bench { erasure, .. } = bench();
    let ciphertext = Scripted::default();
    let unknown = erasure.erase_with(&object("nobody"), &ciphertext).await.unwrap();
    assert_eq!(unknown, Erasure::Unknown);
    assert_eq!(ciphertext.asked(), []);
    assert!(matches!(erasure.key(&object("nobody")).await, Err(EraseError::Unknown)));
}

#[tokio::test]
async fn a_rotation_of_the_wrapping_key_keeps_every_key_and_leaves_no_old_wrap() {
    let Bench { erasure, store, wrap, .. } = bench();
    let mut keys = Vec::new();
    for n in 0..7 {
        let object = object(&format!("scan-{n}"));
        keys.push((object.clone(), erasure.create(&object, None).await.unwrap()));
    }
    done(erasure.erase(&keys.remove(3).0).await.unwrap());
    *wrap.0.lock().unwrap() = 2;
    let (mut after, mut seen) = (None, 0);
    loop {
        let page = erasure.live(after.as_ref(), std::num::NonZeroU32::new(2).unwrap()).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.object.clone());
        for kept in page {
            assert_eq!(erasure.rewrap(&kept.object).await.unwrap(), Rewrapping::Rewrapped);
            seen += 1;
        }
    }
    assert_eq!(seen, keys.len());
    for (object, key) in &keys {
        assert_eq!(erasure.key(object).await.unwrap(), *key);
        let Finding::Live(kept) = store.find(object).await.unwrap() else { panic!("it lives") };
        assert_eq!(kept.wrap.as_bytes()[0], 2, "under the new one");
    }
}

#[tokio::test]
async fn a_receipt_fits_an_event_whatever_the_ciphertext_says() {
    let Bench { erasure, clock, .. } = bench();
    let scan = object(&"x".repeat(ObjectId::MAX_LEN));
    erasure.create(&scan, None).await.unwrap();
    let long = "y\n".repeat(100_000);
    let ciphertext = Scripted::saying([CiphertextFate::deleted(
        Level::UnlinkedOnly,
        std::iter::repeat_n(&long, 1000),
        u64::MAX,
        u64::MAX,
    )]);
    let receipt = done(erasure.erase_with(&scan, &ciphertext).await.unwrap());
    let event =
        Event::new(clock.now(), &SystemEntropy, stockade_core::Action::named("test.erase"), Outcome::Success);
    let event = receipt.describe(event.unwrap());
    assert!(event.details.len() <= 9, "{event:?}");
    let text = serde_json::to_string(&event).unwrap();
    assert!(text.len() < 2_000, "{} bytes", text.len());
    assert!(!text.contains(scan.as_str()), "the id is a digest");
    let json = serde_json::to_string(&receipt).unwrap();
    assert!(json.len() < 2_000, "{} bytes", json.len());
    assert_eq!(serde_json::from_str::<ErasureReceipt>(&json).unwrap(), receipt);
}
