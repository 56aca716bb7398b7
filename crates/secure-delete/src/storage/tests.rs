//! On the machine that runs the tests, whatever it is: what must hold everywhere.

use super::*;
use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::os::fd::AsFd;

fn file_of(bytes: usize) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&vec![7; bytes]).unwrap();
    file
}

#[test]
fn a_second_look_at_a_file_that_nobody_touched_moves_nothing() {
    let file = file_of(100_000);
    let mut storage = Storage::examine(file.as_fd());
    storage.look_again(file.as_fd());
    assert_eq!(storage.extents_before(), storage.extents_after());
    if let Some(extents) = storage.extents_before() {
        assert!(extents.complete && extents.bytes >= 100_000, "{extents:?}");
    }
    let moved = |judged: InPlace| match judged {
        InPlace::Proven => false,
        InPlace::Not(reasons) | InPlace::Unknown(reasons) => reasons.contains(&Reason::ExtentsMoved),
    };
    assert!(!moved(storage.in_place()));
}

#[test]
fn without_a_second_look_nothing_is_proven_of_blocks() {
    let file = file_of(5000);
    let storage = Storage::examine(file.as_fd());
    if storage.file_system() != &FileSystem::Tmpfs {
        assert_ne!(storage.in_place(), InPlace::Proven);
    }
}

#[test]
fn one_more_extent_than_before_is_seen() {
    let mut file = file_of(100_000);
    // A hole, which is then filled: the extents differ though the file's length does not.
    file.set_len(10_000_000).unwrap();
    let mut storage = Storage::examine(file.as_fd());
    file.seek(SeekFrom::Start(5_000_000)).unwrap();
    file.write_all(&[1; 10_000]).unwrap();
    storage.look_again(file.as_fd());
    if storage.extents_before().is_some() {
        let (InPlace::Not(reasons) | InPlace::Unknown(reasons)) = storage.in_place() else { panic!() };
        assert!(reasons.contains(&Reason::ExtentsMoved), "{reasons:?}");
    }
}

#[test]
fn what_is_no_file_on_a_disk_is_not_proven() {
    for path in ["/proc/self/status", "/dev/null", "/sys/kernel/mm"] {
        let file = OpenOptions::new().read(true).open(path).unwrap();
        let mut storage = Storage::examine(file.as_fd());
        storage.look_again(file.as_fd());
        if storage.file_system() != &FileSystem::Tmpfs {
            assert_ne!(storage.in_place(), InPlace::Proven, "{path}");
        }
    }
}

#[test]
fn an_examiner_says_what_a_single_look_says() {
    let examiner = Examiner::default();
    for bytes in [0, 1, 4096, 70_000] {
        let file = file_of(bytes);
        assert_eq!(examiner.examine(file.as_fd()), Storage::examine(file.as_fd()));
    }
}

#[test]
fn the_form_for_audit_names_no_place() {
    let file = file_of(5000);
    let storage = Storage::examine(file.as_fd());
    let full = serde_json::to_string(&storage).unwrap();
    let summary = serde_json::to_string(&storage.for_audit()).unwrap();
    assert!(summary.contains("in_place") && summary.contains("caveat"), "{summary}");
    if let Some(mount) = &storage.ground().mount {
        assert!(full.contains("\"point\""), "{full}");
        let source = mount.source.to_str().unwrap();
        assert!(!source.starts_with('/') || !summary.contains(source), "{summary}");
    }
    for device in storage.devices().flat_map(|device| device.chain()) {
        assert!(!summary.contains(&format!("\"{}\"", device.name)), "{summary}");
    }
}
