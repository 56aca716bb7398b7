//! A payload that was changed in any way opens by no face, and what a stream gives out before is a true beginning.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::io::Read;
use std::sync::LazyLock;
use stockade_core::SystemEntropy;
use stockade_crypto_at_rest::file::{FileError, Opener, Sealer, X25519Identity};

const SEALED_CHUNK: usize = 64 * 1024 + 16;

static IDENTITY: LazyLock<X25519Identity> =
    LazyLock::new(|| X25519Identity::generate(&SystemEntropy).expect("randomness"));

/// Text, its sealed file, and where the chunks begin.
static FILES: LazyLock<Vec<(Vec<u8>, Vec<u8>, usize)>> = LazyLock::new(|| {
    let sealer = |text: &[u8]| {
        Sealer::new(vec![&IDENTITY.recipient()], &SystemEntropy).bytes(text).expect("it can be sealed")
    };
    let file = |len: usize| {
        let text: Vec<u8> = (0..len).map(|at| (at / 255) as u8 ^ at as u8).collect();
        let sealed = sealer(&text);
        let start = sealed.len() - len - 16 * len.div_ceil(64 * 1024).max(1);
        (text, sealed, start)
    };
    [0, 1, 500, 65_535, 65_536, 65_537, 131_072, 140_000].into_iter().map(file).collect()
});

// The first octet chooses a file; every four that follow change it.
fuzz_target!(|input: &[u8]| {
    let Some((first, changes)) = input.split_first() else { return };
    let (text, sealed, start) = &FILES[usize::from(*first) % FILES.len()];
    let mut file = sealed.clone();
    for change in changes.chunks_exact(4).take(16) {
        apply(&mut file, *start, [change[0], change[1], change[2], change[3]]);
    }

    let opener = Opener::new(vec![&*IDENTITY]);
    let mut streamed = Vec::new();
    let result = opener.open(&mut &*file, &mut streamed);
    let whole = opener.bytes(&file);
    let mut read = Vec::new();
    let in_order =
        opener.reader(&*file).and_then(|mut reader| reader.read_to_end(&mut read).map_err(FileError::Read));
    assert!(text.starts_with(&streamed) && text.starts_with(&read));
    assert_eq!(result.is_ok(), file == *sealed);
    assert_eq!(whole.is_ok(), result.is_ok());
    assert_eq!(in_order.is_ok(), result.is_ok());
    assert!(result.is_err() || (&streamed, &read) == (text, text));
    if let Ok(mut range) = opener.range(&file[..]) {
        let mut buffer = vec![0; text.len()];
        let all = range.read_at(0, &mut buffer);
        assert_eq!(all.is_ok() && range.len() == text.len() as u64, file == *sealed);
    }
});

/// One change behind the header: of a bit, of the length, or of the order of chunks.
fn apply(file: &mut Vec<u8>, start: usize, [what, high, low, value]: [u8; 4]) {
    let place = usize::from(u16::from_be_bytes([high, low])) * 3;
    match what % 4 {
        0 if start + place < file.len() => file[start + place] ^= value,
        1 => file.truncate(start.max(file.len().saturating_sub(place))),
        2 => file.resize(file.len() + place % 70_000, value),
        3 if file.len() >= start + 2 * SEALED_CHUNK => {
            let (front, back) = file.split_at_mut(start + SEALED_CHUNK);
            front[start..].swap_with_slice(&mut back[..SEALED_CHUNK]);
        }
        _ => {}
    }
}
