//! Looking at an open file.

use super::device::{Budget, Device, DeviceNumber};
use super::ground::{Facts, Ground};
use super::judge::{self, Stage};
use super::later::{Later, Owned};
use super::sys::Sys;
use super::{Extents, FileSystem, InPlace, InodeFlags, StorageSummary, behind, extents};
use crate::Caveat;
use rustix::fs::{AtFlags, Mode, OFlags, Statx, StatxAttributes, StatxFlags};
use serde::{Serialize, Serializer};
use std::collections::HashMap;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// What is known of where a file lies. See the [module](super).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Storage {
    #[serde(flatten, serialize_with = "ground")]
    pub(super) ground: Arc<Ground>,
    pub(super) flags: Option<InodeFlags>,
    /// Up to where the file is looked at: its length at the first look, rounded up to a block.
    pub(super) end: u64,
    pub(super) owned: Owned,
    pub(super) before: Look,
    pub(super) after: Option<Look>,
    #[serde(skip)]
    pub(super) later: Option<Later>,
}

/// The extents, or in the system's words why there are none to be had.
pub(super) type Look = Result<Extents, String>;

fn ground<S: Serializer>(ground: &Arc<Ground>, serializer: S) -> Result<S::Ok, S::Error> {
    ground.as_ref().serialize(serializer)
}

impl Storage {
    /// Looks at an open file, which must not be open with `O_PATH`. Writes nothing, but has the kernel write back what it keeps of
    /// the file. It cannot fail: what is not to be found out stays unknown, and the judgement says so.
    ///
    /// Costs a reading of the mount table and of `/sys`, which an [`Examiner`] does once for many files, and a system call for each
    /// eight extents.
    #[must_use]
    pub fn examine(file: BorrowedFd<'_>) -> Self {
        Examiner::default().examine(file)
    }

    /// Looks at the same file again, after the overwrite and its sync: at its extents, its marks, and all that it stands on, since
    /// a snapshot or a remount may have come meanwhile. What no [`Examiner`] remembers is believed here.
    ///
    /// Of a file on a loop device it reads the first bytes, to see whether they arrived in the file behind it.
    pub fn look_again(&mut self, file: BorrowedFd<'_>) {
        let after = look(file, self.end, Extents::KEPT);
        let (facts, statx) = facts(file);
        let ground = Arc::new(Ground::read(&Sys::default(), facts, &mut Budget::default()));
        self.later = Some(Later {
            flags: InodeFlags::read(file, attributes(statx.as_ref())),
            owned: owned(file),
            behind: behind::look(file, after.as_ref().ok(), &ground.devices),
            ground,
        });
        self.after = Some(after);
    }

    /// Whether an overwrite that lies between the two looks went where the content lay.
    pub fn in_place(&self) -> InPlace {
        judge::judge(self, Stage::Done)
    }

    /// What [`in_place`](Self::in_place) can say at best after an overwrite that moves nothing: the judgement without the second
    /// look.
    pub fn prospect(&self) -> InPlace {
        judge::judge(self, Stage::Planned)
    }

    /// What is left to be said of the devices where everything is in place.
    #[must_use]
    pub fn caveat(&self) -> Caveat {
        judge::caveat(self)
    }

    /// The form that names nobody, for an audit log.
    #[must_use]
    pub fn for_audit(&self) -> StorageSummary {
        StorageSummary::of(self)
    }

    /// The file system and what it stands on.
    #[must_use]
    pub fn ground(&self) -> &Ground {
        &self.ground
    }

    /// Which file system.
    #[must_use]
    pub fn file_system(&self) -> &FileSystem {
        &self.ground.file_system
    }

    /// The size of the file system's blocks in bytes; never 0.
    #[must_use]
    pub fn block(&self) -> u64 {
        self.ground.block
    }

    /// The inode's marks; `None` where the file system has none or does not tell.
    #[must_use]
    pub fn flags(&self) -> Option<InodeFlags> {
        self.flags
    }

    /// Where the file lay at the first look; `None` where that is not to be found out.
    #[must_use]
    pub fn extents_before(&self) -> Option<&Extents> {
        self.before.as_ref().ok()
    }

    /// Where it lay at the second look; `None` before that, or where that is not to be found out.
    #[must_use]
    pub fn extents_after(&self) -> Option<&Extents> {
        self.after.as_ref()?.as_ref().ok()
    }

    /// The devices that the file system is on, each with what is below. Empty where it has none, or they are not known.
    pub fn devices(&self) -> impl DoubleEndedIterator<Item = &Device> {
        self.ground.devices.iter()
    }
}

