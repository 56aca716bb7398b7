//! Where what stands in a token (Fernet spec, "Token Format"): version, time stamp, IV, ciphertext, HMAC.

use super::{Fernet, FernetError, base64};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::time::Duration;
use stockade_core::Clock;

/// The only version.
const VERSION: u8 = 0x80;
/// Octets of an AES block.
pub(super) const BLOCK: usize = 16;
/// Octets of the HMAC.
pub(super) const MAC: usize = 32;
/// Octets before the ciphertext.
const PREFIX: usize = 1 + 8 + BLOCK;
/// Characters that are decoded ahead of the rest: the fewest whole groups that hold the prefix. No token ends within them.
pub(super) const HEAD_TEXT: usize = 36;

/// How many octets a token carries behind its prefix.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    /// Octets of ciphertext; whole blocks, at least one.
    pub(super) ciphertext: u64,
}

impl Shape {
    /// Judges a token by its length and by how many `=` it ends in, before anything of it is decoded.
    pub(super) fn of(text_len: u64, padding: u64, max: u64) -> Result<Self, FernetError> {
        if text_len > max {
            return Err(FernetError::TooLong { max });
        }
        let octets = base64::decoded_len(text_len, padding).ok_or(FernetError::Refused)?;
        let ciphertext = octets.checked_sub((PREFIX + MAC) as u64).ok_or(FernetError::Refused)?;
        if ciphertext == 0 || ciphertext % BLOCK as u64 != 0 {
            return Err(FernetError::Refused);
        }
        Ok(Self { ciphertext })
    }
}

/// What stands before the ciphertext, and its first octets, which share a group of characters with it.
pub(super) struct Head {
    octets: [u8; HEAD_TEXT / 4 * 3],
}

impl Head {
    /// The first octets of the ciphertext.
    pub(super) const OVERLAP: usize = HEAD_TEXT / 4 * 3 - PREFIX;

    pub(super) fn decode(text: &[u8; HEAD_TEXT]) -> Result<Self, FernetError> {
        let mut octets = [0; HEAD_TEXT / 4 * 3];
        base64::decode(text, &mut octets)?;
        // The version is as public as the format.
        if octets[0] != VERSION {
            return Err(FernetError::Refused);
        }
        Ok(Self { octets })
    }

    /// The first octets of the ciphertext.
    pub(super) fn overlap(&self) -> &[u8] {
        &self.octets[PREFIX..]
    }

    /// Begins the HMAC over the token.
    pub(super) fn authenticate(&self, mac: &mut Hmac<Sha256>) {
        mac.update(&self.octets[..PREFIX]);
    }

    pub(super) fn iv(&self) -> [u8; BLOCK] {
        let mut iv = [0; BLOCK];
        iv.copy_from_slice(&self.octets[1 + 8..PREFIX]);
        iv
    }

    /// Judges the time stamp. Only after the HMAC, which vouches for it.
    pub(super) fn judge_time(&self, ttl: Option<Duration>, clock: &dyn Clock) -> Result<(), FernetError> {
        let Some(ttl) = ttl else { return Ok(()) };
        let mut stamp = [0; 8];
        stamp.copy_from_slice(&self.octets[1..9]);
        let (stamp, now) = (u64::from_be_bytes(stamp), clock.now().as_secs());
        if Duration::from_secs(stamp.saturating_sub(now)) > Fernet::MAX_CLOCK_SKEW {
            return Err(FernetError::FromTheFuture);
        }
        if Duration::from_secs(now.saturating_sub(stamp)) > ttl {
            return Err(FernetError::Expired);
        }
        Ok(())
    }
}

/// How many octets of the last block of plaintext are text (PKCS #7, RFC 5652 §6.3). Only after the HMAC: a stranger learns nothing here.
pub(super) fn unpadded(block: &[u8]) -> Result<usize, FernetError> {
    let padding = usize::from(*block.last().ok_or(FernetError::Refused)?);
    if !(1..=BLOCK).contains(&padding) {
        return Err(FernetError::Refused);
    }
    let text = block.len().checked_sub(padding).ok_or(FernetError::Refused)?;
    let sound = block.iter().skip(text).all(|octet| usize::from(*octet) == padding);
    if sound { Ok(text) } else { Err(FernetError::Refused) }
}
