//! What a journal says, and its bytes.
//!
//! An intent with its SHA-256, then at [`SLOTS`] two places for how far the deletion is, written in turn, each with a digest of its
//! own: one that was being written when the power was lost is not believed, and the other one is.

use super::JournalError;
use super::wire::{Reader, Writer};
use crate::assurance::{Caveat, Level};
use crate::ops::Key;
use crate::overwrite::Position;
use crate::policy::{OtherNames, Pass, Pattern, Policy, Verify};
use crate::report::Name;
use sha2::{Digest, Sha256};
use std::ffi::OsStr;
use std::fmt;
use std::os::unix::ffi::OsStrExt;
use zeroize::Zeroizing;

/// How long every journal is.
pub const JOURNAL_LEN: usize = 16 * 1024;
/// The number in the end is the version.
const MAGIC: &[u8; 16] = b"stockade-shred 1";
/// Where the intent begins, behind its length and its digest.
const BODY: usize = 52;
/// Where the places for how far it is are, a block each.
const SLOTS: [usize; 2] = [8 * 1024, 12 * 1024];
const SLOT_LEN: usize = 64;
/// The longest path there is.
const MAX_PATH: usize = 4096;

/// What is to be deleted, how, and how to know it again.
#[derive(Clone, PartialEq)]
pub(crate) struct Intent {
    pub(crate) task: Task,
    /// The folder beneath which it is.
    pub(crate) root: Key,
    pub(crate) key: Key,
    pub(crate) born: Option<(i64, u32)>,
    pub(crate) len: u64,
    /// The digest of where the content lay.
    pub(crate) extents: Option<[u8; 64]>,
    pub(crate) required: Level,
    pub(crate) policy: Policy,
    pub(crate) seed: Zeroizing<[u8; 32]>,
    pub(crate) path: Name,
}

/// A file, or a folder with all that is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Task {
    File,
    Tree,
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Reached {
    /// Counts up.
    pub(crate) number: u64,
    pub(crate) position: Position,
    /// What was judged, once only the name is left to be removed.
    pub(crate) judged: Option<Judged>,
}

/// What an overwriting amounted to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Judged {
    InPlace(Caveat),
    Ineffective,
}

/// One journal, as it stands on the disk.
#[derive(Clone, PartialEq)]
pub struct JournalRecord {
    pub(crate) intent: Intent,
    pub(crate) reached: Reached,
}

impl JournalRecord {
    /// Reads the bytes of a journal.
    ///
    /// # Errors
    /// They are of another length or form, of another version, or not what was written.
    pub fn parse(bytes: &[u8]) -> Result<Self, JournalError> {
        if bytes.len() != JOURNAL_LEN {
            return Err(JournalError::Length);
        }
        let mut reader = Reader(bytes);
        match (reader.bytes(MAGIC.len())?, MAGIC) {
            (found, magic) if found == magic => {}
            (found, magic) if found.get(..15) == magic.get(..15) => return Err(JournalError::Version),
            _ => return Err(JournalError::Format),
        }
        let len = usize::try_from(reader.u32()?).map_err(|_| JournalError::Damaged)?;
        let digest: [u8; 32] = reader.array()?;
        if len > SLOTS[0] - BODY {
            return Err(JournalError::Damaged);
        }
        let body = reader.bytes(len)?;
        if <[u8; 32]>::from(Sha256::digest(body)) != digest {
            return Err(JournalError::Damaged);
        }
        let intent = Intent::read(body)?;
        let slots = SLOTS.into_iter().filter_map(|at| Reached::read(bytes.get(at..at + SLOT_LEN)?, &digest));
        let reached = slots.max_by_key(|reached| reached.number).unwrap_or_default();
        Ok(Self { intent, reached })
    }

