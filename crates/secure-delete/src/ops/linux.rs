//! The system as it is.

use super::{Entry, Facts, Listed, Mounts, Ops};
use crate::storage::{Examiner, InPlace, Storage};
use rustix::fs::{
    self, Advice, AtFlags, CWD, FileType, Mode, OFlags, RawDir, RenameFlags, ResolveFlags, SeekFrom,
    StatxFlags,
};
use rustix::io::{Errno, Result};
use std::ffi::OsStr;
use std::num::NonZeroU64;
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// What a block is taken for where the file system says nothing that can be one.
const USUAL_BLOCK: u64 = 4096;
/// A network file system gives the size that it likes to transfer for that of a block; no file is made longer by that.
const LARGEST_BLOCK: u64 = 64 * 1024;

/// Bytes of entries that are asked for at once: a hundred of the longest names, a thousand of usual ones.
const LISTING: usize = 32 * 1024;
/// Since this version `syncfs` tells of writes that failed.
const CHECKED_SYNCFS: (u32, u32) = (5, 8);

/// Linux, from 5.6 on (`openat2`); an older one refuses to open the first file.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Linux;

impl Ops for Linux {
    fn open_root(&self, path: &Path) -> Result<OwnedFd> {
        fs::open(path, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())
    }

    fn open_beneath(
        &self,
        folder: BorrowedFd<'_>,
        path: &Path,
        flags: OFlags,
        mounts: Mounts,
    ) -> Result<OwnedFd> {
        let mut resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
        if mounts == Mounts::Stay {
            resolve |= ResolveFlags::NO_XDEV;
        }
        fs::openat2(folder, path, flags | OFlags::CLOEXEC, Mode::empty(), resolve)
    }

    fn reopen(&self, file: BorrowedFd<'_>, flags: OFlags) -> Result<OwnedFd> {
        fs::openat(CWD, own_name(file), flags | OFlags::CLOEXEC | OFlags::NOCTTY, Mode::empty())
    }

    fn facts(&self, file: BorrowedFd<'_>) -> Result<Facts> {
        fs::statx(file, "", AtFlags::EMPTY_PATH, StatxFlags::BASIC_STATS | StatxFlags::BTIME)
            .map(|stat| Facts::new(&stat))
    }

    fn facts_of(&self, entry: Entry<'_>) -> Result<Facts> {
        fs::statx(
            entry.folder,
            entry.name,
            AtFlags::SYMLINK_NOFOLLOW,
            StatxFlags::BASIC_STATS | StatxFlags::BTIME,
        )
        .map(|stat| Facts::new(&stat))
    }

    fn block(&self, file: BorrowedFd<'_>) -> Result<u64> {
        let block = fs::fstatvfs(file)?.f_frsize;
        Ok(if block.is_power_of_two() && (512..=LARGEST_BLOCK).contains(&block) {
            block
        } else {
            USUAL_BLOCK
        })
    }

    fn change_mode(&self, file: BorrowedFd<'_>, mode: u32) -> Result<()> {
        // By the descriptor's own name, because one that was opened by path alone does not take `fchmod`.
        fs::chmodat(CWD, own_name(file), Mode::from_raw_mode(mode), AtFlags::empty())
    }

    fn user(&self) -> u32 {
        rustix::process::geteuid().as_raw()
    }

    fn set_len(&self, file: BorrowedFd<'_>, len: u64) -> Result<()> {
        fs::ftruncate(file, len)
    }

    fn data(&self, file: BorrowedFd<'_>, from: u64) -> Result<u64> {
        fs::seek(file, SeekFrom::Data(from))
    }

    fn hole(&self, file: BorrowedFd<'_>, from: u64) -> Result<u64> {
        fs::seek(file, SeekFrom::Hole(from))
    }

    fn write_at(&self, file: BorrowedFd<'_>, buffer: &[u8], at: u64) -> Result<usize> {
        rustix::io::pwrite(file, buffer, at)
    }

    fn read_at(&self, file: BorrowedFd<'_>, buffer: &mut [u8], at: u64) -> Result<usize> {
        rustix::io::pread(file, buffer, at)
    }

