//! Journals that lie, files that are others by now, and two who resume at a time.

use super::*;
use crate::{Assurance, DeleteError, Position, ReadBack, Reason};

#[test]
fn what_was_cancelled_goes_on_where_it_was() {
    let scene = Scene::new();
    scene.begin(400_000);
    let position = scene.record().1.position();
    assert!(position >= Position { pass: 1, offset: 0 }, "{position:?}");
    let resumed = scene.resume();
    let [Resumed::File(report)] = &resumed[..] else { panic!("{resumed:?}") };
    assert_eq!(report.assurance().level(), Level::OverwrittenInPlace, "{report}");
    let overwrite = report.overwrite().unwrap();
    assert_eq!(overwrite.resumed_from, Some(position));
    assert!(overwrite.bytes < 3 * CONTENT as u64, "what was done before is not counted");
    assert!(matches!(overwrite.read_back, ReadBack::Matches { bytes } if bytes >= CONTENT as u64));
    assert_eq!((names(&scene.root()), names(&scene.journals())), (vec!["bystander".into()], vec![]));
}

#[test]
fn an_end_of_any_other_kind_leaves_no_journal() {
    let scene = Scene::new();
    let plan = |level| {
        let shredder = scene.shredder().journal(scene.journals()).unwrap();
        shredder.plan("secret-file").unwrap().require(level)
    };
    assert_eq!(plan(Level::CryptoErased).execute().assurance().level(), Level::NotDeleted);
    assert_eq!(names(&scene.journals()), [""; 0]);
    assert_eq!(plan(Level::OverwrittenInPlace).execute().assurance().level(), Level::OverwrittenInPlace);
    assert_eq!(names(&scene.journals()), [""; 0]);
}

#[test]
fn confusion_of_inodes_another_file_of_the_name_is_not_touched() {
    let scene = Scene::new();
    scene.begin(400_000);
    fs::rename(scene.path("secret-file"), scene.folder.path().join("elsewhere")).unwrap();
    fs::rename(scene.path("bystander"), scene.path("secret-file")).unwrap();
    let resumed = scene.resume();
    assert!(matches!(&resumed[..], [Resumed::Gone { overwritten: false, .. }]), "{resumed:?}");
    assert_eq!(fs::read(scene.path("secret-file")).unwrap(), b"bystander");
}

#[test]
fn confusion_of_reused_numbers_is_told_by_the_time_of_creation() {
    let scene = Scene::new();
    scene.begin(400_000);
    let (path, mut record) = scene.record();
    let Some((seconds, _)) = &mut record.intent.born else { return };
    *seconds -= 1;
    fs::write(path, record.to_bytes()).unwrap();
    let before = fs::read(scene.path("secret-file")).unwrap();
    assert!(matches!(scene.resume()[..], [Resumed::Gone { .. }]));
    assert_eq!(fs::read(scene.path("secret-file")).unwrap(), before);
}

#[test]
fn a_renamed_file_is_found_again() {
    let scene = Scene::new();
    scene.begin(400_000);
    fs::rename(scene.path("secret-file"), scene.path("abcdefghijk")).unwrap();
    let resumed = scene.resume();
    assert!(matches!(&resumed[..], [Resumed::File(report)] if report.namespace().unlinked), "{resumed:?}");
    assert_eq!(names(&scene.root()), ["bystander"]);
}

#[test]
fn a_journal_ahead_of_the_file_is_found_when_it_is_read_back() {
    let scene = Scene::new();
    scene.begin(100_000);
    let (path, mut record) = scene.record();
    record.reached = Reached { number: 100, position: Position { pass: 3, offset: 0 }, judged: None };
    fs::write(path, record.to_bytes()).unwrap();
    let resumed = scene.resume();
    let [Resumed::File(report)] = &resumed[..] else { panic!("{resumed:?}") };
    assert_eq!(report.assurance().level(), Level::OverwriteIneffective, "{report}");
}