    /// The bytes of it.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let (mut bytes, digest) = self.intent.file();
        let (at, slot) = self.reached.slot(&digest);
        if let Some(place) = usize::try_from(at).ok().and_then(|at| bytes.get_mut(at..at + SLOT_LEN)) {
            place.copy_from_slice(&slot);
        }
        bytes
    }

    /// What is being deleted, beneath the root.
    #[must_use]
    pub fn path(&self) -> &Name {
        &self.intent.path
    }

    /// How far the overwriting is at least.
    #[must_use]
    pub fn position(&self) -> Position {
        self.reached.position
    }

    /// By which policy.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.intent.policy
    }
}

impl fmt::Debug for JournalRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JournalRecord")
            .field("task", &self.intent.task)
            .field("path", &self.intent.path)
            .field("reached", &self.reached)
            .finish_non_exhaustive()
    }
}

impl Intent {
    /// The whole file, with nothing reached yet, and the digest that its slots go by.
    pub(super) fn file(&self) -> (Vec<u8>, [u8; 32]) {
        let body = Zeroizing::new(self.body());
        let digest: [u8; 32] = Sha256::digest(&*body).into();
        let mut writer = Writer::default();
        // Never moved on the way, so that no copy of the seed stays behind.
        writer.0.reserve_exact(JOURNAL_LEN);
        writer.bytes(MAGIC);
        writer.u32(u32::try_from(body.len()).unwrap_or(u32::MAX));
        writer.bytes(&digest);
        writer.bytes(&body);
        writer.0.resize(JOURNAL_LEN, 0);
        (writer.0, digest)
    }

    fn body(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.0.reserve_exact(SLOTS[0]);
        writer.u8(match self.task {
            Task::File => 0,
            Task::Tree => 1,
        });
        for key in [self.root, self.key] {
            writer.u32(key.device.0);
            writer.u32(key.device.1);
            writer.u64(key.inode);
        }
        writer.u8(u8::from(self.born.is_some()));
        let (seconds, nanos) = self.born.unwrap_or_default();
        writer.bytes(&seconds.to_le_bytes());
        writer.u32(nanos);
        writer.u64(self.len);
        writer.u8(u8::from(self.extents.is_some()));
        writer.bytes(&self.extents.unwrap_or([0; 64]));
        writer.u8(level(self.required));
        write_policy(&mut writer, &self.policy);
        writer.bytes(&*self.seed);
        writer.bytes(self.path.as_os_str().as_bytes());
        writer.0
    }

    fn read(body: &[u8]) -> Result<Self, JournalError> {
        let mut reader = Reader(body);
        let task = match reader.u8()? {
            0 => Task::File,
            1 => Task::Tree,
            _ => return Err(JournalError::Damaged),
        };
        let mut key = || -> Result<Key, JournalError> {
            Ok(Key { device: (reader.u32()?, reader.u32()?), inode: reader.u64()? })
        };
        let (root, key) = (key()?, key()?);
        let known = reader.flag()?;
        let born = (i64::from_le_bytes(reader.array()?), reader.u32()?);
        let len = reader.u64()?;
        let looked = reader.flag()?;
        let extents = reader.array()?;
        let required = reader.u8()?;
        let required =
            Level::ALL.into_iter().find(|other| level(*other) == required).ok_or(JournalError::Damaged)?;
        let policy = read_policy(&mut reader)?;
        let seed = Zeroizing::new(reader.array()?);
        let path = reader.bytes(reader.0.len().min(MAX_PATH))?;
        reader.end()?;
        let path = Name::new(OsStr::from_bytes(path));
        let (born, extents) = (known.then_some(born), looked.then_some(extents));
        Ok(Self { task, root, key, born, len, extents, required, policy, seed, path })
    }
}

