use super::{clock, lived, mirror};
use crate::kdf::PasswordKdf;
use crate::ring::{DiskError, KeyId, KeyRing, KeyRingFile, KeyRingFileError, Keys, Reload, Rollback, Unlock};
use std::fs;
use std::path::PathBuf;
use stockade_core::{Secret, SystemEntropy};
use stockade_testkit::SeededEntropy;

fn id(number: u32) -> KeyId {
    KeyId::from_u32(number)
}

/// A file with a ring that lived, and the folder that goes with the test.
fn stored() -> (tempfile::TempDir, KeyRingFile) {
    let folder = tempfile::tempdir().unwrap();
    let file = KeyRingFile::at(folder.path().join("keys.toml"));
    file.create(&mut lived(1), &mirror(), &SystemEntropy).unwrap();
    (folder, file)
}

/// The ring of the file, after a change and a save.
fn changed(file: &KeyRingFile, change: impl FnOnce(&mut KeyRing)) -> KeyRing {
    let mut ring = file.open(&mirror()).unwrap();
    change(&mut ring);
    file.save(&mut ring, &mirror(), &SystemEntropy).unwrap();
    ring
}

fn rotate(ring: &mut KeyRing) {
    ring.rotate(&SystemEntropy, &clock()).unwrap();
}

#[test]
fn a_saved_change_is_read_back_and_a_file_is_never_overwritten() {
    let (_folder, file) = stored();
    let ring = changed(&file, rotate);
    assert!(file.open(&mirror()).unwrap().commitments().eq(ring.commitments()));
    assert_eq!(file.read().unwrap().keys().count(), 4);
    let again = file.create(&mut lived(2), &mirror(), &SystemEntropy);
    assert!(matches!(again, Err(KeyRingFileError::Disk(DiskError::Exists))));
    assert!(file.open(&mirror()).unwrap().commitments().eq(ring.commitments()));
}

#[test]
fn the_password_is_changed_by_saving_under_another() {
    let (_folder, file) = stored();
    let least = PasswordKdf::argon2id(19 * 1024, 2, 1).unwrap();
    let unlock = Unlock::Passphrase(Secret::new("new".into()), least);
    let mut ring = file.open(&mirror()).unwrap();
    file.save(&mut ring, &unlock, &SystemEntropy).unwrap();
    assert!(file.open(&mirror()).is_err());
    assert!(file.open(&unlock).unwrap().commitments().eq(ring.commitments()));
}

#[test]
fn race_a_lost_update_is_an_error_and_nothing_is_written() {
    let (_folder, file) = stored();
    let (mut mine, mut theirs) = (file.open(&mirror()).unwrap(), file.open(&mirror()).unwrap());
    rotate(&mut theirs);
    file.save(&mut theirs, &mirror(), &SystemEntropy).unwrap();
    rotate(&mut mine);
    let before = fs::read(file.path()).unwrap();
    let lost = file.save(&mut mine, &mirror(), &SystemEntropy);
    assert!(matches!(lost, Err(KeyRingFileError::Conflict { expected: 1, found: 2 })));
    assert_eq!(fs::read(file.path()).unwrap(), before);
}

#[test]
fn race_of_many_operators_loses_no_rotation() {
    let (_folder, file) = stored();
    let operator = || {
        let mut done = 0;
        while done < 10 {
            let mut ring = file.open(&mirror()).unwrap();
            rotate(&mut ring);
            match file.save(&mut ring, &mirror(), &SystemEntropy) {
                Ok(()) => done += 1,
                Err(KeyRingFileError::Conflict { .. } | KeyRingFileError::Disk(DiskError::Busy)) => (),
                Err(error) => panic!("{error}"),
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(operator);
        }
    });
    let ring = file.open(&mirror()).unwrap();
    assert_eq!((ring.active().id(), ring.generation), (id(43), 41));
}

#[test]
fn rollback_of_the_file_is_refused_and_the_ring_in_use_stays() {
    let (_folder, file) = stored();
    let old = fs::read(file.path()).unwrap();
    let keys = Keys::new(changed(&file, rotate));
    fs::write(file.path(), &old).unwrap();
    let refused = keys.reload(&file, &mirror());
    assert!(matches!(refused, Err(KeyRingFileError::Rollback(Rollback::Reactivated(key))) if key == id(3)));
    assert_eq!(keys.current().active().id(), id(4));
}

