mod kills;
pub(crate) mod model;
mod properties;
mod refusals;
mod schedules;
mod sequence;

use crate::ops::{Call, Fate, Stepped};
use crate::{DeleteError, DeletePlan, DeleteReport, Level, Policy, Shredder};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use stockade_core::SystemEntropy;

const SECRET: u8 = b'S';

/// A folder with one file to delete and one that must never be touched.
struct Scene {
    folder: tempfile::TempDir,
}

impl Scene {
    fn new() -> Self {
        Self::with(&[SECRET; 5000])
    }

    fn with(content: &[u8]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("secret-file"), content).unwrap();
        fs::write(folder.path().join("bystander"), b"bystander").unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn shredder(&self) -> Shredder {
        Shredder::beneath(self.folder.path(), Arc::new(SystemEntropy)).unwrap()
    }

    fn stepped(&self, before: impl FnMut(usize, Call) -> Fate + Send + 'static) -> Shredder {
        let ops = Arc::new(Stepped::in_place(before));
        Shredder::with_ops(self.folder.path(), Arc::new(SystemEntropy), ops).unwrap()
    }

    fn names(&self) -> Vec<String> {
        names(self.folder.path())
    }

    fn assert_bystander(&self) {
        assert_eq!(fs::read(self.path("bystander")).unwrap(), b"bystander");
    }
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// Syncs that take no time.
fn quick(_: usize, call: Call) -> Fate {
    if matches!(call, Call::Sync | Call::SyncFolder) { Fate::Pretended } else { Fate::Made }
}

fn error(report: &DeleteReport) -> &DeleteError {
    match report.assurance() {
        crate::Assurance::NotDeleted { error } => error,
        other => panic!("{other:?}"),
    }
}
