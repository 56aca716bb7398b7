use super::key;
use crate::ring::DiskError;
use crate::ring::wrap::{KeyWrapper, LocalFileWrapper, WrapError};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use stockade_testkit::{NoEntropy, SeededEntropy};

fn wrapper(folder: &tempfile::TempDir, name: &str, seed: u64) -> LocalFileWrapper {
    LocalFileWrapper::create(folder.path().join(name), Arc::new(SeededEntropy::new(seed))).unwrap()
}

#[test]
fn what_was_wrapped_unwraps_and_never_looks_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let wrapper = wrapper(&folder, "key", 1);
    let (one, two) = (wrapper.wrap(&key()).unwrap(), wrapper.wrap(&key()).unwrap());
    assert_ne!(one, two);
    assert_eq!(wrapper.unwrap(&one).unwrap(), key());
    let again = LocalFileWrapper::new(wrapper.path(), Arc::new(NoEntropy));
    assert_eq!(again.unwrap(&two).unwrap(), key());
    assert!(matches!(again.wrap(&key()), Err(WrapError::Entropy(_))));
}

#[test]
fn bit_flip_truncation_and_another_key_are_one_error() {
    let folder = tempfile::tempdir().unwrap();
    let (ours, theirs) = (wrapper(&folder, "ours", 1), wrapper(&folder, "theirs", 2));
    let wrapped = ours.wrap(&key()).unwrap();
    assert!(matches!(theirs.unwrap(&wrapped), Err(WrapError::Refused)));
    for bit in 0..wrapped.len() * 8 {
        let mut flipped = wrapped.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(matches!(ours.unwrap(&flipped), Err(WrapError::Refused)), "bit {bit}");
    }
    for len in 0..wrapped.len() {
        assert!(matches!(ours.unwrap(&wrapped[..len]), Err(WrapError::Refused)), "{len} octets");
    }
    assert!(matches!(ours.unwrap(&[&wrapped[..], &[0]].concat()), Err(WrapError::Refused)));
}

#[test]
fn a_key_file_that_is_exposed_missing_or_of_another_size_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let wrapper = wrapper(&folder, "key", 1);
    fs::set_permissions(wrapper.path(), fs::Permissions::from_mode(0o644)).unwrap();
    assert!(matches!(wrapper.wrap(&key()), Err(WrapError::Disk(DiskError::Exposed { .. }))));
    fs::set_permissions(wrapper.path(), fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(wrapper.path(), [0; 31]).unwrap();
    assert!(matches!(wrapper.wrap(&key()), Err(WrapError::Size { len: 31 })));
    fs::write(wrapper.path(), [0; 33]).unwrap();
    assert!(matches!(wrapper.wrap(&key()), Err(WrapError::Disk(DiskError::TooLarge { .. }))));
    fs::remove_file(wrapper.path()).unwrap();
    assert!(matches!(wrapper.wrap(&key()), Err(WrapError::Disk(DiskError::Missing))));
}

#[test]
fn a_key_file_is_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let before = wrapper(&folder, "key", 1);
    let wrapped = before.wrap(&key()).unwrap();
    let again = LocalFileWrapper::create(before.path(), Arc::new(SeededEntropy::new(2)));
    assert!(matches!(again, Err(WrapError::Disk(DiskError::Exists))));
    assert_eq!(before.unwrap(&wrapped).unwrap(), key());
}

#[test]
fn asvs_v16_2_5_debug_shows_no_key() {
    let folder = tempfile::tempdir().unwrap();
    let wrapper = wrapper(&folder, "key", 1);
    let secret = fs::read(wrapper.path()).unwrap();
    assert!(!format!("{wrapper:?}").contains(&format!("{:?}", &secret[..4])[1..8]));
}
