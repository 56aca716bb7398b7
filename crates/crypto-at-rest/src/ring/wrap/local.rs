//! A wrapping key in a file.

use super::{KeyWrapper, WrapError};
use crate::backend::{TAG_LEN, XNONCE_LEN, xchacha};
use crate::kdf::Expander;
use crate::ring::disk;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use stockade_core::{Entropy, Secret};
use zeroize::Zeroizing;

const KEY_LEN: usize = 32;
/// The salt under which the cipher's key is extracted; also the authenticated data.
const CONTEXT: &[u8] = b"stockade local file wrapper v1";

/// Wraps under a key of 32 octets in a file of its own, readable by its owner alone: on another volume than the key ring, a
/// mounted secret, removable media.
///
/// The file is read at each call and not kept. What is wrapped is XChaCha20-Poly1305 with a random nonce.
#[derive(Debug, Clone)]
pub struct LocalFileWrapper {
    path: PathBuf,
    entropy: Arc<dyn Entropy>,
}

impl LocalFileWrapper {
    /// The wrapper whose key is in `path`. The file is not touched yet.
    pub fn new(path: impl Into<PathBuf>, entropy: Arc<dyn Entropy>) -> Self {
        Self { path: path.into(), entropy }
    }

    /// Draws a key and writes it to a new file at `path`, with mode 0600.
    ///
    /// # Errors
    /// There is such a file already, it cannot be written, or the system gave no randomness.
    pub fn create(path: impl Into<PathBuf>, entropy: Arc<dyn Entropy>) -> Result<Self, WrapError> {
        let path = path.into();
        let key = crate::ring::key::draw(&*entropy)?;
        disk::Lock::take(&path)?.create(key.expose())?;
        Ok(Self { path, entropy })
    }

    /// Where the key is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn key(&self) -> Result<Secret<[u8; KEY_LEN]>, WrapError> {
        let octets = disk::read_private(&self.path, KEY_LEN)?;
        let root: &[u8; KEY_LEN] =
            octets.as_slice().try_into().map_err(|_| WrapError::Size { len: octets.len() })?;
        Ok(Expander::new(CONTEXT, root).key(b"wrap"))
    }
}

impl KeyWrapper for LocalFileWrapper {
    fn name(&self) -> &'static str {
        "local-file"
    }

    fn wrap(&self, key: &Secret<[u8; 32]>) -> Result<Vec<u8>, WrapError> {
        let mut nonce = [0; XNONCE_LEN];
        self.entropy.fill(&mut nonce)?;
        let mut body = Zeroizing::new([0; KEY_LEN + TAG_LEN]);
        body[..KEY_LEN].copy_from_slice(key.expose());
        let (cipher, short) = xchacha(self.key()?.expose(), &nonce);
        cipher.seal_in_place(short, CONTEXT, &mut *body).map_err(|_| WrapError::Refused)?;
        Ok([&nonce[..], &*body].concat())
    }

    fn unwrap(&self, wrapped: &[u8]) -> Result<Secret<[u8; 32]>, WrapError> {
        let (nonce, body) = wrapped.split_first_chunk::<XNONCE_LEN>().ok_or(WrapError::Refused)?;
        let mut body =
            Zeroizing::new(<[u8; KEY_LEN + TAG_LEN]>::try_from(body).map_err(|_| WrapError::Refused)?);
        let (cipher, short) = xchacha(self.key()?.expose(), nonce);
        let key = cipher.open_in_place(short, CONTEXT, &mut *body).map_err(|_| WrapError::Refused)?;
        Ok(Secret::new((&*key).try_into().map_err(|_| WrapError::Refused)?))
    }
}
