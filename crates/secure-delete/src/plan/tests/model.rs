//! What really happened, kept beside the engine and compared with what it says.

use super::*;
use crate::Reason;
use crate::storage::InPlace;
use rustix::io::Errno;
use std::collections::BTreeMap;
use std::fs::File;
use std::os::fd::AsRawFd;
use std::os::unix::fs::{MetadataExt, symlink};

/// What an adversary does to the folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    /// The name becomes a link to the bystander.
    Symlink,
    /// The bystander takes the name; the file gets another.
    Swap,
    /// The bystander takes the name, and the file has none any more.
    Replace,
    /// A new file takes the name, if it is free.
    Create,
    /// A folder takes the name.
    Folder,
    HardLink,
    RenameAway,
    Truncate,
    Append,
    Write,
    /// A random name that was seen in the folder is given to the bystander.
    SwapAny,
    /// The private folder is renamed, and another put in its place.
    StealShelter,
    /// The call fails.
    Fail(Errno),
    /// This call and all after it fail.
    FailForGood(Errno),
    /// The write takes a part.
    Short,
}

pub(super) const DEEDS: [Deed; 21] = [
    Deed::Symlink,
    Deed::Swap,
    Deed::Swap,
    Deed::Replace,
    Deed::Create,
    Deed::Folder,
    Deed::HardLink,
    Deed::RenameAway,
    Deed::Truncate,
    Deed::Append,
    Deed::Write,
    Deed::SwapAny,
    Deed::SwapAny,
    Deed::StealShelter,
    Deed::Fail(Errno::IO),
    Deed::Fail(Errno::NOSPC),
    Deed::Fail(Errno::ACCESS),
    Deed::Fail(Errno::INVAL),
    Deed::FailForGood(Errno::ROFS),
    Deed::FailForGood(Errno::IO),
    Deed::Short,
];

/// The folder, who is in it, and which bytes of the secret are still on the medium.
pub(super) struct World {
    folder: PathBuf,
    name: String,
    target: File,
    target_inode: u64,
    /// Each file that must not be touched: its inode, how to look into it, and where the adversary left it.
    pub(super) bystanders: BTreeMap<u64, (File, PathBuf)>,
    /// For each byte of the secret, whether it is still where it was, under the file's own offsets.
    covered: Vec<bool>,
    /// Bytes of the secret went back to the file system before they were written over.
    pub(super) leaked: bool,
    /// How the storage will be judged: a block that went back to the file system is not the file's at the second look, unless it is
    /// given to the file again, in which case it was not lost.
    pub(super) in_place: Arc<Mutex<InPlace>>,
    /// A sync of the content was refused.
    pub(super) sync_failed: bool,
    /// The adversary made other names for the file, or took its own away.
    pub(super) names_changed: bool,
    looked_again: bool,
    failing: Option<Errno>,
    /// Whether others may write to the folder, so that the adversary acts on any name in it.
    shared: bool,
    made: u32,
}

impl World {
    pub(super) fn new(folder: &Path, name: &str, shared: bool) -> Self {
        let target = File::open(folder.join(name)).unwrap();
        let facts = target.metadata().unwrap();
        let mut world = Self {
            folder: folder.to_owned(),
            name: name.to_owned(),
            target_inode: facts.ino(),
            covered: vec![false; usize::try_from(facts.len()).unwrap()],
            target,
            bystanders: BTreeMap::new(),
            leaked: false,
            in_place: Arc::new(Mutex::new(InPlace::Proven)),
            sync_failed: false,
            names_changed: false,
            looked_again: false,
            failing: None,
            shared,
            made: 0,
        };
        world.watch_over(folder.join("bystander"));
        world
    }

    pub(super) fn links(&self) -> u64 {
        self.target.metadata().unwrap().nlink()
    }

    /// Whether all of the secret was written over while it was the file's.
    pub(super) fn is_covered(&self) -> bool {
        !self.leaked && self.covered.iter().all(|covered| *covered)
    }

    /// Before each call: the adversary's deed, then what the call is going to do.
    pub(super) fn before(&mut self, call: Call, deed: Option<Deed>) -> Fate {
        match deed {
            Some(Deed::Fail(error)) => return self.fail(call, error),
            Some(Deed::FailForGood(error)) => self.failing = Some(error),
            Some(deed) => {
                // What the adversary cannot do, does not happen.
                let _ = self.act(deed);
            }
            None => {}
        }
        if let Some(error) = self.failing {
            return self.fail(call, error);
        }
        match call {
            Call::Write { at, len } if deed == Some(Deed::Short) => {
                self.cover(at, len / 2);
                return Fate::Short(len / 2);
            }
            Call::Write { at, len } => self.cover(at, len),
            Call::SetLen(len) => self.cut(len),
            Call::LookAgain => self.looked_again = true,
            _ => {}
        }
        if matches!(call, Call::Sync | Call::SyncFolder) { Fate::Pretended } else { Fate::Made }
    }

    fn fail(&mut self, call: Call, error: Errno) -> Fate {
        self.sync_failed |= call == Call::Sync;
        Fate::Fails(error)
    }

    /// A write of ours that reaches bytes which the adversary cut off covers nothing.
    fn cover(&mut self, at: u64, len: usize) {
        let at = usize::try_from(at).unwrap();
        for byte in self.covered.iter_mut().skip(at).take(len) {
            *byte = true;
        }
    }

