//! What is not deleted like a file, and how its name alone may be.

use super::*;
use crate::Restored;
use rustix::fs::{FileType, IFlags, Mode};
use std::os::unix::fs::{MetadataExt, symlink};
use std::os::unix::net::UnixListener;

fn refusal(shredder: &Shredder, path: &str) -> DeleteError {
    shredder.plan(path).map(|plan| plan.to_string()).unwrap_err()
}

#[test]
fn asvs_v5_3_2_no_path_leads_out_of_the_root() {
    let scene = Scene::new();
    let outside = Scene::new();
    symlink(outside.folder.path(), scene.path("door")).unwrap();
    symlink(outside.path("secret-file"), scene.path("window")).unwrap();
    let shredder = scene.shredder();
    assert_eq!(refusal(&shredder, "door/secret-file"), DeleteError::Symlink);
    assert_eq!(refusal(&shredder, "window"), DeleteError::Symlink);
    let up = format!("../{}/secret-file", outside.folder.path().file_name().unwrap().to_str().unwrap());
    assert_eq!(refusal(&shredder, &up), DeleteError::InvalidPath);
    assert_eq!(refusal(&shredder, outside.path("secret-file").to_str().unwrap()), DeleteError::InvalidPath);
    assert_eq!(fs::read(outside.path("secret-file")).unwrap(), [SECRET; 5000]);
}

#[test]
fn confusion_of_a_folder_with_a_link_after_the_root_was_opened_leads_nowhere() {
    let scene = Scene::new();
    let outside = Scene::new();
    fs::create_dir(scene.path("sub")).unwrap();
    fs::write(scene.path("sub/secret-file"), b"mine").unwrap();
    let shredder = scene.shredder();
    fs::rename(scene.path("sub"), scene.path("old")).unwrap();
    symlink(outside.folder.path(), scene.path("sub")).unwrap();
    assert_eq!(refusal(&shredder, "sub/secret-file"), DeleteError::Symlink);
    assert!(outside.path("secret-file").exists());
}

#[test]
fn each_kind_that_is_no_file_is_refused_by_its_name() {
    let scene = Scene::new();
    fs::create_dir(scene.path("folder")).unwrap();
    let _socket = UnixListener::bind(scene.path("socket")).unwrap();
    let fifo = Mode::RUSR | Mode::WUSR;
    rustix::fs::mknodat(rustix::fs::CWD, scene.path("fifo"), FileType::Fifo, fifo, 0).unwrap();
    symlink("secret-file", scene.path("link")).unwrap();
    symlink("nowhere", scene.path("dangling")).unwrap();
    fs::hard_link(scene.path("secret-file"), scene.path("second")).unwrap();
    let shredder = scene.shredder();
    assert_eq!(refusal(&shredder, "absent"), DeleteError::NotFound);
    assert_eq!(refusal(&shredder, "absent/absent"), DeleteError::NotFound);
    assert_eq!(refusal(&shredder, "bystander/absent"), DeleteError::NotFound);
    assert_eq!(refusal(&shredder, "folder"), DeleteError::Directory);
    assert_eq!(refusal(&shredder, "socket"), DeleteError::Socket);
    assert_eq!(refusal(&shredder, "fifo"), DeleteError::Fifo, "and it did not wait for a writer");
    assert_eq!(refusal(&shredder, "link"), DeleteError::Symlink);
    assert_eq!(refusal(&shredder, "dangling"), DeleteError::Symlink);
    assert_eq!(refusal(&shredder, "secret-file"), DeleteError::HardLinked { links: 2 });
    assert_eq!(fs::read(scene.path("second")).unwrap(), [SECRET; 5000]);
}

#[test]
fn devices_and_other_mounts_are_refused() {
    let shredder = Shredder::beneath("/", Arc::new(SystemEntropy)).unwrap();
    assert_eq!(refusal(&shredder, "proc/version"), DeleteError::MountCrossing);
    let crossing = shredder.policy(Policy::default().danger_cross_mounts());
    assert_eq!(refusal(&crossing, "dev/null"), DeleteError::Device);
}

#[test]
fn of_what_has_no_content_of_its_own_only_the_name_is_removed_on_request() {
    let scene = Scene::new();
    rustix::fs::mknodat(rustix::fs::CWD, scene.path("fifo"), FileType::Fifo, Mode::RUSR, 0).unwrap();
    symlink("bystander", scene.path("link")).unwrap();
    let shredder = scene.shredder().policy(Policy::default().unlink_only_this_name());
    for name in ["fifo", "link"] {
        let report = shredder.plan(name).unwrap().execute();
        assert_eq!(report.assurance().level(), Level::UnlinkedOnly, "{report}");
    }
    assert_eq!(scene.names(), ["bystander", "secret-file"]);
    scene.assert_bystander();
    assert!(matches!(shredder.plan("."), Err(DeleteError::InvalidPath)));
}

