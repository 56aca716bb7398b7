//! The key ring on the disk and in memory.

use example_support::{SealedKeys, load_secrets};
use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use stockade::axum::Rejection;
use stockade::core::{Clock, Entropy};
use stockade_crypto_at_rest::ring::{KeyId, KeyRing, KeyRingFileError, Keys};
use tokio::sync::{Mutex, OwnedMutexGuard};

/// The ring. A clone is another handle.
#[derive(Clone)]
pub(crate) struct Keystore {
    ring: SealedKeys,
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
    /// The ring as it was opened.
    pub(crate) fn new(ring: SealedKeys, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self { ring, clock, entropy, turn: Arc::default() }
    }

    pub(crate) fn keys(&self) -> Keys {
        self.ring.keys.clone()
    }

    /// Puts the server's own secrets under the active key: loading them does.
    pub(crate) async fn move_secrets(&self) -> Result<(), Box<dyn Error + Send + Sync>> {
        let ring = self.ring.clone();
        crate::blocking(move || {
            let folder = ring.file.path().parent().unwrap_or(Path::new("."));
            load_secrets(folder, &ring).map(drop).map_err(|error| error.to_string().into())
        })
        .await
    }

    /// Draws a new key, in memory. One rotation at a time.
    pub(crate) async fn draw(&self) -> Result<Rotation, Rejection> {
        let turn = self.turn.clone().lock_owned().await;
        let mut ring = KeyRing::clone(&self.ring.keys.current());
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
            let Keystore { ring: stored, entropy, .. } = keystore;
            stored.file.save(&mut ring, &stored.unlock, &*entropy)?;
            Ok(stored.keys.replace(ring)?)
        })
        .await
    }
}
