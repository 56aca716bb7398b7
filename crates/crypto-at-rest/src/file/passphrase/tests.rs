use super::*;
use crate::file::{Header, HeaderRoom};
use crate::kdf::{KdfCaps, KdfError};
use base64ct::{Base64Unpadded, Encoding};
use stockade_testkit::SeededEntropy;

const KEY: [u8; 16] = [7; 16];

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(Secret::new(text.to_owned()))
}

/// Cheap enough for a test, and still above the floor.
fn pbkdf2() -> PassphraseKdf {
    PassphraseKdf::Ours(PasswordKdf::pbkdf2_hmac_sha256(600_000).unwrap())
}

fn argon2id() -> PassphraseKdf {
    PassphraseKdf::Ours(PasswordKdf::argon2id(7168, 5, 1).unwrap())
}

fn stanza(kdf: PassphraseKdf) -> Stanza {
    let owner = passphrase("correct horse").with_kdf(kdf);
    owner.wrap(&FileKey::from_bytes(KEY), &SeededEntropy::new(1)).unwrap().remove(0)
}

/// As scrypt with a work factor that only a test may use.
fn cheap_scrypt() -> Stanza {
    scrypt::wrap(&passphrase("correct horse").text, 4, &[9; 16], &FileKey::from_bytes(KEY)).unwrap()
}

fn opens(owner: &Passphrase, stanza: &Stanza) -> bool {
    match owner.unwrap(std::slice::from_ref(stanza)).unwrap() {
        Unwrapped::Opened(key) => *key.expose() == KEY,
        _ => false,
    }
}

#[test]
fn a_passphrase_opens_whatever_function_the_file_names() {
    for stanza in [cheap_scrypt(), stanza(argon2id()), stanza(pbkdf2())] {
        assert!(opens(&passphrase("correct horse"), &stanza), "{}", stanza.kind());
        assert!(!opens(&passphrase("Correct horse"), &stanza), "{}", stanza.kind());
    }
}

#[test]
fn asvs_v11_4_4_age_and_we_default_to_the_same_work() {
    let owner = passphrase("correct horse");
    let (header, key) = Header::seal(&[&owner], HeaderRoom::None, &SeededEntropy::new(1)).unwrap();
    assert_eq!(header.stanzas()[0].args()[1], "18");
    assert_eq!(header.unlock(&[&owner]).unwrap().expose(), key.expose());
}

#[test]
fn asvs_v11_4_4_downgrade_below_the_floor_is_refused_before_any_work() {
    for kdf in [
        PassphraseKdf::Scrypt(0),
        PassphraseKdf::Scrypt(16),
        PassphraseKdf::Ours(PasswordKdf::Pbkdf2HmacSha256 { iterations: 599_999 }),
        PassphraseKdf::Ours(PasswordKdf::Argon2id { memory_kib: 1024, passes: 2, lanes: 1 }),
    ] {
        let result = passphrase("x").with_kdf(kdf).wrap(&FileKey::from_bytes(KEY), &SeededEntropy::new(1));
        let refused = matches!(
            result,
            Err(HeaderError::BadRecipient { .. } | HeaderError::Kdf(KdfError::TooWeak { .. }))
        );
        assert!(refused, "{kdf:?}: {result:?}");
    }
}

#[test]
fn flood_of_work_is_refused_before_any_is_done() {
    let owner = passphrase("x");
    let with = |stanza: &Stanza, at: usize, value: &str| {
        let mut args = stanza.args().to_vec();
        args[at] = value.to_owned();
        Stanza::known(stanza.kind(), args, stanza.body().to_vec())
    };
    let (scrypt, argon2, pbkdf2) = (cheap_scrypt(), stanza(argon2id()), stanza(pbkdf2()));
    for costly in [
        with(&scrypt, 1, "23"),
        with(&scrypt, 1, "63"),
        with(&scrypt, 1, "64"),
        with(&scrypt, 1, "9223372036854775808"),
        with(&argon2, 1, "1048577"),
        with(&argon2, 1, "4294967295"),
        with(&argon2, 1, "9223372036854775808"),
        with(&argon2, 2, "4294967295"),
        with(&argon2, 3, "255"),
        with(&pbkdf2, 1, "10000001"),
        with(&pbkdf2, 1, "9223372036854775808"),
    ] {
        let result = owner.unwrap(std::slice::from_ref(&costly));
        let refused = matches!(
            result,
            Err(HeaderError::TooMuchWork { .. } | HeaderError::Kdf(KdfError::TooCostly { .. }))
        );
        assert!(refused, "{costly:?}: {result:?}");
    }
    let strict =
        passphrase("correct horse").with_caps(PassphraseCaps { scrypt_log_n: 3, kdf: KdfCaps::default() });
    assert!(matches!(strict.unwrap(&[scrypt]), Err(HeaderError::TooMuchWork { kind: "scrypt" })));
    let loose = passphrase("x").with_caps(PassphraseCaps { scrypt_log_n: 255, kdf: KdfCaps::default() });
    assert!(matches!(loose.unwrap(&[with(&cheap_scrypt(), 1, "255")]), Err(HeaderError::TooMuchWork { .. })));
}

