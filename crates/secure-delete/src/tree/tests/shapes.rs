//! Trees as they come, and what stays of them.

use super::*;
use rustix::io::Errno;
use std::num::NonZeroUsize;
use std::os::unix::fs::{PermissionsExt, symlink};

#[test]
fn a_tree_is_gone_to_its_own_name_and_nothing_beside_it() {
    let scene = Scene::new();
    let report = scene.delete();
    assert_eq!(names(&scene.path("")), ["bystander"], "{report}");
    assert_eq!(report.worst(), Some(Level::OverwrittenInPlace), "{report}");
    assert_eq!((report.files.files(), report.folders_removed, report.folders_left), (3, 4, 0));
    assert!(report.bytes >= 15_000 && report.not_for_good == 0);
    scene.assert_bystanders();
}

#[test]
fn a_real_tree_is_deleted_by_real_syncs() {
    let scene = Scene::new();
    for number in 0..40 {
        scene.write(&format!("tree/a/{number}"), &[b'S'; 700]);
    }
    let report = scene.shredder().plan_tree("tree").unwrap().execute();
    assert_eq!(names(&scene.path("")), ["bystander"], "{report}");
    assert_eq!((report.files.files(), report.failures.count(), report.not_for_good), (43, 0, 0), "{report}");
    assert!(report.worst() >= Some(Level::OverwriteIneffective));
}

#[test]
fn a_survey_writes_nothing_and_counts_what_is_there() {
    let scene = Scene::new();
    symlink(scene.outside("file"), scene.path("tree/link")).unwrap();
    let plan = scene.quick().plan_tree("tree").unwrap();
    let survey = plan.survey();
    assert_eq!((survey.at_best.files(), survey.folders, survey.bytes), (3, 4, 15_000), "{survey}");
    assert_eq!(survey.refused.listed[0].error, DeleteError::Symlink);
    assert_eq!(fs::read(scene.path("tree/a/two")).unwrap(), [b'S'; 5000]);
    // The same plan still sees all of it.
    assert_eq!(plan.execute().files.files(), 4);
}

#[test]
fn confusion_of_links_in_a_tree_leads_nowhere() {
    let scene = Scene::new();
    symlink(scene.outside("file"), scene.path("tree/file-link")).unwrap();
    symlink(scene.outside("a"), scene.path("tree/a/folder-link")).unwrap();
    let report = scene.delete();
    scene.assert_bystanders();
    assert_eq!(errors(&report).len(), 2, "{report}");
    assert!(report.failures.listed.iter().all(|failure| failure.error == DeleteError::Symlink));
    assert_eq!(report.worst(), Some(Level::NotDeleted));
    assert_eq!((report.folders_removed, report.folders_left), (2, 2), "{report}");
    // Asked to, it removes the links and not what they lead to.
    let policy = Policy::default().unlink_only_this_name();
    let report = scene.quick().policy(policy).plan_tree("tree").unwrap().execute();
    assert_eq!(report.worst(), Some(Level::UnlinkedOnly), "{report}");
    scene.assert_bystanders();
    assert_eq!(names(&scene.path("")), ["bystander"]);
}

#[test]
fn asvs_v5_3_2_a_tree_is_no_file_and_no_way_up() {
    let scene = Scene::new();
    let shredder = scene.quick();
    symlink("tree", scene.path("link")).unwrap();
    for (path, error) in [
        ("bystander", DeleteError::NotDirectory),
        ("link", DeleteError::NotDirectory),
        ("link/a", DeleteError::Symlink),
        ("missing", DeleteError::NotFound),
        ("..", DeleteError::InvalidPath),
        ("../outside", DeleteError::InvalidPath),
        (".", DeleteError::InvalidPath),
    ] {
        assert_eq!(shredder.plan_tree(path).unwrap_err(), error, "{path}");
    }
}

