//! Attacks on the reader, the specification's vectors, and Python's tokens.

mod attacks;
mod python;
mod stream;
mod vectors;

use super::base64;
use super::{Fernet, FernetKey};
use ::base64ct::{Base64Url, Encoding};
use aes::cipher::{BlockModeEncrypt, KeyIvInit, block_padding::Pkcs7};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use stockade_core::{ManualClock, UnixMillis};

pub(super) const NOW: u64 = 1_800_000_000;

pub(super) fn clock() -> ManualClock {
    ManualClock::at(UnixMillis::from_secs(NOW))
}

pub(super) fn key(n: u8) -> FernetKey {
    FernetKey::from_bytes(bytes(n))
}

pub(super) fn fernet(n: u8) -> Fernet {
    Fernet::new(key(n))
}

pub(super) fn bytes(n: u8) -> [u8; 32] {
    std::array::from_fn(|i| n.wrapping_mul(41) ^ i as u8)
}

/// Bytes in which no two blocks are equal.
pub(super) fn sample(len: usize) -> Vec<u8> {
    (0..len as u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}

/// A token, by a path that shares no code with the reader's.
pub(super) fn token(n: u8, at: u64, plaintext: &[u8]) -> String {
    let encryptor = cbc::Encryptor::<aes::Aes128>::new(
        (&<[u8; 16]>::try_from(&bytes(n)[16..]).unwrap()).into(),
        &[7; 16].into(),
    );
    let mut message = vec![0x80];
    message.extend(at.to_be_bytes());
    message.extend([7; 16]);
    let mut padded = plaintext.to_vec();
    padded.resize(plaintext.len() + 16, 0);
    message.extend(encryptor.encrypt_padded::<Pkcs7>(&mut padded, plaintext.len()).unwrap());
    signed(n, message)
}

/// Any message under a MAC that is right.
pub(super) fn signed(n: u8, mut message: Vec<u8>) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(&bytes(n)[..16]).unwrap();
    mac.update(&message);
    message.extend(mac.finalize().into_bytes());
    Base64Url::encode_string(&message)
}

proptest::proptest! {
    #[test]
    fn base64_agrees_with_base64ct(octets in proptest::collection::vec(proptest::prelude::any::<u8>(), 1..200), at: usize, strange: u8) {
        let mut text = Base64Url::encode_string(&octets).into_bytes();
        let mut decoded = vec![0; octets.len()];
        base64::decode(&text, &mut decoded).unwrap();
        assert_eq!(decoded, octets);
        let at = at % text.len();
        text[at] = strange;
        let len = base64::decoded_len(text.len() as u64, base64::padding(&text)).unwrap();
        let mut decoded = vec![0; len as usize];
        let ours = base64::decode(&text, &mut decoded).map(|()| decoded).ok();
        let theirs = std::str::from_utf8(&text).ok().and_then(|text| Base64Url::decode_vec(text).ok());
        assert_eq!(ours, theirs);
    }
}
