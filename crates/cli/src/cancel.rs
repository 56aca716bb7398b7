//! Ctrl-C.

use crate::Exit;
use crate::failure::Failure;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use signal_hook::consts::signal::{SIGINT, SIGTERM};
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::net::UnixStream;
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// How long an orderly end may take after a signal, before the process ends without one. What is written then stands in no file
/// under its final name.
const GRACE: Duration = Duration::from_secs(3);
/// How often a wait for input looks up.
const LOOK_UP: Timespec = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };

/// Whether a signal asked to stop. A clone is the same bell.
#[derive(Debug, Clone)]
pub(crate) struct Cancel(Arc<AtomicUsize>);

impl Cancel {
    /// Takes over SIGINT and SIGTERM: the first asks for an orderly end, a second or [`GRACE`] makes it a sudden one.
    pub(crate) fn listen() -> Result<Self, Failure> {
        let signal = Arc::new(AtomicUsize::new(0));
        let wake = || -> io::Result<UnixStream> {
            let (ours, theirs) = UnixStream::pair()?;
            for (number, value) in [(SIGINT, Exit::Interrupted), (SIGTERM, Exit::Terminated)] {
                // In this order: who is woken finds the reason.
                let value = usize::from(value.code());
                signal_hook::flag::register_usize(number, Arc::clone(&signal), value)?;
                signal_hook::low_level::pipe::register(number, theirs.try_clone()?)?;
            }
            Ok(ours)
        };
        let woken = wake().map_err(Failure::io("signals cannot be handled"))?;
        let cancel = Self(signal);
        let watcher = cancel.clone();
        std::thread::Builder::new()
            .spawn(move || watcher.watch(woken))
            .map_err(Failure::io("signals cannot be handled"))?;
        Ok(cancel)
    }

    fn watch(&self, mut woken: UnixStream) {
        let mut byte = [0];
        if woken.read_exact(&mut byte).is_err() || woken.set_read_timeout(Some(GRACE)).is_err() {
            return;
        }
        // A second signal or the timeout: either way it is enough.
        let _ = woken.read_exact(&mut byte);
        if let Some(exit) = self.requested() {
            process::exit(i32::from(exit.code()));
        }
    }

    /// How to end, if that is asked for.
    pub(crate) fn requested(&self) -> Option<Exit> {
        match self.0.load(Ordering::Relaxed) {
            0 => None,
            code if code == usize::from(Exit::Terminated.code()) => Some(Exit::Terminated),
            _ => Some(Exit::Interrupted),
        }
    }

    /// Fails if an end is asked for: the last look before what cannot be taken back.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        self.failure().map_or(Ok(()), Err)
    }

    /// The failure to end with, if that is asked for.
    pub(crate) fn failure(&self) -> Option<Failure> {
        self.requested().map(|exit| Failure::new(exit, "cancelled", "cancelled"))
    }
}

/// A reader that waits for a pipe or a terminal, and not past a signal.
#[derive(Debug)]
pub(crate) struct Patient {
    file: File,
    cancel: Cancel,
}

impl Patient {
    pub(crate) fn new(file: File, cancel: Cancel) -> Self {
        Self { file, cancel }
    }
}

impl Read for Patient {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.cancel.requested().is_some() {
                // Not `Interrupted`, which readers try again after.
                return Err(io::Error::other("cancelled"));
            }
            match poll(&mut [PollFd::new(&self.file, PollFlags::IN)], Some(&LOOK_UP)) {
                Ok(0) | Err(rustix::io::Errno::INTR) => {}
                Ok(_) => return self.file.read(buffer),
                Err(error) => return Err(error.into()),
            }
        }
    }
}
