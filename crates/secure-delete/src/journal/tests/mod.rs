mod attacks;
mod kills;
mod parsing;

use super::*;
use crate::ops::{Call, Fate, Stepped};
use crate::{Level, Pass, Policy, Progress, Shredder};
use std::fs;
use std::num::NonZeroU64;
use std::ops::ControlFlow;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use stockade_core::{Clock, SystemEntropy, UnixMillis};

const SECRET: u8 = b'S';
/// Some pieces, and a part of a block.
const CONTENT: usize = 300_001;

/// A second goes by at each look, so that a limit of the rate makes pieces small, and nobody waits.
#[derive(Debug, Default)]
struct Hasty(AtomicU64);

impl Clock for Hasty {
    fn now(&self) -> UnixMillis {
        UnixMillis::from_millis(0)
    }

    fn monotonic(&self) -> Duration {
        Duration::from_secs(self.0.fetch_add(1, Ordering::Relaxed))
    }
}

/// A root with a file to delete and one that must never be touched, and a folder for journals.
struct Scene {
    folder: tempfile::TempDir,
}

impl Scene {
    fn new() -> Self {
        let scene = Self { folder: tempfile::tempdir().unwrap() };
        fs::create_dir(scene.root()).unwrap();
        fs::create_dir(scene.journals()).unwrap();
        scene.write("secret-file", &[SECRET; CONTENT]);
        scene.write("bystander", b"bystander");
        scene
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("root")
    }

    fn journals(&self) -> PathBuf {
        self.folder.path().join("journals")
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root().join(name)
    }

    fn write(&self, name: &str, content: &[u8]) {
        fs::write(self.path(name), content).unwrap();
    }

    fn shredder(&self) -> Shredder {
        shredder(&self.root(), |_, _| {})
    }

    /// Begins with the file, and cancels when so much is done: the journal stays.
    fn begin(&self, done: u64) {
        let shredder = self.shredder().journal(self.journals()).unwrap();
        let until = |progress: Progress| match progress.done < done {
            true => ControlFlow::Continue(()),
            false => ControlFlow::Break(()),
        };
        let report = shredder.plan("secret-file").unwrap().execute_watched(&until);
        assert_eq!(report.assurance().level(), Level::NotDeleted, "{report}");
        assert_eq!(names(&self.journals()).len(), 1);
    }

    fn resume(&self) -> Vec<Resumed> {
        self.shredder().resume(self.journals()).unwrap()
    }

    /// All but the seed, which is the same: the whole journal.
    fn record(&self) -> (PathBuf, JournalRecord) {
        let path = self.journals().join(&names(&self.journals())[0]);
        let record = JournalRecord::parse(&fs::read(&path).unwrap()).unwrap();
        (path, record)
    }
}

fn shredder(root: &Path, mut before: impl FnMut(usize, Call) + Send + 'static) -> Shredder {
    let ops = Stepped::in_place(move |number, call| {
        before(number, call);
        match call {
            Call::Sync | Call::SyncFolder | Call::SyncFileSystem => Fate::Pretended,
            _ => Fate::Made,
        }
    });
    let passes = vec![Pass::RANDOM, Pass::ZEROS, Pass::RANDOM];
    let policy = Policy::default().with_passes(passes).unwrap().with_renames(6).unwrap();
    let rate = NonZeroU64::new(8 * 65_536).unwrap();
    let shredder = Shredder::with_ops(root, Arc::new(SystemEntropy), Arc::new(ops)).unwrap();
    shredder.policy(policy).rate(rate, Arc::new(Hasty::default()))
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}