    fn cut(&mut self, len: u64) {
        let kept = usize::try_from(len).unwrap_or(usize::MAX);
        if self.covered.iter().skip(kept).any(|covered| !covered) {
            self.leaked = true;
            if !self.looked_again {
                *self.in_place.lock().unwrap() = InPlace::Not(vec![Reason::ExtentsMoved]);
            }
        }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn watch_over(&mut self, path: PathBuf) {
        let file = File::open(&path).unwrap();
        let inode = file.metadata().unwrap().ino();
        self.bystanders.insert(inode, (file, path));
    }

    fn fresh(&mut self) -> String {
        self.made += 1;
        format!("adversary-{}", self.made)
    }

    /// The inode a name leads to, of a link the link's own.
    fn inode(&self, name: &str) -> Option<u64> {
        fs::symlink_metadata(self.at(name)).ok().map(|facts| facts.ino())
    }

    /// Renames, and keeps account of who is where.
    fn rename(&mut self, from: &str, to: &str) -> std::io::Result<()> {
        let (moved, replaced) = (self.inode(from), self.inode(to));
        fs::rename(self.at(from), self.at(to))?;
        if let Some(inode) = replaced {
            self.bystanders.remove(&inode);
            self.names_changed |= inode == self.target_inode;
        }
        if let Some(inode) = moved {
            let to = self.at(to);
            if let Some((_, path)) = self.bystanders.get_mut(&inode) {
                *path = to;
            }
            self.names_changed |= inode == self.target_inode;
        }
        Ok(())
    }

    fn bystander(&self) -> Option<String> {
        let path = self.bystanders.values().map(|(_, path)| path).find(|path| path.exists())?;
        path.file_name().and_then(|name| name.to_str()).map(str::to_owned)
    }

    fn content(&mut self, write: bool) -> std::io::Result<Option<File>> {
        let file = File::options().read(true).write(write).open(self.at(&self.name))?;
        Ok((file.metadata()?.ino() == self.target_inode).then_some(file))
    }

    fn act(&mut self, deed: Deed) -> std::io::Result<()> {
        let name = self.name.clone();
        match deed {
            Deed::Symlink => {
                let aside = self.fresh();
                self.rename(&name, &aside)?;
                symlink("bystander", self.at(&name))
            }
            Deed::Swap => {
                let aside = self.fresh();
                self.rename(&name, &aside)?;
                match self.bystander() {
                    Some(bystander) => self.rename(&bystander, &name),
                    None => Ok(()),
                }
            }
            Deed::Replace => match self.bystander() {
                Some(bystander) if self.inode(&name) == Some(self.target_inode) => {
                    self.rename(&bystander, &name)
                }
                _ => Ok(()),
            },
            Deed::Create => {
                fs::OpenOptions::new().write(true).create_new(true).open(self.at(&name))?;
                fs::write(self.at(&name), b"bystander")?;
                self.watch_over(self.at(&name));
                Ok(())
            }
            Deed::Folder => {
                let aside = self.fresh();
                self.rename(&name, &aside)?;
                fs::create_dir(self.at(&name))?;
                fs::write(self.at(&name).join("within"), b"bystander")
            }
            Deed::HardLink => {
                // By a descriptor that the adversary has: whatever the file is called now.
                let other = self.fresh();
                let own = format!("/proc/self/fd/{}", self.target.as_raw_fd());
                let follow = rustix::fs::AtFlags::SYMLINK_FOLLOW;
                rustix::fs::linkat(rustix::fs::CWD, own, rustix::fs::CWD, self.at(&other), follow)?;
                self.names_changed = true;
                Ok(())
            }
            Deed::RenameAway => {
                let aside = self.fresh();
                self.rename(&name, &aside)
            }
            Deed::Truncate => {
                if let Some(file) = self.content(true)? {
                    let half = file.metadata()?.len() / 2;
                    self.cut(half);
                    file.set_len(half)?;
                }
                Ok(())
            }
            Deed::Append | Deed::Write => {
                use std::os::unix::fs::FileExt;
                if let Some(file) = self.content(true)? {
                    let at = if deed == Deed::Append { file.metadata()?.len() } else { 0 };
                    file.write_all_at(b"stranger", at)?;
                }
                Ok(())
            }
            Deed::SwapAny if self.shared => {
                let seen = names(&self.folder);
                let own = |name: &&String| self.inode(name) == Some(self.target_inode);
                let (Some(own), Some(bystander)) = (seen.iter().find(own), self.bystander()) else {
                    return Ok(());
                };
                let aside = self.fresh();
                self.rename(own, &aside)?;
                self.rename(&bystander, own)
            }
            Deed::StealShelter if self.shared => {
                let seen = names(&self.folder);
                let Some(shelter) = seen.iter().find(|name| name.starts_with(".stockade")) else {
                    return Ok(());
                };
                let aside = self.fresh();
                fs::rename(self.at(shelter), self.at(&aside))?;
                fs::create_dir(self.at(shelter))?;
                fs::write(self.at(shelter).join("file"), b"bystander")?;
                self.watch_over(self.at(shelter).join("file"));
                Ok(())
            }
            Deed::SwapAny | Deed::StealShelter | Deed::Fail(_) | Deed::FailForGood(_) | Deed::Short => Ok(()),
        }
    }
}

/// A small generator, so that a failure can be run again from its number.
pub(crate) mod rand_like {
    /// SplitMix64 (Steele, Lea, Flood 2014).
    pub(crate) struct Dice(pub(crate) u64);

    impl Dice {
        pub(crate) fn next(&mut self) -> u64 {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = self.0;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            mixed ^ (mixed >> 31)
        }

        pub(crate) fn below(&mut self, end: usize) -> usize {
            usize::try_from(self.next() % u64::try_from(end).unwrap()).unwrap()
        }
    }
}
