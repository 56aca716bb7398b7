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
    path: PathOf,
}

/// Where the file of an object is, beneath a root; `None` for an object that never has one.
pub type PathOf = fn(&ObjectId) -> Result<Option<PathBuf>, NotAnObject>;

/// This id is none that files are kept for. What lies for it, and whether anything does, is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id that files are kept for")]
pub struct NotAnObject;

impl ShreddedFiles {
    /// The file of an object is the one that `path` gives, beneath the shredder's root. For an object that it says has none, there was
    /// [no ciphertext](CiphertextFate::Absent); for an id that it does not know, something is [left](CiphertextFate::Left).
    #[must_use]
    pub fn new(shredder: Shredder, path: PathOf) -> Self {
        Self { shredder, path }
    }
}

#[async_trait::async_trait]
impl Ciphertext for ShreddedFiles {
    async fn delete(&self, object: &ObjectId) -> CiphertextFate {
        let path = match (self.path)(object) {
            Ok(Some(path)) => path,
            Ok(None) => return CiphertextFate::Absent,
            Err(NotAnObject) => return CiphertextFate::left("not_an_object"),
        };
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
