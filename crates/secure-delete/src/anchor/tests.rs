use super::*;
use crate::ops::{Entry, Linux, Ops};
use proptest::prelude::*;
use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

#[test]
fn asvs_v5_3_2_paths_that_lead_up_or_nowhere_are_refused_before_the_system_sees_them() {
    let long = "a".repeat(256);
    let endless = "a/".repeat(2048);
    for path in ["", "/", "/etc/passwd", "..", "../a", "a/../b", "a/..", ".", "./", "a\0b", &long, &endless] {
        assert_eq!(Beneath::parse(Path::new(path)), Err(DeleteError::InvalidPath), "{path:?}");
    }
    for name in ["", ".", "..", "a/b", "a\0", &long] {
        assert_eq!(Beneath::name(OsStr::new(name)), Err(DeleteError::InvalidPath), "{name:?}");
    }
}

#[test]
fn the_folder_and_the_name_are_told_apart() {
    let parsed = |path| Beneath::parse(Path::new(path)).map(|beneath| (beneath.folder, beneath.name));
    assert_eq!(parsed("a"), Ok((".".into(), "a".into())));
    assert_eq!(parsed("a/b/c"), Ok(("./a/b".into(), "c".into())));
    assert_eq!(parsed("./a//b/"), Ok(("./a".into(), "b".into())));
    assert_eq!(parsed("..."), Ok((".".into(), "...".into())));
}

proptest! {
    /// Whatever comes in, what comes out has neither `..` nor a root.
    #[test]
    fn confusion_of_paths_never_leads_up(bytes in proptest::collection::vec(prop_oneof![Just(b'/'), Just(b'.'), any::<u8>()], 0..40)) {
        if let Ok(beneath) = Beneath::parse(Path::new(OsStr::from_bytes(&bytes))) {
            prop_assert!(!beneath.folder.has_root());
            prop_assert!(beneath.folder.components().all(|part| part != std::path::Component::ParentDir));
            prop_assert_eq!(Beneath::name(&beneath.name), Ok(&*beneath.name));
        }
    }
}

fn guard(mode: u32) -> Guard {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a"), b"a").unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(mode)).unwrap();
    let open = Folder::new(&Linux, OwnedFd::from(fs::File::open(folder.path()).unwrap())).unwrap();
    let facts = Linux.facts_of(Entry::new(open.descriptor(), OsStr::new("a"))).unwrap();
    open.guard(&facts)
}

#[test]
fn a_folder_in_which_others_write_is_shared() {
    assert_eq!(guard(0o700), Guard::Ours);
    assert_eq!(guard(0o755), Guard::Ours);
    assert_eq!(guard(0o775), Guard::Shared);
    assert_eq!(guard(0o777), Guard::Shared);
    assert_eq!(guard(0o1777), Guard::Ours, "a file of ours in a sticky folder is ours");
}
