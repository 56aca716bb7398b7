//! Images on the disk: one age file each, in one folder, named by id. Blocks, and so does its work on threads that may.

use crate::blocking;
use crate::ids::{ImageId, PatientId};
use crate::incoming::Incoming;
use crate::picture::Picture;
use crate::store::Store;
use crate::vault::Vault;
use std::error::Error;
use std::fs::{self, File};
use std::io::{self, BufReader};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use stockade::axum::Rejection;
use stockade::core::{Clock, Entropy, Problem};
use stockade::secure_delete::Shredder;
use stockade::secure_delete::erase::{CiphertextFate, CryptoErasure, EraseError, ObjectKey};
use stockade_crypto_at_rest::file::{
    self, FileError, HeaderRoom, Opener, RewrapOptions, Sealer, StanzaInfo, WriteOptions,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many images come and go at once. Each takes a thread now and then and less than a MiB; past that, 503.
const MAX_TRANSFERS: usize = 64;

/// With a header of one block of the disk, a rotation moves an image under the new key by writing that block.
const ROOM: HeaderRoom = HeaderRoom::Exactly(4096);

/// The folder. A clone is another handle.
#[derive(Clone)]
pub(crate) struct Gallery {
    folder: PathBuf,
    shredder: Shredder,
    max_image: u64,
    vault: Vault,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    transfers: Arc<Semaphore>,
    /// Whoever writes a header is alone with it for a moment.
    headers: Arc<RwLock<()>>,
}

/// Leave to move one image, given back when dropped.
pub(crate) struct Transfer(#[expect(dead_code, reason = "held, not used")] OwnedSemaphorePermit);

impl Gallery {
    /// Creates the folder, for its owner alone, unless there is one.
    pub(crate) fn open_in(
        folder: PathBuf,
        max_image: u64,
        vault: Vault,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, Box<dyn Error>> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&folder)?;
        Ok(Self {
            shredder: Shredder::beneath(&folder, entropy.clone())?,
            folder,
            max_image,
            vault,
            clock,
            entropy,
            transfers: Arc::new(Semaphore::new(MAX_TRANSFERS)),
            headers: Arc::default(),
        })
    }

    pub(crate) fn max_image(&self) -> u64 {
        self.max_image
    }

    pub(crate) fn transfer(&self) -> Result<Transfer, Problem> {
        self.transfers.clone().try_acquire_owned().map(Transfer).map_err(|_| Problem::unavailable())
    }

    fn path(&self, image: ImageId) -> PathBuf {
        self.folder.join(format!("{image}.age"))
    }

    /// Seals what comes in. The file appears when all of it has come and is on the disk, or not at all.
    pub(crate) async fn seal(
        &self,
        patient: PatientId,
        image: ImageId,
        key: ObjectKey,
        mut incoming: Incoming,
    ) -> Result<(), Rejection> {
        let this = self.clone();
        let seal = move || {
            let access = this.vault.image(patient, image, &key);
            // One thread: many uploads at once share the processors anyway.
            Sealer::new(vec![&access], &*this.entropy).header_room(ROOM).threads(NonZeroUsize::MIN).seal_to(
                &mut incoming,
                &this.path(image),
                WriteOptions::default(),
            )
        };
        match blocking(seal).await {
            Ok(_) => Ok(()),
            // The client broke off, and whoever reads from it has said so.
            Err(FileError::Read(_)) => Err(Problem::internal().into()),
            Err(error) => Err(Rejection::of(&error)),
        }
    }

    pub(crate) async fn remove(&self, image: ImageId) {
        let path = self.path(image);
        let removed = blocking(move || fs::remove_file(path)).await;
        if let Err(error) = removed.or_else(|error| match error.kind() {
            io::ErrorKind::NotFound => Ok(()),
            _ => Err(error),
        }) {
            tracing::error!(%error, %image, "an image that nobody will find could not be removed");
        }
    }

    /// Deletes the file of an image whose key is gone.
    pub(crate) async fn shred(&self, image: ImageId) -> CiphertextFate {
        let this = self.clone();
        blocking(move || {
            // Whoever writes a header anew would bring the file back; whoever reads may go on until it breaks off.
            let _unwritten = this.headers.read().unwrap_or_else(PoisonError::into_inner);
            match this.shredder.plan(format!("{image}.age")) {
                Ok(plan) => CiphertextFate::of(&plan.execute()),
                Err(error) => CiphertextFate::refused(&error),
            }
        })
        .await
    }

    /// Opens an image, its end verified.
    pub(crate) async fn open(
        &self,
        patient: PatientId,
        image: ImageId,
        key: ObjectKey,
    ) -> Result<Picture, FileError> {
        let this = self.clone();
        blocking(move || {
            let file = File::open(this.path(image)).map_err(FileError::Read)?;
            let access = this.vault.image(patient, image, &key);
            let _whole = this.headers.read().unwrap_or_else(PoisonError::into_inner);
            let reader = Opener::new(vec![&access]).range(file)?;
            Ok(Picture::of(reader))
        })
        .await
    }

    /// Moves an image under the active key by writing its header; `None` if it is there already.
    pub(crate) async fn rewrap(
        &self,
        patient: PatientId,
        image: ImageId,
        key: ObjectKey,
    ) -> Result<Option<()>, FileError> {
        let this = self.clone();
        blocking(move || {
            let (path, access) = (this.path(image), this.vault.image(patient, image, &key));
            if this.is_current(&path)? {
                return Ok(None);
            }
            let options = RewrapOptions::default().room(ROOM);
            let _alone = this.headers.write().unwrap_or_else(PoisonError::into_inner);
            // Whether in place or, for a file without room, by a copy: it is under the active key now.
            let _ = file::rewrap(&path, &[&access], &[&access], options, &*this.entropy)?;
            Ok(Some(()))
        })
        .await
    }

    /// Whether the active key is the one that the image's header names. It is only named: the opening proves it.
    fn is_current(&self, path: &Path) -> Result<bool, FileError> {
        let active = self.vault.keys().current().active().id();
        let image = File::open(path).map_err(FileError::Read)?;
        let size = image.metadata().map_err(FileError::Read)?.len();
        let claims = file::inspect(BufReader::new(image), Some(size))?;
        Ok(claims.stanzas.iter().any(|stanza| matches!(stanza, StanzaInfo::Ring { key } if *key == active)))
    }

    /// Removes what a crash left behind: unfinished files, images whose row never came to be, and images whose key is erased.
    /// Before anything is served.
    pub(crate) async fn sweep(&self, store: &Store, erasure: &CryptoErasure) -> Result<(), Box<dyn Error>> {
        file::clean_leftovers(&self.folder, Duration::ZERO, &*self.clock)?;
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let name =
                path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".age"));
            let Some(image) = name.and_then(|name| name.parse::<ImageId>().ok()) else { continue };
            // One image that cannot be put right does not keep the clinic closed: reading it will tell.
            if let Err(error) = file::recover_rewrap(&path) {
                tracing::error!(%error, %image, "an interrupted rotation of an image could not be completed");
            }
            if !store.knows_image(image).await? {
                tracing::warn!(%image, "an upload that a crash cut off is removed");
                let _ = erasure.erase(&self.vault.object(image)?).await?;
                fs::remove_file(path)?;
            } else if let Err(EraseError::Erased(_)) = erasure.key(&self.vault.object(image)?).await {
                tracing::warn!(%image, "a deletion that a crash cut off is completed");
                let fate = self.shred(image).await;
                tracing::warn!(%image, fate = fate.as_str(), "the deletion came to this");
            }
        }
        Ok(())
    }
}
