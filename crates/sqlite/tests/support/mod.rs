//! Databases in a folder that goes with the test.
#![allow(dead_code, reason = "each test binary uses a part")]

use sqlx::ConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use stockade_sqlite::Sqlite;
use tempfile::TempDir;

pub(crate) struct Files {
    folder: TempDir,
    count: AtomicU32,
}

impl Files {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), count: AtomicU32::new(0) }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) async fn open(&self, name: &str) -> Sqlite {
        Sqlite::open(self.path(name)).await.unwrap()
    }

    pub(crate) async fn fresh(&self) -> Sqlite {
        self.open(&self.another()).await
    }

    /// A name that no file has yet.
    pub(crate) fn another(&self) -> String {
        format!("fresh-{}", self.count.fetch_add(1, Ordering::Relaxed))
    }

    /// The names in the folder, for tests that nothing was left beside a file.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

/// A connection of somebody who knows nothing of this crate.
pub(crate) async fn raw(path: &Path) -> SqliteConnection {
    SqliteConnectOptions::new().filename(path).create_if_missing(true).connect().await.unwrap()
}
