//! Killed at any point, or on a full disk: the target is whole or as it was, and what is left behind is found.

use super::*;
use crate::file::atomic::AtomicFile;
use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use stockade_core::SystemClock;

const OLD: u8 = 1;
/// More than one batch.
const LEN: usize = 600_000;
/// More than the limit of the full disk.
const LONG: usize = 3_000_000;

/// Seals and opens over and over, until it is killed. `NAMED` does so as on a system without unnamed files.
#[test]
#[ignore = "the crash tests start it as a process"]
fn crash_process() {
    let folder = PathBuf::from(std::env::var_os("CRASH_FOLDER").unwrap());
    let named = std::env::var_os("CRASH_NAMED").is_some();
    let identity = identity();
    let recipient = identity.recipient();
    let sealer = Sealer::new(vec![&recipient], &SystemEntropy);
    let opener = Opener::new(vec![&identity]);
    let options = unsynced().existing(Existing::Replace);
    for round in 2_u8.. {
        let text = vec![round; LEN];
        let sealed = folder.join("sealed");
        if named {
            let file = AtomicFile::create_named(&sealed, options, &SystemEntropy).unwrap();
            sealer.seal_into(Input::from(&mut &*text), &file).unwrap();
            file.commit().unwrap();
        } else {
            sealer.seal_to(&mut &*text, &sealed, options).unwrap();
        }
        opener.open_file(&sealed, &folder.join("opened"), options, &SystemEntropy).unwrap();
        reseal(&sealed, &opener, &sealer, options, &SystemEntropy).unwrap();
        fs::write(folder.join("rounds"), [round]).unwrap();
    }
}

