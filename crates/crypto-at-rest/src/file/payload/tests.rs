use super::*;
use crate::backend::TAG_LEN;
use stockade_core::Secret;

fn cipher() -> ChunkCipher {
    ChunkCipher::new(&Secret::new([7; 32]))
}

/// Everything through a codec, fed `step` octets at a time.
fn through(
    direction: Direction,
    cipher: ChunkCipher,
    mut input: &[u8],
    step: usize,
) -> Result<Vec<u8>, Vec<u8>> {
    let mut codec = Codec::new(direction, cipher);
    let mut output = Vec::new();
    while !input.is_empty() {
        let space = codec.space();
        let count = step.min(space.len()).min(input.len());
        space[..count].copy_from_slice(&input[..count]);
        codec.took(count);
        input = &input[count..];
        match codec.chunk() {
            Ok(chunk) => output.extend_from_slice(chunk.unwrap_or_default()),
            Err(_) => return Err(output),
        }
    }
    match codec.finish() {
        Ok(last) => output.extend_from_slice(last.bytes()),
        Err(_) => return Err(output),
    }
    Ok(output)
}

fn seal(text: &[u8]) -> Vec<u8> {
    through(Direction::Seal, cipher(), text, CHUNK).unwrap()
}

fn open(sealed: &[u8]) -> Result<Vec<u8>, Vec<u8>> {
    through(Direction::Open, cipher(), sealed, SEALED_CHUNK)
}

#[test]
fn every_length_comes_back_and_has_the_length_foretold() {
    for len in [0, 1, 1000, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 1, 3 * CHUNK - 1] {
        let text = vec![9; len];
        for step in [len.max(1), 4096, 33_333] {
            let sealed = through(Direction::Seal, cipher(), &text, step).unwrap();
            let layout = Layout::of_plain(len as u64).unwrap();
            assert_eq!(sealed.len() as u64, layout.sealed);
            assert_eq!(Layout::of_sealed(layout.sealed), Some(layout));
            assert_eq!(through(Direction::Open, cipher(), &sealed, step).unwrap(), text);
        }
    }
}

#[test]
fn asvs_v11_3_4_a_nonce_is_the_number_of_its_chunk_and_the_flag_of_the_last() {
    // age v1, "Payload": the first chunk of two, by the plain cipher and a nonce written out.
    let sealed = seal(&vec![5; CHUNK + 1]);
    let by_hand = |nonce: [u8; 12], text: &[u8]| {
        let mut buffer = [text, &[0; TAG_LEN]].concat();
        crate::backend::ChaCha20Poly1305::new(&[7; 32]).seal_in_place(nonce, &[], &mut buffer).unwrap();
        buffer
    };
    assert!(sealed[..SEALED_CHUNK] == by_hand([0; 12], &[5; CHUNK]));
    assert_eq!(sealed[SEALED_CHUNK..], by_hand([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1], &[5]));
}

/// Every nonce says which chunk it is for, so that no two chunks of ten million, of which each could be the last, share one.
#[test]
fn asvs_v11_3_4_nonces_of_ten_million_chunks_are_all_different() {
    for index in (0..5_000_000).chain([u64::MAX - 1, u64::MAX]) {
        for place in [Place::Inner, Place::Last] {
            let [zeros @ .., a, b, c, d, e, f, g, h, flag] = chunk::nonce(index, place);
            assert_eq!((zeros, u64::from_be_bytes([a, b, c, d, e, f, g, h])), ([0; 3], index));
            assert_eq!(flag == 1, place == Place::Last);
        }
    }
}

#[test]
fn layout_knows_which_lengths_no_payload_has() {
    for none in [0, 15, SEALED_CHUNK as u64 + 16, SEALED_CHUNK as u64 + 1, 2 * SEALED_CHUNK as u64 + 16] {
        assert_eq!(Layout::of_sealed(none), None, "{none}");
    }
    for some in [16, 17, SEALED_CHUNK as u64, SEALED_CHUNK as u64 + 17] {
        assert!(Layout::of_sealed(some).is_some(), "{some}");
    }
    assert_eq!(Layout::of_plain(u64::MAX), None);
    assert!(Layout::of_sealed(u64::MAX).is_none_or(|layout| layout.plain < u64::MAX));
}

/// All lengths up to three chunks, by the chunk in which the cut is: what is before it verifies in any case, and what is left of
/// it would have to open as the last.
fn every_cut_in_chunk(index: u64) {
    let sealed = seal(&vec![3; 3 * CHUNK]);
    let start = index as usize * SEALED_CHUNK;
    let cipher = cipher();
    let mut buffer = vec![0; SEALED_CHUNK];
    for len in 0..=SEALED_CHUNK {
        buffer[..len].copy_from_slice(&sealed[start..start + len]);
        let whole = index == 2 && len == SEALED_CHUNK;
        assert_eq!(cipher.open(index, Place::Last, &mut buffer[..len]).is_ok(), whole, "{index} {len}");
    }
}

#[test]
fn truncation_at_every_length_of_the_first_chunk_is_refused() {
    every_cut_in_chunk(0);
}

