use super::*;
use crate::file::progress::Progress;
use std::io::{self, Read, Write};
use std::ops::ControlFlow;
use std::os::unix::fs::FileExt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use stockade_core::Secret;

const BATCH: usize = BATCH_LEN as usize;

fn threads(count: usize) -> Option<NonZeroUsize> {
    NonZeroUsize::new(count)
}

fn seal(
    feed: Feed<'_>,
    drain: Drain<'_>,
    count: usize,
    watch: Option<&Watch<'_>>,
) -> Result<Moved, FileError> {
    let cipher = ChunkCipher::new(&Secret::new([7; 32]));
    run(&Job { direction: Direction::Seal, cipher: &cipher, threads: threads(count), watch }, feed, drain)
}

fn file(len: usize) -> std::fs::File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&vec![5; len]).unwrap();
    file
}

/// Fails, or panics, after so many octets.
struct Until(usize, bool);

impl Until {
    fn pass(&mut self, len: usize) -> io::Result<usize> {
        match self.0.checked_sub(len) {
            Some(rest) => self.0 = rest,
            None if self.1 => panic!("as the test wants"),
            None => return Err(io::Error::other("as the test wants")),
        }
        Ok(len)
    }
}

impl Read for Until {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.pass(buffer.len())
    }
}

impl Write for Until {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.pass(buffer.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_reader_that_fails_ends_the_run_after_what_came_before() {
    for count in [1, 2, 5] {
        let mut out = Vec::new();
        let result =
            seal(Feed::Stream(&mut Until(5 * BATCH + 10, false)), Drain::Stream(&mut out), count, None);
        assert!(matches!(result, Err(FileError::Read(_))), "{result:?}");
        assert!(out.len() >= 4 * BATCH && out.len() < 6 * BATCH, "{}", out.len());
    }
}

#[test]
fn a_writer_that_fails_ends_the_run_and_the_reading() {
    for count in [1, 2, 5] {
        let plain = file(40 * BATCH);
        let read = AtomicU64::new(0);
        struct Counted<'a>(&'a std::fs::File, &'a AtomicU64);
        impl Read for Counted<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                let count = self.0.read_at(buffer, self.1.load(Ordering::Relaxed))?;
                self.1.fetch_add(count as u64, Ordering::Relaxed);
                Ok(count)
            }
        }
        let mut input = Counted(&plain, &read);
        let result = seal(Feed::Stream(&mut input), Drain::Stream(&mut Until(3 * BATCH, false)), count, None);
        assert!(matches!(result, Err(FileError::Write(_))), "{result:?}");
        assert!(read.into_inner() < (3 + 2 * count as u64 + 2) * BATCH_LEN, "the rest is not read");
        let placed = Feed::Placed { file: &plain, at: 0, len: 40 * BATCH_LEN };
        let result = seal(placed, Drain::Stream(&mut Until(3 * BATCH, false)), count, None);
        assert!(matches!(result, Err(FileError::Write(_))), "{result:?}");
    }
}

#[test]
fn a_panic_of_the_reader_writer_or_watcher_reaches_the_caller_and_nobody_waits_for_ever() {
    let caught = |run: &(dyn Fn() + std::panic::RefUnwindSafe)| {
        let panic = std::panic::catch_unwind(run).unwrap_err();
        assert_eq!(panic.downcast_ref::<&str>(), Some(&"as the test wants"));
    };
    for count in [1, 2, 5] {
        for at in [10, BATCH + 10, 7 * BATCH + 10] {
            caught(&|| {
                let _ = seal(Feed::Stream(&mut Until(at, true)), Drain::Stream(&mut io::sink()), count, None);
            });
            caught(&|| {
                let input = &mut io::repeat(1).take(20 * BATCH_LEN);
                let _ = seal(Feed::Stream(input), Drain::Stream(&mut Until(at, true)), count, None);
            });
            caught(&|| {
                let watch = move |progress: Progress| {
                    assert!(progress.done < at as u64, "as the test wants");
                    ControlFlow::Continue(())
                };
                let out = tempfile::tempfile().unwrap();
                let input = &mut io::repeat(1).take(20 * BATCH_LEN);
                let _ = seal(Feed::Stream(input), Drain::Placed { file: &out, at: 0 }, count, Some(&watch));
            });
        }
    }
}

