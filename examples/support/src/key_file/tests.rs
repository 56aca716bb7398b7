use super::*;
use std::collections::HashSet;
use std::convert::Infallible;
use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const LEN: RangeInclusive<usize> = 32..=32;

fn key(byte: u8) -> impl FnOnce() -> Result<Zeroizing<Vec<u8>>, Infallible> {
    move || Ok(Zeroizing::new(vec![byte; 32]))
}

fn never() -> Result<Zeroizing<Vec<u8>>, Infallible> {
    panic!("a key that exists is not made anew")
}

fn names(folder: &Path) -> Vec<String> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn write(path: &Path, bytes: &[u8], _mode: u32) {
    fs::write(path, bytes).unwrap();
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(_mode)).unwrap();
}

#[test]
fn a_key_is_made_once_and_nothing_else_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.key");
    assert_eq!(*load_or_create(&path, LEN, key(1)).unwrap(), [1; 32]);
    assert_eq!(*load_or_create(&path, LEN, never).unwrap(), [1; 32]);
    assert_eq!(names(folder.path()), ["a.key"]);
}

#[cfg(unix)]
#[test]
fn asvs_v13_3_2_a_key_is_closed_to_others_from_its_first_byte() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let (draft, _) = create_draft(folder.path(), "a.key").unwrap();
    assert_eq!(draft.metadata().unwrap().permissions().mode() & 0o777, 0o600);
}

#[cfg(unix)]
#[test]
fn asvs_v13_3_2_a_key_that_others_could_read_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.key");
    for mode in [0o640, 0o604, 0o660, 0o601, 0o777] {
        write(&path, &[1; 32], mode);
        let error = load_or_create(&path, LEN, never).unwrap_err();
        assert!(matches!(error, KeyFileError::Exposed { mode: found, .. } if found == mode), "{error}");
        assert!(error.to_string().contains(&format!("{mode:o}")), "{error}");
    }
    write(&path, &[1; 32], 0o400);
    assert!(load_or_create(&path, LEN, never).is_ok());
}

#[test]
fn truncation_or_growth_of_a_key_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.key");
    for length in [0, 31, 33, 1 << 20] {
        write(&path, &vec![1; length], 0o600);
        let error = load_or_create(&path, LEN, never).unwrap_err();
        assert!(matches!(error, KeyFileError::Length { length: found, .. } if found == length), "{error}");
    }
}

#[test]
fn a_made_key_of_the_wrong_length_is_never_stored() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.key");
    let make = || Ok::<_, Infallible>(Zeroizing::new(vec![1; 16]));
    assert!(matches!(load_or_create(&path, LEN, make), Err(KeyFileError::Length { length: 16, .. })));
    assert!(names(folder.path()).is_empty());
}

#[test]
fn a_key_that_cannot_be_made_is_an_error_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.key");
    let error = load_or_create(&path, LEN, || Err("no randomness")).unwrap_err();
    assert!(matches!(error, KeyFileError::Make { .. }), "{error}");
    assert!(names(folder.path()).is_empty());
}

#[test]
fn crash_a_partial_write_is_not_taken_for_a_key() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.key");
    // A process that had our id crashed in the middle of its writes, several times.
    let id = std::process::id();
    for number in 0..200 {
        write(&folder.path().join(format!(".a.key.{id}-{number}.new")), &[9; 5], 0o600);
    }
    assert_eq!(*load_or_create(&path, LEN, key(1)).unwrap(), [1; 32]);
    assert_eq!(*load_or_create(&path, LEN, never).unwrap(), [1; 32]);
}

#[test]
fn a_folder_with_the_name_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(load_or_create(folder.path(), LEN, never), Err(KeyFileError::NotAFile { .. })));
}

#[test]
fn a_missing_folder_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("missing/a.key");
    assert!(matches!(load_or_create(&path, LEN, key(1)), Err(KeyFileError::Io { .. })));
}

#[test]
fn race_threads_that_start_at_once_get_one_key() {
    let folder = tempfile::tempdir().unwrap();
    for round in 0..50 {
        let path = folder.path().join(format!("{round}.key"));
        let barrier = std::sync::Barrier::new(8);
        let keys: HashSet<Vec<u8>> = std::thread::scope(|scope| {
            let start = |byte| {
                let (path, barrier) = (&path, &barrier);
                scope.spawn(move || {
                    let make = || {
                        // All find no key before any stores one.
                        barrier.wait();
                        key(byte)()
                    };
                    load_or_create(path, LEN, make).unwrap().to_vec()
                })
            };
            let threads: Vec<_> = (0..8).map(start).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(keys.len(), 1, "round {round}");
    }
    assert_eq!(names(folder.path()).len(), 50, "no drafts are left");
}

#[test]
#[ignore = "the race test starts it as a process"]
fn racing_process() {
    let folder = PathBuf::from(std::env::var_os("RACE_FOLDER").unwrap());
    fs::write(folder.join(format!("ready-{}", std::process::id())), "").unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    while !folder.join("go").exists() {
        assert!(Instant::now() < deadline, "nobody started the race");
    }
    for round in 0..50 {
        let make = || Ok::<_, Infallible>(Zeroizing::new(format!("{:032}", std::process::id()).into_bytes()));
        let key = load_or_create(&folder.join(format!("{round}.key")), LEN, make).unwrap();
        eprintln!("KEY {round} {}", String::from_utf8(key.to_vec()).unwrap());
    }
}

#[test]
fn race_processes_that_start_at_once_get_one_key() {
    let folder = tempfile::tempdir().unwrap();
    let start = |_| {
        Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "--nocapture", "key_file::tests::racing_process"])
            .env("RACE_FOLDER", folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let processes: Vec<_> = (0..3).map(start).collect();
    let deadline = Instant::now() + Duration::from_secs(30);
    while names(folder.path()).len() < processes.len() {
        assert!(Instant::now() < deadline, "a process did not start");
    }
    fs::write(folder.path().join("go"), "").unwrap();
    let mut seen = HashSet::new();
    for process in processes {
        let output = process.wait_with_output().unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{text}");
        let keys: Vec<_> =
            text.lines().filter_map(|line| line.strip_prefix("KEY ")).map(str::to_owned).collect();
        assert_eq!(keys.len(), 50, "{text}");
        seen.extend(keys);
    }
    assert_eq!(seen.len(), 50, "in each round all processes saw one key");
}

#[test]
fn a_replaced_secret_is_the_new_one_closed_to_others_and_leaves_no_draft() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.key");
    load_or_create(&path, LEN, key(1)).unwrap();
    replace(&path, &[2; 32]).unwrap();
    assert_eq!(*load_or_create(&path, LEN, never).unwrap(), [2; 32]);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}