#[test]
fn what_fails_is_listed_and_the_rest_is_deleted() {
    let scene = Scene::new();
    scene.write("tree/linked", b"twice");
    fs::hard_link(scene.path("tree/linked"), scene.path("other")).unwrap();
    let report = scene.delete();
    assert_eq!(errors(&report), [("tree/linked".to_owned(), &DeleteError::HardLinked { links: 2 })]);
    assert_eq!(names(&scene.path("tree")), ["linked"]);
    assert_eq!(fs::read(scene.path("other")).unwrap(), b"twice");
    assert_eq!((report.files.not_deleted, report.files.overwritten_in_place), (1, 3));
}

#[test]
fn flood_of_failures_is_listed_to_a_bound_and_counted_beyond() {
    let scene = Scene::new();
    for number in 0..crate::MAX_FAILURES + 50 {
        symlink("nowhere", scene.path(&format!("tree/{number}"))).unwrap();
    }
    let report = scene.delete();
    assert_eq!(report.failures.listed.len(), crate::MAX_FAILURES);
    assert_eq!((report.failures.left_out, report.failures.count()), (50, 306));
    assert_eq!(report.files.not_deleted, 306);
}

#[test]
fn flood_of_files_takes_more_batches_than_one() {
    let scene = Scene::new();
    for number in 0..1300 {
        scene.write(&format!("tree/a/{number}"), b"S");
    }
    let report = scene.delete();
    assert_eq!(names(&scene.path("")), ["bystander"], "{report}");
    assert_eq!(report.files.overwritten_in_place, 1303);
}

#[test]
fn flood_of_folders_is_refused_below_the_depth() {
    let scene = Scene::new();
    let mut deep = scene.path("tree");
    for _ in 0..300 {
        deep.push("d");
        fs::create_dir(&deep).unwrap();
    }
    fs::write(deep.join("file"), b"deep").unwrap();
    let report = scene.delete();
    assert_eq!(errors(&report).last().unwrap().1, &DeleteError::TooDeep, "{report}");
    assert_eq!(fs::read(deep.join("file")).unwrap(), b"deep");
    assert!(!scene.path("tree/one").exists());
}

#[test]
fn what_is_required_is_decided_for_each_file() {
    let scene = Scene::new();
    let report = scene.quick().plan_tree("tree").unwrap().require(Level::CryptoErased).execute();
    assert_eq!(report.files.not_deleted, 3, "{report}");
    assert!(
        errors(&report).iter().all(|(_, error)| matches!(error, DeleteError::RequiredLevelMissed { .. }))
    );
    assert_eq!(fs::read(scene.path("tree/one")).unwrap(), [b'S'; 5000]);
    let report = scene.quick().plan_tree("tree").unwrap().require(Level::OverwrittenInPlace).execute();
    assert_eq!(report.worst(), Some(Level::OverwrittenInPlace), "{report}");
}

#[test]
fn a_failed_sync_of_the_file_system_is_everybodys() {
    let scene = Scene::new();
    let fails = |_: usize, call| match call {
        Call::SyncFileSystem => Fate::Fails(Errno::IO),
        call => quick(call),
    };
    let report = scene.stepped(fails).plan_tree("tree").unwrap().execute();
    assert_eq!(report.files.overwrite_ineffective, 3, "{report}");
}

#[test]
fn a_kernel_whose_sync_tells_nothing_syncs_each_file() {
    let scene = Scene::new();
    let syncs = Arc::new(Mutex::new(0));
    let counting = Arc::clone(&syncs);
    let old = move |_: usize, call| {
        *counting.lock().unwrap() += usize::from(call == Call::Sync);
        if call == Call::SyncFileSystem { Fate::Fails(Errno::NOSYS) } else { quick(call) }
    };
    let report = scene.stepped(old).plan_tree("tree").unwrap().execute();
    assert_eq!(report.worst(), Some(Level::OverwrittenInPlace), "{report}");
    assert_eq!(*syncs.lock().unwrap(), 3);
}

#[test]
fn a_failed_sync_of_a_folder_is_counted() {
    let scene = Scene::new();
    let fails = |_: usize, call| match call {
        Call::SyncFolder => Fate::Fails(Errno::IO),
        call => quick(call),
    };
    let report = scene.stepped(fails).plan_tree("tree").unwrap().execute();
    assert_eq!(report.not_for_good, 3 + 4, "{report}");
}

