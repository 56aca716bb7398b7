//! What is written down before a header is replaced.

use crate::file::MAX_HEADER_LEN;
use crate::file::file_key::PAYLOAD_NONCE_LEN;
use crate::file::header::Header;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

const MAGIC: &[u8] = b"stockade rewrap journal v1\n";
const DIGEST_LEN: usize = 32;
/// The longest journal: two headers and what is around them.
pub(super) const MAX_JOURNAL_LEN: usize = 2 * MAX_HEADER_LEN + 128;

/// Both headers, and the nonce behind them by which the payload is known again. Nothing in it is secret: it is what stands, or
/// will stand, in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Journal {
    old: Vec<u8>,
    new: Vec<u8>,
    nonce: [u8; PAYLOAD_NONCE_LEN],
}

/// How a file stands to a journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub(super) enum Standing {
    /// It has the new header.
    New,
    /// It has the old header, or a part of each.
    Old,
    /// It is another file.
    Other,
}

impl Journal {
    /// The two headers must be of one length.
    pub(super) fn new(old: &Header, new: &Header, nonce: [u8; PAYLOAD_NONCE_LEN]) -> Self {
        Self { old: old.as_bytes().to_vec(), new: new.as_bytes().to_vec(), nonce }
    }

    /// The header to be written.
    pub(super) fn header(&self) -> &[u8] {
        &self.new
    }

    /// How many bytes at the beginning of the file [`standing`](Self::standing) needs.
    pub(super) fn span(&self) -> usize {
        self.new.len() + PAYLOAD_NONCE_LEN
    }

    /// How the file that begins with `bytes` stands to this journal. A disk may write the parts of a header in any order, so each
    /// byte may be from either.
    pub(super) fn standing(&self, bytes: &[u8]) -> Standing {
        let Some((header, nonce)) = bytes.split_last_chunk::<PAYLOAD_NONCE_LEN>() else {
            return Standing::Other;
        };
        let either = header
            .iter()
            .zip(self.old.iter().zip(&self.new))
            .all(|(byte, (old, new))| byte == old || byte == new);
        if *nonce != self.nonce || header.len() != self.new.len() || !either {
            Standing::Other
        } else if header == self.new {
            Standing::New
        } else {
            Standing::Old
        }
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let len = (self.new.len() as u64).to_be_bytes();
        let mut bytes = [MAGIC, &len, &self.old, &self.new, &self.nonce].concat();
        let digest = Sha256::digest(&bytes);
        bytes.extend_from_slice(&digest);
        bytes
    }

    /// Nothing where it is not whole.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let (rest, digest) = bytes.split_last_chunk::<DIGEST_LEN>()?;
        if Sha256::digest(rest)[..] != digest[..] {
            return None;
        }
        let (len, rest) = rest.strip_prefix(MAGIC)?.split_first_chunk::<8>()?;
        let len = usize::try_from(u64::from_be_bytes(*len)).ok().filter(|len| *len <= MAX_HEADER_LEN)?;
        let (old, rest) = rest.split_at_checked(len)?;
        let (new, nonce) = rest.split_at_checked(len)?;
        Some(Self { old: old.to_vec(), new: new.to_vec(), nonce: nonce.try_into().ok()? })
    }
}

/// Where the journal of a file is: beside it, with `.stockade-rewrap` behind the name.
pub(super) fn journal_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".stockade-rewrap");
    PathBuf::from(name)
}
