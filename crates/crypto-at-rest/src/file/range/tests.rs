use super::*;
use crate::file::{Opener, Sealer, X25519Identity};
use std::cell::Cell;
use stockade_core::SystemEntropy;
use stockade_testkit::SeededEntropy;

/// Counts what is read of it.
struct Counted<'a>(&'a [u8], Cell<usize>);

impl ReadAt for &Counted<'_> {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let count = self.0.read_at(buffer, offset)?;
        self.1.set(self.1.get() + count);
        Ok(count)
    }

    fn size(&self) -> io::Result<u64> {
        self.0.size()
    }
}

fn identity() -> X25519Identity {
    X25519Identity::generate(&SeededEntropy::new(1)).unwrap()
}

fn sealed(len: usize) -> (Vec<u8>, Vec<u8>) {
    let text: Vec<u8> = (0..len).map(|at| (at / 251) as u8 ^ at as u8).collect();
    let sealed = Sealer::new(vec![&identity().recipient()], &SystemEntropy).bytes(&text).unwrap();
    (text, sealed)
}

fn open<F: ReadAt>(file: F) -> Result<RangeReader<F>, FileError> {
    Opener::new(vec![&identity()]).range(file)
}

/// Where chunk `index` begins.
fn start(sealed: &[u8], text: &[u8], index: usize) -> usize {
    sealed.len() - Layout::of_plain(text.len() as u64).unwrap().sealed as usize + index * SEALED_CHUNK
}

#[test]
fn the_cost_is_two_chunks_whatever_the_length() {
    for len in [300_000, 3_000_000] {
        let (text, sealed) = sealed(len);
        let counted = Counted(&sealed, Cell::new(0));
        let mut reader = open(&counted).unwrap();
        assert!(counted.1.get() <= SEALED_CHUNK + 4096, "opening reads the header and the last chunk");
        let mut buffer = vec![0; CHUNK];
        for offset in [0, 1, 65_535, 65_536, 100_000, 200_000] {
            counted.1.set(0);
            assert_eq!(reader.read_at(offset, &mut buffer).unwrap(), CHUNK);
            assert!(buffer == text[offset as usize..][..CHUNK]);
            assert!(counted.1.get() <= 2 * SEALED_CHUNK);
            counted.1.set(0);
            reader.read_at(offset + CHUNK as u64 - 1, &mut buffer[..1]).unwrap();
            assert_eq!(counted.1.get(), 0, "the last chunk read is kept");
        }
    }
}

#[test]
fn truncation_is_refused_before_anything_is_served() {
    let (text, sealed) = sealed(4 * CHUNK + 10);
    for index in 0..5 {
        for more in [0, 1, 16, 17, 30_000] {
            let len = (start(&sealed, &text, index) + more).min(sealed.len() - 1);
            assert!(matches!(open(&sealed[..len]), Err(FileError::Refused)), "{index} {more}");
        }
    }
    for more in [1, 16, 17, SEALED_CHUNK] {
        let longer = [&sealed[..], &vec![0; more]].concat();
        assert!(matches!(open(longer), Err(FileError::Refused)), "{more}");
    }
}

#[test]
fn bit_flip_in_one_chunk_is_refused_where_it_is_and_only_there() {
    let (text, mut sealed) = sealed(4 * CHUNK + 10);
    let at = start(&sealed, &text, 2);
    sealed[at + 777] ^= 0x10;
    let mut reader = open(sealed).unwrap();
    let mut buffer = vec![0; 100];
    for (offset, good) in
        [(0, true), (CHUNK, true), (2 * CHUNK, false), (3 * CHUNK, true), (2 * CHUNK + 50, false)]
    {
        buffer.fill(0xee);
        match reader.read_at(offset as u64, &mut buffer) {
            Ok(100) if good => assert!(buffer == text[offset..][..100]),
            Err(FileError::Refused) if !good => assert!(buffer.iter().all(|octet| *octet == 0xee)),
            other => panic!("{offset}: {other:?}"),
        }
    }
    // Across the border the good part is served, and not one octet more.
    buffer.fill(0xee);
    assert!(reader.read_at(2 * CHUNK as u64 - 10, &mut buffer).is_err());
    assert!(buffer[..10] == text[2 * CHUNK - 10..][..10] && buffer[10..].iter().all(|octet| *octet == 0xee));
    assert_eq!(reader.read(&mut []).unwrap(), 0);
}

#[test]
fn swap_of_two_chunks_is_refused() {
    let (text, mut sealed) = sealed(4 * CHUNK + 10);
    let (one, two) = (start(&sealed, &text, 1), start(&sealed, &text, 2));
    let (front, back) = sealed.split_at_mut(two);
    front[one..].swap_with_slice(&mut back[..SEALED_CHUNK]);
    let mut reader = open(sealed).unwrap();
    let mut buffer = [0; 1];
    for offset in [CHUNK, 2 * CHUNK] {
        assert!(matches!(reader.read_at(offset as u64, &mut buffer), Err(FileError::Refused)));
    }
}

#[test]
fn armor_other_keys_and_no_file_at_all_are_refused() {
    let armored = Sealer::new(vec![&identity().recipient()], &SystemEntropy).armor(true).bytes(b"x").unwrap();
    assert!(matches!(open(armored), Err(FileError::Armored)));
    let other = X25519Identity::generate(&SeededEntropy::new(2)).unwrap();
    assert!(matches!(Opener::new(vec![&other]).range(sealed(10).1), Err(FileError::Header(_))));
    assert!(matches!(open(Vec::new()), Err(FileError::Header(_))));
}

#[test]
fn an_empty_file_and_places_past_the_end_give_nothing() {
    let mut reader = open(sealed(0).1).unwrap();
    assert_eq!((reader.len(), reader.read_at(0, &mut [0; 9]).unwrap()), (0, 0));
    let mut reader = open(sealed(CHUNK).1).unwrap();
    assert_eq!(reader.read_at(CHUNK as u64 - 1, &mut [0; 9]).unwrap(), 1);
    for offset in [CHUNK as u64, u64::MAX] {
        assert_eq!(reader.read_at(offset, &mut [0; 9]).unwrap(), 0);
    }
    assert_eq!(reader.seek(SeekFrom::End(-1)).unwrap(), CHUNK as u64 - 1);
    assert!(reader.seek(SeekFrom::Current(-70_000)).is_err());
    assert_eq!(reader.seek(SeekFrom::Start(u64::MAX)).unwrap(), u64::MAX);
    assert_eq!(reader.read(&mut [0; 9]).unwrap(), 0);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(20))]
    #[test]
    fn every_range_is_what_it_was(reads in proptest::collection::vec((0_u64..210_000, 0_usize..150_000), 1..8)) {
        let (text, sealed) = sealed(200_000);
        let mut reader = open(&sealed[..]).unwrap();
        for (offset, len) in reads {
            let mut buffer = vec![0; len];
            let count = reader.read_at(offset, &mut buffer).unwrap();
            let from = text.get(offset as usize..).unwrap_or_default();
            proptest::prop_assert!(buffer[..count] == from[..len.min(from.len())]);
        }
    }
}