    fn sync(&self, file: BorrowedFd<'_>) -> Result<()> {
        fs::fdatasync(file)
    }

    fn forget(&self, file: BorrowedFd<'_>, at: u64, len: u64) {
        // A hint; whoever reads back is told by the device whether it was taken.
        let _ = fs::fadvise(file, at, NonZeroU64::new(len), Advice::DontNeed);
    }

    fn set_direct(&self, file: BorrowedFd<'_>, on: bool) -> Result<()> {
        let mut flags = fs::fcntl_getfl(file)?;
        flags.set(OFlags::DIRECT, on);
        fs::fcntl_setfl(file, flags)
    }

    fn sync_folder(&self, folder: BorrowedFd<'_>) -> Result<()> {
        fs::fsync(folder)
    }

    fn list(&self, folder: BorrowedFd<'_>) -> Result<Vec<Listed>> {
        let mut buffer = Vec::<u8>::with_capacity(LISTING);
        let mut entries = RawDir::new(folder, buffer.spare_capacity_mut());
        let mut listed = Vec::new();
        while let Some(entry) = entries.next() {
            let entry = entry?;
            let name = entry.file_name().to_bytes();
            if name != b"." && name != b".." {
                let folder = match entry.file_type() {
                    FileType::Unknown => None,
                    kind => Some(kind == FileType::Directory),
                };
                listed.push(Listed { name: OsStr::from_bytes(name).to_owned(), folder, inode: entry.ino() });
            }
            // One call; unless it gave nothing but the folder itself and the one above.
            if entries.is_buffer_empty() && !listed.is_empty() {
                break;
            }
        }
        Ok(listed)
    }

    fn sync_file_system(&self, folder: BorrowedFd<'_>) -> Result<()> {
        let release = rustix::system::uname();
        if version(&release.release().to_string_lossy()).is_none_or(|version| version < CHECKED_SYNCFS) {
            return Err(Errno::NOSYS);
        }
        fs::syncfs(folder)
    }

    fn make_folder(&self, entry: Entry<'_>) -> Result<()> {
        fs::mkdirat(entry.folder, entry.name, Mode::RWXU)
    }

    fn remove_folder(&self, entry: Entry<'_>) -> Result<()> {
        fs::unlinkat(entry.folder, entry.name, AtFlags::REMOVEDIR)
    }

    fn rename(&self, from: Entry<'_>, to: Entry<'_>) -> Result<()> {
        fs::renameat_with(from.folder, from.name, to.folder, to.name, RenameFlags::NOREPLACE)
    }

    fn rename_over(&self, from: Entry<'_>, to: Entry<'_>) -> Result<()> {
        fs::renameat(from.folder, from.name, to.folder, to.name)
    }

    fn link(&self, from: Entry<'_>, to: Entry<'_>) -> Result<()> {
        fs::linkat(from.folder, from.name, to.folder, to.name, AtFlags::empty())
    }

    fn unlink(&self, entry: Entry<'_>) -> Result<()> {
        fs::unlinkat(entry.folder, entry.name, AtFlags::empty())
    }

    fn examine(&self, examiner: &Examiner, file: BorrowedFd<'_>) -> Storage {
        examiner.examine(file)
    }

    fn look_again(&self, storage: &mut Storage, file: BorrowedFd<'_>) {
        storage.look_again(file);
    }

    fn prospect(&self, storage: &Storage) -> InPlace {
        storage.prospect()
    }

    fn in_place(&self, storage: &Storage) -> InPlace {
        storage.in_place()
    }
}

/// The first two numbers of a release such as `6.18.4-generic`.
fn version(release: &str) -> Option<(u32, u32)> {
    let mut numbers = release.split(|character: char| !character.is_ascii_digit());
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// How Linux calls an open file by its number. It leads to the inode, whatever became of the names.
fn own_name(file: BorrowedFd<'_>) -> String {
    format!("/proc/self/fd/{}", file.as_raw_fd())
}

/// A file system without holes says so like this.
pub(super) fn knows_no_holes(error: Errno) -> bool {
    matches!(error, Errno::INVAL | Errno::NOTSUP | Errno::NOSYS)
}
