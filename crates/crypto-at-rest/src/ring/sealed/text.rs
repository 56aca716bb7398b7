//! The text of a stored ring, both ways.
//!
//! It is written by hand and not by a serialiser, because its bytes are what the seal authenticates: no release of a library may
//! change them. It is read by a TOML parser, and then has to be what would be written.

use super::listed::Listed;
use super::{Clear, Lock, SealedRing, SealedRingError};
use crate::kdf::{PasswordKdf, SALT_LEN, decimal};
use crate::ring::wrap::MAX_WRAPPED_LEN;
use crate::ring::{KeyId, KeyInfo, KeyRing};
use base64ct::{Base64, Encoding};
use serde::Deserialize;
use std::fmt::{Display, Write};
use stockade_core::UnixMillis;

const BEGIN: &str = "# stockade key ring: written by a program, and refused when edited by hand\nversion = ";

/// Everything but the secrets: what the seal authenticates.
pub(super) fn clear(clear: &Clear) -> String {
    let mut text = String::with_capacity(512 + 200 * clear.keys.len());
    text.push_str(BEGIN);
    text.push_str("1\n");
    number(&mut text, "generation", clear.generation);
    number(&mut text, "index", clear.index_version);
    match &clear.lock {
        Lock::Password { kdf, salt } => {
            text.push_str("\n[password]\n");
            string(&mut text, "kdf", kdf);
            string(&mut text, "salt", Base64::encode_string(salt));
        }
        Lock::Wrapper { name, wrapped } => {
            text.push_str("\n[wrapper]\n");
            string(&mut text, "name", name);
            string(&mut text, "wrapped", Base64::encode_string(wrapped));
        }
    }
    for Listed { info, commitment } in &clear.keys {
        text.push_str("\n[[key]]\n");
        number(&mut text, "id", info.id);
        string(&mut text, "state", info.state);
        let times =
            [("created", Some(info.created)), ("retired", info.retired), ("destroyed", info.destroyed)];
        for (name, time) in times {
            if let Some(time) = time {
                number(&mut text, name, time.as_millis());
            }
        }
        string(&mut text, "commitment", Base64::encode_string(commitment));
    }
    text
}

/// The secrets, after everything else.
pub(super) fn append_secrets(text: &mut String, secrets: &[u8]) {
    text.push_str("\n[sealed]\n");
    string(text, "secrets", Base64::encode_string(secrets));
}

fn number(text: &mut String, name: &str, value: impl Display) {
    // Writing to a `String` cannot fail.
    let _ = writeln!(text, "{name} = {value}");
}

/// No value has a quotation mark, a backslash or a control character: all are of our own alphabets.
fn string(text: &mut String, name: &str, value: impl Display) {
    let _ = writeln!(text, "{name} = \"{value}\"");
}

pub(super) fn parse(text: &[u8]) -> Result<SealedRing, SealedRingError> {
    if text.len() > SealedRing::MAX_LEN {
        return Err(SealedRingError::TooLarge);
    }
    let text = std::str::from_utf8(text).map_err(|_| SealedRingError::Malformed("not utf-8"))?;
    let version = text.strip_prefix(BEGIN).and_then(|rest| rest.split('\n').next()).and_then(decimal);
    match version {
        Some(1) => (),
        Some(other) => return Err(SealedRingError::UnsupportedVersion(other)),
        None => return Err(SealedRingError::Malformed("not a key ring")),
    }
    let document: Document =
        toml::from_str(text).map_err(|_| SealedRingError::Malformed("not the toml of a key ring"))?;
    let ring = document.ring()?;
    if ring.to_text() != text {
        return Err(SealedRingError::Malformed("not as it was written"));
    }
    Ok(ring)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(rename = "version")]
    _version: u32,
    generation: u64,
    index: u32,
    password: Option<Password>,
    wrapper: Option<Wrapper>,
    key: Vec<Key>,
    sealed: Sealed,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Password {
    kdf: String,
    salt: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wrapper {
    name: String,
    wrapped: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    id: KeyId,
    #[serde(rename = "state")]
    _state: String,
    created: UnixMillis,
    retired: Option<UnixMillis>,
    destroyed: Option<UnixMillis>,
    commitment: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sealed {
    secrets: String,
}

impl Document {
    fn ring(&self) -> Result<SealedRing, SealedRingError> {
        if self.key.len() > KeyRing::MAX_KEYS {
            return Err(SealedRingError::Malformed("more keys than a ring has"));
        }
        let lock = match (&self.password, &self.wrapper) {
            (Some(password), None) => {
                let kdf: PasswordKdf = password.kdf.parse()?;
                Lock::Password { kdf, salt: octets::<SALT_LEN>(&password.salt)? }
            }
            (None, Some(wrapper)) => {
                let wrapped = Base64::decode_vec(&wrapper.wrapped).map_err(|_| NOT_BASE64)?;
                if wrapped.is_empty() || wrapped.len() > MAX_WRAPPED_LEN {
                    return Err(SealedRingError::Malformed("the size of the wrapped key"));
                }
                Lock::Wrapper { name: wrapper.name.parse()?, wrapped }
            }
            _ => return Err(SealedRingError::Malformed("neither one password nor one wrapper")),
        };
        let keys = self.key.iter().map(Key::listed).collect::<Result<_, _>>()?;
        let secrets = Base64::decode_vec(&self.sealed.secrets).map_err(|_| NOT_BASE64)?;
        let clear = Clear { generation: self.generation, index_version: self.index, lock, keys };
        Ok(SealedRing { clear, secrets })
    }
}

impl Key {
    /// The state is not read but follows from the times; where it says otherwise, the text is not as it was written.
    fn listed(&self) -> Result<Listed, SealedRingError> {
        let info = KeyInfo::new(self.id, self.created, self.retired, self.destroyed)
            .ok_or(SealedRingError::Malformed("the times of a key"))?;
        Ok(Listed { info, commitment: octets(&self.commitment)? })
    }
}

const NOT_BASE64: SealedRingError = SealedRingError::Malformed("not base64");

fn octets<const N: usize>(text: &str) -> Result<[u8; N], SealedRingError> {
    let mut octets = [0; N];
    match Base64::decode(text, &mut octets) {
        Ok(whole) if whole.len() == N => Ok(octets),
        _ => Err(NOT_BASE64),
    }
}
