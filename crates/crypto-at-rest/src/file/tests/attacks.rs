//! What an attacker may do to a whole file, and what is given out then: a true beginning at most, and no file.

use super::*;
use crate::file::payload::{CHUNK, Layout, SEALED_CHUNK};
use std::fs::{self, File};
use std::io::Read;
use std::num::NonZeroUsize;

/// More than one batch, so that files are opened by several threads.
const LEN: usize = 6 * CHUNK + 1000;

/// Opens by every way; what each gave out, and that all refuse.
fn refused(name: &str, whole: &[u8], text: &[u8]) {
    let identity = identity();
    let opener = Opener::new(vec![&identity]).threads(NonZeroUsize::new(3).unwrap());
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("from"), folder.path().join("to"));
    fs::write(&from, whole).unwrap();

    let mut given = [Vec::new(), Vec::new(), Vec::new()];
    let results = [
        opener.open(&mut &*whole, &mut given[0]).map(drop),
        opener.open(&File::open(&from).unwrap(), &mut given[1]).map(drop),
        opener.bytes(whole).map(drop),
        opener.open_file(&from, &to, unsynced(), &SystemEntropy).map(drop),
    ];
    for result in results {
        assert!(matches!(result, Err(FileError::Refused)), "{name}: {result:?}");
    }
    let error = opener.reader(whole).unwrap().read_to_end(&mut given[2]).unwrap_err();
    assert!(matches!(FileError::reading(error), FileError::Refused), "{name}");
    for given in given {
        assert!(text.starts_with(&given), "{name}: only what was sealed");
        assert!(given.len() < text.len() && given.len() % CHUNK == 0, "{name}: {} whole chunks", given.len());
    }
    assert_eq!(names(folder.path()), ["from"], "{name}");
}

/// Header and nonce, and the chunks.
fn parts(whole: &[u8]) -> (Vec<u8>, Vec<Vec<u8>>) {
    let sealed = Layout::of_plain(LEN as u64).unwrap().sealed as usize;
    let (front, chunks) = whole.split_at(whole.len() - sealed);
    (front.to_vec(), chunks.chunks(SEALED_CHUNK).map(<[u8]>::to_vec).collect())
}

fn join(front: &[u8], chunks: &[Vec<u8>]) -> Vec<u8> {
    [front, &chunks.concat()].concat()
}

#[test]
fn asvs_v11_3_3_chunks_swapped_doubled_missing_or_added_are_refused() {
    let text = text(LEN);
    let (front, chunks) = parts(&sealed(&text));
    let change = |name: &str, change: &dyn Fn(&mut Vec<Vec<u8>>)| {
        let mut chunks = chunks.clone();
        change(&mut chunks);
        refused(name, &join(&front, &chunks), &text);
    };
    change("swap", &|chunks| chunks.swap(1, 2));
    change("swap across batches", &|chunks| chunks.swap(0, 5));
    change("duplication", &|chunks| chunks.insert(2, chunks[2].clone()));
    change("duplication of the last", &|chunks| chunks.push(chunks[6].clone()));
    change("deletion of the first", &|chunks| drop(chunks.remove(0)));
    change("deletion inside", &|chunks| drop(chunks.remove(4)));
    change("deletion of the last", &|chunks| drop(chunks.pop()));
    change("the last first", &|chunks| chunks.rotate_right(1));
    change("extension by an octet", &|chunks| chunks.push(vec![0]));
    change("extension by a tag", &|chunks| chunks.push(vec![0; 16]));
    change("extension by a chunk", &|chunks| chunks.push(vec![0; SEALED_CHUNK]));
    change("nothing left", &|chunks| chunks.clear());
    change("a short chunk inside", &|chunks| chunks[3].truncate(SEALED_CHUNK - 1));
    change("one bit", &|chunks| chunks[4][70] ^= 1);
    change("one bit of a tag", &|chunks| chunks[4][SEALED_CHUNK - 1] ^= 0x80);
}

