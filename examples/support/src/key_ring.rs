//! The key ring of an example server.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use stockade::core::{Secret, SystemClock, SystemEntropy};
use stockade::crypto_at_rest::ring::wrap::{LocalFileWrapper, WrapError};
use stockade::crypto_at_rest::ring::{DiskError, KeyRing, KeyRingFile, KeyRingFileError, Keys, Unlock};

/// The environment variable whose value unlocks the key ring. Without it a key file beside the ring does.
pub const PASSPHRASE: &str = "STOCKADE_KEYRING_PASSPHRASE";

/// An opened key ring, its file, and what opens it again.
#[derive(Debug, Clone)]
pub struct SealedKeys {
    /// The ring in use. Clones share it.
    pub keys: Keys,
    /// Where it is kept.
    pub file: KeyRingFile,
    /// What a change of it is saved under.
    pub unlock: Unlock,
}

/// Opens `keyring.toml` in `folder`; makes it at the first start.
///
/// It is sealed under the passphrase in the environment variable [`PASSPHRASE`], if there is one, else under a random key in
/// `unlock.key` beside it. A key beside what it locks protects copies of the other files, such as a backup of the database, and
/// nothing else: give a passphrase, or use a `KeyWrapper` that keeps the key elsewhere.
///
/// # Errors
/// A file cannot be read or made, is open to others, or does not open; or the ring is gone and what it sealed is not.
pub fn open_key_ring(folder: &Path) -> Result<SealedKeys, Box<dyn Error>> {
    let passphrase = match std::env::var(PASSPHRASE) {
        Ok(empty) if empty.is_empty() => return Err(format!("`{PASSPHRASE}` is empty").into()),
        Ok(passphrase) => Some(Secret::new(passphrase)),
        Err(std::env::VarError::NotPresent) => None,
        Err(std::env::VarError::NotUnicode(_)) => return Err(format!("`{PASSPHRASE}` is not UTF-8").into()),
    };
    open(folder, passphrase)
}

fn open(folder: &Path, passphrase: Option<Secret<String>>) -> Result<SealedKeys, Box<dyn Error>> {
    let unlock = match passphrase {
        Some(passphrase) => Unlock::passphrase(passphrase),
        None => {
            tracing::warn!(
                "the key ring is unlocked by a key file beside it: set {PASSPHRASE} for more than a trial"
            );
            Unlock::wrapper(wrapping_key(&folder.join("unlock.key"))?)
        }
    };
    let file = KeyRingFile::at(folder.join("keyring.toml"));
    let ring = match file.open(&unlock) {
        // A fresh ring would open nothing of what is there, and nobody would notice before the backup is gone.
        Err(KeyRingFileError::Disk(DiskError::Missing)) if folder.join("pepper.sealed").exists() => {
            return Err(format!(
                "there are sealed secrets, but no `{}`: bring it back",
                file.path().display()
            )
            .into());
        }
        Err(KeyRingFileError::Disk(DiskError::Missing)) => first(&file, &unlock)?,
        opened => opened?,
    };
    Ok(SealedKeys { keys: Keys::new(ring), file, unlock })
}

/// Of several processes that start at once one makes the ring, and all use that one.
fn first(file: &KeyRingFile, unlock: &Unlock) -> Result<KeyRing, Box<dyn Error>> {
    let mut ring = KeyRing::generate(&SystemEntropy, &SystemClock::new())?;
    match file.create(&mut ring, unlock, &SystemEntropy) {
        Ok(()) => Ok(ring),
        Err(KeyRingFileError::Disk(DiskError::Exists)) => Ok(file.open(unlock)?),
        Err(error) => Err(error.into()),
    }
}

fn wrapping_key(path: &Path) -> Result<LocalFileWrapper, WrapError> {
    match LocalFileWrapper::create(path, Arc::new(SystemEntropy)) {
        Err(WrapError::Disk(DiskError::Exists)) => Ok(LocalFileWrapper::new(path, Arc::new(SystemEntropy))),
        made => made,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_restart_finds_the_same_ring() {
        let folder = tempfile::tempdir().unwrap();
        let first = open(folder.path(), None).unwrap();
        let second = open(folder.path(), None).unwrap();
        let commitment = |ring: &SealedKeys| *ring.keys.current().active().commitment();
        assert_eq!(commitment(&first), commitment(&second));
    }

    #[test]
    fn confusion_another_passphrase_does_not_open_it_and_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let passphrase = |text: &str| Some(Secret::new(text.to_owned()));
        drop(open(folder.path(), passphrase("one")).unwrap());
        let before = std::fs::read(folder.path().join("keyring.toml")).unwrap();
        assert!(open(folder.path(), passphrase("two")).is_err());
        assert!(open(folder.path(), None).is_err());
        assert_eq!(std::fs::read(folder.path().join("keyring.toml")).unwrap(), before);
        assert!(open(folder.path(), passphrase("one")).is_ok());
    }
}
