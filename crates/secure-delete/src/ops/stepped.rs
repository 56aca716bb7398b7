//! The system, with somebody who acts between any two calls.

use super::{Entry, Facts, Linux, Listed, Mounts, Ops};
use crate::storage::{Examiner, InPlace, Storage};
use rustix::fs::OFlags;
use rustix::io::{Errno, Result};
use std::fmt;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::path::Path;
use std::sync::{Arc, Mutex};

/// Which call is about to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Call {
    OpenRoot,
    OpenBeneath,
    Reopen,
    Facts,
    FactsOf,
    Block,
    ChangeMode,
    SetLen(u64),
    Data,
    Hole,
    Write { at: u64, len: usize },
    Read,
    Sync,
    Forget,
    SetDirect,
    SyncFolder,
    List,
    SyncFileSystem,
    MakeFolder,
    RemoveFolder,
    Rename,
    RenameOver,
    Link,
    Unlink,
    Examine,
    LookAgain,
}

/// What becomes of the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is made.
    Made,
    /// It is not made, and fails so.
    Fails(Errno),
    /// It is not made, and seems to have succeeded: a sync that would take a test's time.
    Pretended,
    /// A write takes no more than so many bytes.
    Short(usize),
}

/// Is asked before each call, with its number.
pub(crate) type Before = dyn FnMut(usize, Call) -> Fate + Send;

/// [`Linux`], and somebody who is asked before each call.
pub(crate) struct Stepped {
    state: Mutex<(usize, Box<Before>)>,
    /// What the storage is taken for, whatever is really there. A test may change it on the way, as blocks that move would.
    in_place: Arc<Mutex<InPlace>>,
}

impl Stepped {
    /// Every overwrite is taken to go in place, so that only what happens above the file system counts.
    pub(crate) fn in_place(before: impl FnMut(usize, Call) -> Fate + Send + 'static) -> Self {
        Self::judged(Arc::new(Mutex::new(InPlace::Proven)), before)
    }

    /// The storage is judged as it is said to be.
    pub(crate) fn judged(
        in_place: Arc<Mutex<InPlace>>,
        before: impl FnMut(usize, Call) -> Fate + Send + 'static,
    ) -> Self {
        Self { state: Mutex::new((0, Box::new(before))), in_place }
    }

    fn fate(&self, call: Call) -> Fate {
        let mut state = self.state.lock().unwrap();
        let number = state.0;
        state.0 += 1;
        (state.1)(number, call)
    }

    fn step<T>(&self, call: Call, make: impl FnOnce() -> Result<T>) -> Result<T> {
        match self.fate(call) {
            Fate::Fails(error) => Err(error),
            Fate::Made | Fate::Short(_) | Fate::Pretended => make(),
        }
    }

    fn step_or_pretend(&self, call: Call, make: impl FnOnce() -> Result<()>) -> Result<()> {
        match self.fate(call) {
            Fate::Fails(error) => Err(error),
            Fate::Pretended => Ok(()),
            Fate::Made | Fate::Short(_) => make(),
        }
    }
}

impl fmt::Debug for Stepped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stepped")
    }
}

impl Ops for Stepped {
    fn open_root(&self, path: &Path) -> Result<OwnedFd> {
        self.step(Call::OpenRoot, || Linux.open_root(path))
    }

    fn open_beneath(
        &self,
        folder: BorrowedFd<'_>,
        path: &Path,
        flags: OFlags,
        mounts: Mounts,
    ) -> Result<OwnedFd> {
        self.step(Call::OpenBeneath, || Linux.open_beneath(folder, path, flags, mounts))
    }

    fn reopen(&self, file: BorrowedFd<'_>, flags: OFlags) -> Result<OwnedFd> {
        self.step(Call::Reopen, || Linux.reopen(file, flags))
    }

    fn facts(&self, file: BorrowedFd<'_>) -> Result<Facts> {
        self.step(Call::Facts, || Linux.facts(file))
    }

    fn facts_of(&self, entry: Entry<'_>) -> Result<Facts> {
        self.step(Call::FactsOf, || Linux.facts_of(entry))
    }

