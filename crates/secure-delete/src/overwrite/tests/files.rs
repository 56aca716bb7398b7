//! Real files.

use super::{expected, job_for};
use crate::overwrite::{Job, ReadBack, Segment, Slack, Target, overwrite};
use crate::policy::Pass;
use rustix::fs::{Advice, OFlags, SeekFrom, fadvise, fcntl_getfl, fcntl_setfl, seek};
use rustix::io::Errno;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::num::NonZeroU64;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::process::Command;

const MEBIBYTE: usize = 1 << 20;

/// The calls as they are, without any of the checks that a deletion makes.
pub(super) struct FileTarget(pub(super) File);

impl Target for FileTarget {
    fn len(&self) -> io::Result<u64> {
        Ok(self.0.metadata()?.len())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.0.set_len(len)
    }

    fn next_segment(&self, from: u64) -> io::Result<Option<Segment>> {
        match seek(&self.0, SeekFrom::Data(from)) {
            Ok(start) => Ok(Some(Segment::new(start, seek(&self.0, SeekFrom::Hole(start))?))),
            Err(Errno::NXIO) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn write_at(&self, buffer: &[u8], at: u64) -> io::Result<usize> {
        FileExt::write_at(&self.0, buffer, at)
    }

    fn read_at(&self, buffer: &mut [u8], at: u64) -> io::Result<usize> {
        FileExt::read_at(&self.0, buffer, at)
    }

    fn sync(&self) -> io::Result<()> {
        self.0.sync_data()
    }

    fn forget(&self, at: u64, len: u64) {
        let _ = fadvise(&self.0, at, NonZeroU64::new(len), Advice::DontNeed);
    }

    fn set_direct(&self, on: bool) -> io::Result<()> {
        let flags = fcntl_getfl(&self.0)?;
        Ok(fcntl_setfl(&self.0, if on { flags | OFlags::DIRECT } else { flags - OFlags::DIRECT })?)
    }
}

fn open(file: &tempfile::NamedTempFile) -> FileTarget {
    FileTarget(OpenOptions::new().read(true).write(true).open(file.path()).unwrap())
}

#[test]
fn a_large_file_is_what_the_last_pass_wrote_and_nothing_longer() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let len = 9 * MEBIBYTE + 1234;
    file.as_file().write_all_at(&vec![b'O'; len], 0).unwrap();
    let block = file.as_file().metadata().unwrap().blksize();
    let job = Job { passes: &[Pass::ZEROS, Pass::RANDOM], ..job_for(len as u64, block) };
    let report = overwrite(&open(&file), &job);
    assert_eq!(report.shortfalls(), []);
    assert_eq!(report.slack, Slack::Covered { bytes: (len as u64).next_multiple_of(block) - len as u64 });
    assert!(fs::read(file.path()).unwrap() == expected(&job, 0, len));
}

#[test]
fn a_sparse_file_takes_no_more_blocks_than_before() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let (len, part) = (64 * MEBIBYTE as u64, 64 << 10);
    file.as_file().set_len(len).unwrap();
    for at in [0, 10 * MEBIBYTE, 33 * MEBIBYTE - part] {
        file.as_file().write_all_at(&vec![b'O'; part], at as u64).unwrap();
    }
    file.as_file().sync_all().unwrap();
    let before = file.as_file().metadata().unwrap();
    let job = job_for(len, before.blksize());
    let report = overwrite(&open(&file), &job);
    assert_eq!(report.shortfalls(), []);
    assert_eq!((report.bytes, report.slack), (3 * part as u64, Slack::None));
    assert_eq!(report.read_back, ReadBack::Matches { bytes: 3 * part as u64 });
    assert_eq!(file.as_file().metadata().unwrap().blocks(), before.blocks());
    let mut now = vec![0; part];
    file.as_file().read_exact_at(&mut now, 10 * MEBIBYTE as u64).unwrap();
    assert!(now == expected(&job, 10 * MEBIBYTE as u64, part));
}

#[test]
fn an_empty_file_is_done_with() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let report = overwrite(&open(&file), &job_for(0, 4096));
    assert_eq!((report.shortfalls(), report.bytes), (vec![], 0));
    assert_eq!(file.as_file().metadata().unwrap().len(), 0);
}

#[test]
fn a_descriptor_that_cannot_write_leaves_the_file_and_says_so() {
    let file = tempfile::NamedTempFile::new().unwrap();
    file.as_file().write_all_at(b"secret", 0).unwrap();
    let report = overwrite(&FileTarget(File::open(file.path()).unwrap()), &job_for(6, 4096));
    assert_eq!(report.bytes, 0);
    assert_eq!(report.failed.bytes(), 4096);
    assert_eq!(fs::read(file.path()).unwrap(), b"secret");
}

/// Run again by itself in a process of its own: there the peak of memory is that of one overwriting.
const CHILD: &str = "STOCKADE_OVERWRITE_MEMORY_CHILD";

#[test]
fn memory_does_not_grow_with_the_file() {
    if std::env::var_os(CHILD).is_some() {
        return overwrite_in_little_memory();
    }
    let name = "overwrite::tests::files::memory_does_not_grow_with_the_file";
    let child =
        Command::new(std::env::current_exe().unwrap()).args(["--exact", name]).env(CHILD, "1").output();
    let child = child.unwrap();
    let output = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success() && output.contains("1 passed"), "{output}");
}

fn overwrite_in_little_memory() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let len = 64 * MEBIBYTE;
    for at in (0..len).step_by(MEBIBYTE) {
        file.as_file().write_all_at(&vec![b'O'; MEBIBYTE], at as u64).unwrap();
    }
    let target = open(&file);
    let before = peak();
    let report = overwrite(&target, &job_for(len as u64, 4096));
    assert_eq!(report.shortfalls(), []);
    let grown = peak() - before;
    assert!(grown <= 16 << 10, "{grown} KiB");
}

/// The most memory that this process ever had, in KiB.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
