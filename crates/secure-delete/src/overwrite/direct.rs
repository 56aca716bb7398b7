//! Past the page cache, as long as the file system takes it.

use super::{Segment, Target};
use std::io::{self, ErrorKind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

/// From this size on it pays: below, waiting for one write after the other costs more than the copy.
const DIRECT_FROM: u64 = 1 << 20;

/// A target, and whether `O_DIRECT` is on.
pub(super) struct Access<'a> {
    pub(super) target: &'a dyn Target,
    direct: AtomicBool,
    turning: Mutex<()>,
}

impl<'a> Access<'a> {
    /// Turns it on where the file is large enough and the file system has it.
    pub(super) fn new(target: &'a dyn Target, size: u64) -> Self {
        let direct = size >= DIRECT_FROM && target.set_direct(true).is_ok();
        Self { target, direct: AtomicBool::new(direct), turning: Mutex::new(()) }
    }

    pub(super) fn is_direct(&self) -> bool {
        self.direct.load(Ordering::Acquire)
    }

    pub(super) fn write(&self, buffer: &[u8], at: u64) -> io::Result<usize> {
        self.call(|| self.target.write_at(buffer, at))
    }

    pub(super) fn read(&self, buffer: &mut [u8], part: Segment) -> io::Result<usize> {
        self.call(|| {
            if !self.is_direct() {
                self.target.forget(part.start, part.len());
            }
            self.target.read_at(buffer, part.start)
        })
    }

    /// Through the page cache from now on, for all threads.
    pub(super) fn turn_off(&self) {
        let _alone = self.turning.lock().unwrap_or_else(PoisonError::into_inner);
        if self.is_direct() {
            // Where it cannot be turned off either, the next call says so.
            drop(self.target.set_direct(false));
            self.direct.store(false, Ordering::Release);
        }
    }

    fn call(&self, mut call: impl FnMut() -> io::Result<usize>) -> io::Result<usize> {
        let direct = self.is_direct();
        match call() {
            Err(error) if direct && error.kind() == ErrorKind::InvalidInput => {
                self.turn_off();
                call()
            }
            other => other,
        }
    }
}
