//! The bytes of a pass.

use super::{COMPLEMENT, SEED};
use crate::overwrite::stream::Stream;
use crate::policy::{Pass, Pattern};
use proptest::prelude::*;
use std::collections::HashSet;

fn bytes(passes: &[Pass], index: usize, offset: u64, len: usize) -> Vec<u8> {
    let mut bytes = vec![0xa5; len];
    Stream::of(passes, index, &SEED).fill(&mut bytes, offset).unwrap();
    bytes
}

const BYTE: Pass = Pass::of(Pattern::Byte(0x55));

#[test]
fn random_never_repeats_a_sector() {
    let all = bytes(&[Pass::RANDOM], 0, 0, 1 << 20);
    let sectors: HashSet<&[u8]> = all.chunks(512).collect();
    assert_eq!(sectors.len(), all.len() / 512);
}

#[test]
fn each_random_pass_is_another_and_each_file_too() {
    let passes = [Pass::RANDOM, Pass::RANDOM];
    assert_ne!(bytes(&passes, 0, 0, 64), bytes(&passes, 1, 0, 64));
    let mut other = vec![0; 64];
    Stream::of(&passes, 0, &[8; 32]).fill(&mut other, 0).unwrap();
    assert_ne!(bytes(&passes, 0, 0, 64), other);
}

#[test]
fn a_complement_inverts_each_bit_of_the_pass_before() {
    for before in [Pass::RANDOM, BYTE, COMPLEMENT] {
        let passes = [before, COMPLEMENT, COMPLEMENT];
        let inverted: Vec<u8> = bytes(&passes, 0, 99, 1000).iter().map(|byte| !byte).collect();
        assert_eq!(bytes(&passes, 1, 99, 1000), inverted);
        assert_eq!(bytes(&passes, 2, 99, 1000), bytes(&passes, 0, 99, 1000));
    }
    assert_eq!(bytes(&[COMPLEMENT], 0, 0, 2), [0xff, 0xff]);
}

#[test]
fn the_end_of_the_longest_file_has_a_stream_too() {
    assert_ne!(bytes(&[Pass::RANDOM], 0, u64::MAX - 32, 32), [0; 32]);
}

/// SP 800-38A, F.5.5: the first block of AES-256-CTR is the cipher of the counter; here of the zero counter, from the
/// known-answer tests for AES (a key of zeros, a block of zeros).
#[test]
fn the_key_stream_is_that_of_aes_256_in_counter_mode() {
    let stream = Stream::Keystream { key: zeroize::Zeroizing::new([0; 32]), inverted: false };
    let mut block = [0; 16];
    stream.fill(&mut block, 0).unwrap();
    assert_eq!(u128::from_be_bytes(block), 0xdc95_c078_a240_8989_ad48_a214_9284_2087);
}

fn any_passes() -> impl Strategy<Value = Vec<Pass>> {
    let pass = prop_oneof![
        Just(Pass::RANDOM),
        Just(COMPLEMENT),
        any::<u8>().prop_map(|byte| Pass::of(Pattern::Byte(byte)))
    ];
    proptest::collection::vec(pass, 1..5)
}

proptest! {
    #[test]
    fn any_part_of_a_stream_is_the_same_however_it_is_reached(
        passes in any_passes(), start in 0_u64..1 << 40, len in 0_usize..300, skip in 0_usize..300,
    ) {
        let skip = skip.min(len);
        let index = passes.len() - 1;
        let whole = bytes(&passes, index, start, len);
        prop_assert_eq!(&whole[skip..], bytes(&passes, index, start + skip as u64, len - skip));
    }

    #[test]
    fn what_was_written_differs_by_nothing_and_a_flipped_bit_by_that_bit(
        passes in any_passes(), start in 0_u64..1 << 40, len in 1_usize..300, at in 0_usize..300, bit in 0_u8..8,
    ) {
        let (index, at) = (passes.len() - 1, at % len);
        let mut read = bytes(&passes, index, start, len);
        read[at] ^= 1 << bit;
        Stream::of(&passes, index, &SEED).subtract(&mut read, start).unwrap();
        let mut flipped = vec![0; len];
        flipped[at] = 1 << bit;
        prop_assert_eq!(read, flipped);
    }
}
