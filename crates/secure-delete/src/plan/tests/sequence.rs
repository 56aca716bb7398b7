//! The steps in their order, each of them failing.

use super::*;
use crate::storage::InPlace;
use crate::{Assurance, ModeChange, Reason, Shortfall};
use rustix::io::Errno;
use std::os::unix::fs::{MetadataExt, PermissionsExt};

/// Deletes with one call made to fail, from its `skip`th on.
fn failing(scene: &Scene, error: Errno, skip: usize, which: fn(Call) -> bool) -> DeleteReport {
    let mut seen = 0;
    let shredder = scene.stepped(move |number, call| {
        if which(call) {
            seen += 1;
            if seen > skip {
                return Fate::Fails(error);
            }
        }
        quick(number, call)
    });
    shredder.plan("secret-file").unwrap().execute()
}

#[test]
fn a_file_is_overwritten_renamed_and_unlinked() {
    let scene = Scene::new();
    let copy = fs::File::open(scene.path("secret-file")).unwrap();
    let report = scene.shredder().plan("secret-file").unwrap().execute();
    assert!(report.assurance().level() >= Level::OverwriteIneffective, "{report}");
    assert_eq!(scene.names(), ["bystander"]);
    scene.assert_bystander();
    assert_eq!(copy.metadata().unwrap().nlink(), 0);
    let namespace = report.namespace();
    assert!(namespace.unlinked && namespace.truncated && namespace.renames == 1, "{namespace:?}");
    assert!(report.durability().name_gone_for_good && report.durability().content_confirmed());
    assert_eq!(report.identity().length, 5000);
    assert_eq!(report.overwrite().unwrap().shortfalls(), []);
    assert!(!report.to_string().contains("unrecoverable"));
}

#[test]
fn proven_storage_makes_it_overwritten_in_place() {
    let scene = Scene::new();
    let report =
        scene.stepped(quick).plan("secret-file").unwrap().require(Level::OverwrittenInPlace).execute();
    assert_eq!(report.assurance().level(), Level::OverwrittenInPlace, "{report}");
}

#[test]
fn downgrade_below_what_is_required_is_known_before_the_first_write() {
    let scene = Scene::new();
    let not = Arc::new(Mutex::new(InPlace::Not(vec![Reason::Inline])));
    let ops = Arc::new(Stepped::judged(not, |_, call| match call {
        Call::Write { len: 1.., .. } => panic!("nothing is written"),
        _ => Fate::Made,
    }));
    let shredder = Shredder::with_ops(scene.folder.path(), Arc::new(SystemEntropy), ops).unwrap();
    let report = shredder.plan("secret-file").unwrap().require(Level::OverwrittenInPlace).execute();
    let missed = DeleteError::RequiredLevelMissed {
        required: Level::OverwrittenInPlace,
        reached: Level::OverwriteIneffective,
        reasons: vec![Reason::Inline],
    };
    assert_eq!(error(&report), &missed);
    assert_eq!(fs::read(scene.path("secret-file")).unwrap(), [SECRET; 5000]);
}

#[test]
fn downgrade_found_after_the_overwrite_keeps_the_name() {
    let scene = Scene::new();
    let unknown = Arc::new(Mutex::new(InPlace::Unknown(vec![Reason::DevicesUnknown])));
    let ops = Arc::new(Stepped::judged(unknown, quick));
    let shredder = Shredder::with_ops(scene.folder.path(), Arc::new(SystemEntropy), ops).unwrap();
    let report = shredder.plan("secret-file").unwrap().require(Level::OverwrittenInPlace).execute();
    assert_eq!(error(&report).code(), "required_level_missed");
    assert_eq!(scene.names(), ["bystander", "secret-file"]);
    assert_ne!(fs::read(scene.path("secret-file")).unwrap(), [SECRET; 5000]);
    assert_eq!(fs::metadata(scene.path("secret-file")).unwrap().len(), 5000, "the slack was cut off again");
}

#[test]
fn no_file_reaches_crypto_erased_by_writing() {
    let scene = Scene::new();
    let report = scene.stepped(quick).plan("secret-file").unwrap().require(Level::CryptoErased).execute();
    assert_eq!(error(&report).code(), "required_level_missed");
    assert_eq!(fs::read(scene.path("secret-file")).unwrap(), [SECRET; 5000]);
}

#[test]
fn no_passes_are_unlinking_only() {
    let scene = Scene::new();
    let policy = Policy::default().with_passes(Vec::new()).unwrap();
    let report = scene.shredder().policy(policy).plan("secret-file").unwrap().execute();
    assert_eq!(report.assurance(), &Assurance::UnlinkedOnly);
    assert_eq!(scene.names(), ["bystander"]);
}

#[test]
fn a_sync_that_failed_once_is_not_trusted_again() {
    let scene = Scene::new();
    let mut syncs = 0;
    let shredder = scene.stepped(move |number, call| {
        syncs += usize::from(call == Call::Sync);
        if call == Call::Sync && syncs == 1 { Fate::Fails(Errno::IO) } else { quick(number, call) }
    });
    let report = shredder.policy(Policy::three_pass()).plan("secret-file").unwrap().execute();
    let Assurance::OverwriteIneffective { reasons } = report.assurance() else { panic!("{report}") };
    assert!(reasons.contains(&Reason::Overwrite(Shortfall::NotSynced)), "{reasons:?}");
    assert!(!report.durability().content_confirmed());
}