    fn block(&self, file: BorrowedFd<'_>) -> Result<u64> {
        self.step(Call::Block, || Linux.block(file))
    }

    fn change_mode(&self, file: BorrowedFd<'_>, mode: u32) -> Result<()> {
        self.step(Call::ChangeMode, || Linux.change_mode(file, mode))
    }

    fn user(&self) -> u32 {
        Linux.user()
    }

    fn set_len(&self, file: BorrowedFd<'_>, len: u64) -> Result<()> {
        self.step(Call::SetLen(len), || Linux.set_len(file, len))
    }

    fn data(&self, file: BorrowedFd<'_>, from: u64) -> Result<u64> {
        self.step(Call::Data, || Linux.data(file, from))
    }

    fn hole(&self, file: BorrowedFd<'_>, from: u64) -> Result<u64> {
        self.step(Call::Hole, || Linux.hole(file, from))
    }

    fn write_at(&self, file: BorrowedFd<'_>, buffer: &[u8], at: u64) -> Result<usize> {
        match self.fate(Call::Write { at, len: buffer.len() }) {
            Fate::Fails(error) => Err(error),
            Fate::Short(len) => Linux.write_at(file, buffer.get(..len).unwrap_or(buffer), at),
            Fate::Made | Fate::Pretended => Linux.write_at(file, buffer, at),
        }
    }

    fn read_at(&self, file: BorrowedFd<'_>, buffer: &mut [u8], at: u64) -> Result<usize> {
        self.step(Call::Read, || Linux.read_at(file, buffer, at))
    }

    fn sync(&self, file: BorrowedFd<'_>) -> Result<()> {
        self.step_or_pretend(Call::Sync, || Linux.sync(file))
    }

    fn forget(&self, file: BorrowedFd<'_>, at: u64, len: u64) {
        if self.fate(Call::Forget) == Fate::Made {
            Linux.forget(file, at, len);
        }
    }

    fn set_direct(&self, file: BorrowedFd<'_>, on: bool) -> Result<()> {
        self.step(Call::SetDirect, || Linux.set_direct(file, on))
    }

    fn sync_folder(&self, folder: BorrowedFd<'_>) -> Result<()> {
        self.step_or_pretend(Call::SyncFolder, || Linux.sync_folder(folder))
    }

    fn list(&self, folder: BorrowedFd<'_>) -> Result<Vec<Listed>> {
        self.step(Call::List, || Linux.list(folder))
    }

    fn sync_file_system(&self, folder: BorrowedFd<'_>) -> Result<()> {
        self.step_or_pretend(Call::SyncFileSystem, || Linux.sync_file_system(folder))
    }

    fn make_folder(&self, entry: Entry<'_>) -> Result<()> {
        self.step(Call::MakeFolder, || Linux.make_folder(entry))
    }

    fn remove_folder(&self, entry: Entry<'_>) -> Result<()> {
        self.step(Call::RemoveFolder, || Linux.remove_folder(entry))
    }

    fn rename(&self, from: Entry<'_>, to: Entry<'_>) -> Result<()> {
        self.step(Call::Rename, || Linux.rename(from, to))
    }

    fn rename_over(&self, from: Entry<'_>, to: Entry<'_>) -> Result<()> {
        self.step(Call::RenameOver, || Linux.rename_over(from, to))
    }

    fn link(&self, from: Entry<'_>, to: Entry<'_>) -> Result<()> {
        self.step(Call::Link, || Linux.link(from, to))
    }

    fn unlink(&self, entry: Entry<'_>) -> Result<()> {
        self.step(Call::Unlink, || Linux.unlink(entry))
    }

    fn examine(&self, examiner: &Examiner, file: BorrowedFd<'_>) -> Storage {
        self.fate(Call::Examine);
        Linux.examine(examiner, file)
    }

    fn look_again(&self, storage: &mut Storage, file: BorrowedFd<'_>) {
        self.fate(Call::LookAgain);
        Linux.look_again(storage, file);
    }

    fn prospect(&self, _: &Storage) -> InPlace {
        self.in_place.lock().unwrap().clone()
    }

    fn in_place(&self, _: &Storage) -> InPlace {
        self.in_place.lock().unwrap().clone()
    }
}