#[test]
fn splice_of_two_files_is_refused() {
    let text = text(LEN);
    let (front, chunks) = parts(&sealed(&text));
    let (other_front, others) = parts(&sealed(&text));
    for at in [0, 3, 6] {
        let mut spliced = chunks.clone();
        spliced[at].clone_from(&others[at]);
        refused("a chunk of another file", &join(&front, &spliced), &text);
    }
    refused("the header of another file", &join(&other_front, &chunks), &text);
    let mut nonce = front;
    let end = nonce.len();
    nonce[end - 16..].copy_from_slice(&other_front[end - 16..]);
    refused("the nonce of another file", &join(&nonce, &chunks), &text);
}

#[test]
fn truncation_of_the_whole_file_is_refused() {
    let text = text(LEN);
    let whole = sealed(&text);
    let (front, chunks) = parts(&whole);
    for chunk in 0..chunks.len() {
        for more in [0, 1, 15, 16, 17, 20, 999] {
            let len = (front.len() + chunk * SEALED_CHUNK + more).min(whole.len() - 1);
            refused("truncation", &whole[..len], &text);
        }
    }
    for len in 0..front.len() {
        let identity = identity();
        let mut given = Vec::new();
        let result = Opener::new(vec![&identity]).open(&mut &whole[..len], &mut given);
        assert!(matches!(result, Err(FileError::Header(_))), "{len}: {result:?}");
        assert!(given.is_empty());
    }
}

#[test]
fn bit_flip_of_every_bit_of_a_short_file_gives_nothing() {
    let whole = sealed(b"a short text");
    let identity = identity();
    let opener = Opener::new(vec![&identity]);
    for bit in 0..whole.len() * 8 {
        let mut whole = whole.clone();
        whole[bit / 8] ^= 1 << (bit % 8);
        let mut given = Vec::new();
        let result = opener.open(&mut &*whole, &mut given);
        let typed = matches!(result, Err(FileError::Refused | FileError::Header(_) | FileError::Armor(_)));
        assert!(typed && given.is_empty(), "{bit}: {result:?}");
    }
}

#[test]
fn asvs_v11_2_5_failures_of_a_payload_cannot_be_told_apart() {
    let identity = identity();
    let whole = sealed(&text(70_000));
    let faults: Vec<String> = [whole.len() - 1, whole.len() - 70_000, whole.len() - 4464 - 16 - 10]
        .into_iter()
        .map(|at| {
            let mut whole = whole.clone();
            whole[at] ^= 1;
            format!("{:?}", Opener::new(vec![&identity]).bytes(&whole).unwrap_err())
        })
        .chain([format!("{:?}", Opener::new(vec![&identity]).bytes(&whole[..whole.len() - 1]).unwrap_err())])
        .collect();
    assert_eq!(faults, ["Refused"; 4]);
}

#[test]
fn debug_output_shows_no_key_and_no_text() {
    let identity = identity();
    let recipient = identity.recipient();
    let (sealer, opener) = (Sealer::new(vec![&recipient], &SystemEntropy), Opener::new(vec![&identity]));
    let whole = sealed(b"sixteen secret octets");
    let mut reader = opener.reader(&*whole).unwrap();
    reader.read_exact(&mut [0; 3]).unwrap();
    let range = opener.range(&whole[..]).unwrap();
    let shown = format!("{sealer:?} {opener:?} {reader:?} {range:?} {:?}", opener.bytes(&whole).unwrap());
    assert!(!shown.contains("AGE-SECRET") && !shown.contains("secret octets"), "{shown}");
    let text = identity.expose_text();
    assert!(!shown.contains(&text.expose()[20..40]), "{shown}");
}

#[test]
fn splice_of_a_header_onto_another_payload_is_refused() {
    let (one, two) = (sealed(&text(100_000)), sealed(&text(100_000)));
    let len = Header::parse(&one).unwrap().len();
    assert_eq!(Header::parse(&two).unwrap().len(), len);
    for swapped in [[&one[..len], &two[len..]].concat(), [&one[..len + 16], &two[len + 16..]].concat()] {
        let result = Opener::new(vec![&identity()]).bytes(&swapped);
        assert!(matches!(result, Err(FileError::Refused)), "{result:?}");
    }
}
