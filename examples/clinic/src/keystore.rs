//! The key ring on the disk and in memory.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use stockade::axum::Rejection;
use stockade::core::{Clock, Entropy, Secret};
use stockade_crypto_at_rest::ring::wrap::LocalFileWrapper;
use stockade_crypto_at_rest::ring::{DiskError, KeyId, KeyRing, KeyRingFile, KeyRingFileError, Keys, Unlock};
use tokio::sync::{Mutex, OwnedMutexGuard};

/// The ring. A clone is another handle.
#[derive(Clone)]
pub(crate) struct Keystore {
    keys: Keys,
    file: KeyRingFile,
    unlock: Unlock,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    turn: Arc<Mutex<()>>,
}

/// A new key that nothing is sealed with yet.
#[must_use = "a rotation that is not saved did not happen"]
pub(crate) struct Rotation {
    ring: KeyRing,
    key: KeyId,
    keystore: Keystore,
    _turn: OwnedMutexGuard<()>,
}

impl Keystore {
    /// Opens `keyring.toml` in `data`, under the passphrase or, without one, under `keyring.key` beside it; makes it for a clinic
    /// that has no patients yet. Blocks.
    pub(crate) fn open(
        data: &Path,
        passphrase: Option<Secret<String>>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, Box<dyn Error>> {
        let file = KeyRingFile::at(data.join("keyring.toml"));
        let unlock = passphrase
            .map_or_else(|| beside(data, &entropy), |passphrase| Ok(Unlock::passphrase(passphrase)))?;
        let ring = match file.open(&unlock) {
            // A fresh ring would open nothing of what is there, and nobody would notice before the backup is gone.
            Err(KeyRingFileError::Disk(DiskError::Missing)) if data.join("patients.db").exists() => {
                return Err("there are patients, but no key ring: bring `keyring.toml` back".into());
            }
            Err(KeyRingFileError::Disk(DiskError::Missing)) => {
                let mut ring = KeyRing::generate(&*entropy, &*clock)?;
                file.create(&mut ring, &unlock, &*entropy)?;
                ring
            }
            opened => opened?,
        };
        Ok(Self { keys: Keys::new(ring), file, unlock, clock, entropy, turn: Arc::default() })
    }

    pub(crate) fn keys(&self) -> Keys {
        self.keys.clone()
    }

    /// Draws a new key, in memory. One rotation at a time.
    pub(crate) async fn draw(&self) -> Result<Rotation, Rejection> {
        let turn = self.turn.clone().lock_owned().await;
        let mut ring = KeyRing::clone(&self.keys.current());
        let key = ring.rotate(&*self.entropy, &*self.clock).map_err(|error| Rejection::of(&error))?;
        Ok(Rotation { ring, key, keystore: self.clone(), _turn: turn })
    }
}

impl Rotation {
    pub(crate) fn key(&self) -> KeyId {
        self.key
    }

    /// Makes it last: the file first, so that a key that seals is on the disk.
    pub(crate) async fn save(self) -> Result<(), KeyRingFileError> {
        let Self { mut ring, keystore, .. } = self;
        crate::blocking(move || {
            keystore.file.save(&mut ring, &keystore.unlock, &*keystore.entropy)?;
            Ok(keystore.keys.replace(ring)?)
        })
        .await
    }
}

/// For trying things out: whoever takes the whole folder has the key too.
fn beside(data: &Path, entropy: &Arc<dyn Entropy>) -> Result<Unlock, Box<dyn Error>> {
    tracing::warn!(
        "the key ring is unlocked by a key file beside it, which protects against nothing but the loss of the database alone: \
         set STOCKADE_KEYRING_PASSPHRASE"
    );
    let path = data.join("keyring.key");
    let wrapper = if path.exists() {
        LocalFileWrapper::new(path, entropy.clone())
    } else {
        LocalFileWrapper::create(path, entropy.clone())?
    };
    Ok(Unlock::wrapper(wrapper))
}
