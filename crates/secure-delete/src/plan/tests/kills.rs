//! Killed before any call.

use super::*;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};

const CONTENT: usize = 200_000;

/// Deletes until it is killed by its own hand, before the call of the given number.
#[test]
#[ignore = "the kill test starts it as a process"]
fn process_that_is_killed() {
    let folder = PathBuf::from(std::env::var_os("KILL_FOLDER").unwrap());
    let at: usize = std::env::var("KILL_AT").unwrap().parse().unwrap();
    let ops = Arc::new(Stepped::in_place(move |number, call| {
        if number == at {
            let this = rustix::process::getpid();
            rustix::process::kill_process(this, rustix::process::Signal::KILL).unwrap();
        }
        quick(number, call)
    }));
    let shredder = Shredder::with_ops(&folder, Arc::new(SystemEntropy), ops).unwrap();
    let policy = Policy::random_passes(16).unwrap().with_renames(12).unwrap();
    let report = shredder.policy(policy).plan("secret-file").unwrap().execute();
    assert_eq!(report.assurance().level(), Level::OverwrittenInPlace, "{report}");
}

#[test]
fn sigkill_at_two_hundred_points_touches_no_other_inode() {
    let mut killed = 0;
    let mut deleted = 0;
    for at in 0..200 {
        let scene = Scene::with(&[SECRET; CONTENT]);
        fs::create_dir(scene.path("same")).unwrap();
        fs::write(scene.path("same/secret-file"), b"bystander").unwrap();
        if at % 2 == 1 {
            // Others may write: by way of a private folder.
            let mode = rustix::fs::Mode::from_raw_mode(0o777);
            rustix::fs::chmod(scene.folder.path(), mode).unwrap();
        }
        let inode = fs::metadata(scene.path("secret-file")).unwrap().ino();
        let status = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "plan::tests::kills::process_that_is_killed"])
            .env("KILL_FOLDER", scene.folder.path())
            .env("KILL_AT", at.to_string())
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert!(status.signal() == Some(9) || status.success(), "{at}: {status}");
        killed += usize::from(status.signal() == Some(9));

        scene.assert_bystander();
        assert_eq!(fs::read(scene.path("same/secret-file")).unwrap(), b"bystander", "{at}");
        // Either gone, or once in the folder or its private folder, with no other file harmed.
        let mut found = 0;
        for name in scene.names() {
            let path = scene.path(&name);
            let inside = path.join("file");
            found += [path, inside]
                .iter()
                .filter(|path| fs::metadata(path).is_ok_and(|facts| facts.ino() == inode))
                .count();
        }
        assert!(found <= 1, "{at}");
        deleted += usize::from(found == 0);
    }
    assert!(killed >= 190, "it was killed on its way: {killed}");
    assert!(deleted >= 1, "some were killed after the end of the file: {deleted}");
}
