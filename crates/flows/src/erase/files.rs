//! Ciphertexts that are files.

use std::fmt;
use std::path::PathBuf;
use stockade_secure_delete::Shredder;
use stockade_secure_delete::erase::{Ciphertext, CiphertextFate, ObjectId};

/// Ciphertexts that are files beneath one folder, one for each object: overwritten and unlinked by a [`Shredder`], on a thread for
/// blocking work.
#[derive(Clone)]
pub struct ShreddedFiles {
    shredder: Shredder,
    path: fn(&ObjectId) -> Option<PathBuf>,
}

impl ShreddedFiles {
    /// The file of an object is the one that `path` gives, beneath the shredder's root; an object without one has no ciphertext.
    #[must_use]
    pub fn new(shredder: Shredder, path: fn(&ObjectId) -> Option<PathBuf>) -> Self {
        Self { shredder, path }
    }
}

#[async_trait::async_trait]
impl Ciphertext for ShreddedFiles {
    async fn delete(&self, object: &ObjectId) -> CiphertextFate {
        let Some(path) = (self.path)(object) else { return CiphertextFate::Absent };
        let shredder = self.shredder.clone();
        let shredding = tokio::task::spawn_blocking(move || match shredder.plan(path) {
            Ok(plan) => CiphertextFate::of(&plan.execute()),
            Err(error) => CiphertextFate::refused(&error),
        });
        shredding.await.unwrap_or_else(|_| CiphertextFate::left("interrupted"))
    }
}

impl fmt::Debug for ShreddedFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ShreddedFiles").field("shredder", &self.shredder).finish_non_exhaustive()
    }
}