#[test]
fn confusion_of_hard_links_leaves_the_other_name_whole_or_is_spelled_as_danger() {
    let scene = Scene::new();
    fs::hard_link(scene.path("secret-file"), scene.path("second")).unwrap();
    fs::hard_link(scene.path("secret-file"), scene.path("third")).unwrap();

    let gentle = scene.shredder().policy(Policy::default().unlink_only_this_name());
    let report = gentle.plan("secret-file").unwrap().execute();
    assert_eq!(report.assurance().level(), Level::UnlinkedOnly, "{report}");
    assert_eq!(fs::read(scene.path("second")).unwrap(), [SECRET; 5000]);

    let harsh = scene.shredder().policy(Policy::default().danger_overwrite_all_names());
    let report = harsh.plan("third").unwrap().execute();
    assert!(report.assurance().level() >= Level::OverwriteIneffective, "{report}");
    assert!(report.to_string().contains("1 other names, which lead to an empty file"), "{report}");
    assert_eq!(fs::read(scene.path("second")).unwrap(), b"");
    assert!(!scene.path("third").exists());
}

#[test]
fn required_levels_refuse_unlinking_only() {
    let scene = Scene::new();
    fs::hard_link(scene.path("secret-file"), scene.path("second")).unwrap();
    let shredder = scene.shredder().policy(Policy::default().unlink_only_this_name());
    let report = shredder.plan("secret-file").unwrap().require(Level::OverwriteIneffective).execute();
    assert_eq!(error(&report).code(), "required_level_missed", "{report}");
    assert!(scene.path("secret-file").exists());
}

#[test]
fn marks_of_the_inode_are_refused_and_left() {
    let scene = Scene::new();
    for (mark, expected) in
        [(IFlags::IMMUTABLE, DeleteError::Immutable), (IFlags::APPEND, DeleteError::AppendOnly)]
    {
        let file = fs::File::open(scene.path("secret-file")).unwrap();
        if let Err(error) = rustix::fs::ioctl_setflags(&file, mark) {
            eprintln!("SKIPPED: this system lets nobody mark a file here: {error}");
            return;
        }
        let plan = scene.shredder().plan("secret-file").map(drop);
        rustix::fs::ioctl_setflags(&file, IFlags::empty()).unwrap();
        assert_eq!(plan, Err(expected));
    }
}

#[test]
fn a_swap_file_is_refused_before_anything_is_written() {
    let scene = Scene::new();
    let shredder = scene.stepped(|_, call| match call {
        Call::Write { len: 0, .. } => Fate::Fails(rustix::io::Errno::TXTBSY),
        Call::Write { .. } => panic!("nothing is written"),
        _ => Fate::Made,
    });
    assert_eq!(refusal(&shredder, "secret-file"), DeleteError::InUse);
}

#[test]
fn asvs_v15_4_2_check_and_act_are_on_one_inode() {
    let scene = Scene::new();
    let plan = scene.shredder().plan("secret-file").unwrap();
    fs::rename(scene.path("secret-file"), scene.path("elsewhere")).unwrap();
    fs::rename(scene.path("bystander"), scene.path("secret-file")).unwrap();
    let report = plan.execute();
    assert_eq!(error(&report), &DeleteError::Swapped { restored: Restored::Untouched });
    assert_eq!(fs::read(scene.path("secret-file")).unwrap(), b"bystander");
    assert_eq!(fs::read(scene.path("elsewhere")).unwrap(), [SECRET; 5000], "nothing was written");
}

#[test]
fn plans_write_nothing() {
    let scene = Scene::new();
    let look = || {
        let facts = fs::metadata(scene.path("secret-file")).unwrap();
        let folder = fs::metadata(scene.folder.path()).unwrap();
        (
            facts.mtime_nsec(),
            facts.ctime_nsec(),
            facts.len(),
            facts.blocks(),
            folder.mtime_nsec(),
            scene.names(),
        )
    };
    let before = look();
    let plan = scene.shredder().plan("secret-file").unwrap();
    assert!(plan.to_string().contains("at best"), "{plan}");
    drop(plan.require(Level::OverwrittenInPlace));
    assert_eq!(look(), before);
}

#[test]
fn confusion_of_a_missing_proc_with_a_missing_file_is_no_not_found() {
    for errno in [rustix::io::Errno::NOENT, rustix::io::Errno::NOTDIR] {
        let scene = Scene::new();
        let no_proc = move |_: usize, call: Call| match call {
            Call::Reopen => Fate::Fails(errno),
            _ => Fate::Made,
        };
        let error = refusal(&scene.stepped(no_proc), "secret-file");
        assert!(matches!(error, DeleteError::Os { step: crate::Step::Reopen, .. }), "{error:?}");
        assert!(error.to_string().contains("/proc"), "{error}");
        assert_eq!(fs::read(scene.path("secret-file")).unwrap(), [SECRET; 5000]);
    }
}

#[test]
fn confusion_of_a_missing_proc_with_a_missing_file_on_the_way_is_no_not_found_either() {
    let scene = Scene::new();
    let mut reopened = 0;
    let lost = move |number: usize, call: Call| match call {
        Call::Reopen => {
            reopened += 1;
            // Read-only at first; readable for the look; and `/proc` is gone when it was made writable.
            Fate::Fails(if reopened == 1 { rustix::io::Errno::ACCESS } else { rustix::io::Errno::NOENT })
        }
        call => quick(number, call),
    };
    let report = scene.stepped(lost).plan("secret-file").unwrap().execute();
    assert!(matches!(error(&report), DeleteError::Os { step: crate::Step::Reopen, .. }), "{report}");
    assert!(scene.path("secret-file").exists());
}
