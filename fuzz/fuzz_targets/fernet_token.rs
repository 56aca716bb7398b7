//! A token opens only if it is what the plaintext gives again, and the reader over files says the same as the one in memory.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::io::Cursor;
use std::time::Duration;
use stockade_crypto_at_rest::fernet::{Fernet, FernetError, FernetKey, FernetStreamError};
use stockade_fuzz::{clock, signed_fernet};

const KEY: [u8; 32] = [1; 32];

// The input is a text, or, so that something gets past the MAC, a message to be signed: its first octet says which.
fuzz_target!(|input: &[u8]| {
    let Some((first, rest)) = input.split_first() else { return };
    let text = if first % 2 == 0 { rest.to_vec() } else { signed_fernet(&KEY, rest).into_bytes() };
    let fernet = Fernet::new(FernetKey::from_bytes(KEY));
    let ttl = (first % 4 < 2).then_some(Duration::from_secs(60));
    let clock = clock();

    let whole = fernet.open(&text, ttl, &*clock).map(|text| text.expose().clone());
    let mut streamed = Vec::new();
    match fernet.open_reader(&mut Cursor::new(&text), &mut streamed, ttl, &*clock) {
        Ok(len) => assert_eq!((len, Ok(&streamed)), (streamed.len() as u64, whole.as_ref())),
        Err(FernetStreamError::Token(error)) => assert_eq!(whole, Err(error)),
        Err(error) => panic!("memory does not fail: {error}"),
    }
    if whole.is_ok() {
        assert_eq!(first % 2, 1, "nobody guesses a MAC");
        let mut altered = text.clone();
        altered[text.len() / 2] ^= 1;
        assert_eq!(fernet.open(&altered, None, &*clock).unwrap_err(), FernetError::Refused);
    }
});
