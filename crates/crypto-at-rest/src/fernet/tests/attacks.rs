//! What an attacker does to a token.

use super::super::{Fernet, FernetError, FernetKey, InvalidFernetKey};
use super::{NOW, bytes, clock, fernet, key, sample, signed, token};
use ::base64ct::{Base64Url, Encoding};
use std::time::Duration;
use stockade_core::{Problem, ProblemKind, UnixMillis};

fn refused(text: impl AsRef<[u8]>) -> bool {
    matches!(fernet(1).open(text, None, &clock()), Err(FernetError::Refused))
}

#[test]
fn asvs_v11_3_5_bit_flip_every_bit_is_refused() {
    for len in [0, 1, 15, 16, 40] {
        let text = token(1, NOW, &sample(len));
        assert_eq!(fernet(1).open(&text, None, &clock()).unwrap().expose(), &sample(len));
        let octets = Base64Url::decode_vec(&text).unwrap();
        for bit in 0..octets.len() * 8 {
            let mut octets = octets.clone();
            octets[bit / 8] ^= 1 << (bit % 8);
            assert!(refused(Base64Url::encode_string(&octets)), "bit {bit} of the octets");
        }
        for bit in 0..text.len() * 8 {
            let mut text = text.clone().into_bytes();
            text[bit / 8] ^= 1 << (bit % 8);
            assert!(refused(&text), "bit {bit} of the text");
        }
    }
}

#[test]
fn truncation_and_extension_are_refused() {
    let text = token(1, NOW, &sample(40));
    for len in 0..text.len() {
        assert!(refused(&text[..len]), "cut to {len}");
        assert!(refused(&text[len + 1..]), "cut before {len}");
    }
    for tail in ["=", "==", "A", "AAAA", "\n", " ", "\0", text.as_str()] {
        assert!(refused(format!("{text}{tail}")) && refused(format!("{tail}{text}")), "{tail:?}");
    }
}

/// One octet string has one text: no alphabet but base64url, no missing padding, no stray bits behind the last octet.
#[test]
fn confusion_of_spellings_is_refused() {
    // 57 + 16 n octets leave each of the three remainders.
    for len in [0, 16, 32] {
        let text = token(1, NOW, &sample(len));
        assert!(refused(text.replace(['-', '_'], "+")) || !text.contains(['-', '_']));
        let bare = text.trim_end_matches('=');
        assert!(bare == text || refused(bare), "no padding");
        for last in "BCDEFGHIJKLMNOP".chars().filter(|_| bare != text) {
            let mut stray = bare[..bare.len() - 1].to_owned();
            stray.push(last);
            stray.push_str(&text[bare.len()..]);
            assert!(stray == text || refused(&stray), "stray bits");
        }
        assert!(refused(format!("{}\n{}", &text[..4], &text[4..])));
    }
    assert!(refused("") && refused("====") && refused([0xFF; 100]) && refused("é".repeat(50)));
}

/// With a MAC that is right, so that nothing but the padding can be what is minded.
#[test]
fn asvs_v11_2_5_padding_oracle_every_bad_padding_is_refused_alike() {
    use aes::cipher::{BlockCipherEncrypt, KeyInit};
    let aes = aes::Aes128::new((&<[u8; 16]>::try_from(&bytes(1)[16..]).unwrap()).into());
    let cases = [
        [0; 16],
        [17; 16],
        [255; 16],
        std::array::from_fn(|i| if i == 14 { 1 } else { 2 }),
        std::array::from_fn(|i| if i == 0 { 1 } else { 16 }),
    ];
    for padded in cases {
        let mut block = padded.map(|octet| octet ^ 7).into();
        aes.encrypt_block(&mut block);
        let mut message = vec![0x80];
        message.extend(NOW.to_be_bytes());
        message.extend([7; 16]);
        message.extend(&block[..]);
        assert!(refused(signed(1, message)), "{padded:?}");
    }
}

#[test]
fn downgrade_another_version_is_refused_even_if_signed() {
    for version in (0..=255).filter(|version| *version != 0x80) {
        let mut message = Base64Url::decode_vec(&token(1, NOW, b"text")).unwrap();
        message.truncate(message.len() - 32);
        message[0] = version;
        assert!(refused(signed(1, message)));
    }
}

#[test]
fn parts_of_blocks_and_no_block_are_refused_even_if_signed() {
    for len in (0..48).filter(|len| !matches!(len, 16 | 32)) {
        let mut message = vec![0x80];
        message.extend(NOW.to_be_bytes());
        message.extend(vec![7; 16 + len]);
        assert!(refused(signed(1, message)), "{len} octets of ciphertext");
    }
}

