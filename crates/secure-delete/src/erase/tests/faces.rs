use super::*;
use proptest::prelude::*;
use stockade_core::UnixMillis;

#[test]
fn asvs_v16_2_5_nothing_prints_a_key_or_a_wrap() {
    let key = ObjectKey::from_bytes([0xab; 32]);
    let wrap = Wrap::new(vec![0xab; 40]).unwrap();
    let kept = KeptKey {
        object: object("scan"),
        wrap: wrap.clone(),
        fingerprint: key.fingerprint(),
        created_at: UnixMillis::default(),
        expires_at: None,
    };
    let record = KeyRecord::from(kept.clone());
    let shown = format!("{key:?} {wrap:?} {kept:?} {record:?} {:?}", bench().erasure);
    assert!(!shown.contains("abab") && !shown.contains("171"), "{shown}");
    assert!(shown.contains(&key.fingerprint().to_string()));
}

#[test]
fn no_caveat_promises_what_nobody_can() {
    for caveat in [
        MediumCaveat::ProcessMemory,
        MediumCaveat::OverwrittenInFile,
        MediumCaveat::LogNotEmptied,
        MediumCaveat::DeadVersions,
        MediumCaveat::Unknown,
    ] {
        let text = caveat.to_string();
        assert!(!text.contains("unrecoverable") && !text.contains("irrecoverable"), "{text}");
        assert_eq!(serde_json::to_value(caveat).unwrap(), caveat.as_str());
    }
}

#[test]
fn flood_texts_and_wraps_are_bounded() {
    assert_eq!(ObjectId::new(""), Err(InvalidName::Empty("an object id")));
    assert_eq!(ObjectId::new("x".repeat(256)), Err(InvalidName::TooLong("an object id", 255)));
    for text in ["a b", "a\nb", "ä", "a\0"] {
        assert_eq!(ObjectId::new(text), Err(InvalidName::Character("an object id")), "{text:?}");
    }
    for text in ["", "Case", "a/b", "ä"] {
        assert!(HoldName::new(text).is_err(), "{text:?}");
    }
    let hold = |reason: &str| Hold::new("case".parse().unwrap(), reason, UnixMillis::default());
    assert!(hold("").is_err() && hold("a\nb").is_err() && hold(&"x".repeat(257)).is_err());
    assert!(hold(&"x".repeat(256)).is_ok());
    assert_eq!(Wrap::new(vec![]), Err(WrapError::Length));
    assert_eq!(Wrap::new(vec![0; 513]), Err(WrapError::Length));
}

#[test]
fn confusion_keys_of_two_purposes_or_objects_share_nothing() {
    let (one, two) = (ObjectKey::from_bytes([1; 32]), ObjectKey::from_bytes([2; 32]));
    assert_eq!(one.derive("a"), one.clone().derive("a"));
    assert_ne!(one.derive("a"), one.derive("b"));
    assert_ne!(one.derive("a"), two.derive("a"));
    assert_ne!(one.derive("a").expose(), one.expose());
}

#[test]
fn fingerprints_and_digests_are_not_each_others() {
    let id = object("scan");
    assert_ne!(id.digest(), object("scam").digest());
    let plain: [u8; 32] = Sha256::digest("scan").into();
    assert_ne!(id.digest().to_bytes(), plain);
    let text = id.digest().to_string();
    assert_eq!(text.parse::<ObjectDigest>().unwrap(), id.digest());
    assert!(text.to_uppercase().parse::<ObjectDigest>().is_err(), "one spelling");
    assert!(text[1..].parse::<ObjectDigest>().is_err());
    assert!("é".repeat(32).parse::<ObjectDigest>().is_err());
}

proptest! {
    #[test]
    fn a_digest_reads_back_and_no_text_panics(bytes: [u8; 16], text in "\\PC{0,40}") {
        let fingerprint = KeyFingerprint::from_bytes(bytes);
        prop_assert_eq!(fingerprint.to_string().parse::<KeyFingerprint>().unwrap(), fingerprint);
        if let Ok(read) = text.parse::<KeyFingerprint>() {
            prop_assert_eq!(read.to_string(), text);
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn confusion_of_a_file_whose_name_went_away_with_one_that_never_was_is_no_absence() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("scan"), b"ciphertext").unwrap();
    let shredder = crate::Shredder::beneath(folder.path(), Arc::new(SystemEntropy)).unwrap();
    let plan = shredder.plan("scan").unwrap();
    std::fs::rename(folder.path().join("scan"), folder.path().join("elsewhere")).unwrap();
    assert_eq!(CiphertextFate::of(&plan.execute()), CiphertextFate::left("not_found"));
    let never = shredder.plan("nothing").unwrap_err();
    assert_eq!(CiphertextFate::refused(&never), CiphertextFate::Absent);
}