/// Looks at many files, and only once at what those of one mount share.
///
/// It believes what it has seen: use one for one run, since a mount's number is used again after an unmount.
#[derive(Debug, Default)]
pub struct Examiner {
    sys: Sys,
    known: Mutex<HashMap<Facts, Arc<Ground>>>,
}

/// How many mounts an [`Examiner`] remembers; when one more comes it forgets all and begins again.
const MAX_KNOWN: usize = 64;

impl Examiner {
    /// As [`Storage::examine`].
    #[must_use]
    pub fn examine(&self, file: BorrowedFd<'_>) -> Storage {
        look_at(file, |facts| {
            // What is remembered is whole even where a thread ended in the middle.
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            if known.len() >= MAX_KNOWN && !known.contains_key(&facts) {
                known.clear();
            }
            let read = || Arc::new(Ground::read(&self.sys, facts, &mut Budget::default()));
            Arc::clone(known.entry(facts).or_insert_with(read))
        })
    }
}

/// What a loop device's file lies on.
pub(super) fn backing(sys: &Sys, path: &Path, budget: &mut Budget) -> Option<Storage> {
    let file = open_backing(path)?;
    Some(look_at(file.as_fd(), |facts| Arc::new(Ground::read(sys, facts, budget))))
}

/// Opens a loop device's file. The path is the kernel's, but may be another file's by now: by path alone first, since a device acts
/// when it is opened, and a pipe waits.
pub(super) fn open_backing(path: &Path) -> Option<OwnedFd> {
    let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let inode = rustix::fs::open(path, flags, Mode::empty()).ok()?;
    let stat = rustix::fs::fstat(&inode).ok()?;
    if !rustix::fs::FileType::from_raw_mode(stat.st_mode).is_file() {
        return None;
    }
    let own = format!("/proc/self/fd/{}", inode.as_raw_fd());
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = rustix::fs::open(own, flags, Mode::empty()).ok()?;
    // What answers under `/proc` may be no kernel's.
    let opened = rustix::fs::fstat(&file).ok()?;
    ((opened.st_dev, opened.st_ino) == (stat.st_dev, stat.st_ino)).then_some(file)
}

fn look_at(file: BorrowedFd<'_>, ground: impl FnOnce(Facts) -> Arc<Ground>) -> Storage {
    let (facts, statx) = facts(file);
    let ground = ground(facts);
    let length = statx.as_ref().map_or(u64::MAX, |statx| statx.stx_size);
    let end = length.checked_next_multiple_of(ground.block).unwrap_or(u64::MAX);
    let before = look(file, end, Extents::KEPT);
    Storage {
        flags: InodeFlags::read(file, attributes(statx.as_ref())),
        ground,
        end,
        owned: owned(file),
        before,
        after: None,
        later: None,
    }
}

fn facts(file: BorrowedFd<'_>) -> (Facts, Option<Statx>) {
    let wanted = StatxFlags::BASIC_STATS | StatxFlags::MNT_ID;
    let statx = rustix::fs::statx(file, "", AtFlags::EMPTY_PATH, wanted).ok();
    let fs = rustix::fs::fstatfs(file).ok();
    let told = |statx: &&Statx| statx.stx_mask & StatxFlags::MNT_ID.bits() != 0;
    let facts = Facts {
        mount: statx.as_ref().filter(told).map(|statx| statx.stx_mnt_id),
        device: statx.as_ref().map_or(DeviceNumber { major: 0, minor: 0 }, |statx| DeviceNumber {
            major: statx.stx_dev_major,
            minor: statx.stx_dev_minor,
        }),
        magic: fs.as_ref().map(|fs| fs.f_type),
        block: fs.as_ref().and_then(|fs| u64::try_from(fs.f_bsize).ok()).unwrap_or(0),
    };
    (facts, statx)
}

fn attributes(statx: Option<&Statx>) -> StatxAttributes {
    statx.map_or(StatxAttributes::empty(), |statx| statx.stx_attributes)
}

/// To be asked after the extents, since that makes the file system choose places.
fn owned(file: BorrowedFd<'_>) -> Owned {
    let stat = rustix::fs::fstat(file).ok();
    let blocks = stat.and_then(|stat| u64::try_from(stat.st_blocks).ok());
    Owned::read(file, blocks.map(|blocks| blocks.saturating_mul(512)))
}

fn look(file: BorrowedFd<'_>, end: u64, kept: usize) -> Look {
    extents::read(file, end, kept).map_err(|error| error.kind().to_string())
}