/// This binary again, running one ignored test.
fn child(test: &str, folder: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--ignored", "--exact", "--nocapture", &format!("file::tests::crash::{test}")]);
    command.env("CRASH_FOLDER", folder).stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

/// Kills by progress and not by the clock, which says nothing on a busy machine: somewhere in the first round or, every other
/// time, in the one after it. `round` is how long the first took, as last seen.
fn kill_at(child: Child, number: u32, folder: &Path, round: &mut Duration) {
    let spread = |round: Duration| round * ((number * 37) % 100) / 100;
    let begun = Instant::now();
    if number.is_multiple_of(2) {
        while !folder.join("rounds").exists() {
            assert!(begun.elapsed() < Duration::from_secs(120), "a round is not done");
            std::thread::sleep(Duration::from_millis(1));
        }
        *round = begun.elapsed();
    }
    std::thread::sleep(spread(*round));
    killed(child);
}

/// Kills as soon as a hidden file is seen.
fn kill_while_writing(child: Child, folder: &Path) {
    let begun = Instant::now();
    while !names(folder).iter().any(|name| name.starts_with('.')) {
        assert!(begun.elapsed() < Duration::from_secs(120), "nothing is written");
    }
    killed(child);
}

fn killed(mut child: Child) {
    let early = child.try_wait().unwrap();
    child.kill().unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(early.is_none(), "it lives until it is killed: {}", String::from_utf8_lossy(&output.stderr));
}

/// A `named` run ends only when some were killed while they wrote, and left something behind.
fn kill_over_and_over(named: bool) {
    let identity = identity();
    let opener = Opener::new(vec![&identity]);
    let folder = tempfile::tempdir().unwrap();
    let (sealed, opened) = (folder.path().join("sealed"), folder.path().join("opened"));
    fs::write(&sealed, super::sealed(&vec![OLD; LEN])).unwrap();
    let (mut leftovers, mut round) = (0, Duration::ZERO);
    for number in 0.. {
        if number >= 16 && (leftovers > 0 || !named) {
            break;
        }
        assert!(number < 200, "none of so many was killed while it wrote");

        let mut command = child("crash_process", folder.path());
        command.envs(named.then_some(("CRASH_NAMED", "1")));
        let child = command.spawn().unwrap();
        if named && number % 4 == 1 {
            kill_while_writing(child, folder.path());
        } else {
            kill_at(child, number, folder.path(), &mut round);
        }

        let text = opener.bytes(&fs::read(&sealed).unwrap()).expect("the sealed file is whole");
        assert!(text.expose().len() == LEN && text.expose().iter().all(|octet| *octet == text.expose()[0]));
        if let Ok(text) = fs::read(&opened) {
            assert!(
                text.len() == LEN && text.iter().all(|octet| *octet == text[0]),
                "the opened file is whole"
            );
        }
        let hidden = names(folder.path()).iter().filter(|name| name.starts_with('.')).count();
        let removed = clean_leftovers(folder.path(), Duration::ZERO, &SystemClock::new()).unwrap();
        assert_eq!(removed.len(), hidden, "all that is left behind is found");
        assert!(names(folder.path()).iter().all(|name| ["opened", "rounds", "sealed"].contains(&&**name)));
        leftovers += hidden;
        let _ = fs::remove_file(folder.path().join("rounds"));
    }
}

#[test]
fn partial_write_by_sigkill_leaves_the_target_whole() {
    kill_over_and_over(false);
}

#[test]
fn partial_write_by_sigkill_leaves_what_the_cleaner_finds() {
    kill_over_and_over(true);
}

/// Tries every face with a limit on how long files may become.
#[test]
#[ignore = "the disk-full test starts it as a process"]
fn full_disk_process() {
    let folder = PathBuf::from(std::env::var_os("CRASH_FOLDER").unwrap());
    let identity = identity();
    let recipient = identity.recipient();
    let sealer = Sealer::new(vec![&recipient], &SystemEntropy);
    let (plain, sealed) = (folder.join("plain"), folder.join("sealed"));
    let options = unsynced().existing(Existing::Replace);
    let opener = Opener::new(vec![&identity]);
    let results = [
        sealer.seal_file(&plain, &folder.join("new"), unsynced()),
        sealer.seal_file(&plain, &sealed, options),
        sealer.seal_to(&mut &*vec![1; LONG], &folder.join("new"), unsynced()),
        sealer.clone().armor(true).seal_file(&plain, &folder.join("new"), unsynced()),
        opener.open_file(&sealed, &folder.join("new"), unsynced(), &SystemEntropy),
        opener.open_to(&mut File::open(&sealed).unwrap(), &folder.join("new"), unsynced(), &SystemEntropy),
        reseal(&sealed, &opener, &sealer, options, &SystemEntropy),
    ];
    for result in results {
        assert!(matches!(result, Err(FileError::Write(_))), "{result:?}");
    }
    eprintln!("all refused");
}

#[test]
fn partial_write_by_a_full_disk_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let whole = sealed(&vec![OLD; LONG]);
    fs::write(path("plain"), vec![OLD; LONG]).unwrap();
    fs::write(path("sealed"), &whole).unwrap();
    let mut command = Command::new("sh");
    // The limit is in blocks of 512 or 1024 octets; either is less than the file and more than a batch.
    command.args(["-c", "trap '' XFSZ; ulimit -f 1500; exec \"$@\"", "sh"]);
    let inner = child("full_disk_process", folder.path());
    command.arg(inner.get_program()).args(inner.get_args()).env("CRASH_FOLDER", folder.path());
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("all refused"), "{said}");
    assert_eq!(names(folder.path()), ["plain", "sealed"]);
    assert!(fs::read(path("sealed")).unwrap() == whole);
}

#[test]
fn a_full_device_is_an_error() {
    let recipient = identity().recipient();
    let sealer = Sealer::new(vec![&recipient], &SystemEntropy);
    for len in [10, LONG] {
        let full = &mut File::options().write(true).open("/dev/full").unwrap();
        let result = sealer.seal(&mut &*vec![1; len], full);
        assert!(matches!(result, Err(FileError::Write(_))), "{result:?}");
    }
}
