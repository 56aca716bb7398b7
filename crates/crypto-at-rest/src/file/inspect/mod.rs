//! What a sealed file says of itself to anyone: no key is needed, and nothing of it is proven.

mod stanza;
#[cfg(test)]
mod tests;

pub use stanza::StanzaInfo;

use super::FileError;
use super::armor::MaybeArmored;
use super::file_key::PAYLOAD_NONCE_LEN;
use super::header::Header;
use super::payload::Layout;
use serde::Serialize;
use std::io::{self, BufRead};

/// What a sealed file claims. Its writer chose all of it; only opening the file proves it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Inspection {
    /// Whether the file is armoured.
    pub armored: bool,
    /// Octets of the header: where the payload begins, once any armour is off.
    pub header_len: usize,
    /// Octets of the header that are padding: room to rewrap in place.
    pub header_room: usize,
    /// For whom it is sealed, in the order of the header.
    pub stanzas: Vec<StanzaInfo>,
    /// Octets of the payload.
    pub payload_len: u64,
    /// Octets of the plaintext, if a payload of this length exists: where it does not, the file was cut or prolonged.
    pub plaintext_len: Option<u64>,
}

/// Inspects the sealed file that `reader` gives, from its start to its end.
///
/// `size` is the length of the file where it is known; then a binary file is not read beyond its header. Otherwise, and through
/// armour, all of it is read and counted.
///
/// # Errors
/// [`FileError::Header`] and [`FileError::Armor`] for what is no sealed file, [`FileError::Read`].
pub fn inspect(reader: impl BufRead, size: Option<u64>) -> Result<Inspection, FileError> {
    let mut reader = MaybeArmored::detect(reader).map_err(FileError::reading)?;
    let header = Header::read(&mut reader)?;
    let armored = matches!(reader, MaybeArmored::Armored(_));
    let payload_len = match size {
        Some(size) if !armored => size.saturating_sub(header.len() as u64),
        _ => io::copy(&mut reader, &mut io::sink()).map_err(FileError::reading)?,
    };
    let sealed = payload_len.checked_sub(PAYLOAD_NONCE_LEN as u64);
    Ok(Inspection {
        armored,
        header_len: header.len(),
        header_room: header.padding_len(),
        stanzas: header.stanzas().iter().map(StanzaInfo::of).collect(),
        payload_len,
        plaintext_len: sealed.and_then(Layout::of_sealed).map(|layout| layout.plain),
    })
}
