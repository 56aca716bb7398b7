//! Our passphrase stanzas: `stockade.argon2id/v1` and `stockade.pbkdf2-sha256/v1`.

use super::super::file_key::FileKey;
use super::super::header::{HeaderError, Stanza};
use super::super::wrap::{self, Committed};
use crate::kdf::{KdfCaps, PasswordKdf, SALT_LEN};
use base64ct::{Base64Unpadded, Encoding};
use stockade_core::Secret;

pub(in crate::file) const ARGON2ID_KIND: &str = "stockade.argon2id/v1";
pub(in crate::file) const PBKDF2_KIND: &str = "stockade.pbkdf2-sha256/v1";

pub(super) fn wrap(
    text: &Secret<String>,
    kdf: PasswordKdf,
    caps: &KdfCaps,
    salt: &[u8; SALT_LEN],
    key: &FileKey,
) -> Result<Stanza, HeaderError> {
    let committed = derive(text, kdf, caps, salt)?;
    let args = [vec![Base64Unpadded::encode_string(salt)], kdf.arguments()].concat();
    Ok(Stanza::known(kind(kdf), args, committed.wrap(key)))
}

pub(super) fn unwrap(
    text: &Secret<String>,
    caps: &KdfCaps,
    stanza: &Stanza,
) -> Result<Option<FileKey>, HeaderError> {
    let (salt, kdf) = parameters(stanza)?;
    let body = wrap::body(kind(kdf), stanza.body())?;
    Ok(derive(text, kdf, caps, &salt)?.unwrap(body))
}

/// The salt and the function of a stanza of one of these types. Its cost is not judged.
pub(in crate::file) fn parameters(stanza: &Stanza) -> Result<([u8; SALT_LEN], PasswordKdf), HeaderError> {
    let (kind, name) = match stanza.kind() {
        ARGON2ID_KIND => (ARGON2ID_KIND, "argon2id"),
        _ => (PBKDF2_KIND, "pbkdf2-hmac-sha256"),
    };
    let bad = |what| HeaderError::BadStanza { kind, what };
    let [salt, arguments @ ..] = stanza.args() else { return Err(bad("has no salt")) };
    let salt = wrap::bytes(salt).ok_or(bad("the salt is not 16 bytes in canonical base64"))?;
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    Ok((salt, PasswordKdf::from_arguments(name, &arguments).map_err(HeaderError::Kdf)?))
}

fn derive(
    text: &Secret<String>,
    kdf: PasswordKdf,
    caps: &KdfCaps,
    salt: &[u8; SALT_LEN],
) -> Result<Committed, HeaderError> {
    let key = kdf.derive_within(caps, text, salt).map_err(HeaderError::Kdf)?;
    let info = [kind(kdf), "\0", &kdf.to_string()].concat();
    Ok(Committed::derive(salt, key.expose(), info.as_bytes()))
}

fn kind(kdf: PasswordKdf) -> &'static str {
    match kdf {
        PasswordKdf::Argon2id { .. } => ARGON2ID_KIND,
        PasswordKdf::Pbkdf2HmacSha256 { .. } => PBKDF2_KIND,
    }
}
