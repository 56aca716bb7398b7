//! Killed before any call, and then resumed.

use super::*;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};

/// Deletes until it is killed by its own hand, before the call of the given number.
#[test]
#[ignore = "the kill test starts it as a process"]
fn process_that_is_killed() {
    let folder = PathBuf::from(std::env::var_os("KILL_FOLDER").unwrap());
    let at: usize = std::env::var("KILL_AT").unwrap().parse().unwrap();
    let shredder = shredder(&folder.join("root"), move |number, _| {
        if number == at {
            let this = rustix::process::getpid();
            rustix::process::kill_process(this, rustix::process::Signal::KILL).unwrap();
        }
    });
    let shredder = shredder.journal(folder.join("journals")).unwrap();
    if std::env::var_os("KILL_TREE").is_some() {
        let report = shredder.plan_tree("tree").unwrap().execute();
        assert_eq!(report.worst(), Some(Level::OverwrittenInPlace), "{report}");
    } else {
        let report = shredder.plan("secret-file").unwrap().execute();
        assert_eq!(report.assurance().level(), Level::OverwrittenInPlace, "{report}");
    }
}

fn killed(scene: &Scene, at: usize, tree: bool) -> bool {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--ignored", "--exact", "journal::tests::kills::process_that_is_killed"]);
    command.env("KILL_FOLDER", scene.folder.path()).env("KILL_AT", at.to_string()).stdout(Stdio::null());
    if tree {
        command.env("KILL_TREE", "1");
    }
    let status = command.status().unwrap();
    assert!(status.signal() == Some(9) || status.success(), "{at}: {status}");
    status.signal() == Some(9)
}

#[test]
fn sigkill_at_two_hundred_points_and_resume_leaves_nothing_and_touches_nothing_else() {
    let (mut kills, mut resumes, mut gone) = (0, 0, 0);
    for at in 0..200 {
        let scene = Scene::new();
        if at % 2 == 1 {
            // Others may write: by way of a private folder.
            fs::set_permissions(scene.root(), fs::Permissions::from_mode(0o777)).unwrap();
        }
        let inode = fs::metadata(scene.path("secret-file")).unwrap().ino();
        kills += usize::from(killed(&scene, at, false));
        let begun = !names(&scene.journals()).is_empty();
        let resumed = scene.resume();
        match &resumed[..] {
            // Killed before the journal was written: before the first write, too. Or after its end.
            [] => assert!(!begun),
            [Resumed::File(report)] => {
                assert_eq!(report.assurance().level(), Level::OverwrittenInPlace, "{at}: {report}");
                let overwrite = report.overwrite().unwrap();
                assert!(overwrite.bytes <= 3 * (CONTENT as u64 + 4096), "{at}: {report}");
                resumes += 1;
            }
            [Resumed::Gone { overwritten, .. }] => {
                assert!(overwritten, "{at}");
                gone += 1;
            }
            other => panic!("{at}: {other:?}"),
        }
        assert_eq!(fs::read(scene.path("bystander")).unwrap(), b"bystander");
        assert_eq!(names(&scene.journals()), [""; 0], "{at}");
        match fs::read(scene.path("secret-file")) {
            Ok(content) => {
                assert!(
                    !begun && content.iter().all(|byte| *byte == SECRET) && content.len() == CONTENT,
                    "{at}"
                );
            }
            Err(_) => {
                // Gone to the last name; an empty private folder may be left.
                for name in names(&scene.root()) {
                    let path = scene.path(&name);
                    assert!(fs::metadata(&path).unwrap().ino() != inode, "{at}");
                    assert!(name == "bystander" || names(&path).is_empty(), "{at}: {name}");
                }
            }
        }
        assert!(scene.resume().is_empty(), "{at}: there is nothing to do twice");
    }
    assert!(kills >= 80 && resumes >= 60 && gone >= 1, "{kills} kills, {resumes} resumes, {gone} gone");
}

#[test]
fn sigkill_in_a_tree_and_resume_leaves_nothing_and_touches_nothing_else() {
    let mut resumes = 0;
    for at in (0..400).step_by(8) {
        let scene = Scene::new();
        fs::create_dir_all(scene.path("tree/a/b")).unwrap();
        for name in ["tree/one", "tree/a/two", "tree/a/b/three"] {
            scene.write(name, &[SECRET; 70_000]);
        }
        killed(&scene, at, true);
        let begun = !names(&scene.journals()).is_empty();
        let resumed = scene.resume();
        resumes += usize::from(!resumed.is_empty());
        let refused = |one: &Resumed| matches!(one, Resumed::Refused { .. } | Resumed::Unreadable { .. });
        assert!(!resumed.iter().any(refused), "{at}: {resumed:?}");
        assert_eq!(names(&scene.journals()), [""; 0], "{at}");
        assert_eq!(fs::read(scene.path("bystander")).unwrap(), b"bystander");
        assert_eq!(fs::read(scene.path("secret-file")).unwrap(), [SECRET; CONTENT]);
        assert!(!begun || !scene.path("tree").exists(), "{at}: {resumed:?}");
        let kept = names(&scene.root()).into_iter().filter(|name| !name.starts_with(".stockade")).count();
        assert!(!begun || kept == 2, "{at}: {:?}", names(&scene.root()));
    }
    assert!(resumes >= 20, "{resumes}");
}