#[test]
fn truncation_at_every_length_of_the_second_chunk_is_refused() {
    every_cut_in_chunk(1);
}

#[test]
fn truncation_at_every_length_of_the_third_chunk_is_refused() {
    every_cut_in_chunk(2);
}

#[test]
fn truncation_gives_out_whole_chunks_at_most() {
    let text: Vec<u8> = (0..3 * CHUNK).map(|at| at as u8).collect();
    let sealed = seal(&text);
    for chunk in 0..3 {
        for cut in [0, 1, 15, 16, 17, 40_000, SEALED_CHUNK - 17, SEALED_CHUNK - 16, SEALED_CHUNK - 1] {
            let released = open(&sealed[..chunk * SEALED_CHUNK + cut]).unwrap_err();
            // The chunk before a cut between two is found not to be the last, and is kept back as well.
            let most = if cut == 0 { chunk.saturating_sub(1) } else { chunk };
            assert!(released == text[..most * CHUNK], "{chunk} {cut}");
        }
    }
}

#[test]
fn bit_flip_of_every_bit_of_a_short_chunk_and_of_the_edges_of_long_ones_is_refused() {
    let sealed = seal(&vec![3; 2 * CHUNK + 40]);
    let ends = [0..100, SEALED_CHUNK - 100..SEALED_CHUNK + 100, 2 * SEALED_CHUNK - 100..sealed.len()];
    let sample = (0..2 * SEALED_CHUNK).step_by(997);
    let cipher = cipher();
    for at in ends.into_iter().flatten().chain(sample) {
        let index = (at / SEALED_CHUNK) as u64;
        let start = index as usize * SEALED_CHUNK;
        let chunk = &sealed[start..sealed.len().min(start + SEALED_CHUNK)];
        for bit in 0..8 {
            let mut chunk = chunk.to_vec();
            chunk[at - start] ^= 1 << bit;
            let place = if index == 2 { Place::Last } else { Place::Inner };
            assert!(cipher.open(index, place, &mut chunk).is_err());
            assert!(chunk.iter().all(|octet| *octet == 0), "nothing of the text is left");
        }
    }
}

#[test]
fn confusion_of_places_is_refused() {
    let sealed = seal(&vec![3; 2 * CHUNK]);
    let (first, last) = sealed.split_at(SEALED_CHUNK);
    let opens = |chunk: &[u8], index, place| cipher().open(index, place, &mut chunk.to_vec()).is_ok();
    assert!(opens(first, 0, Place::Inner) && opens(last, 1, Place::Last));
    assert!(!opens(first, 0, Place::Last) && !opens(last, 1, Place::Inner));
    for index in [1, 2, 256, 1 << 32, u64::MAX] {
        assert!(!opens(first, index, Place::Inner), "{index}");
    }
}

#[test]
fn an_empty_last_chunk_is_refused_unless_it_is_all() {
    let cipher = cipher();
    let mut empty = [0; TAG_LEN];
    cipher.seal(0, Place::Last, &mut empty).unwrap();
    assert_eq!(open(&empty), Ok(Vec::new()));
    // One of ours cannot even be made, so it comes from the plain cipher.
    assert!(cipher.seal(1, Place::Last, &mut empty).is_err());
    let mut empty = [0; TAG_LEN];
    let nonce = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1];
    crate::backend::ChaCha20Poly1305::new(&[7; 32]).seal_in_place(nonce, &[], &mut empty).unwrap();
    let mut inner = vec![0; SEALED_CHUNK];
    cipher.seal(0, Place::Inner, &mut inner).unwrap();
    assert_eq!(open(&[&inner[..], &empty].concat()), Err(vec![0; CHUNK]));
}

#[test]
fn a_short_or_overlong_chunk_is_neither_made_nor_opened() {
    let cipher = cipher();
    for (place, len) in [(Place::Inner, SEALED_CHUNK - 1), (Place::Last, SEALED_CHUNK + 1), (Place::Last, 15)]
    {
        assert!(cipher.seal(0, place, &mut vec![0; len]).is_err());
        assert!(cipher.open(0, place, &mut vec![0; len]).is_err());
    }
}

#[test]
fn wrong_key_is_refused() {
    let other = ChunkCipher::new(&Secret::new([8; 32]));
    assert_eq!(through(Direction::Open, other, &seal(b"text"), 100), Err(Vec::new()));
}

proptest::proptest! {
    #[test]
    fn layouts_agree_with_each_other(plain in 0_u64..=u64::MAX / 2, sealed: u64) {
        let layout = Layout::of_plain(plain).unwrap();
        proptest::prop_assert_eq!(Layout::of_sealed(layout.sealed), Some(layout));
        if let Some(layout) = Layout::of_sealed(sealed) {
            proptest::prop_assert_eq!(Layout::of_plain(layout.plain), Some(layout));
        }
        let last = layout.last() * SEALED_CHUNK as u64 + layout.sealed_len(layout.last()) as u64;
        proptest::prop_assert_eq!(last, layout.sealed);
        proptest::prop_assert_eq!(layout.sealed_len(layout.chunks), 0);
    }
}
