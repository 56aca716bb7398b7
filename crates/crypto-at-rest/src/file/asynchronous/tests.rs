use super::*;
use crate::file::{Durability, X25519Identity};
use std::pin::Pin;
use std::task::{Context, Poll};
use stockade_core::SystemEntropy;
use stockade_testkit::SeededEntropy;
use tokio::io::ReadBuf;

fn identity() -> X25519Identity {
    X25519Identity::generate(&SeededEntropy::new(1)).unwrap()
}

/// Gives a few bytes at a time, and then nothing for ever if it is to hang.
struct Drip<'a>(&'a [u8], usize, bool);

impl AsyncRead for Drip<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        if self.0.is_empty() && self.2 {
            return Poll::Pending;
        }
        let (now, later) = self.0.split_at(self.1.min(self.0.len()).min(buffer.remaining()));
        buffer.put_slice(now);
        self.0 = later;
        Poll::Ready(Ok(()))
    }
}

fn send<T: Send>(value: T) -> T {
    value
}

#[tokio::test]
async fn both_ways_at_every_length_however_it_drips() {
    let identity = identity();
    let recipient = identity.recipient();
    let sealer = Sealer::new(vec![&recipient], &SystemEntropy);
    let opener = Opener::new(vec![&identity]);
    for (len, drip) in [(0, 1), (1, 1), (300, 1), (65_536, 999), (65_537, 70_000), (400_000, 12_345)] {
        let text: Vec<u8> = (0..len).map(|at| at as u8).collect();
        let mut sealed = Vec::new();
        let read = send(sealer.seal_async(&mut Drip(&text, drip, false), &mut sealed)).await.unwrap();
        assert_eq!(read, len as u64);
        assert_eq!(opener.bytes(&sealed).unwrap().expose(), &text);
        let mut opened = Vec::new();
        let written = send(opener.open_async(&mut Drip(&sealed, drip, false), &mut opened)).await.unwrap();
        assert_eq!((written, opened), (len as u64, text));
    }
}

#[tokio::test]
async fn files_appear_whole_or_not_at_all() {
    let identity = identity();
    let recipient = identity.recipient();
    let sealer = Sealer::new(vec![&recipient], &SystemEntropy);
    let opener = Opener::new(vec![&identity]);
    let folder = tempfile::tempdir().unwrap();
    let (whole, opened) = (folder.path().join("whole"), folder.path().join("opened"));
    let options = WriteOptions::default().durability(Durability::Unsynced);
    let text = vec![7; 1_000_000];
    send(sealer.seal_async_to(&mut &*text, &whole, options)).await.unwrap();
    let mut sealed = std::fs::read(&whole).unwrap();
    send(opener.open_async_to(&mut &*sealed, &opened, options, &SystemEntropy)).await.unwrap();
    assert!(std::fs::read(&opened).unwrap() == text);

    let again = sealer.seal_async_to(&mut &*text, &whole, options).await;
    assert!(matches!(again, Err(FileError::Exists)), "{again:?}");
    std::fs::remove_file(&opened).unwrap();
    sealed.truncate(900_000);
    let cut = opener.open_async_to(&mut &*sealed, &opened, options, &SystemEntropy).await;
    assert!(matches!(cut, Err(FileError::Refused)), "{cut:?}");
    assert!(!opened.exists());
}

#[tokio::test]
async fn cancellation_by_drop_leaves_no_file() {
    let identity = identity();
    let recipient = identity.recipient();
    let sealer = Sealer::new(vec![&recipient], &SystemEntropy);
    let folder = tempfile::tempdir().unwrap();
    let text = vec![7; 700_000];
    let mut hangs = Drip(&text, 10_000, true);
    let path = folder.path().join("file");
    let run = sealer.seal_async_to(&mut hangs, &path, WriteOptions::default());
    let late = tokio::time::timeout(std::time::Duration::from_millis(300), run).await;
    assert!(late.is_err(), "it hangs");
    assert!(hangs.0.is_empty(), "all was read before it hung");
    assert_eq!(folder.path().read_dir().unwrap().count(), 0);
}

#[tokio::test]
async fn truncation_in_the_header_flood_and_armor_are_refused() {
    let identity = identity();
    let recipient = identity.recipient();
    let opener = Opener::new(vec![&identity]);
    let sealed = Sealer::new(vec![&recipient], &SystemEntropy).bytes(b"text").unwrap();
    let front = sealed.len() - 20;
    for len in 0..front {
        let result = opener.open_async(&mut Drip(&sealed[..len], 7, false), &mut Vec::new()).await;
        assert!(matches!(result, Err(FileError::Header(_))), "{len} {result:?}");
    }
    let armored = Sealer::new(vec![&recipient], &SystemEntropy).armor(true);
    let result = opener.open_async(&mut &*armored.bytes(b"text").unwrap(), &mut Vec::new()).await;
    assert!(matches!(result, Err(FileError::Armored)), "{result:?}");
    let result = armored.seal_async(&mut &b"text"[..], &mut Vec::new()).await;
    assert!(matches!(result, Err(FileError::Armored)), "{result:?}");

    let mut flood = b"age-encryption.org/v1\n".to_vec();
    flood.extend(b"-> X\n\n".repeat(100_000));
    let mut source = &*flood;
    let result = opener.open_async(&mut source, &mut Vec::new()).await;
    assert!(matches!(result, Err(FileError::Header(_))), "{result:?}");
    assert!(source.len() > flood.len() / 3, "it is not read to its end");
}
