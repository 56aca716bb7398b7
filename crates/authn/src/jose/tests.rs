use super::*;
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use proptest::prelude::*;
use stockade_core::{Secret, SystemEntropy};

/// A token with whatever header and payload, properly signed.
pub(crate) fn signed(header: &str, payload: &str, key: &SigningKey) -> String {
    let message = format!(
        "{}.{}",
        Base64UrlUnpadded::encode_string(header.as_bytes()),
        Base64UrlUnpadded::encode_string(payload.as_bytes())
    );
    let signature = backend::sign(message.as_bytes(), key.encoding(), key.algorithm()).unwrap();
    format!("{message}.{}", Base64UrlUnpadded::encode_string(&signature))
}

pub(crate) fn ed25519() -> SigningKey {
    SigningKey::generate_ed25519(&SystemEntropy).unwrap()
}

pub(crate) fn es256() -> SigningKey {
    let der = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
    SigningKey::es256_from_pem(pem("PRIVATE KEY", der.as_ref()).as_bytes()).unwrap()
}

pub(crate) fn rs256() -> SigningKey {
    SigningKey::rs256_from_pem(rsa_pem().as_bytes()).unwrap()
}

pub(crate) fn hs256() -> SigningKey {
    SigningKey::hs256(&Secret::new((100..150).collect())).unwrap()
}

fn rsa_pem() -> String {
    let pair = aws_lc_rs::rsa::KeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).unwrap();
    let der: Pkcs8V1Der<'_> = pair.as_der().unwrap();
    pem("PRIVATE KEY", der.as_ref())
}

fn pem(tag: &str, der: &[u8]) -> String {
    let text = Base64::encode_string(der);
    let lines: Vec<_> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {tag}-----\n{}\n-----END {tag}-----\n", lines.join("\n"))
}

fn set(key: &SigningKey) -> KeySet {
    KeySet::new([key.verifying_key().clone()]).unwrap()
}