#[test]
fn clock_jump_the_time_to_live_is_judged_at_its_edges() {
    let at = |stamp| {
        move |ttl| {
            let opened = fernet(1).open(token(1, stamp, b"text"), ttl, &clock());
            opened.map(|_| ())
        }
    };
    let secs = |n| Some(Duration::from_secs(n));
    assert_eq!(at(NOW - 60)(secs(60)), Ok(()));
    assert_eq!(at(NOW - 61)(secs(60)), Err(FernetError::Expired));
    assert_eq!(at(NOW + 60)(secs(0)), Ok(()));
    assert_eq!(at(NOW + 61)(secs(u64::MAX)), Err(FernetError::FromTheFuture));
    // No overflow, at either end of time.
    assert_eq!(at(u64::MAX)(secs(u64::MAX)), Err(FernetError::FromTheFuture));
    assert_eq!(at(0)(secs(u64::MAX)), Ok(()));
    assert_eq!(at(0)(Some(Duration::MAX)), Ok(()));
    assert_eq!(at(0)(secs(NOW - 1)), Err(FernetError::Expired));
    // Without a time to live there is no question of time.
    assert_eq!(at(0)(None), Ok(()));
    assert_eq!(at(u64::MAX)(None), Ok(()));
    let clock = clock();
    clock.jump_to(UnixMillis::from_secs(0));
    assert_eq!(
        fernet(1).open(token(1, NOW, b"text"), secs(60), &clock).unwrap_err(),
        FernetError::FromTheFuture
    );
}

/// Whether it is expired is said of genuine tokens only.
#[test]
fn a_forged_time_stamp_is_refused_and_not_expired() {
    let mut octets = Base64Url::decode_vec(&token(1, NOW, b"text")).unwrap();
    octets[1..9].fill(0);
    let opened = fernet(1).open(Base64Url::encode_string(&octets), Some(Duration::ZERO), &clock());
    assert_eq!(opened.unwrap_err(), FernetError::Refused);
}

#[test]
fn flood_a_token_above_the_limit_is_not_decoded() {
    let text = token(1, NOW, &sample(1000));
    let limited = |max| fernet(1).with_max_token(max).open(&text, None, &clock()).map(|_| ());
    assert_eq!(limited(text.len() as u64), Ok(()));
    let max = text.len() as u64 - 1;
    assert_eq!(limited(max), Err(FernetError::TooLong { max }));
    let problem = Problem::from(&FernetError::TooLong { max });
    assert_eq!(problem.kind(), ProblemKind::TooLarge);
}

#[test]
fn rotation_keys_are_tried_in_order_and_no_other() {
    let ring = fernet(1).with_fallbacks([key(2), key(3)]).unwrap();
    for n in 1..=3 {
        for len in [5, 3 << 20] {
            let plaintext = sample(len);
            let opened = ring.open(token(n, NOW, &plaintext), None, &clock()).unwrap();
            assert!(*opened.expose() == plaintext, "key {n}, {len} octets");
        }
    }
    assert_eq!(ring.open(token(4, NOW, b"x"), None, &clock()).unwrap_err(), FernetError::Refused);
    let many = |n| fernet(0).with_fallbacks((0..n).map(key));
    assert!(many(31).is_ok());
    assert_eq!(many(32).unwrap_err(), InvalidFernetKey::TooMany { max: Fernet::MAX_KEYS });
    assert!(fernet(0).with_fallbacks(std::iter::repeat_with(|| key(1))).is_err(), "an endless list ends");
}

/// Sizes around those at which the second thread and the pieces begin.
#[test]
fn long_tokens_open_and_a_flip_anywhere_in_them_is_refused() {
    let mega = 1 << 20;
    for len in [mega - 64, mega - 33, mega - 32, mega, 2 * mega + 5, 3 * mega + 196_608] {
        let plaintext = sample(len);
        let text = token(1, NOW, &plaintext);
        assert!(*fernet(1).open(&text, None, &clock()).unwrap().expose() == plaintext, "{len}");
        for at in [40, len / 2, len, text.len() - 60, text.len() - 5] {
            let mut text = text.clone().into_bytes();
            text[at] = if text[at] == b'A' { b'B' } else { b'A' };
            assert!(refused(&text), "{at} of {len}");
            text[at] = b'=';
            assert!(refused(&text), "{at} of {len}");
        }
    }
}

#[test]
fn a_key_is_44_characters_and_never_shown() {
    let text = Base64Url::encode_string(&bytes(1));
    assert_eq!(text.parse::<FernetKey>(), Ok(key(1)));
    for bad in
        ["", "=", &text[..43], &text[..40], &format!("{text}="), &format!(" {text}"), &format!("{text}\n")]
    {
        assert_eq!(bad.parse::<FernetKey>(), Err(InvalidFernetKey::Malformed));
    }
    let error = serde_json::from_str::<FernetKey>(&format!("\"{text}x\"")).unwrap_err().to_string();
    assert!(!error.contains(&text[..8]), "{error}");
    assert_eq!(serde_json::from_str::<FernetKey>(&format!("\"{text}\"")).unwrap(), key(1));
    let shown = format!("{:?} {:?}", key(1), fernet(1));
    assert!(shown.contains("[redacted]") && !shown.contains("41"), "{shown}");
}

proptest::proptest! {
    #[test]
    fn no_text_panics(text in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..300)) {
        assert!(refused(&text));
        let text: Vec<u8> = text.iter().map(|c| b"ABCDgAAAAA-_0129="[*c as usize % 17]).collect();
        assert!(refused(&text));
    }

    #[test]
    fn every_plaintext_comes_back(plaintext in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
        let opened = fernet(1).open(token(1, NOW, &plaintext), None, &clock()).unwrap();
        assert_eq!(opened.expose(), &plaintext);
    }
}