#[test]
fn a_stranger_between_kill_and_resume_is_noticed() {
    for (len, reason) in [(CONTENT + 10_000, Reason::ChangedMeanwhile), (10, Reason::ChangedMeanwhile)] {
        let scene = Scene::new();
        scene.begin(400_000);
        let file = fs::OpenOptions::new().write(true).open(scene.path("secret-file")).unwrap();
        file.set_len(len as u64).unwrap();
        let resumed = scene.resume();
        let [Resumed::File(report)] = &resumed[..] else { panic!("{resumed:?}") };
        match report.assurance() {
            Assurance::OverwriteIneffective { reasons } => assert!(reasons.contains(&reason), "{report}"),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn content_that_moved_between_kill_and_resume_is_not_in_place() {
    let scene = Scene::new();
    scene.begin(400_000);
    let (path, mut record) = scene.record();
    let Some(extents) = &mut record.intent.extents else { return };
    extents[0] ^= 1;
    fs::write(path, record.to_bytes()).unwrap();
    let resumed = scene.resume();
    let [Resumed::File(report)] = &resumed[..] else { panic!("{resumed:?}") };
    match report.assurance() {
        Assurance::OverwriteIneffective { reasons } => assert_eq!(reasons, &[Reason::ExtentsMoved]),
        other => panic!("{other:?}"),
    }
}

#[test]
fn race_of_two_who_resume_has_one_winner() {
    for _ in 0..20 {
        let scene = Scene::new();
        scene.begin(400_000);
        let both: Vec<Resumed> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| scene.resume())).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        let deleted = |resumed: &&Resumed| matches!(resumed, Resumed::File(_));
        assert_eq!(both.iter().filter(deleted).count(), 1, "{both:?}");
        assert_eq!(names(&scene.root()), ["bystander"]);
    }
}

#[test]
fn a_running_deletion_is_nobodys_to_resume() {
    let scene = Scene::new();
    let shredder = scene.shredder().journal(scene.journals()).unwrap();
    let watch = |_: Progress| {
        assert!(scene.resume().is_empty());
        ControlFlow::Continue(())
    };
    let report = shredder.plan("secret-file").unwrap().execute_watched(&watch);
    assert_eq!(report.assurance().level(), Level::OverwrittenInPlace, "{report}");
}

#[test]
fn journals_of_another_root_are_left_alone() {
    let scene = Scene::new();
    scene.begin(400_000);
    let other = Scene::new();
    assert!(other.shredder().resume(scene.journals()).unwrap().is_empty());
    assert_eq!(names(&scene.journals()).len(), 1);
    assert_eq!(fs::read(other.path("secret-file")).unwrap(), [SECRET; CONTENT]);
}

#[test]
fn journals_that_others_can_write_are_refused() {
    let scene = Scene::new();
    scene.begin(400_000);
    let (path, _) = scene.record();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let resumed = scene.resume();
    let exposed =
        |resumed: &Resumed| matches!(resumed, Resumed::Unreadable { error: JournalError::Exposed, .. });
    assert!(resumed.iter().all(exposed) && resumed.len() == 1, "{resumed:?}");
    fs::set_permissions(scene.journals(), fs::Permissions::from_mode(0o777)).unwrap();
    assert_eq!(scene.shredder().resume(scene.journals()).unwrap_err(), JournalError::Exposed);
    assert_eq!(scene.shredder().journal(scene.journals()).unwrap_err(), JournalError::Exposed);
    assert!(scene.path("secret-file").exists());
}

#[test]
fn partial_write_of_a_journal_deletes_nothing() {
    let scene = Scene::new();
    scene.begin(400_000);
    let (path, _) = scene.record();
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..9000]).unwrap();
    let resumed = scene.resume();
    assert!(matches!(&resumed[..], [Resumed::Unreadable { error: JournalError::Length, .. }]), "{resumed:?}");
    assert!(scene.path("secret-file").exists());
    fs::write(scene.journals().join("shred-00.unfinished"), b"sto").unwrap();
    fs::write(scene.journals().join("mine"), b"mine").unwrap();
    fs::write(&path, &bytes).unwrap();
    assert_eq!(scene.resume().len(), 1);
    assert_eq!(names(&scene.journals()), ["mine"], "what is not ours stays");
}

#[test]
fn a_journal_that_cannot_be_written_stops_before_the_first_write() {
    let scene = Scene::new();
    let shredder = scene.shredder().journal(scene.journals()).unwrap();
    fs::remove_dir(scene.journals()).unwrap();
    let report = shredder.plan("secret-file").unwrap().execute();
    match report.assurance() {
        Assurance::NotDeleted { error: DeleteError::Os { step, .. } } => {
            assert_eq!(*step, crate::Step::Journal);
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(fs::read(scene.path("secret-file")).unwrap(), [SECRET; CONTENT]);
}

#[test]
fn a_cancelled_tree_goes_on() {
    let scene = Scene::new();
    fs::create_dir_all(scene.path("tree/a")).unwrap();
    for name in ["tree/one", "tree/a/two", "tree/a/three"] {
        scene.write(name, &[SECRET; 5000]);
    }
    let shredder = scene.shredder().journal(scene.journals()).unwrap();
    let report = shredder.plan_tree("tree").unwrap().execute_watched(&|_| ControlFlow::Break(()));
    assert!(report.cancelled, "{report}");
    let resumed = scene.resume();
    assert!(
        resumed.iter().any(|one| matches!(one, Resumed::Tree(report) if report.failures.count() == 0)),
        "{resumed:?}"
    );
    assert_eq!(names(&scene.root()), ["bystander", "secret-file"]);
    assert_eq!(names(&scene.journals()), [""; 0]);
}