#[test]
fn a_folder_that_cannot_be_read_stays_and_is_listed() {
    let scene = Scene::new();
    let mut lists = 0;
    let fails = move |_: usize, call| {
        lists += usize::from(call == Call::List);
        if call == Call::List && lists == 2 { Fate::Fails(Errno::IO) } else { quick(call) }
    };
    let report = scene.stepped(fails).plan_tree("tree").unwrap().execute();
    assert_eq!(report.failures.count(), 1, "{report}");
    assert!(report.folders_left >= 2 && scene.path("tree").exists());
    assert_eq!(report.files.not_deleted, 0, "confusion of a folder with a file: {report}");
}

#[test]
fn out_of_descriptors_is_met_by_smaller_batches() {
    let scene = Scene::new();
    let mut opens = 0;
    let fails = move |_: usize, call| {
        opens += usize::from(call == Call::Reopen);
        if call == Call::Reopen && opens == 2 { Fate::Fails(Errno::MFILE) } else { quick(call) }
    };
    scene.write("tree/other", b"S");
    let report = scene.stepped(fails).plan_tree("tree").unwrap().threads(NonZeroUsize::MIN).execute();
    assert_eq!(names(&scene.path("")), ["bystander"], "{report}");
}

#[test]
fn shared_folders_are_walked_by_way_of_private_ones() {
    let scene = Scene::new();
    for folder in ["tree", "tree/a", ""] {
        fs::set_permissions(scene.path(folder), fs::Permissions::from_mode(0o777)).unwrap();
    }
    let report = scene.delete();
    assert_eq!(report.worst(), Some(Level::OverwrittenInPlace), "{report}");
    assert_eq!(names(&scene.path("")), ["bystander"]);
}

#[test]
fn a_large_file_tells_how_far_it_is_and_can_be_cancelled() {
    let scene = Scene::new();
    scene.write("tree/large", &vec![b'S'; 9 << 20]);
    let told = Mutex::new(0);
    let watch = |event: TreeEvent<'_>| match event {
        TreeEvent::Writing { progress, .. } if progress.done > 2 << 20 => ControlFlow::Break(()),
        TreeEvent::Writing { .. } => {
            *told.lock().unwrap() += 1;
            ControlFlow::Continue(())
        }
        _ => ControlFlow::Continue(()),
    };
    let report = scene.quick().plan_tree("tree").unwrap().execute_watched(&watch);
    assert!(report.cancelled && *told.lock().unwrap() > 0, "{report}");
    assert_eq!(report.worst(), Some(Level::NotDeleted));
    assert!(scene.path("tree/large").exists());
    assert!(errors(&report).contains(&("tree/large".to_owned(), &DeleteError::Cancelled)));
}

#[test]
fn a_watch_ends_the_walk_and_hears_of_everything_before() {
    let scene = Scene::new();
    let heard = Mutex::new(Vec::new());
    let watch = |event: TreeEvent<'_>| {
        heard.lock().unwrap().push(match event {
            TreeEvent::File(report) => report.path().to_string(),
            TreeEvent::Folder(report) => report.path.to_string(),
            TreeEvent::Refused { path, .. } | TreeEvent::Writing { path, .. } => path.to_string(),
        });
        ControlFlow::Continue(())
    };
    let report = scene.quick().plan_tree("tree").unwrap().execute_watched(&watch);
    assert!(!report.cancelled);
    let mut heard = heard.into_inner().unwrap();
    assert_eq!(heard.pop().as_deref(), Some("tree"));
    heard.sort();
    let all = ["tree/a", "tree/a/b", "tree/a/b/three", "tree/a/two", "tree/empty", "tree/one"];
    assert_eq!(heard, all);

    let scene = Scene::new();
    let report = scene.quick().plan_tree("tree").unwrap().execute_watched(&|_| ControlFlow::Break(()));
    assert!(report.cancelled && report.files.files() == 1, "{report}");
    assert!(scene.path("tree").exists());
}

