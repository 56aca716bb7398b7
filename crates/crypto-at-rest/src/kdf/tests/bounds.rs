use super::{LEAST_ARGON2ID, LEAST_PBKDF2, password};
use crate::kdf::{KdfCaps, KdfError, PasswordKdf, arena};
use proptest::prelude::*;
use std::time::{Duration, Instant};

const SALT: [u8; 16] = [7; 16];

fn argon2id(memory_kib: u32, passes: u32, lanes: u32) -> PasswordKdf {
    PasswordKdf::Argon2id { memory_kib, passes, lanes }
}

#[test]
fn asvs_v11_4_4_pbkdf2_below_600_000_is_refused_for_writing_and_reading() {
    let refused = KdfError::TooWeak { parameter: "iterations", value: 599_999, min: 600_000 };
    assert_eq!(PasswordKdf::pbkdf2_hmac_sha256(599_999), Err(refused));
    let read: PasswordKdf = "pbkdf2-hmac-sha256 599999".parse().unwrap();
    assert_eq!(read.derive(&password("x"), &SALT), Err(refused));
    assert!(LEAST_PBKDF2.derive(&password("x"), &SALT).is_ok());
}

#[test]
fn asvs_v11_4_4_argon2id_below_the_owasp_family_is_refused() {
    for (mib, passes) in [(46, 1), (19, 2), (12, 3), (9, 4), (7, 5)] {
        assert!(PasswordKdf::argon2id(mib * 1024, passes, 1).is_ok());
        let weak = KdfError::TooWeak {
            parameter: "memory_kib",
            value: u64::from(mib) * 1024 - 1,
            min: u64::from(mib) * 1024,
        };
        assert_eq!(PasswordKdf::argon2id(mib * 1024 - 1, passes, 1), Err(weak));
    }
    for kdf in [argon2id(65_536, 0, 1), argon2id(65_536, 3, 0), argon2id(0, 0, 0), argon2id(0, 9, 1)] {
        assert!(matches!(kdf.derive(&password("x"), &SALT), Err(KdfError::TooWeak { .. })), "{kdf}");
    }
}

#[test]
fn asvs_v11_4_4_the_default_is_rfc_9106s_second_option_and_works() {
    assert_eq!(PasswordKdf::default().to_string(), "argon2id 65536 3 4");
    let one = PasswordKdf::default().derive(&password("x"), &SALT).unwrap();
    assert_ne!(one, PasswordKdf::default().derive(&password("y"), &SALT).unwrap());
}

#[test]
fn flood_bombs_are_refused_at_once() {
    let start = Instant::now();
    let most = u32::MAX;
    for kdf in
        [argon2id(most, 1, 1), argon2id(65_536, most, 1), argon2id(65_536, 3, most), argon2id(1 << 20, 5, 1)]
    {
        assert!(matches!(kdf.derive(&password("x"), &SALT), Err(KdfError::TooCostly { .. })), "{kdf}");
    }
    for text in [
        "argon2id 4294967296 3 4",
        "argon2id 65536 9223372036854775808 4",
        "argon2id 65536 3 18446744073709551615",
        "pbkdf2-hmac-sha256 9223372036854775808",
    ] {
        assert!(matches!(text.parse::<PasswordKdf>(), Err(KdfError::TooCostly { .. })), "{text}");
    }
    let kdf = PasswordKdf::Pbkdf2HmacSha256 { iterations: 10_000_001 };
    let refused = KdfError::TooCostly { parameter: "iterations", value: 10_000_001, max: 10_000_000 };
    assert_eq!(kdf.derive(&password("x"), &SALT), Err(refused));
    assert!(start.elapsed() < Duration::from_millis(100));
}