#[test]
fn writes_that_fail_are_never_an_overwrite() {
    for errno in [Errno::IO, Errno::NOSPC, Errno::ROFS, Errno::ACCESS, Errno::PERM] {
        let scene = Scene::new();
        let report = failing(&scene, errno, 0, |call| matches!(call, Call::Write { len: 1.., .. }));
        let Assurance::OverwriteIneffective { reasons } = report.assurance() else { panic!("{report}") };
        assert!(reasons.contains(&Reason::Overwrite(Shortfall::WritesFailed)), "{reasons:?}");
        assert!(report.to_string().contains("could not be written"), "{report}");
    }
}

#[test]
fn a_rename_or_unlink_that_fails_leaves_the_file_under_its_own_name() {
    for which in [|call| call == Call::Rename, |call| call == Call::Unlink, |call| call == Call::FactsOf]
        as [fn(Call) -> bool; 3]
    {
        let scene = Scene::new();
        let report = failing(&scene, Errno::ROFS, usize::from(which(Call::FactsOf)) * 2, which);
        assert_eq!(error(&report).code(), "os", "{report}");
        if !which(Call::FactsOf) {
            assert_eq!(scene.names(), ["bystander", "secret-file"], "{report}");
        }
        scene.assert_bystander();
    }
}

#[test]
fn a_folder_that_cannot_be_synced_is_said_to_be_so() {
    let scene = Scene::new();
    let report = failing(&scene, Errno::IO, 0, |call| call == Call::SyncFolder);
    assert_eq!(report.assurance().level(), Level::OverwrittenInPlace);
    assert!(!report.durability().name_gone_for_good);
    assert!(report.to_string().contains("the name may be back"), "{report}");
}

/// Like a user who may not write to a file of theirs: root may always.
fn read_only(scene: &Scene, later: fn(Call) -> Fate) -> DeleteReport {
    let mut refused = false;
    fs::set_permissions(scene.path("secret-file"), fs::Permissions::from_mode(0o440)).unwrap();
    let shredder = scene.stepped(move |number, call| {
        if call == Call::Reopen && !std::mem::replace(&mut refused, true) {
            return Fate::Fails(Errno::ACCESS);
        }
        match later(call) {
            Fate::Made => quick(number, call),
            fate => fate,
        }
    });
    let plan = shredder.plan("secret-file").unwrap();
    assert_eq!(
        fs::metadata(scene.path("secret-file")).unwrap().mode() & 0o777,
        0o440,
        "a plan changes nothing"
    );
    plan.execute()
}

#[test]
fn a_read_only_file_is_made_writable() {
    let scene = Scene::new();
    let report = read_only(&scene, |_| Fate::Made);
    assert_eq!(report.assurance().level(), Level::OverwrittenInPlace, "{report}");
    assert_eq!(report.mode(), ModeChange::MadeWritable);
}

#[test]
fn a_read_only_file_is_read_only_again_after_a_stop() {
    let scene = Scene::new();
    let report = read_only(&scene, |call| match call {
        Call::Unlink => Fate::Fails(Errno::IO),
        _ => Fate::Made,
    });
    assert_eq!(report.mode(), ModeChange::Restored, "{report}");
    assert_eq!(fs::metadata(scene.path("secret-file")).unwrap().mode() & 0o777, 0o440);
}

#[test]
fn a_writer_meanwhile_is_noticed() {
    for act in [
        |path: &Path| {
            fs::File::options()
                .append(true)
                .open(path)
                .and_then(|mut file| std::io::Write::write_all(&mut file, b"x"))
        },
        |path: &Path| fs::File::options().write(true).open(path).and_then(|file| file.set_len(10)),
        |path: &Path| fs::write(path, [SECRET; 5000]),
    ] as [fn(&Path) -> std::io::Result<()>; 3]
    {
        for when in [Call::Examine, Call::LookAgain] {
            let scene = Scene::new();
            let path = scene.path("secret-file");
            let mut due = true;
            let shredder = scene.stepped(move |number, call| {
                if call == when && std::mem::take(&mut due) {
                    // Kernels before 6.13 keep time by the tick.
                    std::thread::sleep(std::time::Duration::from_millis(25));
                    act(&path).unwrap();
                }
                quick(number, call)
            });
            let report = shredder.plan("secret-file").unwrap().execute();
            let Assurance::OverwriteIneffective { reasons } = report.assurance() else { panic!("{report}") };
            assert!(reasons.contains(&Reason::ChangedMeanwhile), "{when:?} {reasons:?}");
        }
    }
}

#[test]
fn a_watch_that_says_stop_leaves_the_name() {
    let scene = Scene::new();
    let plan = scene.stepped(quick).plan("secret-file").unwrap();
    let report = plan.execute_watched(&|_| std::ops::ControlFlow::Break(()));
    assert_eq!(error(&report), &DeleteError::Cancelled);
    assert_eq!(scene.names(), ["bystander", "secret-file"]);
}

#[test]
fn the_audit_form_names_nobody() {
    let scene = Scene::new();
    let report = scene.shredder().plan("secret-file").unwrap().execute();
    let text = serde_json::to_string(&report.for_audit()).unwrap();
    let folder = scene.folder.path().file_name().unwrap().to_str().unwrap();
    assert!(!text.contains("secret-file") && !text.contains(folder), "{text}");
    assert!(text.contains("\"unlinked\":true"), "{text}");
    assert!(serde_json::to_string(&report).unwrap().contains("secret-file"));
}