#[test]
fn confusion_of_a_folder_that_cannot_be_opened_with_a_file_is_not_counted() {
    let scene = Scene::new();
    fs::remove_file(scene.path("tree/one")).unwrap();
    let mut opens = 0;
    let fails = move |_: usize, call| {
        opens += usize::from(call == Call::OpenBeneath);
        // The root, the tree, that once more, and then the first folder in it.
        if call == Call::OpenBeneath && opens == 4 { Fate::Fails(Errno::ACCESS) } else { quick(call) }
    };
    let report = scene.stepped(fails).plan_tree("tree").unwrap().execute();
    assert_eq!((report.files.not_deleted, report.failures.count()), (0, 1), "{report}");
    assert_eq!((report.worst(), report.folders_left), (Some(Level::NotDeleted), 2), "{report}");
}

#[test]
fn race_with_who_fills_a_folder_after_it_was_read_is_listed() {
    let scene = Scene::new();
    let late = scene.path("tree");
    let fills = move |_: usize, call| {
        if call == Call::RemoveFolder {
            // Whatever the folder is called by now.
            for folder in fs::read_dir(late.parent().unwrap()).unwrap().map(|entry| entry.unwrap().path()) {
                if folder.is_dir() && fs::read_dir(&folder).unwrap().next().is_none() {
                    fs::write(folder.join("late"), b"late").unwrap();
                }
            }
        }
        quick(call)
    };
    let report = scene.stepped(fills).plan_tree("tree").unwrap().execute();
    assert_eq!(errors(&report), [("tree".to_owned(), &DeleteError::Refilled)], "{report}");
    assert_eq!((report.files.not_deleted, report.folders_left), (0, 1));
    assert_eq!(fs::read(scene.path("tree/late")).unwrap(), b"late", "and it has its name again");
}

#[test]
fn race_for_the_name_of_a_folder_is_told_with_the_name_it_was_left() {
    let scene = Scene::new();
    fs::set_permissions(scene.path(""), fs::Permissions::from_mode(0o777)).unwrap();
    let root = scene.path("");
    let takes = move |_: usize, call| {
        if call == Call::RemoveFolder && !root.join("tree").exists() {
            // Somebody makes a folder of the same name, and what was taken aside is not empty any more.
            fs::create_dir(root.join("tree")).unwrap();
            for shelter in fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().path().join("file")) {
                if shelter.is_dir() {
                    fs::write(shelter.join("late"), b"late").unwrap();
                }
            }
        }
        quick(call)
    };
    let heard = Mutex::new(None);
    let watch = |event: TreeEvent<'_>| {
        if let TreeEvent::Folder(report) = event
            && report.path.to_string() == "tree"
        {
            *heard.lock().unwrap() = Some(report.clone());
        }
        ControlFlow::Continue(())
    };
    let report = scene.stepped(takes).plan_tree("tree").unwrap().execute_watched(&watch);
    let folder = heard.into_inner().unwrap().unwrap();
    let left = folder.namespace.left_as.clone().unwrap();
    assert!(folder.namespace.shelter_left.is_some() && folder.namespace.sheltered, "{folder}");
    assert_eq!(fs::read(scene.path("").join(left.as_os_str()).join("late")).unwrap(), b"late");
    assert_eq!(report.failures.listed[0].left_as.as_ref(), Some(&left));
    for said in [report.to_string(), folder.to_string()] {
        assert!(said.contains(&left.to_string()), "{said}");
    }
}

#[test]
fn a_folder_of_ours_goes_without_a_private_one() {
    let scene = Scene::new();
    let watch = |event: TreeEvent<'_>| {
        if let TreeEvent::Folder(report) = event {
            assert!(!report.namespace.sheltered && report.namespace.unlinked, "{report}");
            assert_eq!(report.namespace.renames, 1, "{report}");
        }
        ControlFlow::Continue(())
    };
    let report = scene.quick().plan_tree("tree").unwrap().execute_watched(&watch);
    assert_eq!((report.folders_removed, report.folders_left), (4, 0), "{report}");
}