#[test]
fn a_caller_may_lower_the_caps() {
    let caps = KdfCaps { memory_kib: 19 * 1024, iterations: 600_000, ..KdfCaps::default() };
    assert_eq!(LEAST_ARGON2ID.check(&caps), Ok(()));
    assert_eq!(LEAST_PBKDF2.check(&caps), Ok(()));
    assert!(PasswordKdf::default().derive_within(&caps, &password("x"), &SALT).is_err());
    assert!(PasswordKdf::Pbkdf2HmacSha256 { iterations: 600_001 }.check(&caps).is_err());
}

#[test]
fn salts_and_passwords_are_bounded() {
    for len in [0, 8, 15, 65, 1 << 20] {
        assert_eq!(LEAST_ARGON2ID.derive(&password("x"), &vec![0; len]), Err(KdfError::Salt { len }));
    }
    assert_eq!(LEAST_ARGON2ID.derive(&password(""), &SALT), Err(KdfError::EmptyPassword));
    let long = password(&"x".repeat(PasswordKdf::MAX_PASSWORD_LEN + 1));
    assert_eq!(LEAST_ARGON2ID.derive(&long, &SALT), Err(KdfError::LongPassword));
    let longest = password(&"x".repeat(PasswordKdf::MAX_PASSWORD_LEN));
    assert!(LEAST_ARGON2ID.derive(&longest, &SALT).is_ok());
}

#[test]
fn every_input_changes_the_key() {
    let key = LEAST_ARGON2ID.derive(&password("x"), &SALT).unwrap();
    assert_eq!(LEAST_ARGON2ID.derive(&password("x"), &SALT).unwrap(), key);
    for (kdf, text, salt) in [
        (LEAST_ARGON2ID, "y", SALT),
        (LEAST_ARGON2ID, "x", [8; 16]),
        (argon2id(19 * 1024, 3, 1), "x", SALT),
        (argon2id(20 * 1024, 2, 1), "x", SALT),
        (argon2id(19 * 1024, 2, 2), "x", SALT),
        (LEAST_PBKDF2, "x", SALT),
    ] {
        assert_ne!(kdf.derive(&password(text), &salt).unwrap(), key, "{kdf}");
    }
}

#[test]
fn out_of_memory_is_an_error() {
    assert!(arena::blocks(8).is_ok_and(|blocks| blocks.len() == 8));
    assert!(matches!(arena::blocks(usize::MAX), Err(KdfError::OutOfMemory)));
}

proptest! {
    #[test]
    fn text_has_one_spelling(text in "(argon2id|pbkdf2-hmac-sha256|scrypt)( [0-9+ -]{0,12}){0,4}") {
        if let Ok(kdf) = text.parse::<PasswordKdf>() {
            prop_assert_eq!(kdf.to_string(), text);
        }
    }

    #[test]
    fn any_parameters_survive_a_round_trip(m in any::<u32>(), t in any::<u32>(), p in any::<u32>()) {
        for kdf in [argon2id(m, t, p), PasswordKdf::Pbkdf2HmacSha256 { iterations: m }] {
            prop_assert_eq!(kdf.to_string().parse(), Ok(kdf));
            let json = serde_json::to_string(&kdf).unwrap();
            prop_assert_eq!(serde_json::from_str::<PasswordKdf>(&json).unwrap(), kdf);
            let arguments = kdf.arguments();
            let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
            prop_assert_eq!(PasswordKdf::from_arguments(kdf.name(), &arguments), Ok(kdf));
        }
    }

    #[test]
    fn what_passes_the_check_is_between_floor_and_cap(m in any::<u32>(), t in any::<u32>(), p in any::<u32>()) {
        let (m, t, p) = (m >> (t % 32), t >> (p % 32), p >> (m % 32));
        if argon2id(m, t, p).check(&KdfCaps::default()).is_ok() {
            prop_assert!((7 * 1024..=1 << 20).contains(&m) && (1..=16).contains(&p));
            prop_assert!(u64::from(m) * u64::from(t) <= 1 << 22);
            prop_assert!(argon2::Params::new(m, t, p, Some(32)).is_ok());
        }
    }
}
