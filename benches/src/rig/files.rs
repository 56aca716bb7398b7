//! Files to seal and to open.

use crate::Failure;
use crate::rows::LeftOut;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use stockade_core::SystemEntropy;
use stockade_crypto_at_rest::file::{HeaderRoom, Input, Sealer, WriteOptions, X25519Identity};
use tempfile::TempDir;

/// A folder for temporary files, and what rows share in it. Each file is made when a row first asks for it; all go with this.
#[derive(Debug)]
pub struct Files {
    folder: TempDir,
    identity: X25519Identity,
}

impl Files {
    /// An empty folder, and a key pair.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub fn new() -> Result<Self, Failure> {
        let files =
            Self { folder: tempfile::tempdir()?, identity: X25519Identity::generate(&SystemEntropy)? };
        std::fs::write(files.identity_file(), files.identity.expose_text().expose())?;
        Ok(files)
    }

    /// A name in the folder.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Who opens everything that is sealed here.
    #[must_use]
    pub fn identity(&self) -> &X25519Identity {
        &self.identity
    }

    /// The same, in a file, as `age -i` takes it.
    #[must_use]
    pub fn identity_file(&self) -> PathBuf {
        self.path("identity")
    }

    /// So many random octets.
    ///
    /// # Errors
    /// [`LeftOut`] if there is no space for them and for two files as long.
    pub fn random(&self, len: u64) -> Result<PathBuf, Failure> {
        self.make(&format!("random-{len}"), 3 * len, |path| {
            std::io::copy(&mut File::open("/dev/urandom")?.take(len), &mut File::create(path)?)?;
            Ok(())
        })
    }

    /// [`random`](Self::random), sealed.
    ///
    /// # Errors
    /// As of it.
    pub fn sealed(&self, len: u64) -> Result<PathBuf, Failure> {
        let plain = self.random(len)?;
        self.make(&format!("sealed-{len}"), 2 * len, |path| {
            self.seal(&File::open(plain)?, path, HeaderRoom::None)
        })
    }

    /// So many zeros, sealed with room in the header. All of it is on the disk when this returns.
    ///
    /// # Errors
    /// [`LeftOut`] if there is no space for it.
    pub fn sealed_zeros(&self, len: u64) -> Result<PathBuf, Failure> {
        self.make(&format!("zeros-{len}"), len, |path| {
            // From no file, whose zeros would take the sealed file's place in the page cache.
            self.seal(&mut std::io::repeat(0).take(len), path, HeaderRoom::Multiple(4096))
        })
    }

    fn seal<'a>(&self, from: impl Into<Input<'a>>, to: &Path, room: HeaderRoom) -> Result<(), Failure> {
        let recipient = self.identity.recipient();
        let sealer = Sealer::new(vec![&recipient], &SystemEntropy).header_room(room);
        sealer.seal_to(from, to, WriteOptions::default())?;
        Ok(())
    }

    fn make(
        &self,
        name: &str,
        space: u64,
        make: impl FnOnce(&Path) -> Result<(), Failure>,
    ) -> Result<PathBuf, Failure> {
        let path = self.path(name);
        if !path.try_exists()? {
            let disk = rustix::fs::statvfs(self.folder.path())?;
            if disk.f_bavail.saturating_mul(disk.f_frsize) < space.saturating_add(space / 8) {
                return Err(LeftOut::NeedsSpace { bytes: space }.into());
            }
            make(&path)?;
        }
        Ok(path)
    }
}