impl Reached {
    /// Where it is written, and what.
    pub(super) fn slot(&self, digest: &[u8; 32]) -> (u64, [u8; SLOT_LEN]) {
        let mut writer = Writer::default();
        writer.u64(self.number);
        writer.u32(self.position.pass);
        writer.u64(self.position.offset);
        writer.u8(match self.judged {
            None => 0,
            Some(Judged::Ineffective) => 1,
            Some(Judged::InPlace(caveat)) => 2 + place(caveat),
        });
        let sum = Sha256::new().chain_update(digest).chain_update(&writer.0).finalize();
        writer.bytes(&sum);
        let mut slot = [0; SLOT_LEN];
        slot.iter_mut().zip(writer.0).for_each(|(to, from)| *to = from);
        let at = if self.number.is_multiple_of(2) { SLOTS[0] } else { SLOTS[1] };
        (u64::try_from(at).unwrap_or(0), slot)
    }

    fn read(slot: &[u8], digest: &[u8; 32]) -> Option<Self> {
        let mut reader = Reader(slot);
        let number = reader.u64().ok()?;
        let position = Position { pass: reader.u32().ok()?, offset: reader.u64().ok()? };
        let judged = match reader.u8().ok()? {
            0 => None,
            1 => Some(Judged::Ineffective),
            known => Some(Judged::InPlace(CAVEATS.into_iter().find(|caveat| 2 + place(*caveat) == known)?)),
        };
        let reached = Self { number, position, judged };
        // What is written again is the same to the last bit, or was not written by us.
        (reached.slot(digest).1 == slot).then_some(reached)
    }
}

const CAVEATS: [Caveat; 5] =
    [Caveat::Memory, Caveat::Magnetic, Caveat::Flash, Caveat::Virtual, Caveat::Unknown];

fn place(caveat: Caveat) -> u8 {
    match caveat {
        Caveat::Memory => 0,
        Caveat::Magnetic => 1,
        Caveat::Flash => 2,
        Caveat::Virtual => 3,
        Caveat::Unknown => 4,
    }
}

fn level(level: Level) -> u8 {
    match level {
        Level::NotDeleted => 0,
        Level::UnlinkedOnly => 1,
        Level::OverwriteIneffective => 2,
        Level::OverwrittenInPlace => 3,
        Level::CryptoErased => 4,
    }
}

fn write_policy(writer: &mut Writer, policy: &Policy) {
    writer.u8(u8::try_from(policy.passes().len()).unwrap_or(u8::MAX));
    for pass in policy.passes() {
        let (tag, byte) = match pass.pattern() {
            Pattern::Random => (0, 0),
            Pattern::Byte(byte) => (1, byte),
            Pattern::Complement => (2, 0),
        };
        writer.bytes(&[tag, byte]);
    }
    writer.u8(u8::from(policy.verification() == Verify::LastPass));
    writer.u8(policy.renames());
    writer.u8(match policy.other_names() {
        OtherNames::Refuse => 0,
        OtherNames::UnlinkOnlyThisName => 1,
        OtherNames::DangerOverwriteAllNames => 2,
    });
    writer.u8(u8::from(policy.crosses_mounts()));
}

fn read_policy(reader: &mut Reader<'_>) -> Result<Policy, JournalError> {
    let mut passes = Vec::new();
    for _ in 0..reader.u8()? {
        passes.push(Pass::of(match reader.array()? {
            [0, 0] => Pattern::Random,
            [1, byte] => Pattern::Byte(byte),
            [2, 0] => Pattern::Complement,
            _ => return Err(JournalError::Damaged),
        }));
    }
    let verify = if reader.flag()? { Verify::LastPass } else { Verify::Skip };
    let renames = reader.u8()?;
    let policy = Policy::default()
        .verify(verify)
        .with_passes(passes)
        .and_then(|policy| policy.with_renames(renames))
        .map_err(|_| JournalError::Damaged)?;
    let policy = match reader.u8()? {
        0 => policy,
        1 => policy.unlink_only_this_name(),
        2 => policy.danger_overwrite_all_names(),
        _ => return Err(JournalError::Damaged),
    };
    Ok(if reader.flag()? { policy.danger_cross_mounts() } else { policy })
}
