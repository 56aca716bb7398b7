//! A text has the form of an API key exactly where a slow and simple reader says so.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use stockade_authn::api_key::{ApiKeyPrefix, NotApiKey};

static PREFIX: LazyLock<ApiKeyPrefix> = LazyLock::new(|| ApiKeyPrefix::new("acme").expect("a prefix"));

fuzz_target!(|text: &str| {
    match (PREFIX.recognise(text), parts(text)) {
        (Ok(id), Some((given, body, sum))) => {
            assert_eq!(id.as_str(), given);
            assert_eq!(checksum(body), sum);
        }
        (Err(NotApiKey::Checksum), Some((_, body, sum))) => assert_ne!(checksum(body), sum),
        (Err(NotApiKey::Form), None) => {}
        (read, simple) => panic!("{read:?}, but {simple:?}"),
    }
});

/// The id, what is summed, and the sum.
fn parts(text: &str) -> Option<(&str, &str, &str)> {
    let (body, sum) = text.rsplit_once('_')?;
    let [prefix, id, secret] = body.split('_').collect::<Vec<_>>()[..] else { return None };
    let form = [id, secret, sum].map(|part| (part.len(), part.chars().all(|c| c.is_ascii_alphanumeric())));
    (prefix == "acme" && form == [(16, true), (32, true), (6, true)]).then_some((id, body, sum))
}

/// CRC-32, a bit at a time, in digits to base 62.
fn checksum(text: &str) -> String {
    let mut crc = u32::MAX;
    for byte in text.bytes() {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = if crc % 2 == 1 { crc / 2 ^ 0xedb8_8320 } else { crc / 2 };
        }
    }
    let mut rest = !crc;
    let digits = (0..6).map(|_| {
        let digit = u8::try_from(rest % 62).expect("less than 62");
        rest /= 62;
        char::from(match digit {
            0..10 => b'0' + digit,
            10..36 => b'A' + digit - 10,
            _ => b'a' + digit - 36,
        })
    });
    digits.collect::<Vec<_>>().into_iter().rev().collect()
}
