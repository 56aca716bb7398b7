use super::*;
use std::fs as std_fs;
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::time::{Duration, SystemTime};
use stockade_core::{SystemClock, SystemEntropy};
use stockade_testkit::NoEntropy;

type Create = fn(&Path, WriteOptions, &dyn Entropy) -> Result<AtomicFile, FileError>;

/// With a file that has no name, and with one that has.
const WAYS: [Create; 2] = [AtomicFile::create, AtomicFile::create_named];

const REPLACE: WriteOptions = WriteOptions { existing: Existing::Replace, durability: Durability::Synced };

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        folder.read_dir().unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn begun(create: Create, target: &Path, options: WriteOptions) -> AtomicFile {
    let file = create(target, options, &SystemEntropy).unwrap();
    file.file().write_all(b"new").unwrap();
    file
}

#[test]
fn partial_write_is_never_seen_under_the_name() {
    for create in WAYS {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("file");
        let file = begun(create, &target, WriteOptions::default());
        assert!(!target.exists());
        drop(file);
        assert!(names(folder.path()).is_empty(), "dropped without a trace");
        begun(create, &target, WriteOptions::default()).commit().unwrap();
        assert_eq!(std_fs::read(&target).unwrap(), b"new");
        assert_eq!(names(folder.path()), ["file"]);
        assert_eq!(std_fs::metadata(&target).unwrap().permissions().mode() & 0o7777, 0o600);
    }
}

#[test]
fn an_existing_file_is_kept_unless_replacing_is_asked_for() {
    for create in WAYS {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("file");
        let early = begun(create, &target, WriteOptions::default());
        std_fs::write(&target, b"old").unwrap();
        let late = create(&target, WriteOptions::default(), &SystemEntropy);
        assert!(matches!(late, Err(FileError::Exists)));
        assert!(matches!(early.commit(), Err(FileError::Exists)), "taken in the meantime");
        assert_eq!(std_fs::read(&target).unwrap(), b"old");
        assert_eq!(names(folder.path()), ["file"]);
        begun(create, &target, REPLACE).commit().unwrap();
        assert_eq!(std_fs::read(&target).unwrap(), b"new");
        assert_eq!(names(folder.path()), ["file"]);
    }
}

#[test]
fn links_folders_and_devices_are_not_replaced() {
    for create in WAYS {
        let folder = tempfile::tempdir().unwrap();
        let (victim, link) = (folder.path().join("victim"), folder.path().join("link"));
        std_fs::write(&victim, b"old").unwrap();
        symlink(&victim, &link).unwrap();
        symlink("nowhere", folder.path().join("dangling")).unwrap();
        std_fs::create_dir(folder.path().join("folder")).unwrap();
        for options in [WriteOptions::default(), REPLACE] {
            for target in [&link, &folder.path().join("dangling"), &folder.path().join("folder")] {
                let result = create(target, options, &SystemEntropy).map(drop);
                assert!(matches!(result, Err(FileError::NotRegular)), "{} {result:?}", target.display());
            }
            for target in ["/dev/null", "/", ".."] {
                let result = create(Path::new(target), options, &SystemEntropy).map(drop);
                assert!(matches!(result, Err(FileError::NotRegular)), "{target} {result:?}");
            }
        }
        // Put in the way while the file was written.
        let target = folder.path().join("target");
        let file = begun(create, &target, REPLACE);
        symlink(&victim, &target).unwrap();
        assert!(matches!(file.commit(), Err(FileError::NotRegular)));
        assert_eq!(std_fs::read(&victim).unwrap(), b"old");
        assert_eq!(names(folder.path()), ["dangling", "folder", "link", "target", "victim"]);
    }
}

