//! The reader over files, and files that change while they are read.

use super::super::{FernetError, FernetStreamError};
use super::{NOW, clock, fernet, key, sample, token};
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use std::time::Duration;

const MEGA: usize = 1 << 20;

fn open(text: impl AsRef<[u8]>) -> Result<Vec<u8>, FernetStreamError> {
    let mut plaintext = Vec::new();
    let len = fernet(1).open_reader(&mut Cursor::new(text), &mut plaintext, None, &clock())?;
    assert_eq!(len, plaintext.len() as u64);
    Ok(plaintext)
}

fn refused<T>(outcome: &Result<T, FernetStreamError>) -> bool {
    matches!(outcome, Err(FernetStreamError::Token(FernetError::Refused)))
}

#[test]
fn every_size_around_a_piece_opens() {
    let piece = MEGA / 4 * 3;
    let around = |n: usize| (n - 70)..(n + 70);
    for len in (0..70).chain(around(piece).step_by(17)).chain([2 * piece - 50, 2 * piece, 3 * MEGA + 1]) {
        let plaintext = sample(len);
        assert!(open(token(1, NOW, &plaintext)).unwrap() == plaintext, "{len}");
    }
}

#[test]
fn bit_flip_and_truncation_release_nothing() {
    let text = token(1, NOW, &sample(2 * MEGA));
    for at in (0..text.len()).step_by(499_979).chain([text.len() - 1, text.len() - 30]) {
        let mut altered = text.clone().into_bytes();
        altered[at] ^= 1;
        let mut released = Vec::new();
        let outcome = fernet(1).open_reader(&mut Cursor::new(altered), &mut released, None, &clock());
        assert!(refused(&outcome) && released.is_empty(), "{at}");
        assert!(refused(&open(&text[..at])), "cut to {at}");
    }
}

#[test]
fn it_reads_from_where_the_reader_stands_and_tries_older_keys() {
    let text = format!("before {}", token(2, NOW, &sample(MEGA)));
    let mut reader = Cursor::new(text);
    reader.set_position(7);
    let mut plaintext = Vec::new();
    let ring = fernet(1).with_fallbacks([key(2)]).unwrap();
    ring.open_reader(&mut reader, &mut plaintext, None, &clock()).unwrap();
    assert!(plaintext == sample(MEGA));
}

#[test]
fn limits_and_times_are_judged_before_anything_is_released() {
    let text = token(1, NOW - 61, &sample(100));
    let mut released = Vec::new();
    let mut run = |fernet: crate::fernet::Fernet| {
        let ttl = Some(Duration::from_secs(60));
        match fernet.open_reader(&mut Cursor::new(&text), &mut released, ttl, &clock()) {
            Err(FernetStreamError::Token(error)) => error,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(run(fernet(1)), FernetError::Expired);
    assert_eq!(run(fernet(1).with_max_token(50)), FernetError::TooLong { max: 50 });
    assert!(released.is_empty());
}

/// A file that is another from its second reading on.
struct Swapped {
    texts: [Vec<u8>; 2],
    at: u64,
    rewinds: usize,
}

impl Swapped {
    fn now(&self) -> &[u8] {
        // Two seeks go to the end, one to the head, one to the body; the fifth begins the second pass.
        &self.texts[usize::from(self.rewinds >= 5)]
    }
}

impl Read for Swapped {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = self.now().get(self.at as usize..).unwrap_or_default();
        let len = rest.len().min(buffer.len());
        buffer[..len].copy_from_slice(&rest[..len]);
        self.at += len as u64;
        Ok(len)
    }
}

impl Seek for Swapped {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.rewinds += usize::from(!matches!(to, SeekFrom::Current(_)));
        self.at = match to {
            SeekFrom::Start(at) => at,
            SeekFrom::End(back) => self.now().len().saturating_add_signed(back as isize) as u64,
            SeekFrom::Current(by) => self.at.saturating_add_signed(by),
        };
        Ok(self.at)
    }
}

/// The second text is a token that is genuine in itself. Not an octet of it may appear.
#[test]
fn splice_between_the_passes_releases_only_what_was_authenticated() {
    let (first, second) = (sample(2 * MEGA), sample(2 * MEGA + 1)[1..].to_vec());
    let genuine = token(1, NOW, &first).into_bytes();
    let swap = |other: Vec<u8>| {
        let mut released = Vec::new();
        let mut file = Swapped { texts: [genuine.clone(), other], at: 0, rewinds: 0 };
        let outcome = fernet(1).open_reader(&mut file, &mut released, None, &clock());
        assert!(file.rewinds == 5 && first.starts_with(&released));
        (outcome, released.len())
    };
    assert!(matches!(swap(genuine.clone()), (Ok(_), len) if len == first.len()));
    let (outcome, released) = swap(token(1, NOW, &second).into_bytes());
    assert!(refused(&outcome) && released == 0);
    let mut late = genuine.clone();
    late[2 * MEGA] ^= 1;
    assert!(matches!(swap(late), (Err(_), len) if (1..=2 * MEGA).contains(&len)));
    let cut = genuine[..MEGA].to_vec();
    assert!(matches!(swap(cut), (Err(FernetStreamError::Read(_)), _)));
}

#[test]
fn disk_full_is_said() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let outcome = fernet(1).open_reader(&mut Cursor::new(token(1, NOW, b"x")), &mut Full, None, &clock());
    assert!(matches!(outcome, Err(FernetStreamError::Write(_))));
}
