use super::*;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

#[test]
fn confusion_of_names_is_escaped_away() {
    let shown = |bytes: &[u8]| Name::new(OsStr::from_bytes(bytes)).to_string();
    assert_eq!(shown(b"scan.png"), "scan.png");
    assert_eq!(shown("r\u{e9}sum\u{e9}".as_bytes()), "r\u{e9}sum\u{e9}");
    assert_eq!(shown(b"a\xff"), "a\\xff");
    assert_eq!(shown(b"a\\xff"), "a\\\\xff", "not the same as the one before");
    assert_eq!(shown(b"a\x1b[2J\n"), "a\\u{1b}[2J\\u{a}");
    assert_eq!(shown("gpj\u{202e}.exe".as_bytes()), "gpj\\u{202e}.exe");
}

#[test]
fn a_failed_sync_is_not_made_good_by_later_ones() {
    let mut durability = Durability::default();
    durability.note(Synced::content(Ok(())));
    assert!(durability.content_confirmed());
    durability.note(Synced::content(Err(rustix::io::Errno::IO)));
    for _ in 0..100 {
        durability.note(Synced::content(Ok(())));
    }
    assert!(!durability.content_confirmed());
}

#[test]
fn flood_of_failures_is_bounded_and_none_is_forgotten() {
    let mut durability = Durability::default();
    for _ in 0..1000 {
        durability.note(Synced::content(Err(rustix::io::Errno::IO)));
    }
    durability.note(Synced::folder(Err(rustix::io::Errno::IO)));
    assert!(durability.failed(Medium::Folder));
    assert!(durability.failures.len() < 20);
}
