//! The header of an age v1 file: the file key, wrapped for everyone who may open the file, under a MAC.
//!
//! A header is trusted only after [`Header::unlock`]: some identity gave the file key, and the MAC made with that key covers
//! every byte of the header.

mod error;
mod parse;
mod room;
mod stanza;
#[cfg(test)]
mod tests;

pub use error::HeaderError;
pub use room::HeaderRoom;
pub use stanza::Stanza;

pub(super) use room::PAD_KIND;

use super::file_key::FileKey;
use super::recipient::{Company, Identity, Recipient, Unwrapped};
use base64ct::{Base64Unpadded, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::io::BufRead;
use stockade_core::Entropy;

/// The longest header that is read or written, in bytes. age sets no limit; this one holds 1,024 X25519 recipients twice over.
pub const MAX_HEADER_LEN: usize = 256 * 1024;
/// The most stanzas that are read or written: what an X25519 identity tries in about 50 ms.
pub const MAX_STANZAS: usize = 1024;

const VERSION_LINE: &[u8] = b"age-encryption.org/v1";
const MAC_MARK: &[u8] = b"---";
/// Octets of the end of a header that the MAC does not cover: a space, 43 characters, a line feed.
const MAC_LEN: usize = 45;

/// Stanza types that must be the only one in a header. age says so of scrypt, which then must not even be padded; a password of
/// ours stands alone for the same reason: whoever else could read the file could also have written it.
const ALONE: [(&str, Company); 3] = [
    ("scrypt", Company::Nobody),
    ("stockade.argon2id/v1", Company::OnlyPadding),
    ("stockade.pbkdf2-sha256/v1", Company::OnlyPadding),
];

/// A header, as read or as made.
#[derive(Debug, Clone)]
pub struct Header {
    bytes: Vec<u8>,
    covered: usize,
    stanzas: Vec<Stanza>,
    mac: [u8; 32],
}

impl Header {
    /// Draws a file key and wraps it for `recipients`.
    ///
    /// # Errors
    /// As [`wrap`](Self::wrap).
    pub fn seal(
        recipients: &[&dyn Recipient],
        room: HeaderRoom,
        entropy: &dyn Entropy,
    ) -> Result<(Self, FileKey), HeaderError> {
        let key = FileKey::generate(entropy)?;
        Ok((Self::wrap(&key, recipients, room, entropy)?, key))
    }

    /// Wraps `key`, that of an existing file, for `recipients`.
    ///
    /// # Errors
    /// [`HeaderError::NoRecipients`], [`HeaderError::MustStandAlone`], [`HeaderError::BadRecipient`],
    /// [`HeaderError::TooLong`], [`HeaderError::Entropy`].
    pub fn wrap(
        key: &FileKey,
        recipients: &[&dyn Recipient],
        room: HeaderRoom,
        entropy: &dyn Entropy,
    ) -> Result<Self, HeaderError> {
        Self::pad(key, stanzas(key, recipients, entropy)?, room)
    }

    /// As [`wrap`](Self::wrap), but as long as a header of `len` bytes wherever that can be: then it can take that one's place.
    pub(super) fn wrap_to_fit(
        key: &FileKey,
        recipients: &[&dyn Recipient],
        len: usize,
        room: HeaderRoom,
        entropy: &dyn Entropy,
    ) -> Result<Self, HeaderError> {
        let stanzas = stanzas(key, recipients, entropy)?;
        let exactly = HeaderRoom::Exactly(u32::try_from(len).unwrap_or(u32::MAX));
        match Self::pad(key, stanzas.clone(), exactly) {
            Ok(header) if header.len() == len => Ok(header),
            _ => Self::pad(key, stanzas, room),
        }
    }

    /// Reads a header, and not a byte beyond it: the payload begins where `reader` stands afterwards.
    ///
    /// The stanzas are those of whoever wrote the file; believe them after [`unlock`](Self::unlock).
    ///
    /// # Errors
    /// What is wrong with its form. At most [`MAX_HEADER_LEN`] bytes are read and held.
    pub fn read<R: BufRead + ?Sized>(reader: &mut R) -> Result<Self, HeaderError> {
        let parse::Parsed { bytes, covered, stanzas, mac } = parse::read(reader)?;
        if let Some(kind) = in_bad_company(&stanzas) {
            return Err(HeaderError::BadStanza { kind, what: "must stand alone" });
        }
        Ok(Self { bytes, covered, stanzas, mac })
    }

    /// Reads the header at the beginning of `file`; [`len`](Self::len) says where the payload begins.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn parse(mut file: &[u8]) -> Result<Self, HeaderError> {
        Self::read(&mut file)
    }

    /// The file key, once one of `identities` unwrapped it and the header's MAC was found right.
    ///
    /// # Errors
    /// [`HeaderError::Refused`]: no identity opens it, or the header was altered. [`HeaderError::Key`] where the ring lacks the
    /// key. [`HeaderError::BadStanza`] and [`HeaderError::TooMuchWork`] for a stanza addressed to an identity's type
    /// that its type forbids.
    pub fn unlock(&self, identities: &[&dyn Identity]) -> Result<FileKey, HeaderError> {
        let mut no_key = None;
        for identity in identities {
            match identity.unwrap(&self.stanzas)? {
                Unwrapped::Opened(key) => {
                    self.verify(&key)?;
                    return Ok(key);
                }
                Unwrapped::NoKey(error) => no_key = no_key.or(Some(error)),
                Unwrapped::NotMine => {}
            }
        }
        Err(no_key.map_or(HeaderError::Refused, HeaderError::Key))
    }

    /// The stanzas, in order. Those of a header just read are what its writer claims.
    #[must_use]
    pub fn stanzas(&self) -> &[Stanza] {
        &self.stanzas
    }

    /// The header as it stands in a file.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Octets of the header: where the payload begins.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "a header is never empty")]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Octets of the header that are padding.
    pub(super) fn padding_len(&self) -> usize {
        let padding = self.stanzas.iter().filter(|stanza| stanza.kind() == PAD_KIND);
        padding.map(Stanza::len).sum()
    }

    fn pad(key: &FileKey, mut stanzas: Vec<Stanza>, room: HeaderRoom) -> Result<Self, HeaderError> {
        stanzas.extend(room.padding(header_len(&stanzas)));
        match in_bad_company(&stanzas) {
            Some(kind) => Err(HeaderError::MustStandAlone { kind }),
            None => Self::assemble(key, stanzas),
        }
    }

    fn assemble(key: &FileKey, stanzas: Vec<Stanza>) -> Result<Self, HeaderError> {
        let len = header_len(&stanzas);
        if len > MAX_HEADER_LEN || stanzas.len() > MAX_STANZAS {
            return Err(HeaderError::TooLong);
        }
        let mut bytes = Vec::with_capacity(len);
        write_covered(&stanzas, &mut bytes);
        let covered = bytes.len();
        let mac: [u8; 32] = keyed(key, &bytes).finalize().into_bytes().into();
        bytes.push(b' ');
        bytes.extend_from_slice(Base64Unpadded::encode_string(&mac).as_bytes());
        bytes.push(b'\n');
        Ok(Self { bytes, covered, stanzas, mac })
    }

    /// In constant time: the MAC is a secret of whoever has the file key.
    fn verify(&self, key: &FileKey) -> Result<(), HeaderError> {
        let covered = self.bytes.get(..self.covered).ok_or(HeaderError::Refused)?;
        keyed(key, covered).verify_slice(&self.mac).map_err(|_| HeaderError::Refused)
    }
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
fn keyed(key: &FileKey, covered: &[u8]) -> Hmac<Sha256> {
    let mac = Hmac::<Sha256>::new_from_slice(key.mac_key().expose()).expect("HMAC takes any key");
    mac.chain_update(covered)
}

fn write_covered(stanzas: &[Stanza], bytes: &mut Vec<u8>) {
    bytes.extend_from_slice(VERSION_LINE);
    bytes.push(b'\n');
    for stanza in stanzas {
        stanza.write(bytes);
    }
    bytes.extend_from_slice(MAC_MARK);
}

/// Octets of the whole header with these stanzas.
fn header_len(stanzas: &[Stanza]) -> usize {
    VERSION_LINE.len() + 1 + stanzas.iter().map(Stanza::len).sum::<usize>() + MAC_MARK.len() + MAC_LEN
}

fn stanzas(
    key: &FileKey,
    recipients: &[&dyn Recipient],
    entropy: &dyn Entropy,
) -> Result<Vec<Stanza>, HeaderError> {
    if recipients.is_empty() {
        return Err(HeaderError::NoRecipients);
    }
    let mut stanzas = Vec::with_capacity(recipients.len() + 1);
    for recipient in recipients {
        stanzas.extend(recipient.wrap(key, entropy)?);
    }
    Ok(stanzas)
}

/// The type that stands beside what it must not stand beside.
fn in_bad_company(stanzas: &[Stanza]) -> Option<&'static str> {
    let others = stanzas.iter().filter(|stanza| stanza.kind() != PAD_KIND).count();
    ALONE.into_iter().find_map(|(kind, company)| {
        let present = stanzas.iter().any(|stanza| stanza.kind() == kind);
        let crowded = match company {
            Company::Nobody => stanzas.len() > 1,
            Company::OnlyPadding => others > 1,
        };
        (present && crowded).then_some(kind)
    })
}
