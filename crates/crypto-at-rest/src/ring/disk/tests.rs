//! Attacks by way of the file system.

use super::*;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    (folder, path)
}

fn create(path: &Path, contents: &[u8]) -> Result<(), DiskError> {
    Lock::take(path)?.create(contents)
}

#[test]
fn what_was_written_is_read_and_open_to_nobody_else() {
    let (_folder, path) = folder();
    create(&path, b"one").unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
    assert_eq!(**read_private(&path, 3).unwrap(), *b"one");
    Lock::take(&path).unwrap().replace(b"other").unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
    assert_eq!(**read_private(&path, 5).unwrap(), *b"other");
}

#[test]
fn exposure_to_group_or_world_is_refused() {
    let (_folder, path) = folder();
    create(&path, b"one").unwrap();
    for mode in [0o640, 0o604, 0o660, 0o644, 0o777, 0o610, 0o601] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let error = read_private(&path, 9).unwrap_err();
        assert!(matches!(error, DiskError::Exposed { mode: found } if found == mode), "{mode:o}: {error}");
    }
    fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
    assert!(read_private(&path, 9).is_ok());
}

#[test]
fn symbolic_links_are_neither_followed_nor_replaced() {
    let (folder, path) = folder();
    let target = folder.path().join("target");
    create(&target, b"theirs").unwrap();
    symlink(&target, &path).unwrap();
    assert!(matches!(read_private(&path, 9), Err(DiskError::Symlink)));
    assert!(matches!(Lock::take(&path).unwrap().replace(b"ours"), Err(DiskError::Symlink)));
    assert!(matches!(create(&path, b"ours"), Err(DiskError::Exists)));
    assert_eq!(fs::read(&target).unwrap(), b"theirs");

    let (folder, path) = self::folder();
    symlink(&target, folder.path().join(".secret.lock")).unwrap();
    assert!(matches!(Lock::take(&path), Err(DiskError::Symlink)));
}

#[test]
fn a_planted_temporary_link_is_removed_and_not_written_through() {
    let (folder, path) = folder();
    let target = folder.path().join("target");
    fs::write(&target, b"theirs").unwrap();
    symlink(&target, folder.path().join(".secret.tmp")).unwrap();
    create(&path, b"ours").unwrap();
    assert_eq!(
        (fs::read(&target).unwrap(), fs::read(&path).unwrap()),
        (b"theirs".to_vec(), b"ours".to_vec())
    );
}

#[test]
fn what_is_no_file_is_refused_without_waiting() {
    let (folder, path) = folder();
    fs::create_dir(&path).unwrap();
    assert!(matches!(read_private(&path, 9), Err(DiskError::NotAFile)));
    assert!(matches!(Lock::take(&path).unwrap().replace(b"x"), Err(DiskError::NotAFile)));
    let pipe = folder.path().join("pipe");
    rustix::fs::mknodat(
        rustix::fs::CWD,
        &pipe,
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::from_raw_mode(0o600),
        0,
    )
    .unwrap();
    assert!(matches!(read_private(&pipe, 9), Err(DiskError::NotAFile)));
    assert!(matches!(read_private(Path::new("/"), 9), Err(DiskError::NotAFile)));
    assert!(matches!(Lock::take(Path::new("/")), Err(DiskError::NotAFile)));
    assert!(matches!(read_private(&folder.path().join("none"), 9), Err(DiskError::Missing)));
    assert!(matches!(Lock::take(&folder.path().join("none/x")), Err(DiskError::Missing)));
}

#[test]
fn flood_a_large_file_is_not_read() {
    let (_folder, path) = folder();
    create(&path, &[0; 100]).unwrap();
    assert_eq!(read_private(&path, 100).unwrap().len(), 100);
    assert!(matches!(read_private(&path, 99), Err(DiskError::TooLarge { max: 99 })));
    fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(1 << 40).unwrap();
    assert!(matches!(read_private(&path, 1 << 20), Err(DiskError::TooLarge { .. })));
}

#[test]
fn race_the_second_writer_is_told() {
    let (_folder, path) = folder();
    let held = Lock::take(&path).unwrap();
    assert!(matches!(Lock::take(&path), Err(DiskError::Busy)));
    held.create(b"one").unwrap();
    assert!(matches!(held.create(b"two"), Err(DiskError::Exists)));
    drop(held);
    assert!(matches!(create(&path, b"two"), Err(DiskError::Exists)));
    assert_eq!(fs::read(&path).unwrap(), b"one");
}

#[test]
fn race_with_children_that_are_started_does_not_hold_the_lock() {
    let (_folder, path) = folder();
    create(&path, b"one").unwrap();
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(std::sync::atomic::Ordering::Relaxed) {
                std::process::Command::new("/bin/true").status().unwrap();
            }
        });
        let busy = (0..300).filter(|_| matches!(Lock::take(&path), Err(DiskError::Busy))).count();
        done.store(true, std::sync::atomic::Ordering::Relaxed);
        assert_eq!(busy, 0);
    });
}

#[test]
fn partial_write_leaves_the_old_file_whole() {
    let (folder, path) = folder();
    create(&path, b"old").unwrap();
    let temporary = folder.path().join(".secret.tmp");
    // A crash between write and rename.
    fs::write(&temporary, b"half of the n").unwrap();
    assert_eq!(**read_private(&path, 99).unwrap(), *b"old");
    Lock::take(&path).unwrap().replace(b"new").unwrap();
    assert_eq!((fs::read(&path).unwrap(), temporary.exists()), (b"new".to_vec(), false));
    // A write that cannot even begin.
    fs::create_dir(&temporary).unwrap();
    assert!(matches!(Lock::take(&path).unwrap().replace(b"x"), Err(DiskError::Io { .. })));
    assert_eq!(fs::read(&path).unwrap(), b"new");
}

#[test]
fn every_write_changes_the_stamp() {
    let (_folder, path) = folder();
    create(&path, b"one").unwrap();
    let first = stamp(&path).unwrap();
    assert_eq!(stamp(&path).unwrap(), first);
    // Same length, same modification time: what an attacker, or a coarse clock, would leave.
    let modified = fs::metadata(&path).unwrap().modified().unwrap();
    Lock::take(&path).unwrap().replace(b"two").unwrap();
    fs::File::open(&path).unwrap().set_modified(modified).unwrap();
    assert_ne!(stamp(&path).unwrap(), first);
}