#[test]
fn confusion_a_number_has_one_spelling() {
    for (stanza, at) in [(cheap_scrypt(), 1), (stanza(argon2id()), 2), (stanza(pbkdf2()), 1)] {
        for prefix in ["0", "+", "-", "0x"] {
            let mut args = stanza.args().to_vec();
            args[at].insert_str(0, prefix);
            let other = Stanza::known(stanza.kind(), args, stanza.body().to_vec());
            assert!(passphrase("correct horse").unwrap(&[other]).is_err());
        }
    }
}

#[test]
fn a_stanza_that_breaks_its_rules_is_refused() {
    for (stanza, len) in [(cheap_scrypt(), 32), (stanza(argon2id()), 64), (stanza(pbkdf2()), 64)] {
        let owner = passphrase("correct horse");
        let refused = |args: &[String], body: &[u8]| {
            let changed = Stanza::known(stanza.kind(), args.to_vec(), body.to_vec());
            matches!(owner.unwrap(&[changed]), Err(HeaderError::BadStanza { .. } | HeaderError::Kdf(_)))
        };
        let (args, body) = (stanza.args(), stanza.body());
        assert_eq!(body.len(), len);
        assert!(refused(&[], body));
        assert!(refused(&args[1..], body));
        assert!(refused(&args[..args.len() - 1], body));
        assert!(refused(&[args, &["1".to_owned()]].concat(), body));
        assert!(refused(args, &body[1..]));
        assert!(refused(args, &[body, &[0]].concat()));
        let mut short_salt = args.to_vec();
        short_salt[0].truncate(20);
        assert!(refused(&short_salt, body));
    }
}

#[test]
fn confusion_of_parameters_or_salt_does_not_open() {
    let stanza = stanza(pbkdf2());
    let owner = passphrase("correct horse");
    for (at, value) in [(0, Base64Unpadded::encode_string(&[8; 16])), (1, "600001".to_owned())] {
        let mut args = stanza.args().to_vec();
        args[at] = value;
        assert!(!opens(&owner, &Stanza::known(PBKDF2_KIND, args, stanza.body().to_vec())));
    }
}

#[test]
fn bit_flip_of_a_body_does_not_open() {
    let (stanza, owner) = (cheap_scrypt(), passphrase("correct horse"));
    for bit in 0..stanza.body().len() * 8 {
        let mut body = stanza.body().to_vec();
        body[bit / 8] ^= 1 << (bit % 8);
        assert!(!opens(&owner, &Stanza::known(SCRYPT_KIND, stanza.args().to_vec(), body)));
    }
}

#[test]
fn a_passphrase_has_no_company_and_is_not_empty() {
    let (one, two) = (passphrase("a").with_kdf(pbkdf2()), passphrase("b").with_kdf(pbkdf2()));
    let result = Header::seal(&[&one, &two], HeaderRoom::None, &SeededEntropy::new(1));
    assert!(matches!(result, Err(HeaderError::MustStandAlone { kind: PBKDF2_KIND })));
    for kdf in [PassphraseKdf::default(), pbkdf2()] {
        let empty = passphrase("").with_kdf(kdf);
        assert!(empty.wrap(&FileKey::from_bytes(KEY), &SeededEntropy::new(1)).is_err());
    }
    let padded = Header::seal(&[&one], HeaderRoom::Multiple(512), &SeededEntropy::new(1)).unwrap().0;
    assert_eq!(padded.len(), 512);
    assert!(Header::parse(padded.as_bytes()).unwrap().unlock(&[&one]).is_ok());
}

#[test]
fn asvs_v16_2_5_a_passphrase_is_not_shown() {
    assert!(!format!("{:?}", passphrase("correct horse")).contains("horse"));
}
