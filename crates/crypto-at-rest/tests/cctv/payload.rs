//! The payload of a vector, opened chunk by chunk with the file key that the kit tells: what age's own code may release.

use chacha20poly1305::aead::AeadInOut;
use chacha20poly1305::{ChaCha20Poly1305, KeyInit, Tag};
use hkdf::Hkdf;
use sha2::Sha256;
use std::io::Read;
use stockade_crypto_at_rest::file::{Header, MaybeArmored};

const SEALED_CHUNK: usize = 64 * 1024 + 16;

/// The beginnings of the plaintext at which a reader may stop: after each chunk, as long as they verify.
pub(super) fn beginnings(file: &[u8], file_key: &[u8]) -> Vec<Vec<u8>> {
    let mut binary = Vec::new();
    MaybeArmored::detect(file).expect("no disk").read_to_end(&mut binary).expect("whole armor");
    let header = Header::parse(&binary).expect("a header");
    let (nonce, chunks) = binary[header.len()..].split_at(16);
    let mut key = [0; 32];
    Hkdf::<Sha256>::new(Some(nonce), file_key).expand(b"payload", &mut key).expect("32 bytes");
    let cipher = ChaCha20Poly1305::new(&key.into());
    let mut plaintext = Vec::new();
    let mut beginnings = vec![Vec::new()];
    for (number, chunk) in (0_u64..).zip(chunks.chunks(SEALED_CHUNK)) {
        let Some((text, tag)) = chunk.split_last_chunk::<16>() else { break };
        let open = |last: u8| {
            let mut nonce = [0; 12];
            nonce[3..11].copy_from_slice(&number.to_be_bytes());
            nonce[11] = last;
            let mut text = text.to_vec();
            let opened = cipher.decrypt_inout_detached(
                &nonce.into(),
                b"",
                text.as_mut_slice().into(),
                &Tag::from(*tag),
            );
            opened.is_ok().then_some(text)
        };
        let Some(text) = open(0).or_else(|| open(1)) else { break };
        plaintext.extend_from_slice(&text);
        beginnings.push(plaintext.clone());
    }
    beginnings
}