fn header(key: &SigningKey) -> String {
    format!(r#"{{"alg":"{}","kid":"{}"}}"#, key.algorithm().name(), key.id())
}

#[test]
fn every_algorithm_signs_and_verifies() {
    for key in [ed25519(), es256(), rs256(), hs256()] {
        let token = sign(b"payload", "jwt", &key).unwrap();
        assert_eq!(set(&key).verify(&token, Some("JWT")).unwrap(), b"payload", "{key:?}");
        assert_eq!(set(&key).verify(&token, Some("at+jwt")), Err(JwsError::Type), "{key:?}");
        let wrong = SigningKey::with_id(ed25519(), key.id().clone());
        assert!(set(&wrong).verify(&token, None).is_err(), "{key:?}");
    }
}

#[test]
fn asvs_v9_1_2_alg_none_is_refused_in_every_spelling() {
    let key = ed25519();
    for alg in ["none", "None", "NONE", "nOnE", "", " none"] {
        let header = format!(r#"{{"alg":"{alg}","kid":"{}"}}"#, key.id());
        let signed = signed(&header, "{}", &key);
        assert_eq!(set(&key).verify(&signed, None), Err(JwsError::Algorithm), "{alg}");
        let unsigned = &signed[..=signed.rfind('.').unwrap()];
        assert!(set(&key).verify(unsigned, None).is_err(), "{alg} without a signature");
    }
}

#[test]
fn downgrade_lower_case_and_foreign_alg_are_refused() {
    let key = ed25519();
    for alg in ["eddsa", "EDDSA", "Ed25519", "HS256", "RS256", "ES256", "ES256K"] {
        let header = format!(r#"{{"alg":"{alg}","kid":"{}"}}"#, key.id());
        assert_eq!(set(&key).verify(&signed(&header, "{}", &key), None), Err(JwsError::Algorithm), "{alg}");
    }
}

#[test]
fn asvs_v9_1_2_confusion_of_hs256_with_the_public_key_is_refused() {
    let key = rs256();
    let jwk = serde_json::to_string(key.verifying_key().public_jwk().unwrap()).unwrap();
    for secret in [jwk.as_bytes(), key.verifying_key().decoding().try_get_as_bytes().unwrap_or(b"")] {
        let padded: Vec<u8> = secret.iter().copied().chain(0..64).collect();
        let forger = SigningKey::hs256(&Secret::new(padded)).unwrap().with_id(key.id().clone());
        let token = sign(b"{}", "jwt", &forger).unwrap();
        assert_eq!(set(&key).verify(&token, None), Err(JwsError::Algorithm));
    }
}

#[test]
fn asvs_v9_1_2_shared_secrets_and_key_pairs_do_not_mix() {
    let mixed = KeyRing::new(ed25519(), [hs256().verifying_key().clone()]);
    assert_eq!(mixed.unwrap_err(), KeyError::MixedFamilies);
    let key = ed25519();
    let twice = KeyRing::new(key.clone(), [key.verifying_key().clone()]);
    assert_eq!(twice.unwrap_err(), KeyError::DuplicateKeyId(key.id().clone()));
    assert!(matches!(KeySet::new([]), Err(KeyError::Count { given: 0, .. })));
    let flood = (0..40).map(|_| ed25519().verifying_key().clone());
    assert!(matches!(KeySet::new(flood), Err(KeyError::Count { .. })));
}

#[test]
fn asvs_v9_1_3_a_token_cannot_bring_or_name_its_own_key() {
    let (key, forger) = (ed25519(), ed25519());
    let jwk = serde_json::to_string(forger.verifying_key().public_jwk().unwrap()).unwrap();
    for extra in [
        format!(r#""jwk":{jwk}"#),
        r#""jku":"https://evil.test/jwks.json""#.to_owned(),
        r#""x5u":"https://evil.test/cert.pem""#.to_owned(),
        r#""x5c":["MIIB"]"#.to_owned(),
        r#""x5t":"AAAA""#.to_owned(),
    ] {
        let header = format!(r#"{{"alg":"EdDSA","kid":"{}",{extra}}}"#, key.id());
        for signer in [&key, &forger] {
            assert_eq!(
                set(&key).verify(&signed(&header, "{}", signer), None),
                Err(JwsError::Header),
                "{extra}"
            );
        }
    }
}

#[test]
fn unknown_crit_and_unencoded_payload_are_refused() {
    let key = ed25519();
    for extra in [
        r#""crit":["exp"]"#,
        r#""crit":[]"#,
        r#""b64":false,"crit":["b64"]"#,
        r#""zip":"DEF""#,
        r#""enc":"A128GCM""#,
    ] {
        let header = format!(r#"{{"alg":"EdDSA","kid":"{}",{extra}}}"#, key.id());
        assert_eq!(set(&key).verify(&signed(&header, "{}", &key), None), Err(JwsError::Header), "{extra}");
    }
}

#[test]
fn confusion_an_array_is_neither_a_header_nor_a_key() {
    let key = ed25519();
    let header = format!(r#"["EdDSA","at+jwt","{}"]"#, key.id());
    assert_eq!(set(&key).verify(&signed(&header, "{}", &key), None), Err(JwsError::Header));
    let jwk = serde_json::to_value(key.verifying_key().public_jwk().unwrap()).unwrap();
    let array =
        serde_json::json!(["OKP", "EdDSA", "k1", "sig", null, "Ed25519", jwk["x"], null, null, null, null]);
    assert!(matches!(VerifyingKey::from_jwk(&array.to_string()), Err(KeyError::Jwk(_))));
}

#[test]
fn asvs_v1_5_3_a_header_that_says_something_twice_is_refused() {
    let key = ed25519();
    let header = format!(r#"{{"alg":"none","alg":"EdDSA","kid":"{}"}}"#, key.id());
    assert_eq!(set(&key).verify(&signed(&header, "{}", &key), None), Err(JwsError::Header));
}

#[test]
fn unknown_and_hostile_key_ids_are_refused() {
    let key = ed25519();
    for kid in ["unknown", "", "../../etc/passwd", "' OR 1=1 --", "https://evil.test/key", &"k".repeat(500)] {
        let header = format!(r#"{{"alg":"EdDSA","kid":"{kid}"}}"#);
        assert_eq!(set(&key).verify(&signed(&header, "{}", &key), None), Err(JwsError::UnknownKey), "{kid}");
    }
    let no_kid = signed(r#"{"alg":"EdDSA"}"#, "{}", &key);
    assert_eq!(set(&key).verify(&no_kid, None), Err(JwsError::UnknownKey));
    for kid in [r#"1"#, r#"null"#, r#"["a"]"#] {
        let header = format!(r#"{{"alg":"EdDSA","kid":{kid}}}"#);
        assert!(set(&key).verify(&signed(&header, "{}", &key), None).is_err(), "{kid}");
    }
}

#[test]
fn trailing_and_leading_bytes_are_refused() {
    let key = ed25519();
    let token = sign(b"{}", "jwt", &key).unwrap();
    for broken in [
        format!("{token}."),
        format!("{token}="),
        format!("{token} "),
        format!("{token}\n"),
        format!(".{token}"),
        format!(" {token}"),
        format!("{token}.extra"),
        format!("{token}A"),
        token.replace('.', ".."),
        token.replace('.', ""),
        String::new(),
        ".".into(),
        "..".into(),
        "...".into(),
        "a.b.c".into(),
    ] {
        assert!(set(&key).verify(&broken, None).is_err(), "{broken:.60}");
    }
}

#[test]
fn flood_an_eight_megabyte_token_is_refused_unread() {
    let key = ed25519();
    let token = sign(&vec![b'x'; 8 << 20], "jwt", &key).unwrap();
    assert_eq!(set(&key).verify(&token, None), Err(JwsError::TooLong));
    let fat_header = signed(&format!(r#"{{"alg":"EdDSA","kid":"{}"}}"#, "k".repeat(2000)), "{}", &key);
    assert_eq!(set(&key).verify(&fat_header, None), Err(JwsError::TooLong));
}

#[test]
fn asvs_v11_2_3_weak_and_default_shared_secrets_are_refused() {
    let hs = |secret: &[u8]| SigningKey::hs256(&Secret::new(secret.to_vec())).map(|_| ());
    assert_eq!(hs(b""), Err(KeyError::TooShort(0)));
    assert_eq!(hs(&[7; 31]), Err(KeyError::TooShort(31)));
    for weak in [
        &[0; 32][..],
        &[0x41; 64],
        b"01010101010101010101010101010101",
        b"secretsecretsecretsecretsecretsecret",
        b"a-string-secret-at-least-256-bits-long",
        b"your-256-bit-secret-your-256-bit-secret",
        b"changeme-changeme-changeme-changeme-1",
        b"SuperSecretKeyThatNobodyWillEverGuess",
    ] {
        assert!(matches!(hs(weak), Err(KeyError::Weak(_))), "{:?}", String::from_utf8_lossy(weak));
    }
    assert_eq!(hs(&(0..32).collect::<Vec<u8>>()), Ok(()));
}

#[test]
fn asvs_v11_6_1_keys_of_the_wrong_kind_are_refused_when_loaded() {
    let wrong: &[u8] = b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    let ed_pem = {
        let der = aws_lc_rs::signature::Ed25519KeyPair::generate_pkcs8v1(&SystemRandom::new()).unwrap();
        pem("PRIVATE KEY", der.as_ref())
    };
    assert!(SigningKey::ed25519_from_pem(ed_pem.as_bytes()).is_ok());
    for pem in [wrong, b"", b"garbage", rsa_pem().as_bytes()] {
        assert!(SigningKey::ed25519_from_pem(pem).is_err());
        assert!(SigningKey::es256_from_pem(pem).is_err());
    }
    assert!(SigningKey::rs256_from_pem(ed_pem.as_bytes()).is_err());
    assert!(SigningKey::es256_from_pem(ed_pem.as_bytes()).is_err());
}

#[test]
fn the_jwks_has_public_members_only_and_reads_back() {
    for key in [ed25519(), es256(), rs256()] {
        let ring = KeyRing::new(key.clone(), []).unwrap();
        let json = serde_json::to_value(ring.jwks()).unwrap();
        let jwk = &json["keys"][0];
        assert_eq!(jwk["kid"], key.id().as_str());
        assert_eq!((&jwk["use"], &jwk["alg"]), (&"sig".into(), &key.algorithm().name().into()));
        for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            assert!(jwk.get(private).is_none(), "{private}");
        }
        let read = VerifyingKey::from_jwk(&jwk.to_string()).unwrap();
        let token = sign(b"{}", "jwt", &key).unwrap();
        assert!(KeySet::new([read]).unwrap().verify(&token, None).is_ok());
    }
    assert_eq!(KeyRing::new(hs256(), []).unwrap().jwks().keys, [], "a shared secret is never published");
}

#[test]
fn forgery_under_a_public_key_of_small_order_is_refused_when_loaded() {
    let mut neutral = vec![0; 64];
    neutral[0] = 1;
    for (y, is_reduced) in weak::SMALL_ORDER.into_iter().zip([true, true, true, false, false, true, true]) {
        let material = jwk::Material::ed25519(&y);
        let decoding = signing::decoding_key(&material, Algorithm::EdDsa).unwrap();
        let forged = |message: u8| {
            backend::verifies(&[message], &neutral, &decoding, Algorithm::EdDsa).unwrap_or(false)
        };
        assert!(!is_reduced || (0..=255).any(forged), "the backend alone would accept a forgery: {y:x?}");
        for sign in [0, 0x80] {
            let mut x = y;
            x[31] |= sign;
            let x = Base64UrlUnpadded::encode_string(&x);
            let jwk = format!(r#"{{"kty":"OKP","crv":"Ed25519","alg":"EdDSA","x":"{x}"}}"#);
            assert!(VerifyingKey::from_jwk(&jwk).is_err(), "{jwk}");
        }
    }
}

/// 65537¹²⁸, which has 2049 bits: not a product of two primes, but of the form that gives the faulty ones away.
fn power_of_65537() -> Vec<u8> {
    let mut little_endian = vec![1_u8];
    for _ in 0..128 {
        let mut carry = 0;
        let shifted = [&[0, 0], &little_endian[..]].concat();
        let times_65537 = |(at, high): (usize, &u8)| {
            let sum = u16::from(*high) + u16::from(little_endian.get(at).copied().unwrap_or(0)) + carry;
            carry = sum >> 8;
            sum.to_le_bytes()[0]
        };
        little_endian = shifted.iter().enumerate().map(times_65537).collect();
        little_endian.extend((carry > 0).then_some(1));
    }
    little_endian.into_iter().rev().collect()
}

#[test]
fn factoring_an_rsa_key_of_the_faulty_generator_is_refused_when_loaded() {
    let n = power_of_65537();
    assert_eq!((n.len(), n[0], &n[254..]), (257, 1, &[128, 0, 1][..]));
    let jwk = |n: &[u8]| {
        let n = Base64UrlUnpadded::encode_string(n);
        VerifyingKey::from_jwk(&format!(r#"{{"kty":"RSA","alg":"RS256","n":"{n}","e":"AQAB"}}"#)).map(|_| ())
    };
    assert!(matches!(jwk(&n), Err(KeyError::Jwk(why)) if why.contains("factored")));
    let mut next = n.clone();
    next[256] += 2;
    assert_eq!(jwk(&next), Ok(()));
}

#[test]
fn an_rsa_key_that_no_backend_verifies_with_is_refused_when_loaded() {
    let jwk = |n: &[u8], e: &[u8]| {
        let (n, e) = (Base64UrlUnpadded::encode_string(n), Base64UrlUnpadded::encode_string(e));
        VerifyingKey::from_jwk(&format!(r#"{{"kty":"RSA","alg":"RS256","n":"{n}","e":"{e}"}}"#))
    };
    let usable = jwk(&[0xff; 256], &[1, 0, 1]).unwrap();
    assert_eq!(jwk(&[0xff; 255], &[1, 0, 1]).unwrap_err(), KeyError::ModulusTooSmall(2040));
    assert_eq!(jwk(&[0xff; 1025], &[1, 0, 1]).unwrap_err(), KeyError::ModulusTooLarge(8200));
    for e in [&[][..], &[0], &[1], &[2], &[1, 0, 0], &[0xff; 5]] {
        assert!(matches!(jwk(&[0xff; 256], e), Err(KeyError::Jwk(_))), "{e:?}");
    }
    let padded = jwk(&[&[0, 0][..], &[0xff; 256]].concat(), &[0, 1, 0, 1]).unwrap();
    assert_eq!(padded.id(), usable.id(), "one key has one thumbprint");
}

#[test]
fn the_thumbprint_is_that_of_rfc_8037_appendix_a_3() {
    let jwk =
        r#"{"kty":"OKP","crv":"Ed25519","alg":"EdDSA","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    let key = VerifyingKey::from_jwk(jwk).unwrap();
    assert_eq!(key.id().as_str(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

#[test]
fn nothing_prints_a_private_key() {
    let key = SigningKey::ed25519_from_seed(&Secret::new([0x41; 32])).unwrap();
    let shown = format!("{key:?} {:?} {:?}", KeyRing::new(key.clone(), []), hs256());
    assert!(!shown.contains("65, 65") && !shown.contains("QUFBQUFB"), "{shown}");
}

proptest! {
    #[test]
    fn no_text_panics_or_verifies(token in "\\PC{0,80}|[A-Za-z0-9_-]{0,60}(\\.[A-Za-z0-9_-]{0,60}){0,4}") {
        prop_assert!(set(&hs256()).verify(&token, None).is_err());
    }

    #[test]
    fn no_header_panics_or_verifies_but_the_plain_one(header in "\\{\"alg\":\"[A-Za-z0-9]{0,6}\"(,\"[a-z0-9]{1,4}\":(\"[a-z]{0,4}\"|1|null|\\[\\])){0,3}\\}") {
        let key = hs256();
        let verified = set(&key).verify(&signed(&header, "{}", &key), None);
        prop_assert!(verified.is_err());
    }

    #[test]
    fn every_flipped_byte_is_noticed(at in any::<prop::sample::Index>(), to in "[A-Za-z0-9_-]") {
        let key = hs256();
        let token = signed(&header(&key), r#"{"sub":"ada"}"#, &key);
        let at = at.index(token.len());
        let mut broken = token.clone();
        broken.replace_range(at..=at, &to);
        prop_assume!(broken != token);
        prop_assert!(set(&key).verify(&broken, None).is_err());
    }
}
