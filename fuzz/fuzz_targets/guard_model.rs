//! A weight file is read or refused, whatever it holds; what is read scores any text from 0 to 1, and comes back when it is
//! written again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use stockade_guardrails::model::{BUCKETS, InjectionModel, Weights};

fuzz_target!(|bytes: &[u8]| {
    let _ = Weights::from_bytes(bytes);
    // A whole file with the numbers and weights of the input, so that the checksum is no wall.
    let Some((numbers, rest)) = bytes.split_first_chunk::<16>() else { return };
    let number = |at: usize| f32::from_le_bytes([numbers[at], numbers[at + 1], numbers[at + 2], numbers[at + 3]]);
    let weights = rest.iter().cycle().take(BUCKETS).map(|byte| byte.cast_signed()).collect();
    let made = Weights { scale: number(0), bias: number(4), slope: number(8), midpoint: number(12), buckets: weights };
    let file = made.to_bytes();
    let Ok(weights) = Weights::from_bytes(&file) else { return };
    assert_eq!(weights.to_bytes(), file);
    let score = InjectionModel::new(weights).score(&String::from_utf8_lossy(rest));
    assert!((0.0..=1.0).contains(&score));
});
