//! Killed before any call.

use super::*;
use std::collections::BTreeMap;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus, Stdio};

const CONTENT: usize = 200_000;
const NAME: &str = "secret-file";

/// Deletes until it is killed by its own hand, before the call of the given number.
#[test]
#[ignore = "the kill test starts it as a process"]
fn process_that_is_killed() {
    let folder = PathBuf::from(std::env::var_os("KILL_FOLDER").unwrap());
    let at: usize = std::env::var("KILL_AT").unwrap().parse().unwrap();
    let log = std::env::var_os("KILL_LOG").map(PathBuf::from);
    let mut firsts = BTreeMap::new();
    let ops = Arc::new(Stepped::in_place(move |number, call| {
        if number == at {
            let this = rustix::process::getpid();
            rustix::process::kill_process(this, rustix::process::Signal::KILL).unwrap();
        }
        let landmark = match call {
            Call::Write { len, .. } if len > 0 => "write",
            Call::Sync => "sync",
            Call::Rename => "rename",
            Call::SetLen(0) => "cut",
            Call::Unlink => "unlink",
            _ => return quick(number, call),
        };
        firsts.entry(landmark).or_insert(number);
        if let Some(log) = log.as_ref().filter(|_| landmark == "unlink") {
            let lines: Vec<_> =
                firsts.iter().map(|(landmark, number)| format!("{landmark} {number}")).collect();
            fs::write(log, lines.join("\n")).unwrap();
        }
        quick(number, call)
    }));
    let shredder = Shredder::with_ops(&folder, Arc::new(SystemEntropy), ops).unwrap();
    let policy = Policy::random_passes(16).unwrap().with_renames(12).unwrap();
    let report = shredder.policy(policy).plan(NAME).unwrap().execute();
    assert_eq!(report.assurance().level(), Level::OverwrittenInPlace, "{report}");
}

/// A folder in which a process deletes the secret.
fn scene(shared: bool) -> Scene {
    let scene = Scene::with(&[SECRET; CONTENT]);
    fs::create_dir(scene.path("same")).unwrap();
    fs::write(scene.path("same").join(NAME), b"bystander").unwrap();
    fs::set_permissions(scene.path(NAME), fs::Permissions::from_mode(0o640)).unwrap();
    if shared {
        // Others may write: by way of a private folder.
        fs::set_permissions(scene.folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
    }
    scene
}

fn killed(scene: &Scene, at: usize, log: Option<&Path>) -> ExitStatus {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--ignored", "--exact", "plan::tests::kills::process_that_is_killed"])
        .env("KILL_FOLDER", scene.folder.path())
        .env("KILL_AT", at.to_string())
        .stdout(Stdio::null());
    if let Some(log) = log {
        command.env("KILL_LOG", log);
    }
    command.status().unwrap()
}

/// The number of the first call of each kind that matters, from a run that nobody kills.
fn landmarks(shared: bool) -> BTreeMap<String, usize> {
    let (scene, log) = (scene(shared), tempfile::NamedTempFile::new().unwrap());
    assert!(killed(&scene, usize::MAX, Some(log.path())).success());
    assert_eq!(scene.names(), ["bystander", "same"]);
    let text = fs::read_to_string(log.path()).unwrap();
    let number = |line: &str| {
        let (landmark, number) = line.split_once(' ').unwrap();
        (landmark.to_owned(), number.parse().unwrap())
    };
    text.lines().map(number).collect()
}

/// Where the inode is, in the folder or in a private folder in it.
fn places(scene: &Scene, inode: u64) -> Vec<PathBuf> {
    let names = scene.names().into_iter().map(|name| scene.path(&name));
    names
        .flat_map(|path| [path.join("file"), path])
        .filter(|path| fs::symlink_metadata(path).is_ok_and(|facts| facts.ino() == inode))
        .collect()
}

#[test]
fn sigkill_at_two_hundred_points_touches_no_other_inode_and_loses_no_name() {
    let (mut kills, mut deleted) = (0, 0);
    let numbers = [landmarks(false), landmarks(true)];
    for at in 0..200 {
        let shared = at % 2 == 1;
        let first = |landmark: &str| numbers[usize::from(shared)][landmark];
        let scene = scene(shared);
        let inode = fs::metadata(scene.path(NAME)).unwrap().ino();
        let status = killed(&scene, at, None);
        assert!(status.signal() == Some(9) || status.success(), "{at}: {status}");
        kills += usize::from(status.signal() == Some(9));

        scene.assert_bystander();
        assert_eq!(fs::read(scene.path("same").join(NAME)).unwrap(), b"bystander", "{at}");
        let places = places(&scene, inode);
        if at > first("unlink") {
            assert!(places.is_empty(), "{at}: its name was removed: {places:?}");
            deleted += 1;
            continue;
        }
        // Before that it has one name, its own until the first rename.
        let [place] = places.as_slice() else { panic!("{at}: {places:?}, of {:?}", scene.names()) };
        let name = place.file_name().unwrap().to_str().unwrap();
        let parent = place.parent().unwrap();
        if at <= first("rename") {
            assert_eq!(*place, scene.path(NAME), "{at}");
        } else if parent == scene.folder.path() {
            assert_eq!(name.len(), NAME.len(), "{at}: {name}");
        } else {
            let shelter = parent.file_name().unwrap().to_str().unwrap();
            assert!(shelter.starts_with(".stockade-shelter-"), "{at}: {place:?}");
        }
        let content = fs::read(place).unwrap();
        let intact = |bytes: &[u8]| bytes.iter().all(|byte| *byte == SECRET);
        if at <= first("write") {
            assert!(content.len() == CONTENT && intact(&content), "{at}: not a byte is written yet");
        } else if at <= first("cut") {
            // To the end of its block, while the slack is written.
            let block = CONTENT.next_multiple_of(4096);
            assert!((CONTENT..=block).contains(&content.len()), "{at}: {}", content.len());
        }
        if at > first("sync") {
            assert!(!content.chunks(64).any(|bytes| bytes.len() == 64 && intact(bytes)), "{at}: overwritten");
        }
        assert_eq!(fs::metadata(place).unwrap().permissions().mode() & 0o777, 0o640, "{at}");
    }
    assert!(kills >= 190, "it was killed on its way: {kills}");
    assert!(deleted >= 1, "some were killed after the end of the file: {deleted}");
}
