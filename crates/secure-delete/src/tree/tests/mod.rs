mod schedules;
mod shapes;

use crate::ops::{Call, Fate, Stepped};
use crate::{DeleteError, Level, Policy, Shredder, TreeEvent, TreeReport};
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use stockade_core::SystemEntropy;

/// Two folders: `root`, in which `tree` is deleted beside a bystander, and `outside`, which nothing may reach.
struct Scene {
    folder: tempfile::TempDir,
}

impl Scene {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for path in ["root/tree/a/b", "root/tree/empty", "outside/a"] {
            fs::create_dir_all(folder.path().join(path)).unwrap();
        }
        let scene = Self { folder };
        for path in ["tree/one", "tree/a/two", "tree/a/b/three"] {
            scene.write(path, &[b'S'; 5000]);
        }
        fs::write(scene.path("bystander"), b"bystander").unwrap();
        fs::write(scene.outside("file"), b"bystander").unwrap();
        fs::write(scene.outside("a/two"), b"bystander").unwrap();
        scene
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join("root").join(path)
    }

    fn outside(&self, path: &str) -> PathBuf {
        self.folder.path().join("outside").join(path)
    }

    fn write(&self, path: &str, content: &[u8]) {
        fs::write(self.path(path), content).unwrap();
    }

    fn shredder(&self) -> Shredder {
        Shredder::beneath(self.path(""), Arc::new(SystemEntropy)).unwrap()
    }

    fn stepped(&self, before: impl FnMut(usize, Call) -> Fate + Send + 'static) -> Shredder {
        let ops = Arc::new(Stepped::in_place(before));
        Shredder::with_ops(&self.path(""), Arc::new(SystemEntropy), ops).unwrap()
    }

    /// Syncs take no time, and overwrites are taken to go in place.
    fn quick(&self) -> Shredder {
        self.stepped(|_, call| quick(call))
    }

    fn delete(&self) -> TreeReport {
        self.quick().plan_tree("tree").unwrap().execute()
    }

    #[track_caller]
    fn assert_bystanders(&self) {
        for path in [self.path("bystander"), self.outside("file"), self.outside("a/two")] {
            assert_eq!(fs::read(&path).unwrap(), b"bystander", "{path:?}");
        }
    }
}

fn quick(call: Call) -> Fate {
    if matches!(call, Call::Sync | Call::SyncFolder | Call::SyncFileSystem) {
        Fate::Pretended
    } else {
        Fate::Made
    }
}

fn errors(report: &TreeReport) -> Vec<(String, &DeleteError)> {
    report.failures.listed.iter().map(|failure| (failure.path.to_string(), &failure.error)).collect()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}
