use super::*;
use crate::file::{
    FileContext, HeaderRoom, Passphrase, PassphraseKdf, Recipient, RingAccess, Sealer, X25519Identity,
};
use crate::kdf::PasswordKdf;
use crate::ring::{KeyRing, Keys};
use stockade_core::Secret;
use stockade_testkit::{SeededEntropy, test_clock};

fn sealed(recipients: Vec<&dyn Recipient>, room: HeaderRoom, armor: bool, text: &[u8]) -> Vec<u8> {
    let entropy = SeededEntropy::new(1);
    Sealer::new(recipients, &entropy).header_room(room).armor(armor).bytes(text).unwrap()
}

#[test]
fn a_file_says_who_may_open_it_and_how_long_it_is() {
    let entropy = SeededEntropy::new(2);
    let alice = X25519Identity::generate(&entropy).unwrap().recipient();
    let keys = Keys::new(KeyRing::generate(&entropy, &test_clock()).unwrap());
    let ring = RingAccess::new(keys, FileContext::new());
    for (armor, len) in [(false, 0), (false, 65_537), (true, 100_000)] {
        let file = sealed(vec![&alice, &ring], HeaderRoom::Multiple(1024), armor, &vec![7; len]);
        let inspection = inspect(&file[..], Some(file.len() as u64)).unwrap();
        assert_eq!(inspection, inspect(&file[..], None).unwrap());
        assert_eq!(inspection.armored, armor);
        assert_eq!(inspection.header_len, 1024);
        assert_eq!(inspection.plaintext_len, Some(len as u64));
        let shown = serde_json::to_value(&inspection).unwrap();
        assert_eq!(
            shown["stanzas"],
            serde_json::json!([{"type": "x25519"}, {"type": "ring", "key": 1}, {"type": "padding"}])
        );
    }
}

#[test]
fn the_parameters_of_passphrases_are_shown() {
    let owner = Passphrase::new(Secret::new("x".to_owned()));
    let kdf = PasswordKdf::pbkdf2_hmac_sha256(600_000).unwrap();
    let file = sealed(vec![&owner.with_kdf(PassphraseKdf::Ours(kdf))], HeaderRoom::None, false, b"");
    let shown = serde_json::to_value(inspect(&file[..], None).unwrap()).unwrap();
    assert_eq!(
        shown["stanzas"],
        serde_json::json!([{"type": "passphrase", "kdf": "pbkdf2-hmac-sha256 600000"}])
    );
    let salt = "A".repeat(22);
    let scrypt = format!("age-encryption.org/v1\n-> scrypt {salt} 9999\n\n--- {}\n", "A".repeat(43));
    assert_eq!(inspect(scrypt.as_bytes(), None).unwrap().stanzas, [StanzaInfo::Scrypt { log_n: 255 }]);
}

#[test]
fn flood_of_an_unknown_type_is_cut() {
    let kind = "k".repeat(10_000);
    let file = format!("age-encryption.org/v1\n-> {kind}\n\n--- {}\n", "A".repeat(43));
    let inspection = inspect(file.as_bytes(), None).unwrap();
    assert_eq!(inspection.stanzas, [StanzaInfo::Other { kind: "k".repeat(64) }]);
    assert_eq!((inspection.payload_len, inspection.plaintext_len), (0, None));
}

#[test]
fn truncation_to_a_length_that_no_payload_has_shows() {
    let alice = X25519Identity::generate(&SeededEntropy::new(2)).unwrap().recipient();
    let file = sealed(vec![&alice], HeaderRoom::None, false, &vec![7; 65_536]);
    let cut = &file[..file.len() - 65_540];
    assert_eq!(inspect(cut, None).unwrap().plaintext_len, None);
    assert!(matches!(inspect(&file[..50], None), Err(FileError::Header(_))));
    assert!(matches!(inspect(&b"-----BEGIN"[..], None), Err(FileError::Armor(_))));
}
