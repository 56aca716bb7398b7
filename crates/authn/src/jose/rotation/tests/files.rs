use super::*;
use std::path::Path;
use std::process::{Command, Stdio};
use stockade_core::{StoreErrorKind, SystemClock};

const CHILD: &str = "jose::rotation::tests::files::child_that_rotates_until_it_is_killed";
const FOLDER: &str = "STOCKADE_TEST_SIGNING_KEYS";

fn at(folder: &Path) -> Arc<dyn SigningKeyStore> {
    Arc::new(FileSigningKeys::at(folder.join("signing.keys")))
}

#[cfg(feature = "laws")]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn race_files_hold_to_the_laws() {
    let folder = tempfile::tempdir().unwrap();
    laws::all(at(folder.path())).await;
}

#[tokio::test]
async fn keys_are_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let world = world_over(at(folder.path())).await;
    let token = world.token(&world.keys);
    let _ = world.keys.rotate_now().await.unwrap();
    let again = process(&at(folder.path()), &world.clock).await.unwrap();
    assert_eq!(ids(&again), ids(&world.keys));
    assert_eq!(world.verify(&again, &token), Ok(()));
}

#[cfg(unix)]
#[tokio::test]
async fn asvs_v13_3_2_the_record_is_closed_to_others_and_refused_if_it_was_not() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let world = world_over(at(folder.path())).await;
    let _ = world.keys.rotate_now().await.unwrap();
    let names: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(names.len(), 2, "the record and the lock: {names:?}");
    for path in &names {
        assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600, "{path:?}");
    }
    let path = folder.path().join("signing.keys");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    let refused = process(&world.store, &world.clock).await.unwrap_err();
    assert!(matches!(refused, SigningKeysError::Store(error) if error.kind() == StoreErrorKind::Corrupt));
}

#[tokio::test]
async fn partial_write_and_garbage_are_refused_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let world = world_over(at(folder.path())).await;
    let path = folder.path().join("signing.keys");
    let whole = std::fs::read(&path).unwrap();
    let flood = [&whole[..], &vec![0; SealedSigningKeys::MAX_LEN]].concat();
    let cuts = [0, 1, 7, 8, 12, 16, 20, whole.len() - 1].map(|cut| whole[..cut].to_vec());
    for damaged in cuts.into_iter().chain([flood, b"-----BEGIN PRIVATE KEY-----".to_vec()]) {
        std::fs::write(&path, &damaged).unwrap();
        assert!(process(&world.store, &world.clock).await.is_err());
        let _ = world.keys.tick().await;
        assert_eq!(std::fs::read(&path).unwrap(), damaged, "left for whoever repairs it");
    }
    assert_eq!(world.verify(&world.keys, &world.token(&world.keys)), Ok(()), "what is held stays in use");
    std::fs::write(&path, whole).unwrap();
    assert!(world.keys.tick().await.is_ok());
    std::fs::write(folder.path().join(".signing.keys.1-0.new"), b"half").unwrap();
    assert!(world.keys.rotate_now().await.is_ok(), "a draft that a crash left behind is nobody's");
}

/// Not a test of its own: what the next one starts and kills.
#[tokio::test]
async fn child_that_rotates_until_it_is_killed() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let (seal, entropy) = (Arc::new(Lid), Arc::new(SystemEntropy));
    let store = at(Path::new(&folder));
    let keys = SigningKeys::open(store, seal, RotationSchedule::default(), clock, entropy).await.unwrap();
    loop {
        keys.emergency().await.unwrap();
    }
}

#[tokio::test]
async fn kill_9_between_the_steps_of_a_rotation_leaves_whole_keys() {
    let folder = tempfile::tempdir().unwrap();
    let store = at(folder.path());
    let mut last = 0;
    for round in 0..10_u64 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([CHILD, "--exact", "--nocapture"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let reached = last + 1 + round;
        while store.load().await.unwrap().is_none_or(|record| record.version < reached) {
            assert!(child.try_wait().unwrap().is_none(), "the child works until it is killed");
            std::thread::sleep(Duration::from_micros(300));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let clock = Arc::new(ManualClock::at(SystemClock::new().now()));
        let keys = process(&store, &clock).await.unwrap();
        assert_eq!(keys.keys().len(), 1, "one record, whole");
        last = store.load().await.unwrap().unwrap().version;
        assert!(last >= reached);
        keys.tick().await.unwrap();
    }
}