#[test]
fn race_for_a_name_has_one_winner() {
    for create in WAYS {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("file");
        let barrier = std::sync::Barrier::new(8);
        let commit = || {
            let file = begun(create, &target, WriteOptions::default().durability(Durability::Unsynced));
            barrier.wait();
            file.commit()
        };
        let results: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(commit)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
        assert_eq!(results.iter().filter(|result| matches!(result, Err(FileError::Exists))).count(), 7);
        assert_eq!(names(folder.path()), ["file"]);
    }
}

#[test]
fn no_folder_no_permission_and_no_randomness_are_errors() {
    let folder = tempfile::tempdir().unwrap();
    let create =
        |target: &Path| AtomicFile::create(target, WriteOptions::default(), &SystemEntropy).map(drop);
    assert!(matches!(create(&folder.path().join("absent/file")), Err(FileError::Write(_))));
    assert!(matches!(create(Path::new("/proc/file")), Err(FileError::Write(_))));
    let result =
        AtomicFile::create(&folder.path().join("file"), WriteOptions::default(), &NoEntropy).map(drop);
    assert!(matches!(result, Err(FileError::Entropy(_))), "{result:?}");
    assert!(names(folder.path()).is_empty());
}

#[test]
fn the_longest_name_works() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("n".repeat(255));
    for create in WAYS {
        begun(create, &target, REPLACE).commit().unwrap();
    }
    assert_eq!(names(folder.path()), ["n".repeat(255)]);
}

#[test]
fn leftovers_are_removed_and_nothing_else_is() {
    let folder = tempfile::tempdir().unwrap();
    let leftover = |name: &str| format!(".{name}.stockade-0123456789abcdef.tmp");
    let old = SystemTime::now() - Duration::from_secs(7200);
    let write = |name: &str| {
        let path = folder.path().join(name);
        std_fs::write(&path, b"x").unwrap();
        File::options().write(true).open(&path).unwrap().set_modified(old).unwrap();
    };
    let like = [
        "file".into(),
        ".file.tmp".into(),
        ".stockade-0123456789abcdef.tmp".into(),
        ".file.stockade-0123456789abcdeg.tmp".into(),
        ".file.stockade-0123456789ABCDEF.tmp".into(),
        ".file.stockade-0123456789abcde.tmp".into(),
        "file.stockade-0123456789abcdef.tmp".into(),
        leftover("file") + "x",
    ];
    like.iter().chain(&[leftover("dead"), leftover("held")]).for_each(|name: &String| write(name));
    std_fs::write(folder.path().join(leftover("young")), b"x").unwrap();
    std_fs::create_dir(folder.path().join(leftover("folder"))).unwrap();
    symlink(folder.path().join("file"), folder.path().join(leftover("link"))).unwrap();
    let held = File::open(folder.path().join(leftover("held"))).unwrap();
    fs::flock(&held, FlockOperation::LockExclusive).unwrap();

    let clean = || clean_leftovers(folder.path(), Duration::from_secs(3600), &SystemClock::new()).unwrap();
    assert_eq!(clean(), [folder.path().join(leftover("dead"))]);
    assert_eq!(names(folder.path()).len(), like.len() + 4);
    drop(held);
    assert_eq!(clean(), [folder.path().join(leftover("held"))]);
    assert!(clean().is_empty());
}

#[test]
fn a_cleaner_leaves_a_file_that_is_being_written() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("file");
    let file = begun(AtomicFile::create_named, &target, WriteOptions::default());
    let clean = || clean_leftovers(folder.path(), Duration::ZERO, &SystemClock::new()).unwrap();
    std::thread::sleep(Duration::from_millis(5));
    assert!(clean().is_empty(), "it is locked");
    file.commit().unwrap();
    assert!(clean().is_empty());
    assert_eq!(names(folder.path()), ["file"]);
}

proptest::proptest! {
    #[test]
    fn our_names_are_known_again(name in "[^/\0]{1,255}") {
        let name = temporary_name(OsStr::new(&name), &SystemEntropy).unwrap();
        proptest::prop_assert!(name.len() <= 255);
        proptest::prop_assert!(leftovers::is_temporary_name(&name));
    }
}