#[test]
fn rollback_that_resurrects_a_destroyed_key_is_refused() {
    let (_folder, file) = stored();
    let old = fs::read(file.path()).unwrap();
    let keys = Keys::new(changed(&file, |ring| {
        let _ = ring.destroy(id(2), &clock()).unwrap();
    }));
    fs::write(file.path(), &old).unwrap();
    let refused = keys.reload(&file, &mirror());
    assert!(matches!(refused, Err(KeyRingFileError::Rollback(Rollback::Resurrected(key))) if key == id(2)));
    assert!(keys.current().key(id(2)).is_err());
}

#[test]
fn rollback_to_an_older_save_of_the_same_keys_is_refused() {
    let (_folder, file) = stored();
    let old = fs::read(file.path()).unwrap();
    let keys = Keys::new(changed(&file, |_| ()));
    fs::write(file.path(), &old).unwrap();
    let refused = keys.reload(&file, &mirror());
    let older = Rollback::OlderGeneration { current: 2, found: 1 };
    assert!(matches!(refused, Err(KeyRingFileError::Rollback(found)) if found == older));
}

#[test]
fn confusion_another_ring_under_the_same_path_is_refused() {
    let (folder, file) = stored();
    let keys = Keys::new(file.open(&mirror()).unwrap());
    let other = KeyRingFile::at(folder.path().join("other.toml"));
    other.create(&mut lived(2), &mirror(), &SeededEntropy::new(3)).unwrap();
    fs::rename(other.path(), file.path()).unwrap();
    let refused = keys.reload(&file, &mirror());
    assert!(matches!(refused, Err(KeyRingFileError::Rollback(Rollback::OtherKey(key))) if key == id(1)));
}

#[test]
fn a_reload_takes_the_new_ring_and_never_loses_the_old_one() {
    let (_folder, file) = stored();
    let keys = Keys::new(file.open(&mirror()).unwrap());
    assert_eq!(keys.reload(&file, &mirror()).unwrap(), Reload::Same);
    changed(&file, rotate);
    assert_eq!(keys.reload(&file, &mirror()).unwrap(), Reload::Replaced);
    assert_eq!(keys.current().active().id(), id(4));
    let whole = fs::read(file.path()).unwrap();
    for damage in [&b""[..], b"garbage", &whole[..whole.len() / 2]] {
        fs::write(file.path(), damage).unwrap();
        assert!(keys.reload(&file, &mirror()).is_err());
        assert_eq!(keys.current().active().id(), id(4));
    }
    fs::remove_file(file.path()).unwrap();
    assert!(matches!(keys.reload(&file, &mirror()), Err(KeyRingFileError::Disk(DiskError::Missing))));
    assert_eq!(keys.current().active().id(), id(4));
}

#[test]
fn an_unchanged_file_is_not_opened_again() {
    let (_folder, file) = stored();
    let keys = Keys::new(file.open(&mirror()).unwrap());
    let mut seen = Some(file.stamp().unwrap());
    // Nobody who cannot open the file notices: it is not opened.
    let cannot = Unlock::wrapper(super::Mirror(1));
    assert_eq!(keys.reload_if_changed(&file, &cannot, &mut seen).unwrap(), Reload::Same);
    changed(&file, rotate);
    assert!(keys.reload_if_changed(&file, &cannot, &mut seen).is_err());
    assert_eq!(keys.reload_if_changed(&file, &mirror(), &mut seen).unwrap(), Reload::Replaced);
    assert_eq!(keys.reload_if_changed(&file, &cannot, &mut seen).unwrap(), Reload::Same);
}

#[test]
fn a_change_to_a_file_that_is_gone_is_not_written() {
    let (_folder, file) = stored();
    let mut ring = file.open(&mirror()).unwrap();
    fs::remove_file(file.path()).unwrap();
    let saved = file.save(&mut ring, &mirror(), &SystemEntropy);
    assert!(matches!(saved, Err(KeyRingFileError::Disk(DiskError::Missing))));
    let nowhere = KeyRingFile::at(PathBuf::from("/nonexistent/keys.toml"));
    assert!(nowhere.create(&mut ring, &mirror(), &SystemEntropy).is_err());
}