/// Where the output has places all threads tell the watcher, and more than one may be on its way to the same panic.
#[test]
fn a_watcher_that_panicked_is_told_no_more_and_its_message_is_the_callers() {
    for _ in 0..100 {
        let told = AtomicU64::new(0);
        let watch = |progress: Progress| {
            if progress.done > BATCH_LEN {
                told.fetch_add(1, Ordering::Relaxed);
                panic!("as the test wants");
            }
            ControlFlow::Continue(())
        };
        let (plain, out) = (file(20 * BATCH), tempfile::tempfile().unwrap());
        let feed = Feed::Placed { file: &plain, at: 0, len: 20 * BATCH_LEN };
        let run = || seal(feed, Drain::Placed { file: &out, at: 0 }, 8, Some(&watch));
        let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).unwrap_err();
        assert_eq!(panic.downcast_ref::<&str>(), Some(&"as the test wants"));
        assert_eq!(told.into_inner(), 1);
    }
}

#[test]
fn cancel_ends_the_run_and_progress_only_grows() {
    for count in [1, 2, 5] {
        for placed in [false, true] {
            let told = Mutex::new(Vec::new());
            let watch = |progress: Progress| {
                told.lock().unwrap().push(progress);
                if progress.done >= 4 * BATCH_LEN {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            };
            let (plain, out) = (file(30 * BATCH), tempfile::tempfile().unwrap());
            let mut sink = io::sink();
            let drain = if placed { Drain::Placed { file: &out, at: 0 } } else { Drain::Stream(&mut sink) };
            let feed = Feed::Placed { file: &plain, at: 0, len: 30 * BATCH_LEN };
            let result = seal(feed, drain, count, Some(&watch));
            assert!(matches!(result, Err(FileError::Cancelled)), "{result:?}");
            let told = told.into_inner().unwrap();
            assert!(told.is_sorted_by(|one, two| one.done < two.done));
            assert!(told.iter().all(|progress| progress.total == Some(30 * BATCH_LEN)));
            assert!(told.len() <= 4 + count, "{count} {placed}: {}", told.len());
        }
    }
}

#[test]
fn progress_ends_with_all() {
    let told = Mutex::new(0);
    let watch = |progress: Progress| {
        *told.lock().unwrap() = progress.done;
        ControlFlow::Continue(())
    };
    let plain = file(5 * BATCH + 77);
    let feed = Feed::Placed { file: &plain, at: 0, len: 5 * BATCH_LEN + 77 };
    let moved = seal(feed, Drain::Stream(&mut io::sink()), 3, Some(&watch)).unwrap();
    assert_eq!(moved.read, 5 * BATCH_LEN + 77);
    assert_eq!(moved.written, moved.read + 21 * 16);
    assert_eq!(*told.lock().unwrap(), moved.read);
}

#[test]
fn a_file_that_shrinks_or_grows_meanwhile_is_found_out() {
    let plain = file(3 * BATCH);
    for len in [3 * BATCH_LEN - 1, 2 * BATCH_LEN, 3 * BATCH_LEN + 1, 9 * BATCH_LEN] {
        let result = seal(Feed::Placed { file: &plain, at: 0, len }, Drain::Stream(&mut io::sink()), 2, None);
        assert!(matches!(result, Err(FileError::Changed)), "{len} {result:?}");
    }
}

#[test]
fn a_short_input_starts_no_thread() {
    let here = thread::current().id();
    let watch = |_: Progress| {
        assert_eq!(thread::current().id(), here);
        ControlFlow::Continue(())
    };
    for len in [0, 1, BATCH] {
        let input = &mut io::repeat(1).take(len as u64);
        seal(Feed::Stream(input), Drain::Stream(&mut io::sink()), 8, Some(&watch)).unwrap();
    }
}

#[test]
fn flood_into_a_slow_writer_is_held_back() {
    struct Counting<'a>(&'a AtomicU64);
    impl Read for Counting<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0.fetch_add(buffer.len() as u64, Ordering::SeqCst);
            Ok(buffer.len())
        }
    }
    struct Slow<'a>(&'a AtomicU64, u64, u64);
    impl Write for Slow<'_> {
        fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
            thread::sleep(std::time::Duration::from_millis(5));
            self.2 = self.2.max(self.0.load(Ordering::SeqCst) - self.1);
            self.1 += buffer.len() as u64;
            Ok(buffer.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let read = AtomicU64::new(0);
    let mut slow = Slow(&read, 0, 0);
    let input = &mut Counting(&read).take(40 * BATCH_LEN);
    seal(Feed::Stream(input), Drain::Stream(&mut slow), 3, None).unwrap();
    assert!(slow.2 <= 4 * BATCH_LEN, "at most one batch for each thread is held, and not {}", slow.2);
    assert!(slow.2 > BATCH_LEN, "threads read ahead");
}
