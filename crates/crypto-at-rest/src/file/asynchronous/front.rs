//! The header of a file that comes piece by piece.

use super::FileError;
use crate::file::armor::MaybeArmored;
use crate::file::file_key::PAYLOAD_NONCE_LEN;
use crate::file::header::{Header, HeaderError, MAX_HEADER_LEN};
use crate::file::payload::ChunkCipher;
use crate::file::recipient::Identity;
use tokio::io::{AsyncRead, AsyncReadExt};

/// How the last line of a header begins.
const LAST_LINE: &[u8] = b"\n--- ";
/// Octets asked for at a time.
const STEP: usize = 4096;

/// Reads header and nonce. What opens the chunks, and what was read beyond.
pub(super) async fn unlock<R>(
    from: &mut R,
    identities: &[&dyn Identity],
) -> Result<(ChunkCipher, Vec<u8>), FileError>
where
    R: AsyncRead + Unpin + ?Sized,
{
    let mut bytes = Vec::with_capacity(STEP);
    let header = header(from, &mut bytes).await?;
    let key = header.unlock(identities)?;
    let end = header.len().saturating_add(PAYLOAD_NONCE_LEN);
    while bytes.len() < end {
        if more(from, &mut bytes).await? == 0 {
            return Err(HeaderError::Truncated.into());
        }
    }
    let rest = bytes.split_off(end);
    let nonce = bytes.last_chunk().ok_or(HeaderError::Truncated)?;
    Ok((ChunkCipher::new(&key.payload_key(nonce)), rest))
}

/// Parses only when there is a chance: at the first bytes, at every doubling, and when the last line has begun.
async fn header<R>(from: &mut R, bytes: &mut Vec<u8>) -> Result<Header, FileError>
where
    R: AsyncRead + Unpin + ?Sized,
{
    let mut worth = 1;
    loop {
        let ended = more(from, bytes).await? == 0;
        if let Ok(MaybeArmored::Armored(_)) = MaybeArmored::detect(&**bytes) {
            return Err(FileError::Armored);
        }
        let begun = bytes.windows(LAST_LINE.len()).any(|window| window == LAST_LINE);
        if ended || begun || bytes.len() >= worth || bytes.len() > MAX_HEADER_LEN {
            match Header::parse(bytes) {
                Err(HeaderError::Truncated) if !ended => worth = bytes.len().saturating_mul(2),
                header => return Ok(header?),
            }
        }
    }
}

async fn more<R>(from: &mut R, bytes: &mut Vec<u8>) -> Result<usize, FileError>
where
    R: AsyncRead + Unpin + ?Sized,
{
    let mut step = [0; STEP];
    let count = from.read(&mut step).await.map_err(FileError::reading)?;
    bytes.extend_from_slice(&step[..count]);
    Ok(count)
}
